//! Changes of other schemas than the blog's, both sides of them entities: what somebody found by trying.

use autogenerate::{Entities, Style, commands::compare, diff::Operation, schema::Schema};
use sea_orm::{ConnectionTrait, DbBackend, entity::prelude::*};
use sea_orm_migration::SchemaManager;

use crate::{database::TestDatabase, golden};

macro_rules! entity {
    ($module:ident = $table:tt { $($fields:tt)* }) => {
        pub(crate) mod $module {
            #[expect(unused_imports, reason = "not every entity needs them")]
            use super::{Kind, MoreKinds, MoreStates, State};
            use sea_orm::entity::prelude::*;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($fields)* }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "kind", rename_all = "snake_case")]
pub enum Kind {
    A,
    B,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "kind", rename_all = "snake_case")]
pub enum MoreKinds {
    A,
    B,
    C,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "order_state", rename_all = "snake_case")]
pub enum State {
    WaitingForPayment,
    PaymentReceived,
    BeingPacked,
    HandedToCarrier,
    InDelivery,
    Delivered,
    SentBack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "order_state", rename_all = "snake_case")]
pub enum MoreStates {
    WaitingForPayment,
    PaymentReceived,
    BeingPacked,
    HandedToCarrier,
    InDelivery,
    Delivered,
    SentBack,
    Refunded,
}

entity!(customer = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
});

entity!(person = "people" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
});

entity!(order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(order_without_key = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
});

entity!(order_of_two = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, relation_enum = "Customer", from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
    #[sea_orm(belongs_to, relation_enum = "Person", from = "customer_id", to = "id")]
    pub person: BelongsTo<super::person::Entity>,
});

entity!(order_of_one = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, relation_enum = "Customer", from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(long = "customer_subscription_preferences" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub preferred_customer_id: i64,
    #[sea_orm(belongs_to, from = "preferred_customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(long_without_index = "customer_subscription_preferences" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub preferred_customer_id: i64,
    #[sea_orm(belongs_to, from = "preferred_customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(country = "countries" {
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(2))")]
    pub code: String,
    #[sea_orm(unique, column_type = "String(StringLen::N(3))")]
    pub iso: String,
});

entity!(country_by_iso = "countries" {
    #[sea_orm(unique, column_type = "String(StringLen::N(2))")]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(3))")]
    pub iso: String,
});

entity!(city = "cities" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(2))")]
    pub country: String,
    #[sea_orm(belongs_to, from = "country", to = "code")]
    pub c: BelongsTo<super::country::Entity>,
});

entity!(city_of_iso = "cities" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(2))")]
    pub country: String,
    #[sea_orm(belongs_to, from = "country", to = "code")]
    pub c: BelongsTo<super::country_by_iso::Entity>,
});

entity!(category = "Category" {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub order: i32,
    #[sea_orm(indexed)]
    pub parent_id: Option<i32>,
    #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_id", to = "id")]
    pub parent: BelongsTo<Option<Entity>>,
});

entity!(wide_category = "Category" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub order: i64,
    #[sea_orm(indexed)]
    pub parent_id: Option<i64>,
    #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_id", to = "id")]
    pub parent: BelongsTo<Option<Entity>>,
});

entity!(team = "teams" {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub lead_id: Option<i32>,
    #[sea_orm(belongs_to, from = "lead_id", to = "id")]
    pub lead: BelongsTo<Option<super::worker::Entity>>,
});

entity!(worker = "workers" {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub team_id: Option<i32>,
    #[sea_orm(belongs_to, from = "team_id", to = "id")]
    pub team: BelongsTo<Option<super::team::Entity>>,
});

entity!(wide_team = "teams" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub lead_id: Option<i64>,
    #[sea_orm(belongs_to, from = "lead_id", to = "id")]
    pub lead: BelongsTo<Option<super::wide_worker::Entity>>,
});

entity!(wide_worker = "workers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub team_id: Option<i64>,
    #[sea_orm(belongs_to, from = "team_id", to = "id")]
    pub team: BelongsTo<Option<super::wide_team::Entity>>,
});

entity!(bill = "bills" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "tn")]
    pub tenant: i64,
    #[sea_orm(unique_key = "tn")]
    pub number: i32,
});

entity!(wide_bill = "bills" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "tn")]
    pub tenant: i64,
    #[sea_orm(unique_key = "tn")]
    pub nr: i64,
});

entity!(item = "items" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub tenant: i64,
    pub bill: i32,
    #[sea_orm(belongs_to, from = "(tenant, bill)", to = "(tenant, number)", on_delete = "Cascade")]
    pub o: BelongsTo<super::bill::Entity>,
});

entity!(wide_item = "items" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub tenant: i64,
    pub bill_nr: i64,
    #[sea_orm(belongs_to, from = "(tenant, bill_nr)", to = "(tenant, nr)", on_delete = "Cascade")]
    pub o: BelongsTo<super::wide_bill::Entity>,
});

entity!(mailed_customer = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub email: String,
});

entity!(client = "clients" {
    #[sea_orm(primary_key)]
    pub key: i64,
    #[sea_orm(unique)]
    pub mail: String,
    #[sea_orm(unique)]
    pub email: Option<String>,
});

entity!(mailed_order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::mailed_customer::Entity>,
});

entity!(purchase = "purchases" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub client_id: i64,
    #[sea_orm(indexed)]
    pub customer_id: Option<i64>,
    #[sea_orm(belongs_to, relation_enum = "A", from = "client_id", to = "key", on_delete = "Cascade")]
    pub client: BelongsTo<super::client::Entity>,
    #[sea_orm(belongs_to, relation_enum = "B", from = "customer_id", to = "key")]
    pub customer: BelongsTo<Option<super::client::Entity>>,
});

entity!(kind = "kinds" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub kind: Kind,
});

entity!(more_kind = "kinds" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub kind: MoreKinds,
});

entity!(member = "members" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: Kind,
    #[sea_orm(belongs_to, from = "kind", to = "kind")]
    pub k: BelongsTo<super::kind::Entity>,
});

entity!(more_member = "members" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: MoreKinds,
    #[sea_orm(belongs_to, from = "kind", to = "kind")]
    pub k: BelongsTo<super::more_kind::Entity>,
});

entity!(loose_order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: Option<i64>,
    #[sea_orm(belongs_to, from = "customer_id", to = "id", on_delete = "SetNull")]
    pub customer: BelongsTo<Option<super::customer::Entity>>,
});

entity!(strict_order = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id", on_delete = "Cascade")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(profile_alone = "profiles" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(profile = "profiles" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(profile_indexed = "profiles" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(note_alone = "notes" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "cn")]
    pub customer_id: i64,
    #[sea_orm(unique_key = "cn")]
    pub number: i32,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(note_without_number = "notes" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(note = "notes" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i64,
    pub number: i32,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(customer_by_mail = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(60))")]
    pub email: String,
});

entity!(customer_by_id = "customers" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(90))")]
    pub email: Option<String>,
});

entity!(order_by_mail = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub customer: String,
    #[sea_orm(belongs_to, from = "customer", to = "email")]
    pub c: BelongsTo<super::customer_by_mail::Entity>,
});

entity!(order_by_id = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: Option<i64>,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub c: BelongsTo<Option<super::customer_by_id::Entity>>,
});

entity!(capital_thing = "Things" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_name: String,
});

entity!(thing = "things" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_name: String,
});

entity!(state = "states" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub state: State,
});

entity!(more_state = "states" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub state: MoreStates,
});

/// A change.
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    before: fn() -> Entities,
    after: fn() -> Entities,
    /// What `--rename` says.
    renames: &'static [&'static str],
    /// What is in the tables before.
    rows: &'static [&'static str],
    /// What can be done afterwards, and is undone again.
    then: &'static [&'static str],
}

macro_rules! pair {
    ($name:ident, [$($before:ident),*] => [$($after:ident),*], $renames:expr, $rows:expr, $then:expr) => {
        Pair {
            name: stringify!($name),
            before: || Entities::new()$(.with($before::Entity))*,
            after: || Entities::new()$(.with($after::Entity))*,
            renames: &$renames,
            rows: &$rows,
            then: &$then,
        }
    };
}

const TWO: &str = "INSERT INTO customers (id, name) VALUES (1, 'a'), (2, 'b')";

pub(crate) const PAIRS: &[Pair] = &[
    pair!(drop_plain_key, [customer, order] => [customer, order_without_key], [], [TWO, "INSERT INTO orders (id, customer_id) VALUES (1, 1)"], []),
    pair!(drop_one_of_two_keys, [customer, person, order_of_two] => [customer, person, order_of_one], [], [TWO, "INSERT INTO people (id, name) VALUES (1, 'a')", "INSERT INTO orders (id, customer_id) VALUES (1, 1)"], []),
    pair!(change_key_that_others_refer_to, [country, city] => [country_by_iso, city_of_iso], [], ["INSERT INTO countries (code, iso) VALUES ('de', 'deu'), ('fr', 'fra')", "INSERT INTO cities (id, country) VALUES (1, 'fr')"], []),
    pair!(widen_key_to_itself, [category] => [wide_category], [], ["INSERT INTO `Category` (`order`, parent_id) VALUES (5, NULL)", "INSERT INTO `Category` (`order`, parent_id) VALUES (6, 1)"], ["INSERT INTO `Category` (`order`, parent_id) VALUES (7, 2)", "DELETE FROM `Category` WHERE `order` = 7"]),
    pair!(widen_keys_in_a_circle, [team, worker] => [wide_team, wide_worker], [], ["INSERT INTO teams (lead_id) VALUES (NULL)", "INSERT INTO workers (team_id) VALUES (1)", "UPDATE teams SET lead_id = 1"], ["INSERT INTO workers (team_id) VALUES (1)", "DELETE FROM workers WHERE id > 1"]),
    pair!(change_key_of_two_columns, [bill, item] => [wide_bill, wide_item], ["bills.number:nr", "items.bill:bill_nr"], ["INSERT INTO bills (id, tenant, number) VALUES (1, 1, 1)", "INSERT INTO items (id, tenant, bill) VALUES (1, 1, 1)"], []),
    pair!(rename_all, [mailed_customer, mailed_order] => [client, purchase], ["customers:clients", "orders:purchases", "clients.id:key", "clients.email:mail", "purchases.customer_id:client_id"], ["INSERT INTO customers (email) VALUES ('a')", "INSERT INTO orders (customer_id) VALUES (1)"], ["INSERT INTO purchases (client_id) VALUES (1)", "DELETE FROM purchases WHERE id > 1", "UPDATE clients SET email = mail"]),
    pair!(add_value_of_key, [kind, member] => [more_kind, more_member], [], ["INSERT INTO kinds (kind) VALUES ('a'), ('b')", "INSERT INTO members (kind) VALUES ('b')"], []),
    pair!(require_reference, [customer, loose_order] => [customer, strict_order], [], [TWO, "INSERT INTO orders (id, customer_id) VALUES (1, 2), (2, NULL)"], []),
    pair!(unique_reference_to_plain, [customer, profile_alone] => [customer, profile], [], [TWO, "INSERT INTO profiles (customer_id) VALUES (1)"], ["INSERT INTO profiles (customer_id) VALUES (1)", "DELETE FROM profiles WHERE id > 1"]),
    pair!(unique_reference_to_indexed, [customer, profile_alone] => [customer, profile_indexed], [], [TWO, "INSERT INTO profiles (customer_id) VALUES (1)"], ["INSERT INTO profiles (customer_id) VALUES (1)", "DELETE FROM profiles WHERE id > 1"]),
    pair!(indexed_reference_to_unique, [customer, profile_indexed] => [customer, profile_alone], [], [TWO, "INSERT INTO profiles (customer_id) VALUES (1)"], []),
    pair!(drop_column_unique_with_reference, [customer, note_alone] => [customer, note_without_number], [], [TWO, "INSERT INTO notes (customer_id, number) VALUES (1, 1)"], []),
    pair!(drop_unique_with_reference, [customer, note_alone] => [customer, note], [], [TWO, "INSERT INTO notes (customer_id, number) VALUES (1, 1)"], ["INSERT INTO notes (customer_id, number) VALUES (1, 1)", "DELETE FROM notes WHERE id > 1"]),
    pair!(refer_to_another_column, [customer_by_mail, order_by_mail] => [customer_by_id, order_by_id], [], ["INSERT INTO customers (email) VALUES ('a')"], []),
    pair!(rename_in_case_only, [capital_thing] => [thing], ["Things:things"], ["INSERT INTO `Things` (user_name) VALUES ('x')"], ["UPDATE things SET user_name = 'x'"]),
    Pair {
        name: "drop_wide_index_with_reference",
        before: || {
            let columns = [note::Column::CustomerId, note::Column::Number];
            Entities::new().with(customer::Entity).with(note::Entity).index(note::Entity, "number", &columns)
        },
        after: || Entities::new().with(customer::Entity).with(note_without_number::Entity),
        renames: &[],
        rows: &[TWO, "INSERT INTO notes (customer_id, number) VALUES (1, 1)"],
        then: &[],
    },
];

/// SQL for the database: MySQL alone has other quotes.
fn fit(sql: &str, backend: DbBackend) -> String {
    if backend == DbBackend::MySql { sql.to_owned() } else { sql.replace('`', "\"") }
}

fn project(migrations: &[&str], entities: Entities) -> autogenerate::Project {
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
        let (title, before) = (pair.name.replace('_', " "), format!("{}_before", pair.name));
        let first = project(&[], (pair.before)()).make("0", &title, &[], false).await.unwrap().unwrap();
        different.extend((!crate::golden(&before, &first.content)).then_some(pair.name));
        let renames: Vec<String> = pair.renames.iter().map(|rename| (*rename).to_owned()).collect();
        let then = project(&[&before], (pair.after)()).make("0", &title, &renames, true).await;
        let then = then.map(|made| made.map_or_else(String::new, |made| made.content));
        let is_known = then.is_ok_and(|content| crate::golden(pair.name, &content));
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
        let first = golden::migration(&format!("{name}_before")).unwrap();
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
        let project = project(&[&format!("{}_before", pair.name), pair.name], (pair.after)());
        assert_eq!(project.differences().await.unwrap(), [""; 0], "{}", pair.name);
    }
}

entity!(loose_state = "state_logs" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub state: MoreStates,
    #[sea_orm(unique_key = "all")]
    pub first_of_the_states_that_are_known: i64,
    #[sea_orm(unique_key = "all")]
    pub second_of_the_states_that_are_known: i64,
    #[sea_orm(unique_key = "all")]
    pub third_of_the_states_that_are_known: i64,
});

/// Lists that are longer than a line are rustfmt's.
#[tokio::test]
async fn a_file_is_formatted_whatever_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let migrator = folder.path().join("lib.rs");
    std::fs::write(&migrator, crate::walkthrough::MIGRATOR).unwrap();
    std::fs::write(folder.path().join("rustfmt.toml"), "max_width = 110\nuse_small_heuristics = \"Max\"\n")
        .unwrap();
    let entities = Entities::new()
        .with(more_state::Entity)
        .with(customer::Entity)
        .with(long::Entity)
        .with(loose_state::Entity);
    let project = project(&[], entities);
    project.autogenerate("states", &[], false, folder.path()).await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") && path != migrator {
            let mut check = std::process::Command::new("rustfmt");
            let output = check.args(["--check", "--edition", "2024"]).arg(&path).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
            assert!(std::fs::read_to_string(&path).unwrap().contains("\"handed_to_carrier\",\n"));
        }
    }
}

entity!(unsigned = "accounts" {
    #[sea_orm(primary_key)]
    pub id: u32,
});

entity!(by_name = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer: String,
    #[sea_orm(belongs_to, from = "customer", to = "name")]
    pub of: BelongsTo<super::customer::Entity>,
});

entity!(by_small_number = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i32,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<super::customer::Entity>,
});

entity!(event = "events" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
});

entity!(event_in_time = "events" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTimeUtc,
});

pub(crate) mod elsewhere {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "wares")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn what_not_every_database_would_take_is_refused_in_words() {
    let with = || Entities::new().with(customer::Entity);
    for (entities, says) in [
        (with().with(unsigned::Entity), "accounts.id counts itself up and is unsigned"),
        (with().with(elsewhere::Entity), "shop.wares names a schema"),
        (
            Entities::new().with(order::Entity),
            "orders (customer_id) cannot be: there is no entity of customers",
        ),
        (with().with(by_name::Entity), "it refers to (name) of customers, which is no primary key"),
        (with().with(by_small_number::Entity), "customer_id is of another type than customers.id"),
    ] {
        let error = project(&[], entities).make("0", "x", &[], true).await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    // No database has a way from a number to a time.
    let (event, in_time) = (Entities::new().with(event::Entity), Entities::new().with(event_in_time::Entity));
    let schemas = (event.describe().await.unwrap(), in_time.describe().await.unwrap());
    let none = autogenerate::diff::Renames::default();
    let refused = autogenerate::render::render("X.", &schemas.0, &schemas.1, &none, &Style::default());
    let told = refused.unwrap_err().to_string();
    assert!(told.contains("events.at") && told.contains("by hand"), "{told}");
}
