//! Which types migrations ask for. SQLite has one kind of integer and no enumerations, so that a schema made there does not
//! say. The migrations are read once more, by a database that only listens and takes itself for PostgreSQL.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, DbBackend, DbErr, ExecResult, MockDatabase,
    MockDatabaseConnection, MockDatabaseTrait, MockExecResult, QueryResult, Statement, Transaction, Value,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use crate::{
    schema::{Schema, Type},
    sql::{Item, is, item, items, name, tokens, without_comments},
};

/// The types of columns, as far as statements said them.
#[derive(Debug, Default)]
pub(crate) struct Record {
    columns: HashMap<(String, String), String>,
    enums: HashMap<String, Vec<String>>,
}

#[derive(Clone, Debug, Default)]
struct Listener(Arc<Mutex<Record>>);

impl MockDatabaseTrait for Listener {
    fn execute(&mut self, _: usize, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(&statement.sql);
        let done = MockExecResult { last_insert_id: 0, rows_affected: 0 };
        MockDatabase::new(DbBackend::Postgres).append_exec_results([done]).execute(0, statement)
    }

    /// Nothing is there: no rows, no tables, no indexes.
    fn query(&mut self, _: usize, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let asked =
            ["has_table", "has_column", "has_index"].into_iter().find(|word| statement.sql.contains(word));
        let rows: Vec<BTreeMap<String, Value>> =
            asked.map(|word| BTreeMap::from([(word.to_owned(), false.into())])).into_iter().collect();
        MockDatabase::new(DbBackend::Postgres).append_query_results([rows]).query(0, statement)
    }

    fn begin(&mut self) {}

    fn commit(&mut self) {}

    fn rollback(&mut self) {}

    fn drain_transaction_log(&mut self) -> Vec<Transaction> {
        Vec::new()
    }

    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    fn ping(&self) -> Result<(), DbErr> {
        Ok(())
    }
}

/// Listens to the migrations. One that needs rows or fails is heard as far as it comes.
pub(crate) async fn record(migrations: &[Box<dyn MigrationTrait>]) -> Record {
    let listener = Listener::default();
    let mock = MockDatabaseConnection::new(listener.clone());
    let db = DatabaseConnection::from(DatabaseConnectionType::MockDatabaseConnection(Arc::new(mock)));
    let manager = SchemaManager::new(&db);
    for migration in migrations {
        migration.up(&manager).await.ok();
    }
    drop(db);
    std::mem::take(&mut *listener.0.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Record {
    /// Says more precisely what a schema's columns hold.
    pub(crate) fn refine(&self, schema: &mut Schema) {
        for (table_name, table) in &mut schema.tables {
            for column in &mut table.columns {
                let Some(written) = self.columns.get(&(table_name.clone(), column.name.clone())) else {
                    continue;
                };
                match &column.kind {
                    Type::AnyInteger => {
                        if let Some(kind) = Type::from_postgres(written) {
                            column.kind = kind;
                        }
                    }
                    Type::Enum { .. } => {
                        let name = name(written);
                        let values = self.enums.get(&name).cloned().unwrap_or_default();
                        column.kind = Type::Enum { name, values };
                    }
                    _ => {}
                }
            }
        }
    }

    fn read(&mut self, sql: &str) {
        let sql = without_comments(sql);
        let words = tokens(&sql);
        match (words.first(), words.get(1)) {
            (create, kind) if is(create, "CREATE") && is(kind, "TABLE") => self.create_table(&words),
            (create, kind) if is(create, "CREATE") && is(kind, "TYPE") => {
                if let (Some(name_of), Some(group)) = (words.get(2), words.last()) {
                    let values = items(group).into_iter().map(name).collect();
                    self.enums.insert(name(name_of), values);
                }
            }
            (alter, kind) if is(alter, "ALTER") && is(kind, "TABLE") => self.alter_table(&words[2..]),
            _ => {}
        }
    }

    fn create_table(&mut self, words: &[&str]) {
        let Some(at) = words.iter().position(|word| word.starts_with('(')) else { return };
        let table = name(words[at - 1]);
        for text in items(words[at]) {
            if let Item::Column(column) = item(text) {
                self.column(&table, column, &tokens(text)[1..]);
            }
        }
    }

    fn alter_table(&mut self, words: &[&str]) {
        let Some(table) = words.first().map(|word| name(word)) else { return };
        for option in words[1..].split(|word| *word == ",") {
            match option {
                [add, column, rest @ ..] if is(Some(add), "ADD") && is(Some(column), "COLUMN") => {
                    if let Some((column, rest)) = rest.split_first() {
                        self.column(&table, name(column), rest);
                    }
                }
                [alter, column, of, kind, rest @ ..]
                    if is(Some(alter), "ALTER") && is(Some(column), "COLUMN") && is(Some(kind), "TYPE") =>
                {
                    self.column(&table, name(of), rest);
                }
                [rename, column, from, _, to] if is(Some(rename), "RENAME") && is(Some(column), "COLUMN") => {
                    if let Some(kind) = self.columns.remove(&(table.clone(), name(from))) {
                        self.columns.insert((table.clone(), name(to)), kind);
                    }
                }
                [rename, _, to] if is(Some(rename), "RENAME") => {
                    let moved: Vec<_> = self.columns.extract_if(|(of, _), _| *of == table).collect();
                    self.columns
                        .extend(moved.into_iter().map(|((_, column), kind)| ((name(to), column), kind)));
                }
                _ => {}
            }
        }
    }

    fn column(&mut self, table: &str, column: String, words: &[&str]) {
        if let Some(kind) = words.first() {
            self.columns.insert((table.to_owned(), column), (*kind).to_owned());
        }
    }
}
