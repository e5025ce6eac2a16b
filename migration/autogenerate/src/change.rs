//! Changes of tables that the databases make differently: what generated migrations call.
//!
//! SQLite changes no column and no key. There the table is made anew by the procedure of its documentation
//! ("Making Other Kinds Of Table Schema Changes"): what is not changed stays as it was written, with the rows, the indexes
//! and the triggers. Keys and indexes that are to be dropped and are not there are passed over; nothing else is. MySQL and
//! MariaDB cannot roll back a change of a schema: what failed halfway there is to be finished, or taken back, by hand.

mod rebuild;
mod servers;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use sea_orm_migration::{
    SchemaManager, SchemaManagerConnection,
    sea_query::{ColumnDef, Expr, ForeignKeyCreateStatement, IntoColumnDef},
};

/// A change of a table, made at once.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until it is run"]
pub struct TableChange {
    table: String,
    steps: Vec<Step>,
    fills: Vec<(String, Expr)>,
}

#[derive(Clone, Debug)]
enum Step {
    DropForeignKey(Vec<String>),
    DropUnique(Vec<String>),
    DropIndex(String),
    AddColumn(ColumnDef),
    ChangeColumn(ColumnDef),
    PrimaryKey(Vec<String>),
    DropColumn(String),
    AddForeignKey(ForeignKeyCreateStatement),
}

fn owned(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| (*column).to_owned()).collect()
}

impl TableChange {
    /// A change of this table.
    pub fn of(table: &str) -> Self {
        Self { table: table.to_owned(), steps: Vec::new(), fills: Vec::new() }
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Drops the foreign key of these columns, whatever its name is.
    pub fn drop_foreign_key(self, columns: &[&str]) -> Self {
        self.step(Step::DropForeignKey(owned(columns)))
    }

    /// Drops the unique key or unique index of these columns, whatever its name is.
    pub fn drop_unique(self, columns: &[&str]) -> Self {
        self.step(Step::DropUnique(owned(columns)))
    }

    /// Drops an index by its name.
    pub fn drop_index(self, name: &str) -> Self {
        self.step(Step::DropIndex(name.to_owned()))
    }

    /// Adds a column.
    pub fn add_column(self, column: impl IntoColumnDef) -> Self {
        self.step(Step::AddColumn(column.into_column_def()))
    }

    /// Makes a column what this says: its type, whether it may be null, its default.
    pub fn change_column(self, column: impl IntoColumnDef) -> Self {
        self.step(Step::ChangeColumn(column.into_column_def()))
    }

    /// What rows get that have no value in a column that is added, or may not be null any more.
    pub fn fill(mut self, column: &str, value: impl Into<Expr>) -> Self {
        self.fills.push((column.to_owned(), value.into()));
        self
    }

    /// Makes these columns the primary key.
    pub fn primary_key(self, columns: &[&str]) -> Self {
        self.step(Step::PrimaryKey(owned(columns)))
    }

    /// Drops a column.
    pub fn drop_column(self, name: &str) -> Self {
        self.step(Step::DropColumn(name.to_owned()))
    }

    /// Adds a foreign key.
    pub fn add_foreign_key(self, key: &ForeignKeyCreateStatement) -> Self {
        self.step(Step::AddForeignKey(key.clone()))
    }

    fn fill_of(&self, column: &str) -> Option<&Expr> {
        self.fills.iter().find(|(name, _)| name == column).map(|(_, value)| value)
    }

    /// Makes the change.
    ///
    /// # Errors
    /// When the database refuses. On SQLite also when other tables refer to this one while foreign keys are enforced
    /// in a transaction that began before: dropping the old table would take their rows along.
    pub async fn run(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => rebuild::run(&self, manager).await,
            _ => servers::run(&self, manager).await,
        }
    }
}

/// Makes an enumeration what this says: its columns keep what is in them, as far as it is still a value. Only PostgreSQL has
/// enumerations of their own; elsewhere this does nothing, and the columns are to be changed.
///
/// # Errors
/// When the database refuses: a row holds a value that goes.
pub async fn change_enum(manager: &SchemaManager<'_>, name: &str, values: &[&str]) -> Result<(), DbErr> {
    servers::change_enum(manager, name, values).await
}

async fn query(db: &SchemaManagerConnection<'_>, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A name, quoted as the database wants it.
fn quoted(backend: DbBackend, name: &str) -> String {
    match backend {
        DbBackend::MySql => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}
