//! The command line: one file for each command.

mod demo;
mod import;
mod search;
mod serve;
mod token;
mod user;

use std::{error::Error, io::IsTerminal};

use clap::{
    CommandFactory, Parser, Subcommand,
    error::{ContextKind, ContextValue},
};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    config::{self, ServeSettings, Settings},
    db::Db,
    search::results,
};

/// What a command returns.
type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// A self-hosted blog that you can teach from.
///
/// Settings come from flags, then the environment, then a file `.env` in the current folder.
#[derive(Debug, Parser)]
#[command(name = "lectern", version)]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    serve: ServeSettings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the schema up to date and serve the site (this is what happens without a command)
    Serve,
    /// Make and change accounts
    #[command(subcommand)]
    User(user::Command),
    /// Make and revoke API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Bring in posts from elsewhere
    #[command(subcommand)]
    Import(import::Command),
    /// The search index
    #[command(subcommand)]
    Search(search::Command),
    /// Fill an empty database with believable content
    Demo(demo::Options),
    /// Change the database's schema: up, down, status, fresh, refresh, reset
    Migrate(MigrateOptions),
}

#[derive(Debug, clap::Args)]
struct MigrateOptions {
    /// PostgreSQL's schema; ignored by the other databases
    #[arg(short = 's', long, env = "DATABASE_SCHEMA", default_value = "public")]
    database_schema: String,
    #[command(subcommand)]
    command: Option<migration::cli::Command>,
}

impl Cli {
    /// Reads the command line and the settings in the environment. Ends the program where they cannot be read, or
    /// where they ask for help.
    pub fn read() -> Self {
        Self::try_parse().unwrap_or_else(|error| match variable_at_fault(&error) {
            Some(line) => {
                eprintln!("error: {line}");
                std::process::exit(2)
            }
            None => error.exit(),
        })
    }

    /// Starts the log: to standard error, `RUST_LOG` says how much.
    ///
    /// # Errors
    /// When `RUST_LOG` cannot be read.
    pub fn init_logging(&self) -> Result<(), String> {
        let filter = std::env::var("RUST_LOG")
            .unwrap_or_else(|_| "info,actix_server=warn,sea_orm_migration=warn,sqlx=warn".to_owned());
        let mut builder = env_filter::Builder::new();
        builder.try_parse(&filter).map_err(|error| format!("RUST_LOG: {error}"))?;
        env_logger::Builder::new().parse_filters(&filter).try_init().map_err(|error| error.to_string())
    }

    /// Runs the command.
    ///
    /// # Errors
    /// Whatever went wrong, as one line.
    pub async fn run(self) -> Result {
        config::check_environment()?;
        match self.command {
            None | Some(Command::Serve) => serve::run(self.settings, self.serve).await,
            Some(Command::User(command)) => user::run(self.settings, command).await,
            Some(Command::Token(command)) => token::run(self.settings, command).await,
            Some(Command::Import(command)) => import::run(self.settings, command).await,
            Some(Command::Search(command)) => search::run(self.settings, command).await,
            Some(Command::Demo(options)) => demo::run(self.settings, options).await,
            Some(Command::Migrate(options)) => {
                let schema = &options.database_schema;
                migration::cli::migrate(&self.settings.database_url, schema, options.command).await
            }
        }
    }
}

/// Where a variable of the environment is what cannot be read, a line that names it: clap names the flag, which
/// whoever wrote the variable never used. The value stays out of it, for a database's address holds a password.
fn variable_at_fault(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = argument.split_whitespace().next()?;
    if std::env::args().any(|given| given.split('=').next() == Some(flag)) {
        return None;
    }
    let command = Cli::command();
    let argument = command.get_arguments().find(|known| known.get_long() == flag.strip_prefix("--"))?;
    Some(format!("{}: {}", argument.get_env()?.to_string_lossy(), error.source()?))
}

/// Opens the database that the settings name.
async fn connect(settings: &Settings) -> Result<Db> {
    let (url, read_url) = (&settings.database_url, settings.database_read_url.as_deref());
    let kind = |url: &str| url.split(':').next().unwrap_or_default().replace("postgresql", "postgres");
    if read_url.is_some_and(|replica| kind(replica) != kind(url)) {
        return Err("DATABASE_READ_URL: a replica is a database of the same kind as DATABASE_URL".into());
    }
    Db::connect(url, read_url).await.map_err(|error| {
        let line = migration::cli::cannot_open(url, &error);
        // Which of the two it was, the error does not say.
        let line = read_url.map_or(line.clone(), |replica| line.replace(replica, "DATABASE_READ_URL"));
        line.into()
    })
}

/// Opens the database for a command, its schema brought up to date.
async fn open(settings: &Settings) -> Result<Db> {
    let db = connect(settings).await?;
    migrate(&db).await?;
    Ok(db)
}

/// Brings the schema up to date; a new search index is filled from what is there.
async fn migrate(db: &Db) -> Result {
    let applied = migration::run::up(db.write()).await?;
    for name in &applied {
        log::info!("applied migration {name}");
    }
    if applied.iter().any(|name| name.ends_with("_search")) {
        let transaction = db.begin().await?;
        results::reindex(&transaction, |_| {}).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// A progress bar on standard error; none where nobody watches.
fn progress(len: u64, what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len} · {elapsed} · {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(len).with_prefix(what).with_style(style)
}
