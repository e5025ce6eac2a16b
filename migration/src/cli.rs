//! The commands of `sea-orm-cli migrate`, with Lectern's default database and its lock.

use sea_orm_cli::MigrateSubcommands;
use sea_orm_migration::{cli::run_migrate, sea_orm::DbErr};

use crate::{Migrator, run};

/// The database that everything uses when nobody says otherwise: a file in the current folder.
pub const DEFAULT_DATABASE_URL: &str = "sqlite://lectern.db?mode=rwc";

/// The commands: `sea-orm-cli`'s own.
pub type Command = MigrateSubcommands;

/// The line for whoever asked for a database that does not open: which one it is, without its user and password,
/// which the library's own message repeats.
pub fn cannot_open(url: &str, error: &DbErr) -> String {
    let place = url.split('?').next().unwrap_or(url);
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    format!("cannot open the database at {place} (DATABASE_URL): {}", error.to_string().replace(url, place))
}

/// Runs one command; without one, `up`.
///
/// # Errors
/// When the database cannot be reached, was migrated by a newer version, or a migration fails.
pub async fn migrate(
    url: &str,
    schema: &str,
    command: Option<Command>,
    verbose: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(Command::Init | Command::Generate { .. }) = command {
        return Err(
            "new migrations are made with the migration program, in the repository: docs/migrations.md"
                .into(),
        );
    }
    let db = run::connect(url, schema).await.map_err(|error| cannot_open(url, &error))?;
    match command {
        None | Some(Command::Up { num: None }) => {
            let applied = run::up(&db).await?;
            for name in &applied {
                println!("applied {name}");
            }
            println!("{}", if applied.is_empty() { "nothing to do: up to date" } else { "up to date" });
        }
        command => run_migrate(Migrator, &db, command, verbose).await?,
    }
    db.close().await?;
    Ok(())
}
