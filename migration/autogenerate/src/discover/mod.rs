//! A database's schema, described.

mod servers;
mod sqlite;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, RuntimeErr, Statement};

use crate::schema::{Object, Schema};

/// The table in which sea-orm-migration keeps which migrations were applied.
const OWN_TABLE: &str = "seaql_migrations";

/// What a database holds.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// As far as it can be described.
    pub schema: Schema,
    /// What cannot: each with a line for people. Objects of these must be declared.
    pub unknown: Vec<Unknown>,
}

/// Something that is there and that no entity can express.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Its name.
    pub name: String,
    /// The table that it is, or is of.
    pub table: String,
    /// What it is, for people.
    pub what: String,
}

impl Discovered {
    /// Leaves alone what was declared.
    pub fn without(mut self, objects: &[Object]) -> Self {
        self.unknown.retain(|unknown| {
            !objects.iter().any(|object| match *object {
                Object::Table(name) => name == unknown.table,
                Object::Index(name) | Object::Trigger(name) => name == unknown.name,
                Object::Column(table, column) => table == unknown.table && column == unknown.name,
                Object::ForeignKey(..) => false,
            })
        });
        self.schema = self.schema.without(objects);
        self
    }
}

/// Reads a database's schema. `schema` is PostgreSQL's; the others have none.
///
/// # Errors
/// When the database does not answer.
pub async fn discover(db: &DatabaseConnection, schema: &str) -> Result<Discovered, DbErr> {
    let mut found = match db.get_database_backend() {
        DbBackend::Sqlite => sqlite::discover(db).await?,
        DbBackend::Postgres => servers::postgres(db, schema).await?,
        _ => servers::mysql(db).await?,
    };
    found.schema.tables.remove(OWN_TABLE);
    Ok(found)
}

/// The rows of a statement in plain SQL.
async fn rows(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await
}

/// What sea-schema has to say against a database.
fn failed<E: std::fmt::Display>(error: E) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(error.to_string()))
}

/// `SetNull` as SQL has it: sea-schema's actions say their names only so.
fn debug_words(action: &impl std::fmt::Debug) -> String {
    let mut words = String::new();
    for letter in format!("{action:?}").chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}
