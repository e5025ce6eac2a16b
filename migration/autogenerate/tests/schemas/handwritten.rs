//! Tables that the generator did not write: keys without names of ours, and what no description knows.

use autogenerate::{
    TableChange,
    schema::{Table, Type},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement, TransactionTrait};
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::common::database::TestDatabase;

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
}

async fn execute(db: &DatabaseConnection, statements: &[&str]) {
    for sql in statements {
        db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// A parent and a child, with keys as whoever wrote them named them.
async fn family(db: &DatabaseConnection) {
    execute(
        db,
        &[
            "CREATE TABLE parents (id integer PRIMARY KEY NOT NULL, name varchar(20) NOT NULL UNIQUE)",
            "CREATE TABLE children (id integer PRIMARY KEY NOT NULL, parent_id integer NOT NULL, nick varchar(20), \
             CONSTRAINT of_a_kind UNIQUE (parent_id, nick), \
             CONSTRAINT whose FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE CASCADE)",
            "INSERT INTO parents (id, name) VALUES (1, 'ada'), (2, 'bo')",
            "INSERT INTO children (id, parent_id, nick) VALUES (1, 1, 'c'), (2, 1, 'd'), (3, 2, 'c')",
        ],
    )
    .await;
}

async fn table(database: &TestDatabase, name: &str) -> Table {
    database.schema().await.tables.remove(name).unwrap()
}

#[tokio::test]
async fn keys_are_found_by_their_columns() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    family(db).await;
    let manager = SchemaManager::new(db);
    let change =
        || TableChange::of("children").drop_foreign_key(&["parent_id"]).drop_unique(&["parent_id", "nick"]);
    change().run(&manager).await.unwrap();
    TableChange::of("parents").drop_unique(&["name"]).run(&manager).await.unwrap();
    let (parents, children) = (table(&database, "parents").await, table(&database, "children").await);
    assert_eq!((parents.indexes.len(), children.foreign_keys.len()), (0, 0));
    assert!(!children.indexes.iter().any(|index| index.unique), "{children:?}");
    assert_eq!(rows(db, "SELECT id FROM children").await.len(), 3);
    // What is gone already is passed over.
    change().run(&manager).await.unwrap();

    // And back, to be found once more, now by other names.
    let key = ForeignKey::create()
        .name("other")
        .from("children", "parent_id")
        .to("parents", "id")
        .on_delete(ForeignKeyAction::SetNull)
        .to_owned();
    let column = || ColumnDef::new("parent_id").integer().take();
    TableChange::of("children").change_column(column()).add_foreign_key(&key).run(&manager).await.unwrap();
    db.execute_unprepared("DELETE FROM parents WHERE id = 2").await.unwrap();
    assert_eq!(rows(db, "SELECT id FROM children WHERE parent_id IS NULL").await.len(), 1);
    TableChange::of("children").drop_foreign_key(&["parent_id"]).run(&manager).await.unwrap();
    assert_eq!(table(&database, "children").await.foreign_keys, []);
    database.drop().await;
}

#[tokio::test]
async fn rows_without_a_value_get_one() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    family(db).await;
    db.execute_unprepared("UPDATE children SET nick = NULL WHERE id = 3").await.unwrap();
    TableChange::of("children")
        .change_column(ColumnDef::new("nick").string_len(30).not_null())
        .fill("nick", "it's new")
        .add_column(ColumnDef::new("born_on").date().not_null())
        .fill("born_on", "2020-02-29")
        .run(&SchemaManager::new(db))
        .await
        .unwrap();
    let found =
        rows(db, "SELECT nick FROM children WHERE nick = 'it''s new' AND born_on = '2020-02-29'").await;
    assert_eq!(found.len(), 1);
    assert_eq!(rows(db, "SELECT nick FROM children WHERE born_on = '2020-02-29'").await.len(), 3);
    let born_on = table(&database, "children").await.column("born_on").cloned().unwrap();
    assert_eq!((born_on.nullable, born_on.default), (false, None));
    database.drop().await;
}

#[tokio::test]
async fn a_column_that_a_trigger_or_view_names_does_not_go() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    if database.backend() != DbBackend::Sqlite {
        return database.drop().await;
    }
    let manager = SchemaManager::new(db);
    let schema = "SELECT sql FROM sqlite_master ORDER BY name";
    let texts = async || -> Vec<String> {
        rows(db, schema).await.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect()
    };
    // With a change that a table must be made anew for.
    let change = || {
        TableChange::of("things")
            .drop_column("name")
            .change_column(ColumnDef::new("size").big_integer().not_null())
    };
    execute(
        db,
        &[
            "CREATE TABLE things (id integer PRIMARY KEY, name text, size integer)",
            "CREATE TABLE log (line text)",
        ],
    )
    .await;
    for names_it in [
        "CREATE TRIGGER names AFTER UPDATE ON things BEGIN INSERT INTO log VALUES (old.name); END",
        "CREATE TRIGGER names AFTER INSERT ON log BEGIN DELETE FROM things WHERE name = new.line; END",
        "CREATE VIEW names AS SELECT name FROM things",
    ] {
        execute(db, &[names_it]).await;
        let before = texts().await;
        let error = change().run(&manager).await.unwrap_err().to_string();
        assert!(error.contains("names"), "{names_it}: {error}");
        assert_eq!(texts().await, before, "{names_it}");
        execute(db, &[if names_it.contains("VIEW") { "DROP VIEW names" } else { "DROP TRIGGER names" }])
            .await;
    }
    // What nobody can read already is in nobody's way.
    execute(db, &["CREATE VIEW lost AS SELECT missing FROM nowhere"]).await;
    change().run(&manager).await.unwrap();
    assert!(texts().await.iter().any(|sql| sql.contains("things") && !sql.contains("name")));
    database.drop().await;
}

#[tokio::test]
async fn sqlites_table_keeps_all_that_was_not_changed() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    if database.backend() != DbBackend::Sqlite {
        return database.drop().await;
    }
    execute(
        db,
        &[
            "CREATE TABLE log (line text)",
            "CREATE TABLE things ( -- with a note, and a comma\n id integer NOT NULL PRIMARY KEY AUTOINCREMENT, \
             name varchar(9) COLLATE nocase CHECK (name <> 'x, y'), size integer NOT NULL DEFAULT 3, \
             half integer GENERATED ALWAYS AS (size / 2) STORED, parent_id integer REFERENCES things (id) ON DELETE CASCADE, \
             CHECK (size > 0))",
            "CREATE INDEX large_things ON things (size) WHERE size > 100",
            "CREATE INDEX lower_things ON things (lower(name))",
            "CREATE TRIGGER things_gone AFTER DELETE ON things BEGIN INSERT INTO log VALUES (old.name); END",
            "CREATE VIEW thing_names AS SELECT name FROM things",
            "CREATE TRIGGER log_gone AFTER DELETE ON log BEGIN DELETE FROM things WHERE name = old.line; END",
            "INSERT INTO things (id, name, parent_id) VALUES (1, 'a', NULL), (2, 'b', 1), (9, 'gone', NULL)",
            "DELETE FROM things WHERE id = 9",
        ],
    )
    .await;
    let change = || {
        TableChange::of("things").change_column(ColumnDef::new("size").big_integer().not_null().default(4))
    };
    change().run(&SchemaManager::new(db)).await.unwrap();

    assert_eq!(
        rows(db, "SELECT name FROM things WHERE half = 1").await.len(),
        2,
        "rows and what is generated"
    );
    assert_eq!(rows(db, "SELECT line FROM log").await.len(), 1, "no trigger was set off");
    for name in ["large_things", "lower_things", "things_gone", "log_gone", "thing_names"] {
        let sql = format!("SELECT name FROM sqlite_master WHERE name = '{name}'");
        assert_eq!(rows(db, &sql).await.len(), 1, "{name}");
    }
    execute(db, &["INSERT INTO things (name) VALUES ('c')"]).await;
    let id: i64 =
        rows(db, "SELECT id FROM things WHERE name = 'C' AND size = 4").await[0].try_get_by_index(0).unwrap();
    assert_eq!(id, 10, "numbers are not given twice, and letters compare as before");
    for refused in [
        "INSERT INTO things (name) VALUES ('x, y')",
        "INSERT INTO things (size) VALUES (0)",
        "INSERT INTO things (parent_id) VALUES (77)",
    ] {
        assert!(db.execute_unprepared(refused).await.is_err(), "{refused}");
    }
    execute(db, &["DELETE FROM things WHERE id = 1"]).await;
    assert_eq!(rows(db, "SELECT id FROM things").await.len(), 1, "foreign keys are enforced again");

    // In a transaction that enforces foreign keys the old table's rows would take others along.
    let transaction = db.begin().await.unwrap();
    let refused = change().run(&SchemaManager::new(&transaction)).await.unwrap_err();
    assert!(refused.to_string().contains("PRAGMA foreign_keys = OFF"), "{refused}");
    transaction.rollback().await.unwrap();
    database.drop().await;
}

/// As a project has it whose texts may be long on MySQL too.
fn long_text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::MySql => column.custom("longtext"),
        _ => column.text(),
    };
    column.not_null().take()
}

#[tokio::test]
async fn a_long_text_stays_long_when_it_may_be_null_or_has_a_default() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    let manager = SchemaManager::new(db);
    let mut table = sea_orm_migration::sea_query::Table::create();
    table.table("notes").col(ColumnDef::new("id").integer().not_null().primary_key());
    manager.create_table(table.col(long_text(&manager, "body")).take()).await.unwrap();
    let column = long_text(&manager, "body").null().take();
    TableChange::of("notes").change_column(column).run(&manager).await.unwrap();
    db.execute_unprepared("INSERT INTO notes (id, body) VALUES (1, NULL)").await.unwrap();
    let column = long_text(&manager, "body").null().default("it's").take();
    TableChange::of("notes").change_column(column).run(&manager).await.unwrap();
    db.execute_unprepared("INSERT INTO notes (id) VALUES (2)").await.unwrap();
    let found = rows(db, "SELECT id FROM notes WHERE body = 'it''s' OR body IS NULL").await;
    assert_eq!(found.len(), 2);
    if database.backend() == DbBackend::MySql {
        let sql = "SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() \
                   AND table_name = 'notes' AND column_name = 'body' AND data_type = 'longtext'";
        assert_eq!(rows(db, sql).await.len(), 1);
    }
    database.drop().await;
}

#[tokio::test]
async fn truth_becomes_a_number_and_truth_again() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    let manager = SchemaManager::new(db);
    execute(
        db,
        &[
            "CREATE TABLE flags (id integer PRIMARY KEY NOT NULL, is_on boolean NOT NULL DEFAULT TRUE)",
            "INSERT INTO flags (id, is_on) VALUES (1, TRUE), (2, FALSE)",
        ],
    )
    .await;
    let column = || ColumnDef::new("is_on").not_null().take();
    for number in [
        column().big_integer().default(1).take(),
        column().small_integer().take(),
        column().double().take(),
        column().decimal_len(10, 2).take(),
        column().integer().take(),
    ] {
        let change = |column: ColumnDef| TableChange::of("flags").change_column(column);
        change(number).run(&manager).await.unwrap();
        for (id, value) in [(1, 1), (2, 0)] {
            let found = rows(db, &format!("SELECT id FROM flags WHERE is_on = {value} AND id = {id}")).await;
            assert_eq!(found.len(), 1);
        }
        change(column().boolean().default(true).take()).run(&manager).await.unwrap();
        for (id, value) in [(1, "TRUE"), (2, "FALSE")] {
            let found = rows(db, &format!("SELECT id FROM flags WHERE is_on = {value} AND id = {id}")).await;
            assert_eq!(found.len(), 1);
        }
    }
    database.drop().await;
}

#[tokio::test]
async fn sqlites_rows_stay_where_other_connections_enforce_keys() {
    let database = TestDatabase::create().await;
    let backend = database.backend();
    database.drop().await;
    if backend != DbBackend::Sqlite {
        return;
    }
    let file = std::env::temp_dir().join(format!("connections_{}.db", std::process::id()));
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    options.sqlx_logging(false).max_connections(2);
    let db = &sea_orm::Database::connect(options).await.unwrap();
    family(db).await;
    // Two connections, which are used in turn.
    let (one, other) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    one.rollback().await.unwrap();
    other.rollback().await.unwrap();
    for length in [30, 40] {
        let column = ColumnDef::new("name").string_len(length).not_null().take();
        TableChange::of("parents").change_column(column).run(&SchemaManager::new(db)).await.unwrap();
        assert_eq!(rows(db, "SELECT id FROM children").await.len(), 3);
    }
    let (one, other) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    for connection in [one, other] {
        let refused =
            connection.execute_unprepared("INSERT INTO children (id, parent_id) VALUES (9, 9)").await;
        assert!(refused.is_err(), "both go on enforcing keys");
        connection.rollback().await.unwrap();
    }
    db.close_by_ref().await.unwrap();
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn sqlites_other_tables_may_not_lose_what_they_refer_to() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    if database.backend() != DbBackend::Sqlite {
        return database.drop().await;
    }
    execute(
        db,
        &[
            "CREATE TABLE codes (id integer PRIMARY KEY NOT NULL, code varchar(5) UNIQUE)",
            "CREATE TABLE uses (id integer PRIMARY KEY NOT NULL, code integer REFERENCES codes (code))",
            "INSERT INTO codes (id, code) VALUES (1, '1')",
            "INSERT INTO uses (id, code) VALUES (1, 1)",
        ],
    )
    .await;
    let manager = SchemaManager::new(db);
    // A text is not the same as a number where nothing says that they are to be compared as texts.
    let change = || TableChange::of("codes").change_column(ColumnDef::new("code").blob()).run(&manager);
    let refused = change().await.unwrap_err();
    assert!(refused.to_string().contains("refer to what is not there"), "{refused}");
    assert_eq!(table(&database, "codes").await.column("code").unwrap().kind, Type::String(Some(5)));

    // What was wrong before is not held against the change.
    execute(
        db,
        &[
            "PRAGMA foreign_keys = OFF",
            "INSERT INTO uses (id, code) VALUES (2, 7)",
            "PRAGMA foreign_keys = ON",
        ],
    )
    .await;
    let wider = ColumnDef::new("code").string_len(9).take();
    TableChange::of("codes").change_column(wider).run(&manager).await.unwrap();
    TableChange::of("uses").add_column(ColumnDef::new("note").text()).run(&manager).await.unwrap();
    assert!(change().await.is_err());
    database.drop().await;
}

/// What a column of numbers holds, in the order of the rows.
async fn numbers(db: &DatabaseConnection, column: &str) -> Vec<i32> {
    let found = rows(db, &format!("SELECT {column} FROM children ORDER BY id")).await;
    found.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test]
async fn rows_get_a_reference_or_what_differs() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    family(db).await;
    execute(db, &["CREATE TABLE gods (id integer PRIMARY KEY NOT NULL)"]).await;
    let manager = SchemaManager::new(db);
    let required = |name: &'static str| ColumnDef::new(name).integer().not_null().take();
    let refers = |change: TableChange, name: &'static str, table: &'static str| {
        let key =
            ForeignKey::create().name(format!("fk_{name}")).from("children", name).to(table, "id").take();
        change.fill_reference(name, table, "id").add_foreign_key(&key)
    };
    let added = |name: &'static str, table: &'static str| {
        refers(TableChange::of("children").add_column(required(name)), name, table)
    };
    added("patron_id", "parents").run(&manager).await.unwrap();
    assert_eq!(numbers(db, "patron_id").await, [1, 1, 1]);
    added("twin_id", "children").run(&manager).await.unwrap();
    assert_eq!(numbers(db, "twin_id").await, [1, 1, 1]);
    let number = TableChange::of("children").add_column(required("number")).fill("number", Expr::col("id"));
    number.run(&manager).await.unwrap();
    assert_eq!(numbers(db, "number").await, [1, 2, 3]);

    let refused = added("god_id", "gods").run(&manager).await.unwrap_err();
    assert!(
        refused.to_string().contains("the rows of children must refer to one of gods with children.god_id"),
        "{refused}"
    );
    assert!(table(&database, "children").await.column("god_id").is_none());
    // Who has a god, or no rows, needs none.
    TableChange::of("children").add_column(ColumnDef::new("god_id").integer()).run(&manager).await.unwrap();
    execute(db, &["INSERT INTO gods (id) VALUES (7)", "UPDATE children SET god_id = 7 WHERE id = 2"]).await;
    let changed = TableChange::of("children").change_column(required("god_id"));
    refers(changed, "god_id", "gods").run(&manager).await.unwrap();
    assert_eq!(numbers(db, "god_id").await, [7, 7, 7]);
    database.drop().await;
}

#[tokio::test]
async fn what_is_made_of_a_column_is_made_again() {
    let database = TestDatabase::create().await;
    let db = &database.db;
    // Only MySQL wants more of an expression's type; there a column may change under it.
    let upper = if database.backend() == DbBackend::MySql { "varchar(80)" } else { "text" };
    execute(
        db,
        &[
            "CREATE TABLE words (id integer PRIMARY KEY NOT NULL, word varchar(20) NOT NULL, other varchar(20))",
            &format!("ALTER TABLE words ADD COLUMN loud {upper} GENERATED ALWAYS AS (upper(word)) {}",
                if database.backend() == DbBackend::Sqlite { "VIRTUAL" } else { "STORED" }),
            "CREATE INDEX idx_words_loud ON words (loud, other)",
            "CREATE INDEX idx_words_other ON words (other)",
            "INSERT INTO words (id, word) VALUES (1, 'a'), (2, 'b')",
        ],
    )
    .await;
    if database.backend() == DbBackend::Postgres {
        execute(
            db,
            &[
                "ALTER TABLE words ADD CONSTRAINT loud_ones UNIQUE (loud)",
                "ALTER TABLE words ADD CONSTRAINT short_ones CHECK (length(loud) < 9)",
            ],
        )
        .await;
    }
    let column = ColumnDef::new("word").string_len(40).not_null().default("x").take();
    TableChange::of("words").change_column(column).run(&SchemaManager::new(db)).await.unwrap();
    execute(db, &["INSERT INTO words (id) VALUES (3)", "UPDATE words SET word = 'c' WHERE id = 2"]).await;
    let found = rows(db, "SELECT loud FROM words ORDER BY id").await;
    let loud: Vec<String> = found.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(loud, ["A", "C", "X"]);
    let words =
        autogenerate::discover::discover(db, "public").await.unwrap().schema.tables.remove("words").unwrap();
    assert_eq!(words.column("word").unwrap().kind, Type::String(Some(40)));
    for columns in [&["loud", "other"][..], &["other"]] {
        assert!(words.indexes.iter().any(|index| index.columns == columns && !index.unique), "{words:?}");
    }
    if database.backend() == DbBackend::Postgres {
        for refused in ["'C'", "'123456789'"] {
            let sql = format!("INSERT INTO words (id, word) VALUES (4, {refused})");
            assert!(db.execute_unprepared(&sql).await.is_err(), "{refused}");
        }
    }
    database.drop().await;
}
