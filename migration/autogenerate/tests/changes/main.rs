//! Changes of a schema, each from real entities to real entities: written by the generator, compiled here, and applied with
//! rows in the tables.
//!
//! The files in `golden` are what the generator writes. `AUTOGENERATE_GOLDEN=1 cargo test -p autogenerate --test changes golden`
//! makes them again; twice where the blog itself changes, for the changes begin with what is compiled.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails must fail its test")]
#![expect(unreachable_pub, reason = "migrations are public in their own crates")]
#![allow(
    dead_code,
    reason = "of an entity only its description is used: an expectation is not met by what a macro made"
)]

mod base;
mod case;
mod columns;
#[path = "../common/mod.rs"]
mod common;
mod golden;
mod keys;
mod order;
mod tables;
mod types;

use std::collections::BTreeMap;

use autogenerate::{
    commands::{Error, compare},
    diff::Operation,
    schema::{Schema, Type},
};
use sea_orm::ConnectionTrait;
use sea_orm_migration::SchemaManager;

use crate::{case::Case, common::database::TestDatabase};

fn cases() -> impl Iterator<Item = &'static Case> {
    [columns::CASES, types::CASES, keys::CASES, tables::CASES, order::CASES].into_iter().flatten()
}

#[tokio::test]
async fn golden_files_are_what_the_generator_writes() {
    let mut different = Vec::new();
    let mut blog = Case::project(&[], base::blog());
    blog.migrations.clear();
    let made = blog.make("0", "blog", &[], false).await.unwrap().unwrap();
    different.extend((!common::is_golden("changes", "blog", &made.content)).then_some("blog"));
    for case in cases() {
        let project = Case::project(&[], (case.after)());
        let title = case.name.replace('_', " ");
        let made = project.make("0", &title, &case.renames(), case.loses).await;
        let made = made.unwrap_or_else(|error| panic!("{}: {error}", case.name)).unwrap();
        different.extend((!common::is_golden("changes", case.name, &made.content)).then_some(case.name));
    }
    assert!(different.is_empty(), "{different:?}");
}

#[test]
fn no_golden_file_is_left_of_what_is_gone() {
    let known: Vec<&str> = cases().map(|case| case.name).chain(["blog"]).collect();
    common::assert_none_is_left("changes", &known);
}

#[tokio::test]
async fn what_loses_data_is_refused_until_it_is_allowed() {
    for case in cases().filter(|case| case.loses) {
        let project = Case::project(&[], (case.after)());
        let refused = project.make("0", case.name, &case.renames(), false).await;
        assert!(matches!(refused, Err(Error::Loss(_))), "{}: {refused:?}", case.name);
    }
}

common::table!(required_key = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
    pub key: Uuid,
    pub picture: Vec<u8>,
});

#[tokio::test]
async fn a_value_that_nobody_can_make_up_is_refused_until_it_is_allowed() {
    let project = Case::project(&[], case::with_user(required_key::Entity));
    let Err(Error::Loss(lines)) = project.make("0", "add key", &[], false).await else {
        panic!("it was written")
    };
    assert!(
        lines[0].contains("users.key must have a value") && lines[1].contains("users.picture"),
        "{lines:?}"
    );
    let made = project.make("0", "add key", &[], true).await.unwrap().unwrap();
    assert!(
        made.content.contains("// Loses data: users.key must have a value, and none"),
        "{}",
        made.content
    );
    assert!(!made.content.contains(".fill("), "{}", made.content);
}

#[tokio::test]
async fn nothing_is_found_twice() {
    for case in cases() {
        let project = Case::project(&[case.name], (case.after)());
        let again = project.make("0", case.name, &[], true).await.unwrap();
        assert!(again.is_none(), "{}: {again:?}", case.name);
    }
}

/// The values of all columns, by table and column.
type Rows = BTreeMap<String, BTreeMap<String, Vec<Option<String>>>>;

async fn rows(database: &TestDatabase, schema: &Schema) -> Rows {
    let mut rows = Rows::new();
    for table in schema.tables.keys() {
        rows.insert(table.clone(), database.columns(schema, table).await);
    }
    rows
}

/// What a column is called afterwards: the table and its own name.
fn renamed(case: &Case, table: &str, column: &str) -> (String, String) {
    let of = |name: &str| case.renames.iter().find_map(|rename| rename.strip_prefix(name)?.strip_prefix(':'));
    let new_table = of(table).unwrap_or(table);
    let new_column =
        of(&format!("{new_table}.{column}")).or_else(|| of(&format!("{table}.{column}"))).unwrap_or(column);
    (new_table.to_owned(), new_column.to_owned())
}

/// Whether what is in a column reads alike before and afterwards.
fn reads_alike(one: &Type, other: &Type) -> bool {
    let integer = |kind: &Type| matches!(kind, Type::Integer | Type::BigInteger | Type::AnyInteger);
    one == other
        || integer(one) && integer(other)
        || one.is_text() && other.is_text()
        || matches!((one, other), (Type::Enum { .. }, Type::Enum { .. }))
}

/// From the blog with rows to what it becomes, back, and to nothing.
async fn change(name: &str) {
    let case = cases().find(|case| case.name == name).unwrap();
    let (before, after) = (base::blog().describe().await.unwrap(), (case.after)().describe().await.unwrap());
    let (blog, migration) = (golden::migration("blog").unwrap(), golden::migration(name).unwrap());
    let database = TestDatabase::create().await;
    let backend = database.backend();
    let manager = SchemaManager::new(&database.db);
    let left = |found: &Schema, wanted: &Schema| -> Vec<String> {
        compare(found, wanted, backend).iter().map(Operation::summary).collect()
    };

    blog.up(&manager).await.unwrap();
    assert_eq!(left(&database.schema().await, &before), [""; 0], "the blog");
    for sql in base::ROWS {
        database.db.execute_unprepared(sql).await.unwrap();
    }
    for (change, stays) in [("drop_enum_value", "member"), ("drop_enum_default", "editor")] {
        if name == change {
            // Who holds a value that goes is in the way, on PostgreSQL and MySQL.
            database.db.execute_unprepared(&format!("UPDATE users SET role = '{stays}'")).await.unwrap();
        }
    }
    let first = rows(&database, &before).await;

    for round in ["first", "again"] {
        migration.up(&manager).await.unwrap_or_else(|error| panic!("up, {round}: {error}"));
        assert_eq!(left(&database.schema().await, &after), [""; 0], "up, {round}");
        let now = rows(&database, &after).await;
        for (table, columns) in &first {
            for (column, values) in columns {
                let (new_table, new_column) = renamed(case, table, column);
                let kinds = before.tables[table]
                    .column(column)
                    .zip(after.tables.get(&new_table).and_then(|table| table.column(&new_column)));
                let Some((old, new)) = kinds else { continue };
                if reads_alike(&old.kind, &new.kind) && (old.nullable == new.nullable || new.nullable) {
                    assert_eq!(&now[&new_table][&new_column], values, "{table}.{column}, up, {round}");
                }
            }
        }
        migration.down(&manager).await.unwrap_or_else(|error| panic!("down, {round}: {error}"));
        assert_eq!(left(&database.schema().await, &before), [""; 0], "down, {round}");
        let back = rows(&database, &before).await;
        if !case.loses {
            assert_eq!(back, first, "down, {round}");
        }
        for (table, columns) in &back {
            let kept = after.tables.contains_key(table);
            let count = |rows: &BTreeMap<String, Vec<_>>| rows.values().next().map_or(0, Vec::len);
            if kept {
                assert_eq!(count(columns), count(&first[table]), "{table}, down, {round}");
            }
        }
    }
    blog.down(&manager).await.unwrap();
    assert_eq!(database.schema().await, Schema::default());
    database.drop().await;
}

/// A test for each change.
macro_rules! changes {
    ($($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                change(stringify!($name)).await;
            }
        )*

        #[test]
        fn every_change_is_tested() {
            let tested = [$(stringify!($name)),*];
            let all: Vec<&str> = cases().map(|case| case.name).collect();
            assert_eq!(tested[..], all[..]);
        }
    };
}

changes! {
    add_nullable_column
    add_column_with_default
    add_required_column
    add_unique_column
    add_indexed_column
    add_quoted_default
    add_many_kinds
    add_required_kinds
    drop_column
    drop_indexed_column
    drop_unique_column
    drop_foreign_key_column
    rename_column
    rename_indexed_column
    rename_foreign_key_column
    rename_and_change_column
    add_required_unique_column
    add_required_reference
    add_long_names
    swap_columns
    rename_beside_new_index
    rename_beside_new_column
    widen_string
    narrow_string
    string_to_text
    text_to_string
    integer_to_big_integer
    big_integer_to_integer
    integer_to_double
    integer_to_string
    instant_to_date
    nullable_to_required
    required_to_nullable
    add_default
    drop_default
    change_default
    change_boolean_default
    add_enum_value
    drop_enum_value
    drop_enum
    string_of_enum
    drop_enum_default
    integer_to_required_boolean
    add_unique
    drop_unique
    unique_to_index
    add_index
    drop_index
    drop_index_of_foreign_key
    change_index_order
    add_unique_of_two
    drop_unique_of_two
    add_foreign_key
    drop_foreign_key
    change_foreign_key
    change_primary_key
    add_column_to_primary_key
    create_table
    create_table_with_text_key
    create_table_with_enum
    create_join_table
    create_tables_in_order
    create_tables_in_a_circle
    create_table_of_itself
    drop_join_table
    drop_tables
    drop_everything
    rename_table
    rename_table_and_column
    change_everything
    swap_tables
    add_keys_to_new_unique
    add_keys_in_a_circle
    add_key_to_own_unique
    create_tables_of_unique
    nullable_reference
    narrow_key
    rename_table_beside_new
    create_names_that_run_together
}
