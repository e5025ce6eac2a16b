//! Applying migrations so that several nodes may start at once and none finds a half-made schema.

use std::{collections::HashSet, time::Duration};

use sea_orm_migration::{
    prelude::*,
    sea_orm::{
        ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait,
        SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    },
    seaql_migrations,
};

use crate::Migrator;

/// How long a node waits for another one's migrations.
const LOCK_WAIT: Duration = Duration::from_secs(300);

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database has migrations that this program does not know. Nothing was changed.
    #[error(
        "the database was migrated by a newer version of Lectern (it has {}, which this one does not know); \
         use that version, or restore a backup from before it. Nothing was changed",
        .0.join(", ")
    )]
    Newer(Vec<String>),
    /// Another node has held the lock for too long.
    #[error(
        "another node has been migrating this database for {} seconds; when it is gone, start again",
        LOCK_WAIT.as_secs()
    )]
    Locked,
    /// A migration failed and everything was rolled back.
    #[error(
        "migration {migration} failed: {source}. It was rolled back: the database is as it was. \
         Mend the cause and start again, or go on with the version of Lectern that you had"
    )]
    RolledBack {
        /// Which one.
        migration: String,
        /// What the database said.
        source: DbErr,
    },
    /// A migration failed where the database cannot roll one back.
    #[error(
        "migration {migration} failed: {source}. This database cannot roll back a change of its schema, so a part of \
         it may be there: restore your backup from before, or undo that part by hand, then start again"
    )]
    HalfWay {
        /// Which one.
        migration: String,
        /// What the database said.
        source: DbErr,
    },
    /// The database did not answer as it should.
    #[error("the database does not answer: {0}")]
    Database(#[from] DbErr),
}

/// Opens a database for migrating only.
///
/// # Errors
/// When it cannot be reached.
pub async fn connect(url: &str, schema: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).set_schema_search_path(schema);
    if url.starts_with("sqlite:") {
        // `fresh` turns foreign keys off for one connection, and must go on using that one.
        options.max_connections(1);
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.busy_timeout(LOCK_WAIT));
    } else {
        // On MySQL one connection holds the lock while another migrates.
        options.max_connections(2);
    }
    Database::connect(options).await
}

/// The names of the migrations that are still to be applied, in order. Changes nothing.
///
/// # Errors
/// [`Error::Newer`], or when the database does not answer.
pub async fn pending<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<Vec<String>, Error> {
    let manager = SchemaManager::new(db);
    let applied: HashSet<String> = if manager.has_table("seaql_migrations").await? {
        let rows = seaql_migrations::Entity::find().all(manager.get_connection()).await?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        HashSet::new()
    };
    let known = names();
    let mut newer: Vec<String> = applied.iter().filter(|name| !known.contains(name)).cloned().collect();
    if !newer.is_empty() {
        newer.sort();
        return Err(Error::Newer(newer));
    }
    Ok(known.into_iter().filter(|name| !applied.contains(name)).collect())
}

/// The names of all migrations, in order.
pub(crate) fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// What is done to a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Applies so many of the migrations that are pending, or all of them.
    Up(Option<u32>),
    /// Takes back so many of the migrations that were applied, the last ones first.
    Down(u32),
    /// Takes back all of them.
    Reset,
    /// Takes back all of them and applies them again.
    Refresh,
    /// Drops all tables, whoever made them, and applies all migrations.
    Fresh,
}

/// A migration that was applied or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Done {
    Applied(String),
    TakenBack(String),
}

/// Applies what is pending and returns its names. See [`change`].
///
/// # Errors
/// See [`Error`].
pub async fn up(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    let done = change(db, Change::Up(None)).await?;
    Ok(done
        .into_iter()
        .map(|done| match done {
            Done::Applied(name) | Done::TakenBack(name) => name,
        })
        .collect())
}

/// Changes a schema and returns what was done. Nodes that begin together take turns: the first one migrates, the others wait and
/// find nothing to do. On SQLite and PostgreSQL all of it happens or none.
///
/// # Errors
/// See [`Error`].
pub async fn change(db: &DatabaseConnection, change: Change) -> Result<Vec<Done>, Error> {
    if matches!(change, Change::Up(_)) && pending(db).await?.is_empty() {
        return Ok(Vec::new());
    }
    match db.get_database_backend() {
        DbBackend::MySql => under_named_lock(db, change).await,
        DbBackend::Sqlite => {
            // A table that is made anew is dropped first, which must not take along what refers to it. Said of the connection
            // (the writer is one), for within a transaction it does nothing.
            db.execute_unprepared("PRAGMA foreign_keys = OFF").await?;
            let done = in_transaction(db, change).await;
            let restored = db.execute_unprepared("PRAGMA foreign_keys = ON").await;
            let done = done?;
            restored?;
            Ok(done)
        }
        _ => in_transaction(db, change).await,
    }
}

/// How many rows refer to what is not there. An error where a foreign key itself is none.
async fn violations(db: &impl ConnectionTrait) -> Result<usize, DbErr> {
    let backend = db.get_database_backend();
    if backend != DbBackend::Sqlite {
        return Ok(0);
    }
    Ok(db.query_all_raw(Statement::from_string(backend, "PRAGMA foreign_key_check")).await?.len())
}

async fn in_transaction(db: &DatabaseConnection, change: Change) -> Result<Vec<Done>, Error> {
    // IMMEDIATE takes SQLite's write lock at once, which is the lock between nodes there.
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = db.begin_with_options(options).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        // The number is arbitrary; it names this lock in pg_locks.
        for sql in [
            format!("SET LOCAL lock_timeout = '{}s'", LOCK_WAIT.as_secs()),
            "SELECT pg_advisory_xact_lock(7305234417)".to_owned(),
        ] {
            // 55P03: the wait was given up.
            transaction.execute_unprepared(&sql).await.map_err(|error| {
                if error.to_string().contains("lock timeout") { Error::Locked } else { error.into() }
            })?;
        }
    }
    // A table that somebody else made may have a key that is none.
    let before = violations(&transaction).await.ok();
    let rolled_back = |migration, source| Error::RolledBack { migration, source };
    let done = make(&transaction, change, rolled_back).await?;
    let last = match done.last() {
        Some(Done::Applied(name) | Done::TakenBack(name)) => name.clone(),
        None => String::new(),
    };
    if let Some(before) = before {
        let now = violations(&transaction).await.map_err(|source| rolled_back(last.clone(), source))?;
        if now > before {
            return Err(rolled_back(last, DbErr::Migration("rows refer to what is not there".to_owned())));
        }
    }
    transaction.commit().await.map_err(|source| rolled_back(last, source))?;
    Ok(done)
}

async fn under_named_lock(db: &DatabaseConnection, change: Change) -> Result<Vec<Done>, Error> {
    // GET_LOCK belongs to a connection; this transaction keeps hold of one while the pool's others migrate. Its
    // names are the server's, so that the database's name is part of it.
    let holder = db.begin().await?;
    let ask = format!("SELECT GET_LOCK(CONCAT('lectern.', MD5(DATABASE())), {}) AS got", LOCK_WAIT.as_secs());
    let row = holder.query_one_raw(Statement::from_string(DbBackend::MySql, ask)).await?;
    let got: Option<i64> = row.map(|row| row.try_get("", "got")).transpose()?.flatten();
    if got != Some(1) {
        return Err(Error::Locked);
    }
    let result = make(db, change, |migration, source| Error::HalfWay { migration, source }).await;
    let released = holder.execute_unprepared("DO RELEASE_LOCK(CONCAT('lectern.', MD5(DATABASE())))").await;
    let done = result?;
    released?;
    holder.rollback().await?;
    Ok(done)
}

/// Makes a change, one migration after the other. `failed` makes an error of the one that did not go through.
async fn make<'c, C>(db: C, change: Change, failed: fn(String, DbErr) -> Error) -> Result<Vec<Done>, Error>
where
    C: IntoSchemaManagerConnection<'c> + Copy,
{
    if change == Change::Fresh {
        return make_fresh(db, failed).await;
    }
    let (known, waiting) = (names(), pending(db).await?);
    let (back, forth): (usize, &[String]) = match change {
        Change::Up(most) => {
            (0, &waiting[..most.map_or(waiting.len(), |most| waiting.len().min(most as usize))])
        }
        Change::Down(most) => (most as usize, &[]),
        Change::Refresh => (known.len(), &known),
        Change::Reset | Change::Fresh => (known.len(), &[]),
    };
    let mut done = Vec::new();
    for name in known.iter().filter(|name| !waiting.contains(name)).rev().take(back) {
        Migrator::down(db, Some(1)).await.map_err(|source| failed(name.clone(), source))?;
        done.push(Done::TakenBack(name.clone()));
    }
    for name in forth {
        Migrator::up(db, Some(1)).await.map_err(|source| failed(name.clone(), source))?;
        done.push(Done::Applied(name.clone()));
    }
    if let Some(Done::Applied(last) | Done::TakenBack(last)) = done.last() {
        raise_version(db).await.map_err(|source| failed(last.clone(), source))?;
    }
    if change == Change::Reset {
        // The table of what was applied goes too.
        Migrator::reset(db).await.map_err(|source| failed("(the table of migrations)".to_owned(), source))?;
    }
    Ok(done)
}

/// What was made of the content before is old, and a replica has not heard of the change yet.
async fn raise_version<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<(), DbErr> {
    let manager = SchemaManager::new(db);
    if manager.has_table("content_version").await? {
        let next = Expr::col("version").add(1);
        manager.execute(Query::update().table("content_version").value("version", next).take()).await?;
    }
    Ok(())
}

async fn make_fresh<'c, C>(db: C, failed: fn(String, DbErr) -> Error) -> Result<Vec<Done>, Error>
where
    C: IntoSchemaManagerConnection<'c> + Copy,
{
    match Migrator::fresh(db).await {
        Ok(()) => Ok(names().into_iter().map(Done::Applied).collect()),
        // Those before it were applied. Where none is pending the tables did not go.
        Err(source) => {
            let waiting = pending(db).await.unwrap_or_default();
            let name = waiting.into_iter().next().unwrap_or_else(|| "(dropping all tables)".to_owned());
            Err(failed(name, source))
        }
    }
}
