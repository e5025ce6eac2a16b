//! `lectern user …`

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand, ValueEnum};
use entity::user;
use sea_orm::{ActiveValue::Set, IntoActiveModel};

use super::Result;
use crate::{
    accounts::queries as accounts,
    admin::{Values, log},
    auth::{password, sessions},
    config::Settings,
    db::{self, Db, Failure},
    site,
    users::{
        forms,
        queries::{self, NewUser},
    },
    web::resources,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account
    Create(Create),
    /// List all accounts
    List,
    /// Give an account a new password
    SetPassword {
        /// Whose
        username: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Give an account another role
    SetRole {
        /// Whose
        username: String,
        /// What they may do
        role: Role,
    },
    /// Lock an account; what its owner wrote stays
    Deactivate {
        /// Whose
        username: String,
    },
}

#[derive(Args, Debug)]
pub(super) struct Create {
    /// The name in addresses: letters, digits, `.`, `_` and `-`, at most 40
    #[arg(long)]
    username: String,
    /// Their e-mail address
    #[arg(long)]
    email: String,
    /// What they may do
    #[arg(long, default_value = "author")]
    role: Role,
    /// The name readers see [default: the username]
    #[arg(long)]
    display_name: Option<String>,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Args, Debug)]
pub(super) struct PasswordSource {
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

/// As the command line spells roles.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Role {
    /// Everything, the accounts of others included
    Admin,
    /// All content
    Editor,
    /// Own posts and media
    Author,
    /// Own account, enrolments and comments
    Member,
}

impl From<Role> for user::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::Editor => Self::Editor,
            Role::Author => Self::Author,
            Role::Member => Self::Member,
        }
    }
}

pub(super) async fn run(settings: Settings, command: Command) -> Result {
    let db = super::open(&settings).await?;
    match command {
        Command::Create(options) => create(&db, options).await?,
        Command::List => list(&db).await?,
        Command::SetPassword { username, password } => {
            let typed = password.read()?.ok_or("no password was given; use --password-stdin")?;
            let user = queries::find_by_username(db.latest(), &username).await?;
            let user = user.ok_or_else(|| format!("there is no user {username}"))?;
            let hash = accepted(&db, typed, [&user.username, &user.email, &user.display_name]).await?;
            change(&db, &username, |user| user.password_hash = Set(Some(hash))).await?;
            println!("{username} has a new password");
        }
        Command::SetRole { username, role } => {
            change(&db, &username, |user| user.role = Set(role.into())).await?;
            println!("{username} is now {}", name_of(role.into()));
        }
        Command::Deactivate { username } => {
            change(&db, &username, |user| user.is_active = Set(false)).await?;
            println!("{username} cannot sign in any more");
        }
    }
    db.close().await?;
    Ok(())
}

async fn create(db: &Db, options: Create) -> Result {
    let display_name = options.display_name.unwrap_or_else(|| options.username.clone());
    forms::check(&options.username, &options.email, &display_name)?;
    let password_hash = match options.password.read()? {
        Some(text) => {
            let names = [&options.username, &options.email, &display_name];
            Some(accepted(db, text, names).await?)
        }
        None => None,
    };
    let can_sign_in = password_hash.is_some();
    let new = NewUser {
        username: options.username.clone(),
        email: options.email,
        display_name,
        role: options.role.into(),
        password_hash,
    };
    const TAKEN: &str = "there is an account with this username or e-mail address already";
    let transaction = db.begin().await?;
    if !queries::check_free(&transaction, &new.username, &new.email, None).await?.is_empty() {
        return Err(TAKEN.into());
    }
    let user = queries::insert(&transaction, new).await.map_err(|error| match db::classify(&error) {
        Failure::Duplicate => TAKEN.to_owned(),
        _ => error.to_string(),
    })?;
    let admin = resources::admin();
    let of = admin.find(queries::RESOURCE).ok_or("the admin does not know of users")?;
    log::record_change(&transaction, log::COMMAND_LINE, &admin, of, (user.id, &Values::new())).await?;
    transaction.commit().await?;
    let note =
        if can_sign_in { "" } else { ", without a password: set one with `lectern user set-password`" };
    println!("created user {} ({}, id {}){note}", user.username, name_of(user.role), user.id);
    Ok(())
}

/// Hashes a password, if it is one that the site's pages would take.
async fn accepted(db: &Db, typed: String, names: [&String; 3]) -> Result<String> {
    let site = site::load(db.read()).await?;
    let [username, email, display_name] = names;
    password::check(&typed, &[username, email, display_name, &site.title])?;
    Ok(password::hash(typed).await?)
}

async fn list(db: &Db) -> Result {
    let users = queries::all(db.read()).await?;
    println!("{:>6}  {:<24} {:<8} {:<12} email", "id", "username", "role", "state");
    for user in &users {
        let state = match (user.is_active, &user.password_hash) {
            (false, _) => "deactivated",
            (true, None) => "no password",
            (true, Some(_)) => "active",
        };
        println!(
            "{:>6}  {:<24} {:<8} {state:<12} {}",
            user.id,
            user.username,
            name_of(user.role),
            user.email
        );
    }
    println!("{} users", users.len());
    Ok(())
}

/// Changes an account. Whoever is signed in with it is not any more, and links mailed to them are over: what they may
/// do is another thing now.
async fn change(db: &Db, username: &str, set: impl FnOnce(&mut user::ActiveModel)) -> Result {
    let transaction = db.begin().await?;
    let user = queries::find_by_username(&transaction, username).await?;
    let user = user.ok_or_else(|| format!("there is no user {username}"))?;
    let admin = resources::admin();
    let of = admin.find(queries::RESOURCE).ok_or("the admin does not know of users")?;
    let before = log::before(&transaction, of, user.id).await?;
    let mut user = user.into_active_model();
    set(&mut user);
    let user = queries::update(&transaction, user).await?;
    log::record_change(&transaction, log::COMMAND_LINE, &admin, of, (user.id, &before)).await?;
    sessions::end_all(&transaction, user.id, None).await?;
    accounts::end_mail_tokens(&transaction, &[user.id]).await?;
    transaction.commit().await?;
    Ok(())
}

fn name_of(role: user::Role) -> &'static str {
    match role {
        user::Role::Admin => "admin",
        user::Role::Editor => "editor",
        user::Role::Author => "author",
        user::Role::Member => "member",
    }
}

impl PasswordSource {
    /// The password: from standard input when asked to, from a prompt at a terminal, else none.
    fn read(&self) -> Result<Option<String>> {
        if self.password_stdin {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            return Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()));
        }
        if !std::io::stdin().is_terminal() {
            return Ok(None);
        }
        let typed = rpassword::prompt_password("Password (empty for none): ")?;
        if typed.is_empty() {
            return Ok(None);
        }
        if rpassword::prompt_password("Once more: ")? != typed {
            return Err("the two passwords differ".into());
        }
        Ok(Some(typed))
    }
}
