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
    /// A migration failed and was rolled back.
    #[error(
        "a migration failed: {0}. It was rolled back: the database is as it was. \
         Mend the cause and start again, or go on with the version of Lectern that you had"
    )]
    RolledBack(DbErr),
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
        seaql_migrations::Entity::find()
            .all(manager.get_connection())
            .await?
            .into_iter()
            .map(|row| row.version)
            .collect()
    } else {
        HashSet::new()
    };
    let known: Vec<String> =
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let mut newer: Vec<String> = applied.iter().filter(|name| !known.contains(name)).cloned().collect();
    if !newer.is_empty() {
        newer.sort();
        return Err(Error::Newer(newer));
    }
    Ok(known.into_iter().filter(|name| !applied.contains(name)).collect())
}

/// Applies what is pending and returns its names. Nodes that start together take turns: the first one migrates, the
/// others wait and find nothing to do. On SQLite and PostgreSQL all of it happens or none.
///
/// # Errors
/// See [`Error`].
pub async fn up(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    if pending(db).await?.is_empty() {
        return Ok(Vec::new());
    }
    match db.get_database_backend() {
        DbBackend::MySql => up_under_named_lock(db).await,
        backend => up_in_one_transaction(db, backend).await,
    }
}

async fn up_in_one_transaction(db: &DatabaseConnection, backend: DbBackend) -> Result<Vec<String>, Error> {
    if backend != DbBackend::Sqlite {
        return apply_all(db, backend).await;
    }
    // A table that is made anew is dropped first, which must not take along what refers to it. Said of the connection (the
    // writer is one), for within a transaction it does nothing.
    db.execute_unprepared("PRAGMA foreign_keys = OFF").await?;
    let applied = apply_all(db, backend).await;
    db.execute_unprepared("PRAGMA foreign_keys = ON").await?;
    applied
}

/// How many rows refer to what is not there.
async fn violations(db: &impl ConnectionTrait, backend: DbBackend) -> Result<usize, DbErr> {
    if backend != DbBackend::Sqlite {
        return Ok(0);
    }
    Ok(db.query_all_raw(Statement::from_string(backend, "PRAGMA foreign_key_check")).await?.len())
}

async fn apply_all(db: &DatabaseConnection, backend: DbBackend) -> Result<Vec<String>, Error> {
    // IMMEDIATE takes SQLite's write lock at once, which is the lock between nodes there.
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = db.begin_with_options(options).await?;
    if backend == DbBackend::Postgres {
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
    let names = pending(&transaction).await?;
    let before = violations(&transaction, backend).await?;
    Migrator::up(&transaction, None).await.map_err(Error::RolledBack)?;
    if violations(&transaction, backend).await? > before {
        return Err(Error::RolledBack(DbErr::Migration("rows refer to what is not there".to_owned())));
    }
    transaction.commit().await.map_err(Error::RolledBack)?;
    Ok(names)
}

async fn up_under_named_lock(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    // GET_LOCK belongs to a connection; this transaction keeps hold of one while the pool's others migrate. Its
    // names are the server's, so that the database's name is part of it.
    let holder = db.begin().await?;
    let ask = format!("SELECT GET_LOCK(CONCAT('lectern.', MD5(DATABASE())), {}) AS got", LOCK_WAIT.as_secs());
    let row = holder.query_one_raw(Statement::from_string(DbBackend::MySql, ask)).await?;
    let got: Option<i64> = row.map(|row| row.try_get("", "got")).transpose()?.flatten();
    if got != Some(1) {
        return Err(Error::Locked);
    }
    let result = apply_each(db).await;
    let released = holder.execute_unprepared("DO RELEASE_LOCK(CONCAT('lectern.', MD5(DATABASE())))").await;
    let names = result?;
    released?;
    holder.rollback().await?;
    Ok(names)
}

async fn apply_each(db: &DatabaseConnection) -> Result<Vec<String>, Error> {
    let names = pending(db).await?;
    for migration in &names {
        Migrator::up(db, Some(1))
            .await
            .map_err(|source| Error::HalfWay { migration: migration.clone(), source })?;
    }
    Ok(names)
}
