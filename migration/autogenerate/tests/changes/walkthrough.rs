//! The tutorial's loop: create a user with a name; migrate; upgrade; add an email; migrate; upgrade; downgrade; history; current.

use std::{fs, path::Path};

use autogenerate::{Entities, Project, Style};
use sea_orm::ConnectionTrait;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::{base::entity, database::TestDatabase, golden};

entity!(first = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(80))")]
    pub username: String,
});

entity!(second = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(80))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(120))")]
    pub email: Option<String>,
});

const STEPS: [&str; 2] = ["create_user", "add_email"];

/// As `sea-orm-cli migrate init` makes it, without a migration.
const MIGRATOR: &str = "pub use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}
";

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        STEPS.into_iter().filter_map(golden::migration).collect()
    }
}

fn project(folder: &Path, count: usize, entities: Entities) -> Project {
    Project {
        migrations: STEPS[..count].iter().filter_map(|name| golden::migration(name)).collect(),
        entities,
        objects: Vec::new(),
        folder: folder.to_owned(),
        style: Style { width: 110, ..Style::default() },
    }
}

/// The file that was written last, compared with what is compiled here.
fn written(folder: &Path, name: &str) {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let file =
        files.into_iter().find(|file| file.display().to_string().ends_with(&format!("_{name}.rs"))).unwrap();
    assert!(crate::golden(name, &fs::read_to_string(&file).unwrap()), "{name}");
    let module = file.file_stem().unwrap().to_str().unwrap().to_owned();
    let migrator = fs::read_to_string(folder.join("lib.rs")).unwrap();
    assert!(migrator.contains(&format!("mod {module};\n")), "{migrator}");
    assert!(migrator.contains(&format!("Box::new({module}::Migration)")), "{migrator}");
}

#[tokio::test]
async fn the_tutorials_loop() {
    let folder = std::env::temp_dir().join(format!("walkthrough_{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("lib.rs"), MIGRATOR).unwrap();
    let database = TestDatabase::create().await;
    let db = &database.db;

    let before = project(&folder, 0, Entities::new().with(first::Entity));
    assert_eq!(before.current(db).await.unwrap(), "none\n");
    let told = before.autogenerate("create user", &[], false).await.unwrap();
    assert!(told.contains("  add table users (id, username)\n"), "{told}");
    assert!(told.contains("  add unique index of users (username)\n"), "{told}");
    written(&folder, "create_user");
    Migrator::up(db, Some(1)).await.unwrap();
    db.execute_unprepared("INSERT INTO users (username) VALUES ('ada')").await.unwrap();

    let with_name = project(&folder, 1, Entities::new().with(first::Entity));
    assert_eq!(
        with_name.autogenerate("nothing", &[], false).await.unwrap(),
        "no difference: nothing to write\n"
    );
    let with_email = project(&folder, 1, Entities::new().with(second::Entity));
    assert_eq!(with_email.differences().await.unwrap(), ["add column users.email: string(120)"]);
    let told = with_email.autogenerate("add email", &[], false).await.unwrap();
    assert!(told.starts_with("  add column users.email: string(120)\nwrote "), "{told}");
    written(&folder, "add_email");
    Migrator::up(db, None).await.unwrap();

    let both = project(&folder, 2, Entities::new().with(second::Entity));
    assert_eq!(both.differences().await.unwrap(), [""; 0]);
    assert_eq!(
        both.differences_of(db, "public", autogenerate::commands::Side::Entities).await.unwrap(),
        [""; 0]
    );
    assert_eq!(both.current(db).await.unwrap(), "add_email\n");

    Migrator::down(db, Some(1)).await.unwrap();
    assert_eq!(both.current(db).await.unwrap(), "create_user\n");
    let history = both.history(db).await.unwrap();
    let lines: Vec<&str> = history.lines().collect();
    assert!(lines[0].ends_with("  create_user  (current)") && lines[0].starts_with("20"), "{history}");
    assert_eq!(lines[1..], ["not applied          add_email"]);
    assert_eq!(
        both.differences_of(db, "public", autogenerate::commands::Side::Entities).await.unwrap(),
        ["add column users.email: string(120)"]
    );
    let held = database.columns(&with_name.described().await.unwrap(), "users").await;
    assert_eq!(held["username"], [Some("ada".to_owned())]);

    fs::remove_dir_all(folder).unwrap();
    database.drop().await;
}
