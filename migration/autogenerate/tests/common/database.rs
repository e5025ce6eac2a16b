//! A database of a test's own, of the kind that `LECTERN_TEST_DATABASE` says (`sqlite`, `postgres`, `mariadb`).

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use autogenerate::{
    discover::discover,
    schema::{Column, Schema},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

pub(crate) struct TestDatabase {
    pub(crate) db: DatabaseConnection,
    /// The server and the database's name; none on SQLite.
    server: Option<(String, String)>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

async fn connect(url: String) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(1);
    Database::connect(options).await.unwrap()
}

impl TestDatabase {
    pub(crate) async fn create() -> Self {
        let server = match std::env::var("LECTERN_TEST_DATABASE").as_deref() {
            Ok("postgres") => std::env::var("LECTERN_TEST_POSTGRES").unwrap(),
            Ok("mariadb") => std::env::var("LECTERN_TEST_MARIADB").unwrap(),
            _ => return Self { db: connect("sqlite::memory:".to_owned()).await, server: None },
        };
        let name = format!("changes_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        admin(&server, &format!("CREATE DATABASE {name}")).await;
        Self { db: connect(format!("{server}/{name}")).await, server: Some((server, name)) }
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    pub(crate) async fn schema(&self) -> Schema {
        let found = discover(&self.db, "public").await.unwrap();
        assert_eq!(found.unknown, []);
        found.schema
    }

    pub(crate) async fn drop(self) {
        self.db.close().await.unwrap();
        if let Some((server, name)) = self.server {
            admin(&server, &format!("DROP DATABASE {name}")).await;
        }
    }

    /// What each column of a table holds, as text, in the order of the rows' first columns.
    pub(crate) async fn columns(
        &self,
        schema: &Schema,
        table: &str,
    ) -> BTreeMap<String, Vec<Option<String>>> {
        let known = &schema.tables[table];
        let order: Vec<String> = known.primary_key.iter().map(|name| self.quoted(name)).collect();
        let mut held = BTreeMap::new();
        for Column { name, .. } in &known.columns {
            let kind = if self.backend() == DbBackend::MySql { "CHAR" } else { "TEXT" };
            let sql = format!(
                "SELECT CAST({} AS {kind}) FROM {} ORDER BY {}",
                self.quoted(name),
                self.quoted(table),
                order.join(", ")
            );
            let rows = self.db.query_all_raw(Statement::from_string(self.backend(), sql)).await.unwrap();
            let values = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
            held.insert(name.clone(), values);
        }
        held
    }

    fn quoted(&self, name: &str) -> String {
        if self.backend() == DbBackend::MySql { format!("`{name}`") } else { format!("\"{name}\"") }
    }
}

async fn admin(server: &str, sql: &str) {
    let database = if server.starts_with("postgres") { "/postgres" } else { "/mysql" };
    let db = connect(format!("{server}{database}")).await;
    db.execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}
