//! The commands of `sea-orm-cli migrate`, with Lectern's default database and its lock.

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
    let db = run::connect(url, schema).await.map_err(|error| cannot_open(url, &error))?;
    let change = match command {
        None => Change::Up(None),
        Some(Command::Up { num }) => Change::Up(num),
        Some(Command::Down { num }) => Change::Down(num),
        Some(Command::Reset) => Change::Reset,
        Some(Command::Refresh) => Change::Refresh,
        Some(Command::Fresh) => Change::Fresh,
        Some(Command::Status) => {
            status(&db).await?;
            db.close().await?;
            return Ok(());
        }
    };
    let done = run::change(&db, change).await?;
    for step in &done {
        match step {
            Done::Applied(name) => println!("applied {name}"),
            Done::TakenBack(name) => println!("rolled back {name}"),
        }
    }
    let pending = run::pending(&db).await?.len();
    println!(
        "{}{}",
        if done.is_empty() { "nothing to do: " } else { "" },
        match pending {
            0 => "up to date".to_owned(),
            1 => "one migration is pending".to_owned(),
            many => format!("{many} migrations are pending"),
        }
    );
    db.close().await?;
    Ok(())
}

/// Prints which migrations were applied. Changes nothing.
async fn status(db: &DatabaseConnection) -> Result<(), run::Error> {
    let pending = run::pending(db).await?;
    for name in run::names() {
        println!("{} {name}", if pending.contains(&name) { "Pending" } else { "Applied" });
    }
    Ok(())
}
