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
    sea_query::{ColumnDef, Expr, ExprTrait, ForeignKeyCreateStatement, IntoColumnDef, Order, Query},
};

/// A change of a table, made at once.
#[derive(Clone, Debug)]
#[must_use = "nothing happens until it is run"]
pub struct TableChange {
    table: String,
    steps: Vec<Step>,
    fills: Vec<(String, Expr)>,
    /// Columns that are filled with a reference, and the tables that they refer to.
    references: Vec<(String, String)>,
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
        Self { table: table.to_owned(), steps: Vec::new(), fills: Vec::new(), references: Vec::new() }
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

    /// Lets rows refer to the first row of a table, by its key, that have no value in a column that is added, or may not be null any
    /// more. Where there are such rows, and none that they could refer to, the change is refused.
    pub fn fill_reference(mut self, column: &str, table: &str, key: &str) -> Self {
        let key = key.to_owned();
        let first = Query::select()
            .column(key.clone())
            .from(table.to_owned())
            .order_by(key.clone(), Order::Asc)
            .limit(1)
            .take();
        // MySQL does not read a table that it changes, but what was read of it before.
        let first = Query::select().column(key).from_subquery(first, "first").take();
        self.references.push((column.to_owned(), table.to_owned()));
        self.fill(column, first)
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

    /// Refuses where rows are to refer to what is not there.
    async fn check_references(&self, db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
        for (column, table) in &self.references {
            let mut without = Query::select().expr(Expr::val(1)).from(self.table.clone()).limit(1).take();
            let changes =
                |step: &Step| matches!(step, Step::ChangeColumn(known) if known.get_column_name() == *column);
            if self.steps.iter().any(changes) {
                without.and_where(Expr::col(column.clone()).is_null());
            }
            let first = Query::select().expr(Expr::val(1)).from(table.clone()).limit(1).take();
            if db.query_one(&without).await?.is_some() && db.query_one(&first).await?.is_none() {
                let of = &self.table;
                return Err(DbErr::Migration(format!(
                    "the rows of {of} must refer to one of {table} with {of}.{column}, and {table} has none"
                )));
            }
        }
        Ok(())
    }

    /// Makes the change.
    ///
    /// # Errors
    /// When the database refuses. On SQLite also when other tables refer to this one while foreign keys are enforced
    /// in a transaction that began before: dropping the old table would take their rows along.
    pub async fn run(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        self.check_references(manager.get_connection()).await?;
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
