//! The commands: what there is beside sea-orm-migration's own.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use clap::{Subcommand, ValueEnum};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, EntityTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager, seaql_migrations};

use crate::{
    diff::{Operation, Renames, diff, likely_renames, reconcile},
    discover::{Discovered, discover},
    entities::Entities,
    record::record,
    render::{ByHand, Style, render},
    schema::{Object, Schema},
    scratch,
    types::as_kept,
    write::{self, module_name},
};

/// A command.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Write a migration for what the entities have that the migrations have not
    Autogenerate {
        /// What it is for, in a few words
        #[arg(short, long, value_parser = message)]
        message: String,
        /// A table (`old:new`) or a column (`table.old:new`) that keeps its rows under another name
        #[arg(long, value_name = "FROM:TO")]
        rename: Vec<String>,
        /// Write it even if it loses data: what is dropped, does not fit, or is made up where something must be
        #[arg(long)]
        allow_data_loss: bool,
        /// The folder of the migrations, where that is not the one that this program was built from
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Fail if entities and migrations disagree; with -u, if a database and one of them do
    Check {
        /// With -u: what the database is compared with; the entities unless said
        #[arg(long, value_enum)]
        against: Option<Side>,
    },
    /// List all migrations in order, with when they were applied
    History,
    /// Show the migration that a database is at
    Current,
}

/// What a database is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// What the entities describe.
    Entities,
    /// What the migrations make.
    Migrations,
}

impl Side {
    fn words(self) -> &'static str {
        match self {
            Self::Entities => "the entities",
            Self::Migrations => "the migrations",
        }
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A database said so: one in memory, or the one that was asked for.
    #[error("{0}")]
    Database(#[from] DbErr),
    /// There are differences.
    #[error("{of} would have to change to agree with {with}:\n  {}", .steps.join("\n  "))]
    Different {
        /// What was compared.
        of: &'static str,
        /// What with.
        with: &'static str,
        /// What would make the first one like the second.
        steps: Vec<String>,
    },
    /// A database was named, or not named, where that says nothing.
    #[error("{0}")]
    Usage(&'static str),
    /// Something is there that no entity can express, and that nobody declared.
    #[error(
        "the migrations make what entities cannot express: {}. Declare it beside its migration",
        .0.join(", ")
    )]
    Undeclared(Vec<String>),
    /// What was to be renamed is not there.
    #[error("--rename {0}: it takes table.old:new or old:new, of what goes and what comes")]
    Rename(String),
    /// The entities describe a foreign key that not every database would take.
    #[error("the foreign key of {0} cannot be: {1}")]
    ForeignKey(String, String),
    /// Data would be lost.
    #[error("this would lose data:\n{}\nNothing was written. With --allow-data-loss it is", .0.join("\n"))]
    Loss(Vec<String>),
    /// No database takes it as it is.
    #[error(transparent)]
    ByHand(#[from] ByHand),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] write::Error),
}

/// A program's migrations and entities.
pub struct Project {
    /// The migrations, in order.
    pub migrations: Vec<Box<dyn MigrationTrait>>,
    /// The entities.
    pub entities: Entities,
    /// What no entity can express.
    pub objects: Vec<Object>,
    /// Where the migrations' files are.
    pub folder: PathBuf,
    /// How they are written.
    pub style: Style,
}

/// A migration that was made.
#[derive(Debug)]
pub struct Made {
    /// Its module's name.
    pub module: String,
    /// Its file's content.
    pub content: String,
    /// Its steps, for people.
    pub summary: Vec<String>,
    /// Renames that it could have been instead, as `--rename` takes them.
    pub hints: Vec<String>,
}

impl Project {
    /// Runs a command and returns what it says. `connect` opens the database that was asked for, and `schema` is PostgreSQL's; `live`
    /// is whether somebody asked for that database, and not for none.
    ///
    /// # Errors
    /// See [`enum@Error`]; what `connect` says.
    pub async fn run<E>(
        &self,
        command: Command,
        connect: impl AsyncFnOnce() -> Result<DatabaseConnection, E>,
        schema: &str,
        live: bool,
    ) -> Result<String, E>
    where
        E: From<Error>,
    {
        Ok(match command {
            Command::Autogenerate { .. } if live => {
                return Err(
                    Error::Usage("autogenerate compares entities and migrations: it takes no -u").into()
                );
            }
            Command::Check { against: Some(_) } if !live => {
                return Err(
                    Error::Usage("--against says what a database is compared with: it takes -u").into()
                );
            }
            Command::Autogenerate { message, rename, allow_data_loss, folder } => {
                let folder = folder.as_deref().unwrap_or(&self.folder);
                self.autogenerate(&message, &rename, allow_data_loss, folder).await?
            }
            Command::Check { against } => {
                let (of, with, steps) = if live {
                    let against = against.unwrap_or(Side::Entities);
                    let differences = self.differences_of(&connect().await?, schema, against).await?;
                    ("the database", against.words(), differences)
                } else {
                    ("the migrations", Side::Entities.words(), self.differences().await?)
                };
                if !steps.is_empty() {
                    return Err(Error::Different { of, with, steps }.into());
                }
                "no difference\n".to_owned()
            }
            Command::History => self.history(&connect().await?).await?,
            Command::Current => self.current(&connect().await?).await?,
        })
    }

    /// The schema that the migrations make, as far as entities could express it.
    ///
    /// # Errors
    /// When a migration fails on SQLite, or makes what is not declared.
    pub async fn migrated(&self) -> Result<Schema, Error> {
        let db = scratch().await?;
        let manager = SchemaManager::new(&db);
        for migration in &self.migrations {
            migration.up(&manager).await?;
        }
        let Discovered { mut schema, unknown } = discover(&db, "").await?.without(&self.objects);
        db.close().await?;
        if !unknown.is_empty() {
            return Err(Error::Undeclared(unknown.into_iter().map(|unknown| unknown.what).collect()));
        }
        record(&self.migrations).await.refine(&mut schema);
        Ok(schema)
    }

    /// The schema that the entities describe.
    ///
    /// # Errors
    /// See [`Entities::describe`].
    pub async fn described(&self) -> Result<Schema, Error> {
        let schema = self.entities.describe().await?.without(&self.objects);
        let by_hand = |name: &str| {
            self.objects.iter().any(|object| matches!(object, Object::Table(known) if *known == name))
        };
        for (name, table) in &schema.tables {
            for key in table.foreign_keys.iter().filter(|key| !by_hand(&key.table)) {
                if let Some(why) = schema.why_not(table, key) {
                    return Err(Error::ForeignKey(format!("{name} ({})", key.columns.join(", ")), why));
                }
            }
        }
        Ok(schema)
    }

    /// Makes a migration for what the entities have that the migrations have not; none where there is nothing. Writes nothing.
    /// `stamp` is `YYYYMMDD_HHMMSS`.
    ///
    /// # Errors
    /// See [`enum@Error`].
    pub async fn make(
        &self,
        stamp: &str,
        message: &str,
        rename: &[String],
        allow_data_loss: bool,
    ) -> Result<Option<Made>, Error> {
        let (mut before, after) = (self.migrated().await?, self.described().await?);
        let renames = Renames::parse(rename, &before, &after).map_err(Error::Rename)?;
        reconcile(&mut before, &after, &renames);
        let operations = diff(&before, &after, &renames);
        if operations.is_empty() {
            return Ok(None);
        }
        let hints = likely_renames(&operations);
        let losses: Vec<String> = operations.iter().filter_map(Operation::loss).collect();
        if !allow_data_loss && !losses.is_empty() {
            let hints = hints.iter().map(|hint| format!("is it a rename? --rename {hint}"));
            return Err(Error::Loss(
                losses.into_iter().chain(hints).map(|line| format!("  {line}")).collect(),
            ));
        }
        let content = render(&sentence(message), &before, &after, &renames, &self.style)?;
        let summary = operations.iter().map(Operation::summary).collect();
        Ok(Some(Made { module: module_name(stamp, message), content, summary, hints }))
    }

    /// [`Project::make`], written into a folder of migrations. Returns what to tell.
    ///
    /// # Errors
    /// See [`enum@Error`].
    pub async fn autogenerate(
        &self,
        message: &str,
        rename: &[String],
        allow_data_loss: bool,
        folder: &Path,
    ) -> Result<String, Error> {
        let stamp = Utc::now().format("%Y%m%d_%H%M%S").to_string();
        let Some(made) = self.make(&stamp, message, rename, allow_data_loss).await? else {
            return Ok("no difference: nothing to write\n".to_owned());
        };
        let path = write::write(folder, &made.module, &made.content, self.style.width)?;
        let mut told: String = made.summary.iter().map(|line| format!("  {line}\n")).collect();
        for hint in &made.hints {
            told.push_str(&format!("if that is a rename, delete it again and use --rename {hint}\n"));
        }
        let here = std::env::current_dir().unwrap_or_default();
        let shown = path.strip_prefix(here).unwrap_or(&path).display();
        Ok(format!("{told}wrote {shown}: read it before you apply it\n"))
    }

    /// The differences between migrations and entities, for people.
    ///
    /// # Errors
    /// See [`enum@Error`].
    pub async fn differences(&self) -> Result<Vec<String>, Error> {
        let (mut before, after) = (self.migrated().await?, self.described().await?);
        reconcile(&mut before, &after, &Renames::default());
        Ok(diff(&before, &after, &Renames::default()).iter().map(Operation::summary).collect())
    }

    /// What would have to happen to a database for it to be what it is compared with. `schema` is PostgreSQL's.
    ///
    /// # Errors
    /// See [`enum@Error`].
    pub async fn differences_of(
        &self,
        db: &DatabaseConnection,
        schema: &str,
        against: Side,
    ) -> Result<Vec<String>, Error> {
        let backend = db.get_database_backend();
        let wanted = match against {
            Side::Entities => self.described().await?,
            Side::Migrations => self.migrated().await?,
        };
        let found = discover(db, schema).await?.without(&self.objects);
        let operations = compare(&found.schema, &wanted, backend);
        let unknown = found.unknown.into_iter().map(|unknown| format!("declare, or drop, {}", unknown.what));
        Ok(operations.iter().map(Operation::summary).chain(unknown).collect())
    }

    /// All migrations, with when they were applied to a database and at which one it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn history(&self, db: &DatabaseConnection) -> Result<String, Error> {
        let applied = applied(db).await?;
        let last = self.migrations.iter().rposition(|migration| applied.contains_key(migration.name()));
        let mut told = String::new();
        for (place, migration) in self.migrations.iter().enumerate() {
            let when = applied.get(migration.name()).map_or_else(
                || "not applied".to_owned(),
                |at| {
                    DateTime::from_timestamp(*at, 0)
                        .unwrap_or_default()
                        .format("%Y-%m-%d %H:%M:%S")
                        .to_string()
                },
            );
            let current = if last == Some(place) { "  (current)" } else { "" };
            told.push_str(&format!("{when:<19}  {}{current}\n", migration.name()));
        }
        for name in self.unknown(&applied) {
            told.push_str(&format!("{:<19}  {name}  (applied, but not known here)\n", ""));
        }
        Ok(told)
    }

    /// The last migration that was applied to a database.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn current(&self, db: &DatabaseConnection) -> Result<String, Error> {
        let applied = applied(db).await?;
        let last = self.migrations.iter().rfind(|migration| applied.contains_key(migration.name()));
        let mut told =
            last.map_or_else(|| "none\n".to_owned(), |migration| format!("{}\n", migration.name()));
        for name in self.unknown(&applied) {
            told.push_str(&format!("{name}  (applied, but not known here)\n"));
        }
        Ok(told)
    }

    /// What was applied to a database and is none of the migrations, such as a newer version's.
    fn unknown(&self, applied: &BTreeMap<String, i64>) -> impl Iterator<Item = String> {
        let is_known = |name: &str| self.migrations.iter().any(|migration| migration.name() == name);
        applied.keys().filter(move |name| !is_known(name)).cloned()
    }
}

/// What makes a live database's schema another one, as far as the database knows the difference.
pub fn compare(live: &Schema, wanted: &Schema, backend: DbBackend) -> Vec<Operation> {
    let (mut live, wanted) = (as_kept(live, backend), as_kept(wanted, backend));
    if backend == DbBackend::MySql {
        // MySQL makes an index for each foreign key that has none, and keeps it.
        for (name, table) in &mut live.tables {
            let asked = wanted.tables.get(name).map(|table| &table.indexes[..]).unwrap_or_default();
            let keys = &table.foreign_keys;
            table.indexes.retain(|index| {
                index.unique || asked.contains(index) || !keys.iter().any(|key| key.columns == index.columns)
            });
        }
    }
    reconcile(&mut live, &wanted, &Renames::default());
    diff(&live, &wanted, &Renames::default())
}

async fn applied(db: &DatabaseConnection) -> Result<BTreeMap<String, i64>, DbErr> {
    if !SchemaManager::new(db).has_table("seaql_migrations").await? {
        return Ok(BTreeMap::new());
    }
    let rows = seaql_migrations::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.version, row.applied_at)).collect())
}

/// What a migration is for: words.
fn message(said: &str) -> Result<String, &'static str> {
    let has_words = said.chars().any(char::is_alphanumeric);
    has_words.then(|| said.to_owned()).ok_or("it takes a few words")
}

/// `add email column` as the first line of a file: a line, whatever else was typed.
fn sentence(message: &str) -> String {
    let printed: String =
        message.chars().map(|letter| if is_printed(letter) { letter } else { ' ' }).collect();
    let message = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = message.trim_end_matches('.');
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// Neither a control character nor one that turns the writing's direction, which could show a file as what it is not.
fn is_printed(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
