//! What is refused in words, and what rustfmt does.

use autogenerate::{Entities, Style};

use crate::{
    common::{entity, table},
    entities::{customer, long, more_state, order},
    pairs::project,
    walkthrough::MIGRATOR,
};

table!(loose_state = "state_logs" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub state: crate::entities::MoreStates,
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
    std::fs::write(&migrator, MIGRATOR).unwrap();
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

table!(unsigned = "accounts" {
    #[sea_orm(primary_key)]
    pub id: u32,
});

entity!(by_name = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer: String,
    #[sea_orm(belongs_to, from = "customer", to = "name")]
    pub of: BelongsTo<crate::entities::customer::Entity>,
});

entity!(by_small_number = "orders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: i32,
    #[sea_orm(belongs_to, from = "customer_id", to = "id")]
    pub customer: BelongsTo<crate::entities::customer::Entity>,
});

table!(event = "events" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
});

table!(event_in_time = "events" {
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
