//! The commands of `sea-orm-cli migrate`, with Lectern's default database and its lock.

use std::{
    borrow::Cow,
    io::{self, Write},
    path::Path,
};

use clap::Subcommand;
use sea_orm_migration::sea_orm::{DatabaseConnection, DbErr};

use crate::run::{self, Change, Done};

/// The database that everything uses when nobody says otherwise: a file in the current folder.
pub const DEFAULT_DATABASE_URL: &str = "sqlite://lectern.db?mode=rwc";

/// The commands that change a schema, under `sea-orm-cli`'s names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Apply pending migrations
    Up {
        /// Number of pending migrations to apply; all of them unless said
        #[arg(short, long)]
        num: Option<u32>,
    },
    /// Roll back applied migrations
    Down {
        /// Number of applied migrations to be rolled back
        #[arg(short, long, default_value_t = 1)]
        num: u32,
    },
    /// Check the status of all migrations
    Status,
    /// Roll back all applied migrations
    Reset,
    /// Roll back all applied migrations, then apply all migrations again
    Refresh,
    /// Drop all tables from the database, then apply all migrations
    Fresh,
}

/// Reads the environment's settings from `.env`, before anything looks for them. A missing file is fine, a malformed one is not. It is this
/// folder's alone: one further up is another program's, and would choose the database.
///
/// # Errors
/// What is wrong with the file, as one line.
pub fn read_env_file() -> Result<(), String> {
    match dotenvy::from_path(".env") {
        Err(error) if !error.not_found() => Err(format!(".env: {error}")),
        _ => Ok(()),
    }
}

/// The line for whoever asked for a database that does not open: which one it is, without its user and password,
/// which the library's own message repeats.
pub fn cannot_open(url: &str, error: &DbErr) -> String {
    let place = url.split('?').next().unwrap_or(url);
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    format!("cannot open the database at {place} (DATABASE_URL): {}", error.to_string().replace(url, place))
}

/// Runs one command; without one, `up`. Prints what was done.
///
/// # Errors
/// When the database cannot be reached, was migrated by a newer version, or a migration fails.
pub async fn migrate(
    url: &str,
    schema: &str,
    command: Option<Command>,
) -> Result<(), Box<dyn std::error::Error>> {
    let looks_or_goes_back = matches!(command, Some(Command::Status | Command::Down { .. } | Command::Reset));
    let asked = if looks_or_goes_back { without_making_it(url) } else { Cow::Borrowed(url) };
    let db = run::connect(&asked, schema).await.map_err(|error| cannot_open(url, &error))?;
    let change = match command {
        None => Change::Up(None),
        Some(Command::Up { num }) => Change::Up(num),
        Some(Command::Down { num }) => Change::Down(num),
        Some(Command::Reset) => Change::Reset,
        Some(Command::Refresh) => Change::Refresh,
        Some(Command::Fresh) => Change::Fresh,
        Some(Command::Status) => {
            let told = status(&db).await?;
            db.close().await?;
            return Ok(say(&told)?);
        }
    };
    let done = run::change(&db, change).await?;
    let mut told = String::new();
    for step in &done {
        told.push_str(&match step {
            Done::Applied(name) => format!("applied {name}\n"),
            Done::TakenBack(name) => format!("rolled back {name}\n"),
        });
    }
    if done.is_empty() {
        told.push_str("nothing to do: ");
    }
    told.push_str(&match run::pending(&db).await?.len() {
        0 => "up to date\n".to_owned(),
        1 => "one migration is pending\n".to_owned(),
        many => format!("{many} migrations are pending\n"),
    });
    db.close().await?;
    Ok(say(&told)?)
}

/// Which migrations were applied, a line each. Changes nothing.
async fn status(db: &DatabaseConnection) -> Result<String, run::Error> {
    let pending = run::pending(db).await?;
    let line =
        |name: String| format!("{} {name}\n", if pending.contains(&name) { "Pending" } else { "Applied" });
    Ok(run::names().into_iter().map(line).collect())
}

/// The address of a database for who only looks at it, or takes something back: a file of SQLite's that is not there is not
/// made. In the place of the default one, which whoever has no database yet did not ask for, there is one in memory.
pub fn without_making_it(url: &str) -> Cow<'_, str> {
    if !url.starts_with("sqlite:") || !url.contains("mode=rwc") {
        return Cow::Borrowed(url);
    }
    let path = url.split('?').next().unwrap_or(url).trim_start_matches("sqlite:").trim_start_matches("//");
    if url == DEFAULT_DATABASE_URL && !Path::new(path).exists() {
        return Cow::Borrowed("sqlite::memory:");
    }
    Cow::Owned(url.replace("mode=rwc", "mode=rw"))
}

/// Prints a text.
///
/// # Errors
/// When it cannot be written. Whoever reads no further has read enough.
pub fn say(text: &str) -> io::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
