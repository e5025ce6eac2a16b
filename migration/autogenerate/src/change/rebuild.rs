//! SQLite's table made anew.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use sea_orm_migration::{
    SchemaManager, SchemaManagerConnection,
    sea_query::{ColumnDef, ForeignKeyCreateStatement, Query, SqliteQueryBuilder, Table},
};

use super::{Step, TableChange, literal, query};
use crate::sql::{Item, is, item, split_create_table, tokens, without_comments};

pub(super) async fn run(change: &TableChange, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if let SchemaManagerConnection::Connection(pool) = db
        && pool.get_sqlite_connection_pool().options().get_max_connections() > 1
    {
        // What a pragma says is said to one connection, and of several the next statement may be another one's.
        let own = connection(pool).await?;
        let done = in_transaction(change, &SchemaManager::new(&own)).await;
        let closed = own.close().await;
        return done.and(closed);
    }
    let enforced = foreign_keys_are_enforced(db).await?;
    if enforced {
        // Does nothing within a transaction.
        db.execute_unprepared("PRAGMA foreign_keys = OFF").await?;
    }
    let done = in_transaction(change, manager).await;
    if enforced {
        let restored = db.execute_unprepared("PRAGMA foreign_keys = ON").await;
        return done.and(restored.map(drop));
    }
    done
}

/// One connection more to a pool's database, which enforces no foreign keys.
async fn connection(pool: &DatabaseConnection) -> Result<DatabaseConnection, DbErr> {
    let known = pool.get_sqlite_connection_pool().connect_options();
    let mut options = ConnectOptions::new("sqlite:");
    options.max_connections(1).map_sqlx_sqlite_opts(move |_| (*known).clone().foreign_keys(false));
    Database::connect(options).await
}

async fn foreign_keys_are_enforced(db: &SchemaManagerConnection<'_>) -> Result<bool, DbErr> {
    let rows = query(db, "PRAGMA foreign_keys").await?;
    rows.first().map_or(Ok(false), |row| row.try_get_by_index::<i32>(0).map(|on| on != 0))
}

async fn is_referred_to(db: &SchemaManagerConnection<'_>, table: &str) -> Result<bool, DbErr> {
    let sql = format!(
        "SELECT 1 FROM sqlite_master m, pragma_foreign_key_list(m.name) k \
         WHERE m.type = 'table' AND k.\"table\" = {} COLLATE NOCASE",
        literal(table)
    );
    Ok(!query(db, &sql).await?.is_empty())
}

async fn in_transaction(change: &TableChange, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let transaction = manager.begin().await?;
    let db = transaction.get_connection();
    // A transaction that began before goes on enforcing them.
    if foreign_keys_are_enforced(db).await? && is_referred_to(db, &change.table).await? {
        return Err(DbErr::Migration(format!(
            "{} cannot be made anew in this transaction: rows refer to it, and would go along. \
             `PRAGMA foreign_keys = OFF` must come before the transaction, on its connection",
            change.table
        )));
    }
    let drops = change.steps.iter().any(|step| matches!(step, Step::DropColumn(_)));
    let was_understood = drops && read_all(db, &change.table).await.is_ok();
    // What other tables' triggers and views say of this table must not be looked at while it is away.
    db.execute_unprepared("PRAGMA legacy_alter_table = ON").await?;
    let done = rebuild(change, db).await;
    let restored = db.execute_unprepared("PRAGMA legacy_alter_table = OFF").await;
    done?;
    restored?;
    if was_understood {
        read_all(db, &change.table).await?;
    }
    transaction.commit().await
}

/// Lets SQLite read all triggers and views, as it does where it drops a column itself: it says so if one names what is not there.
/// A column that is renamed, if only to its own name, makes it do so.
async fn read_all(db: &SchemaManagerConnection<'_>, table: &str) -> Result<(), DbErr> {
    let sql = format!("SELECT name FROM pragma_table_info({}) LIMIT 1", literal(table));
    for row in query(db, &sql).await? {
        let column = identifier(&row.try_get_by_index::<String>(0)?);
        let sql = format!("ALTER TABLE {} RENAME COLUMN {column} TO {column}", identifier(table));
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

async fn rebuild(change: &TableChange, db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let table = &*change.table;
    let broken = |what: &str| DbErr::Migration(format!("{table} cannot be made anew: {what}"));
    let sql = format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = {}", literal(table));
    let rows = query(db, &sql).await?;
    let sql: String = rows.first().ok_or_else(|| broken("there is no such table"))?.try_get_by_index(0)?;
    let sql = without_comments(&sql);
    let (_, items, tail) = split_create_table(&sql).ok_or_else(|| broken("its SQL is not understood"))?;
    let mut items: Vec<String> = items.into_iter().map(str::to_owned).collect();
    let before = column_names(&items);
    for step in &change.steps {
        edit(&mut items, step);
    }
    let after = column_names(&items);

    let others = format!(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = {} AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        literal(table)
    );
    let mut again: Vec<String> = Vec::new();
    for row in query(db, &others).await? {
        let (name, sql): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if !change.steps.iter().any(|step| drops_index(step, &name, &sql)) {
            again.push(sql);
        }
    }
    let sequence = sequence(db, table).await?;
    let violations_before = violations(db).await?;

    let (old, new) = (identifier(table), identifier(&format!("{table}_anew")));
    db.execute_unprepared(&format!("CREATE TABLE {new} ({}){tail}", items.join(", "))).await?;
    let mut targets = Vec::new();
    let mut sources = Vec::new();
    for column in &after {
        let fill = change.fill_of(column).map(|value| {
            let sql = Query::select().expr(value.clone()).to_string(SqliteQueryBuilder);
            sql.strip_prefix("SELECT ").unwrap_or(&sql).to_owned()
        });
        let source = match (before.contains(column), fill) {
            (true, Some(fill)) => format!("COALESCE({}, {fill})", identifier(column)),
            (true, None) => identifier(column),
            (false, Some(fill)) => fill,
            // The column's own default, or null.
            (false, None) => continue,
        };
        targets.push(identifier(column));
        sources.push(source);
    }
    if !targets.is_empty() {
        let (targets, sources) = (targets.join(", "), sources.join(", "));
        db.execute_unprepared(&format!("INSERT INTO {new} ({targets}) SELECT {sources} FROM {old}")).await?;
    }
    db.execute_unprepared(&format!("DROP TABLE {old}")).await?;
    db.execute_unprepared(&format!("ALTER TABLE {new} RENAME TO {old}")).await?;
    for sql in again {
        db.execute_unprepared(&sql).await?;
    }
    if let Some(sequence) = sequence {
        // Numbers of rows that are gone are not given again.
        let name = literal(table);
        db.execute_unprepared(&format!("DELETE FROM sqlite_sequence WHERE name = {name}")).await?;
        let sql = format!("INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {sequence})");
        db.execute_unprepared(&sql).await?;
    }
    if violations(db).await? > violations_before {
        return Err(broken("rows would refer to what is not there"));
    }
    Ok(())
}

/// How many rows of all tables refer to what is not there.
async fn violations(db: &SchemaManagerConnection<'_>) -> Result<i64, DbErr> {
    let rows = query(db, "SELECT count(*) FROM pragma_foreign_key_check").await?;
    rows.first().map_or(Ok(0), |row| row.try_get_by_index(0))
}

async fn sequence(db: &SchemaManagerConnection<'_>, table: &str) -> Result<Option<i64>, DbErr> {
    if query(db, "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").await?.is_empty() {
        return Ok(None);
    }
    let sql = format!("SELECT seq FROM sqlite_sequence WHERE name = {}", literal(table));
    query(db, &sql).await?.first().map(|row| row.try_get_by_index(0)).transpose()
}

fn identifier(name: &str) -> String {
    super::quoted(sea_orm::DbBackend::Sqlite, name)
}

/// The columns that rows say something of: what is generated cannot be said.
fn column_names(items: &[String]) -> Vec<String> {
    let generated = |text: &str| tokens(text).iter().skip(1).any(|word| word.eq_ignore_ascii_case("AS"));
    let names = items.iter().filter_map(|text| match item(text) {
        Item::Column(name) if !generated(text) => Some(name),
        _ => None,
    });
    names.collect()
}

fn drops_index(step: &Step, name_of: &str, sql: &str) -> bool {
    match step {
        Step::DropIndex(name) => name == name_of,
        Step::DropUnique(columns) => {
            let words = tokens(sql);
            // What follows the columns is a condition: that index is another one.
            is(words.get(1), "UNIQUE")
                && words
                    .last()
                    .filter(|word| word.starts_with('('))
                    .is_some_and(|group| crate::sql::names(group) == *columns)
        }
        _ => false,
    }
}

/// What sea-query writes for one item of a `CREATE TABLE`.
fn written(table: &mut sea_orm_migration::sea_query::TableCreateStatement) -> String {
    let sql = table.table("t").to_string(SqliteQueryBuilder);
    split_create_table(&sql)
        .and_then(|(_, items, _)| items.first().map(|item| (*item).to_owned()))
        .unwrap_or_default()
}

fn column_sql(column: &ColumnDef) -> String {
    written(Table::create().col(column.clone()))
}

fn key_sql(key: &ForeignKeyCreateStatement) -> String {
    written(Table::create().foreign_key(&mut key.clone()))
}

fn edit(items: &mut Vec<String>, step: &Step) {
    let is_column = |text: &String, name: &str| item(text) == Item::Column(name.to_owned());
    match step {
        Step::DropForeignKey(columns) => {
            items.retain(|text| item(text) != Item::ForeignKey(columns.clone()));
            edit_columns(items, columns, |clause| is(clause.first(), "REFERENCES"));
        }
        Step::DropUnique(columns) => {
            items.retain(|text| item(text) != Item::Unique(columns.clone()));
            edit_columns(items, columns, |clause| is(clause.first(), "UNIQUE"));
        }
        Step::DropIndex(_) => {}
        Step::AddColumn(column) => {
            // Columns come before everything else.
            let place =
                items.iter().rposition(|text| matches!(item(text), Item::Column(_))).map_or(0, |at| at + 1);
            items.insert(place, column_sql(column));
        }
        // SQLite has one type that counts itself up.
        Step::ChangeColumn(column) if column.get_column_spec().auto_increment => {}
        Step::ChangeColumn(column) => {
            let name = column.get_column_name();
            if let Some(text) = items.iter_mut().find(|text| is_column(text, &name)) {
                let kept = clauses(text).into_iter().filter(|clause| !is_replaced(clause)).flatten();
                let kept: Vec<&str> = kept.collect();
                *text = format!("{} {}", column_sql(column), kept.join(" ")).trim_end().to_owned();
            }
        }
        Step::PrimaryKey(columns) => {
            let all = column_names(items);
            items.retain(|text| item(text) != Item::PrimaryKey);
            for column in &all {
                edit_columns(items, std::slice::from_ref(column), |clause| is(clause.first(), "PRIMARY"));
            }
            let list = columns.iter().map(|column| identifier(column)).collect::<Vec<_>>().join(", ");
            if !columns.is_empty() {
                items.push(format!("PRIMARY KEY ({list})"));
            }
        }
        Step::DropColumn(name) => items.retain(|text| !is_column(text, name)),
        Step::AddForeignKey(key) => items.push(key_sql(key)),
    }
}

/// Takes clauses out of the definition of a key's only column.
fn edit_columns(items: &mut [String], columns: &[String], goes: impl Fn(&[&str]) -> bool) {
    let [column] = columns else { return };
    for text in items.iter_mut().filter(|text| item(text) == Item::Column(column.clone())) {
        let kept: Vec<&str> = clauses(text).into_iter().filter(|clause| !goes(clause)).flatten().collect();
        *text = kept.join(" ");
    }
}

/// The words that a constraint of a column begins with.
const CONSTRAINTS: [&str; 11] = [
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
];

/// The definition of a column in parts: its name and type, and each of its constraints.
fn clauses(text: &str) -> Vec<Vec<&str>> {
    let mut clauses: Vec<Vec<&str>> = vec![Vec::new()];
    let mut words = tokens(text).into_iter().peekable();
    while let Some(word) = words.next() {
        let last = clauses.last().map(Vec::as_slice).unwrap_or_default();
        let named = last.len() == 2 && is(last.first(), "CONSTRAINT");
        let begins = CONSTRAINTS.iter().any(|known| word.eq_ignore_ascii_case(known))
            && !is(words.peek(), "DEFERRABLE")
            && !is(last.first(), "GENERATED");
        if begins && !clauses[0].is_empty() && !named {
            clauses.push(Vec::new());
        }
        let Some(clause) = clauses.last_mut() else { continue };
        clause.push(word);
        // ON DELETE SET NULL: what follows begins nothing. NOT NULL is one.
        if word.eq_ignore_ascii_case("SET") || word.eq_ignore_ascii_case("NOT") {
            clause.extend(words.next());
        }
    }
    clauses
}

/// What a column's new definition says anew: its name and type, NOT NULL, DEFAULT.
fn is_replaced(clause: &[&str]) -> bool {
    let kept = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "COLLATE", "REFERENCES", "GENERATED", "AS"];
    !kept.iter().any(|known| is(clause.first(), known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_column_keeps_what_is_not_said_anew() {
        let mut items = vec![
            "\"a\" varchar(3) NOT NULL DEFAULT 'x' COLLATE nocase UNIQUE REFERENCES t (b) ON DELETE SET NULL CHECK (a > 'b')"
                .to_owned(),
        ];
        edit(&mut items, &Step::ChangeColumn(ColumnDef::new("a").string_len(5).take()));
        assert_eq!(
            items,
            ["\"a\" varchar(5) COLLATE nocase UNIQUE REFERENCES t (b) ON DELETE SET NULL CHECK (a > 'b')"]
        );
        edit(&mut items, &Step::DropUnique(vec!["a".to_owned()]));
        edit(&mut items, &Step::DropForeignKey(vec!["a".to_owned()]));
        assert_eq!(items, ["\"a\" varchar (5) COLLATE nocase CHECK (a > 'b')"]);
    }
}
