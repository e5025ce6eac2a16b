//! Migrations for `sea-orm-migration`, written from SeaORM entities.
//!
//! The schema that the migrations make and the one that the entities describe are both made in databases in memory and
//! described in one way ([`schema`]). [`diff`] is a function of two descriptions, [`render`] one of a difference; [`write`](mod@write)
//! puts the file beside the others. What the generated migrations call is in [`change`].

pub mod change;
pub mod commands;
pub mod diff;
pub mod discover;
pub mod entities;
mod fill;
mod layout;
pub mod operation;
mod record;
pub mod render;
pub mod schema;
mod sql;
mod types;
pub mod write;

pub use change::{TableChange, change_enum};
pub use commands::{Command, Project};
pub use entities::Entities;
pub use fill::Fill;
pub use render::Style;
pub use schema::{Object, Schema};

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};

/// A database in memory, which goes when it is closed. Nothing in it is enforced: tables may come in any order.
async fn scratch() -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).min_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.foreign_keys(false));
    Database::connect(options).await
}
