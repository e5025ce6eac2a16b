//! A database as text: its tables, their columns and all rows, to compare two moments.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Asks for one column of text.
pub async fn texts(db: &impl ConnectionTrait, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("a text")).collect()
}

/// The names of all tables, sorted; on SQLite with those that its full-text index is made of.
pub async fn tables(db: &impl ConnectionTrait) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        DbBackend::Postgres => {
            "SELECT CAST(table_name AS text) FROM information_schema.tables WHERE table_schema = current_schema()"
        }
        _ => "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
    };
    let mut tables = texts(db, sql).await;
    tables.sort();
    tables
}

/// The names of a table's columns, sorted.
pub async fn columns(db: &impl ConnectionTrait, table: &str) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        DbBackend::Postgres => format!(
            "SELECT CAST(column_name AS text) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}'"
        ),
        _ => format!(
            "SELECT column_name FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}'"
        ),
    };
    let mut columns = texts(db, &sql).await;
    columns.sort();
    columns
}

/// All rows of all tables, each as text, sorted.
pub async fn rows(db: &impl ConnectionTrait) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in tables(db).await {
        let columns = columns(db, &table).await;
        let each = |before: &str, after: &str, between: &str| {
            let quoted: Vec<_> = columns.iter().map(|column| format!("{before}{column}{after}")).collect();
            quoted.join(between)
        };
        let sql = match db.get_database_backend() {
            DbBackend::Sqlite => format!("SELECT {} FROM {table}", each("quote(\"", "\")", " || ', ' || ")),
            DbBackend::Postgres => format!("SELECT CAST(t AS text) FROM {table} t"),
            _ => {
                let quoted = each("QUOTE(CAST(`", "` AS CHAR CHARACTER SET utf8mb4))", ", ");
                format!("SELECT CONCAT_WS(', ', {quoted}) FROM {table}")
            }
        };
        let mut rows = texts(db, &sql).await;
        rows.sort();
        all.insert(table, rows);
    }
    all
}
