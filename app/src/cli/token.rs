//! `lectern token …`

use clap::{Args, Subcommand, ValueEnum};
use entity::{api_token, user};

use super::Result;
use crate::{auth::tokens, config::Settings, db::Db, users::queries as users};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an API token and print it, this once
    Create(Create),
    /// List the tokens of a user
    List {
        /// Whose
        #[arg(long)]
        user: String,
    },
    /// Make tokens of a name good no more
    Revoke {
        /// Whose
        #[arg(long)]
        user: String,
        /// The name it was given
        #[arg(long)]
        name: String,
    },
}

#[derive(Args, Debug)]
pub(super) struct Create {
    /// Whose: the token may do what they may
    #[arg(long)]
    user: String,
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may do
    #[arg(long, default_value = "write")]
    scope: Scope,
}

/// As the command line spells scopes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Scope {
    /// Reading
    Read,
    /// Reading and writing
    Write,
}

pub(super) async fn run(settings: Settings, command: Command) -> Result {
    let db = super::open(&settings).await?;
    match command {
        Command::Create(options) => {
            let user = find(&db, &options.user).await?;
            if !user.is_active {
                return Err(
                    format!("{} is deactivated: a token would be good for nothing", user.username).into()
                );
            }
            let name = options.name.trim();
            tokens::check_name(name)?;
            let scope = match options.scope {
                Scope::Read => api_token::Scope::Read,
                Scope::Write => api_token::Scope::Write,
            };
            println!("{}", tokens::create(db.write(), user.id, name, scope).await?);
        }
        Command::List { user } => {
            let user = find(&db, &user).await?;
            let tokens = tokens::list(db.read(), user.id).await?;
            println!("{:<24} {:<6} {:<17} last used", "name", "scope", "made");
            for token in &tokens {
                let minute = |time: sea_orm::prelude::DateTimeUtc| time.format("%Y-%m-%d %H:%M").to_string();
                let scope = match token.scope {
                    api_token::Scope::Read => "read",
                    api_token::Scope::Write => "write",
                };
                let last = token.last_used_at.map_or_else(|| "never".to_owned(), minute);
                println!("{:<24} {scope:<6} {:<17} {last}", token.name, minute(token.created_at));
            }
            println!("{} tokens", tokens.len());
        }
        Command::Revoke { user, name } => {
            let user = find(&db, &user).await?;
            match tokens::revoke_named(db.write(), user.id, name.trim()).await? {
                0 => return Err(format!("{} has no token {name}", user.username).into()),
                revoked => println!("revoked {revoked} of the tokens of {}", user.username),
            }
        }
    }
    db.close().await?;
    Ok(())
}

async fn find(db: &Db, username: &str) -> Result<user::Model> {
    let user = users::find_by_username(db.latest(), username).await?;
    user.ok_or_else(|| format!("there is no user {username}").into())
}
