//! The tutorial's loop: create a user with a name; migrate; upgrade; add an email; migrate; upgrade; downgrade; history; current.

use std::{fs, path::Path};

use autogenerate::{
    Entities, Project, Style,
    commands::{Command, Error},
};
use clap::Parser;
use sea_orm::ConnectionTrait;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

use crate::{
    common::{database::TestDatabase, table},
    golden,
};

table!(first = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(80))")]
    pub username: String,
});

table!(second = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(80))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(120))")]
    pub email: Option<String>,
});

pub(crate) const STEPS: [&str; 2] = ["create_user", "add_email"];

/// As `sea-orm-cli migrate init` makes it, without a migration.
pub(crate) const MIGRATOR: &str = "pub use sea_orm_migration::prelude::*;

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
    assert!(crate::common::is_golden("schemas", name, &fs::read_to_string(&file).unwrap()), "{name}");
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
    fs::write(folder.join("rustfmt.toml"), "use_small_heuristics = \"Max\"\n").unwrap();
    let database = TestDatabase::create().await;
    let db = &database.db;

    let before = project(&folder, 0, Entities::new().with(first::Entity));
    assert_eq!(before.current(db).await.unwrap(), "none\n");
    let told = before.autogenerate("create user", &[], false, &folder).await.unwrap();
    assert!(told.contains("  add table users (id, username)\n"), "{told}");
    assert!(told.contains("  add unique index of users (username)\n"), "{told}");
    written(&folder, "create_user");
    Migrator::up(db, Some(1)).await.unwrap();
    db.execute_unprepared("INSERT INTO users (username) VALUES ('ada')").await.unwrap();

    let with_name = project(&folder, 1, Entities::new().with(first::Entity));
    assert_eq!(
        with_name.autogenerate("nothing", &[], false, &folder).await.unwrap(),
        "no difference: nothing to write\n"
    );
    let with_email = project(&folder, 1, Entities::new().with(second::Entity));
    assert_eq!(with_email.differences().await.unwrap(), ["add column users.email: string(120)"]);
    let told = with_email.autogenerate("add email", &[], false, &folder).await.unwrap();
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

/// The command line, as a project's own program has it.
#[derive(Parser, Debug)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What the program says to a command line.
async fn say(project: &Project, arguments: &[&str]) -> Result<String, Error> {
    let command = Cli::try_parse_from([&["migration"], arguments].concat()).unwrap().command;
    project.run(command, async || panic!("no server is needed"), "public", false).await
}

// The second one with another name for what it has more.
table!(third = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(80))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(120))")]
    pub address: Option<String>,
});

#[tokio::test]
async fn the_command_line_says_what_it_does_and_refuses() {
    let folder = std::env::temp_dir().join(format!("command_line_{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let migrator = folder.join("lib.rs");
    fs::write(&migrator, MIGRATOR).unwrap();
    let files = || fs::read_dir(&folder).unwrap().count();

    // Nothing to do.
    let known = project(&folder, 2, Entities::new().with(second::Entity));
    let told = say(&known, &["autogenerate", "-m", "again"]).await.unwrap();
    assert_eq!(told, "no difference: nothing to write\n");
    assert_eq!(say(&known, &["check"]).await.unwrap(), "no difference\n");

    // A loss, which may be a rename.
    let other = project(&folder, 2, Entities::new().with(third::Entity));
    let refused = say(&other, &["autogenerate", "-m", "address"]).await.unwrap_err().to_string();
    assert_eq!(
        refused,
        "this would lose data:\n  what is in users.email goes\n  is it a rename? --rename users.email:address\n\
         Nothing was written. With --allow-data-loss it is"
    );
    let different = say(&other, &["check"]).await.unwrap_err().to_string();
    assert_eq!(
        different,
        "the migrations would have to change to agree with the entities:\n  add column users.address: string(120)\n  drop column users.email"
    );
    let unknown = say(&other, &["autogenerate", "-m", "address", "--rename", "users.mail:address"]).await;
    assert!(unknown.unwrap_err().to_string().starts_with("--rename users.mail:address: it takes"));
    // One name twice, and a name that another keeps.
    for renames in [
        &["users.email:address", "users.username:address"][..],
        &["users.email:address", "users.email:address"],
        &["users.email:username"],
        &["users:users"],
    ] {
        let said = renames.iter().flat_map(|rename| ["--rename", *rename]);
        let said: Vec<&str> = ["autogenerate", "-m", "address"].into_iter().chain(said).collect();
        let refused = say(&other, &said).await.unwrap_err().to_string();
        assert!(refused.contains("it takes table.old:new"), "{said:?}: {refused}");
    }
    assert_eq!(
        (files(), fs::read_to_string(&migrator).unwrap().as_str()),
        (1, MIGRATOR),
        "nothing was written"
    );

    // Either is done when it is said.
    let arguments = ["autogenerate", "--message", "call it address", "--rename", "users.email:address"];
    let told = say(&other, &arguments).await.unwrap();
    assert!(told.starts_with("  rename column users.email to address\nwrote "), "{told}");
    assert!(told.ends_with("_call_it_address.rs: read it before you apply it\n"), "{told}");
    let told = say(&other, &["autogenerate", "-m", "drop email", "--allow-data-loss"]).await.unwrap();
    let hint = "if that is a rename, delete it again and use --rename users.email:address\n";
    assert!(told.contains("  drop column users.email\n") && told.contains(hint), "{told}");
    let registered = fs::read_to_string(&migrator).unwrap();
    assert_eq!((files(), registered.matches("::Migration)").count()), (3, 2), "{registered}");

    // In another folder, and with whatever signs: one line.
    let elsewhere = folder.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("mod.rs"), MIGRATOR).unwrap();
    let there = elsewhere.to_str().unwrap();
    let message = " two\r\nlines\u{202e}\u{1b}[1m of  it. ";
    let arguments = ["autogenerate", "-m", message, "--rename", "users.email:address", "--folder", there];
    say(&other, &arguments).await.unwrap();
    let file = fs::read_dir(&elsewhere).unwrap().map(|file| file.unwrap().path());
    let file = file.into_iter().find(|path| !path.ends_with("mod.rs")).unwrap();
    let written = fs::read_to_string(file).unwrap();
    assert_eq!(written.lines().next(), Some("//! Two lines [1m of it."));
    fs::remove_dir_all(&elsewhere).unwrap();

    for wrong in [
        &["autogenerate"][..],
        &["autogenerate", "-m"],
        &["autogenerate", "-m", ""],
        &["autogenerate", "-m", " … "],
        &["check", "--against", "nothing"],
        &["migrate"],
    ] {
        let refused = Cli::try_parse_from([&["migration"], wrong].concat()).unwrap_err();
        assert_eq!(refused.exit_code(), 2, "{wrong:?}");
    }
    fs::remove_dir_all(folder).unwrap();
}

table!(members = "members" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub role: crate::common::Role,
});

table!(guests = "guests" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub role: crate::common::RoleWithGuests,
});

#[tokio::test]
async fn one_enumeration_has_one_list_of_values() {
    let alike = Entities::new().with(members::Entity).describe().await.unwrap();
    assert!(alike.tables.contains_key("members"));
    let refused = Entities::new().with(members::Entity).with(guests::Entity).describe().await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("members.role and guests.role have other values, but one enumeration: role"),
        "{refused}"
    );
}
