//! Changes of other schemas than the blog's, both sides of them entities: what somebody found by trying.

use autogenerate::{Entities, Style, commands::compare, diff::Operation, schema::Schema};
use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::SchemaManager;

use crate::{common::database::TestDatabase, entities::*, golden};

/// A change.
struct Pair {
    name: &'static str,
    /// The migration of what it begins with, which others may begin with too.
    first: &'static str,
    before: fn() -> Entities,
    after: fn() -> Entities,
    /// What `--rename` says.
    renames: &'static [&'static str],
    /// What is in the tables before.
    rows: &'static [&'static str],
    /// What can be done afterwards, and is undone again.
    then: &'static [&'static str],
}

macro_rules! entities {
    ($($entity:ident),*) => { Entities::new()$(.with($entity::Entity))* };
}

const TWO: &str = "INSERT INTO customers (id, name) VALUES (1, 'a'), (2, 'b')";

const PAIRS: &[Pair] = &[
    Pair {
        name: "drop_plain_key",
        first: "first_customer_order",
        before: || entities![customer, order],
        after: || entities![customer, order_without_key],
        renames: &[],
        rows: &[TWO, "INSERT INTO orders (id, customer_id) VALUES (1, 1)"],
        then: &[],
    },
    Pair {
        name: "drop_one_of_two_keys",
        first: "first_customer_person_order_of_two",
        before: || entities![customer, person, order_of_two],
        after: || entities![customer, person, order_of_one],
        renames: &[],
        rows: &[
            TWO,
            "INSERT INTO people (id, name) VALUES (1, 'a')",
            "INSERT INTO orders (id, customer_id) VALUES (1, 1)",
        ],
        then: &[],
    },
    Pair {
        name: "change_key_that_others_refer_to",
        first: "first_country_city",
        before: || entities![country, city],
        after: || entities![country_by_iso, city_of_iso],
        renames: &[],
        rows: &[
            "INSERT INTO countries (code, iso) VALUES ('de', 'deu'), ('fr', 'fra')",
            "INSERT INTO cities (id, country) VALUES (1, 'fr')",
        ],
        then: &[],
    },
    Pair {
        name: "widen_key_to_itself",
        first: "first_category",
        before: || entities![category],
        after: || entities![wide_category],
        renames: &[],
        rows: &[
            "INSERT INTO `Category` (`order`, parent_id) VALUES (5, NULL)",
            "INSERT INTO `Category` (`order`, parent_id) VALUES (6, 1)",
        ],
        then: &[
            "INSERT INTO `Category` (`order`, parent_id) VALUES (7, 2)",
            "DELETE FROM `Category` WHERE `order` = 7",
        ],
    },
    Pair {
        name: "widen_keys_in_a_circle",
        first: "first_team_worker",
        before: || entities![team, worker],
        after: || entities![wide_team, wide_worker],
        renames: &[],
        rows: &[
            "INSERT INTO teams (lead_id) VALUES (NULL)",
            "INSERT INTO workers (team_id) VALUES (1)",
            "UPDATE teams SET lead_id = 1",
        ],
        then: &["INSERT INTO workers (team_id) VALUES (1)", "DELETE FROM workers WHERE id > 1"],
    },
    Pair {
        name: "change_key_of_two_columns",
        first: "first_bill_item",
        before: || entities![bill, item],
        after: || entities![wide_bill, wide_item],
        renames: &["bills.number:nr", "items.bill:bill_nr"],
        rows: &[
            "INSERT INTO bills (id, tenant, number) VALUES (1, 1, 1)",
            "INSERT INTO items (id, tenant, bill) VALUES (1, 1, 1)",
        ],
        then: &[],
    },
    Pair {
        name: "rename_all",
        first: "first_mailed_customer_mailed_order",
        before: || entities![mailed_customer, mailed_order],
        after: || entities![client, purchase],
        renames: &[
            "customers:clients",
            "orders:purchases",
            "clients.id:key",
            "clients.email:mail",
            "purchases.customer_id:client_id",
        ],
        rows: &["INSERT INTO customers (email) VALUES ('a')", "INSERT INTO orders (customer_id) VALUES (1)"],
        then: &[
            "INSERT INTO purchases (client_id) VALUES (1)",
            "DELETE FROM purchases WHERE id > 1",
            "UPDATE clients SET email = mail",
        ],
    },
    Pair {
        name: "add_value_of_key",
        first: "first_kind_member",
        before: || entities![kind, member],
        after: || entities![more_kind, more_member],
        renames: &[],
        rows: &["INSERT INTO kinds (kind) VALUES ('a'), ('b')", "INSERT INTO members (kind) VALUES ('b')"],
        then: &[],
    },
    Pair {
        name: "require_reference",
        first: "first_customer_loose_order",
        before: || entities![customer, loose_order],
        after: || entities![customer, strict_order],
        renames: &[],
        rows: &[TWO, "INSERT INTO orders (id, customer_id) VALUES (1, 2), (2, NULL)"],
        then: &[],
    },
    Pair {
        name: "unique_reference_to_plain",
        first: "first_customer_profile_alone",
        before: || entities![customer, profile_alone],
        after: || entities![customer, profile],
        renames: &[],
        rows: &[TWO, "INSERT INTO profiles (customer_id) VALUES (1)"],
        then: &["INSERT INTO profiles (customer_id) VALUES (1)", "DELETE FROM profiles WHERE id > 1"],
    },
    Pair {
        name: "unique_reference_to_indexed",
        first: "first_customer_profile_alone",
        before: || entities![customer, profile_alone],
        after: || entities![customer, profile_indexed],
        renames: &[],
        rows: &[TWO, "INSERT INTO profiles (customer_id) VALUES (1)"],
        then: &["INSERT INTO profiles (customer_id) VALUES (1)", "DELETE FROM profiles WHERE id > 1"],
    },
    Pair {
        name: "indexed_reference_to_unique",
        first: "first_customer_profile_indexed",
        before: || entities![customer, profile_indexed],
        after: || entities![customer, profile_alone],
        renames: &[],
        rows: &[TWO, "INSERT INTO profiles (customer_id) VALUES (1)"],
        then: &[],
    },
    Pair {
        name: "drop_column_unique_with_reference",
        first: "first_customer_note_alone",
        before: || entities![customer, note_alone],
        after: || entities![customer, note_without_number],
        renames: &[],
        rows: &[TWO, "INSERT INTO notes (customer_id, number) VALUES (1, 1)"],
        then: &[],
    },
    Pair {
        name: "drop_unique_with_reference",
        first: "first_customer_note_alone",
        before: || entities![customer, note_alone],
        after: || entities![customer, note],
        renames: &[],
        rows: &[TWO, "INSERT INTO notes (customer_id, number) VALUES (1, 1)"],
        then: &["INSERT INTO notes (customer_id, number) VALUES (1, 1)", "DELETE FROM notes WHERE id > 1"],
    },
    Pair {
        name: "refer_to_another_column",
        first: "first_customer_by_mail_order_by_mail",
        before: || entities![customer_by_mail, order_by_mail],
        after: || entities![customer_by_id, order_by_id],
        renames: &[],
        rows: &["INSERT INTO customers (email) VALUES ('a')"],
        then: &[],
    },
    Pair {
        name: "rename_in_case_only",
        first: "first_capital_thing",
        before: || entities![capital_thing],
        after: || entities![thing],
        renames: &["Things:things"],
        rows: &["INSERT INTO `Things` (user_name) VALUES ('x')"],
        then: &["UPDATE things SET user_name = 'x'"],
    },
    Pair {
        name: "drop_wide_index_with_reference",
        first: "first_customer_note_indexed",
        before: || {
            let columns = [note::Column::CustomerId, note::Column::Number];
            entities![customer, note].index(note::Entity, "number", &columns)
        },
        after: || entities![customer, note_without_number],
        renames: &[],
        rows: &[TWO, "INSERT INTO notes (customer_id, number) VALUES (1, 1)"],
        then: &[],
    },
];

/// The names of their migrations.
pub(crate) fn migrations() -> impl Iterator<Item = &'static str> {
    PAIRS.iter().flat_map(|pair| [pair.first, pair.name])
}

/// SQL for the database: MySQL alone has other quotes.
fn fit(sql: &str, backend: DbBackend) -> String {
    if backend == DbBackend::MySql { sql.to_owned() } else { sql.replace('`', "\"") }
}

pub(crate) fn project(migrations: &[&str], entities: Entities) -> autogenerate::Project {
    autogenerate::Project {
        migrations: migrations.iter().filter_map(|name| golden::migration(name)).collect(),
        entities,
        objects: Vec::new(),
        folder: std::path::PathBuf::new(),
        style: Style { width: 110, ..Style::default() },
    }
}

/// Written anew, these files take two runs: what a pair begins with must be compiled before what it becomes can be written.
#[tokio::test]
async fn golden_files_of_pairs_are_what_the_generator_writes() {
    let mut different = Vec::new();
    for pair in PAIRS {
        let title = |name: &str| name.replace('_', " ");
        let first = project(&[], (pair.before)()).make("0", &title(pair.first), &[], false).await;
        let first = first.unwrap().unwrap();
        different
            .extend((!crate::common::is_golden("schemas", pair.first, &first.content)).then_some(pair.first));
        let renames: Vec<String> = pair.renames.iter().map(|rename| (*rename).to_owned()).collect();
        let then = project(&[pair.first], (pair.after)()).make("0", &title(pair.name), &renames, true).await;
        let then = then.map(|made| made.map_or_else(String::new, |made| made.content));
        let is_known = then.is_ok_and(|content| crate::common::is_golden("schemas", pair.name, &content));
        different.extend((!is_known).then_some(pair.name));
    }
    assert!(different.is_empty(), "{different:?}");
}

/// How many rows each table has.
async fn counts(database: &TestDatabase, schema: &Schema) -> Vec<(String, usize)> {
    let mut counts = Vec::new();
    for table in schema.tables.keys() {
        let columns = database.columns(schema, table).await;
        counts.push((table.clone(), columns.values().next().map_or(0, Vec::len)));
    }
    counts
}

#[tokio::test]
async fn pairs_are_changed_there_and_back() {
    for pair in PAIRS {
        let name = pair.name;
        let (before, after) =
            ((pair.before)().describe().await.unwrap(), (pair.after)().describe().await.unwrap());
        let first = golden::migration(pair.first).unwrap();
        let change = golden::migration(name).unwrap();
        let database = TestDatabase::create().await;
        let (backend, manager) = (database.backend(), SchemaManager::new(&database.db));
        let left = |found: &Schema, wanted: &Schema| -> Vec<String> {
            compare(found, wanted, backend).iter().map(Operation::summary).collect()
        };
        let run = async |statements: &[&str]| {
            for sql in statements {
                let done = database.db.execute_unprepared(&fit(sql, backend)).await;
                done.unwrap_or_else(|error| panic!("{name}: {sql}: {error}"));
            }
        };
        first.up(&manager).await.unwrap();
        assert_eq!(left(&database.schema().await, &before), [""; 0], "{name}");
        run(pair.rows).await;
        let rows = counts(&database, &before).await;
        for round in ["first", "again"] {
            change.up(&manager).await.unwrap_or_else(|error| panic!("{name}: up, {round}: {error}"));
            assert_eq!(left(&database.schema().await, &after), [""; 0], "{name}: up, {round}");
            run(pair.then).await;
            change.down(&manager).await.unwrap_or_else(|error| panic!("{name}: down, {round}: {error}"));
            assert_eq!(left(&database.schema().await, &before), [""; 0], "{name}: down, {round}");
            let now = counts(&database, &before).await;
            assert_eq!(now, rows, "{name}: down, {round}");
        }
        first.down(&manager).await.unwrap();
        assert_eq!(database.schema().await, Schema::default(), "{name}");
        database.drop().await;
    }
}

#[tokio::test]
async fn pairs_are_not_found_twice() {
    for pair in PAIRS {
        let project = project(&[pair.first, pair.name], (pair.after)());
        assert_eq!(project.differences().await.unwrap(), [""; 0], "{}", pair.name);
    }
}
