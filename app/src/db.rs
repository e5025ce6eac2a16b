//! Connections: a reader and a writer for each kind of database, and what its errors mean.

pub mod lists;
mod reader;
pub mod version;

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    RuntimeErr, SqlErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        self,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use lists::Lists;
pub use reader::Reader;
use reader::{Replicated, of_replica};
use version::{Known, Writing};

/// How long a start waits for a database server that is not up yet.
const START_PATIENCE: Duration = Duration::from_secs(30);
/// Connections to a server to read from: they keep a node of ours busy and leave room for other nodes within the usual limit of 100
/// to 150.
const SERVER_READERS: u32 = 8;
/// How long a request waits for a connection before it is told to come back (503).
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A site's database: a pool to read from and one to write to.
///
/// On SQLite they are several readers and ONE writer on the same file, so that writers queue here and never meet
/// `database is locked`. On the servers the reader may be a replica.
#[derive(Clone, Debug)]
pub struct Db {
    read: Reader,
    write: DatabaseConnection,
    known: Arc<Known>,
    lists: Lists,
    statements: Arc<Statements>,
}

/// What was asked of the database, for tests.
#[derive(Debug, Default)]
struct Statements {
    number: AtomicU64,
    kept: OnceLock<Mutex<Vec<Statement>>>,
}

impl Statements {
    fn saw(&self, statement: &Statement) {
        self.number.fetch_add(1, Ordering::Relaxed);
        if let Some(kept) = self.kept.get() {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(statement.clone());
        }
    }
}

/// A connection whose statements are counted.
fn counted(mut connection: DatabaseConnection, statements: &Arc<Statements>) -> DatabaseConnection {
    let statements = statements.clone();
    connection.set_metric_callback(move |info| statements.saw(info.statement));
    connection
}

impl Db {
    /// Opens the database at `url`, and its replica at `read_url` if there is one: that need not answer yet.
    ///
    /// # Errors
    /// When it does not answer: SQLite at once, a server after [`START_PATIENCE`] of trying.
    pub async fn connect(url: &str, read_url: Option<&str>) -> Result<Self, DbErr> {
        let statements = Arc::default();
        let open = async |options: ConnectOptions| {
            Ok::<_, DbErr>(counted(open_patiently(options).await?, &statements))
        };
        let write = open(options(url, Access::Write)).await?;
        // Each connection to a database in memory would be a database of its own.
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        let known: Arc<Known> = Arc::default();
        let read = match read_url {
            Some(replica) => {
                let lazily = async |connections| {
                    let mut options = options(replica, Access::Read);
                    of_replica(&mut options, connections);
                    open(options).await
                };
                let mut primary = options(url, Access::Read);
                let replicated = Replicated {
                    primary: open(primary.connect_lazy(true).min_connections(0).clone()).await?,
                    probe: lazily(1).await?,
                };
                Reader::new(lazily(SERVER_READERS).await?, Some(replicated), known.clone())
            }
            None if in_memory => Reader::new(write.clone(), None, known.clone()),
            None => Reader::new(open(options(url, Access::Read)).await?, None, known.clone()),
        };
        let lists = Lists::default();
        Ok(Self { read, write, known, lists, statements })
    }

    /// For queries that change nothing: of a replica, as long as it has what this node knows to be written.
    pub fn read(&self) -> &Reader {
        &self.read
    }

    /// For queries that change nothing and must see the latest write, which a replica may not know yet.
    pub fn latest(&self) -> &DatabaseConnection {
        self.read.latest()
    }

    /// For changes of a single statement.
    pub fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a transaction that may change what readers see. On SQLite it is IMMEDIATE: one that only turned into a writer later
    /// would be refused without waiting.
    ///
    /// # Errors
    /// When no connection is free in time or the database does not answer.
    pub async fn begin(&self) -> Result<Writing, DbErr> {
        Ok(Writing::new(self.begin_aside().await?, self.known.clone()))
    }

    /// As [`Self::begin`], for what readers never see: sessions, counts of tries, what is not saved yet.
    ///
    /// # Errors
    /// When no connection is free in time or the database does not answer.
    pub async fn begin_aside(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        self.write.begin_with_options(options).await
    }

    /// Whether reading is done elsewhere than writing.
    pub fn has_replica(&self) -> bool {
        self.read.probe().is_some()
    }

    /// What is known of the content's version.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// The number of SQL statements so far, for tests that bound a page's.
    pub fn statements(&self) -> u64 {
        self.statements.number.load(Ordering::Relaxed)
    }

    /// The SQL statements since the last call, with what was bound in them; those before the first call are not kept.
    pub fn take_statements(&self) -> Vec<Statement> {
        let kept = self.statements.kept.get_or_init(Mutex::default);
        std::mem::take(&mut kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The same database for what a node does by itself: its statements are not among [`Self::statements`], which would
    /// depend on time else.
    pub fn for_background(&self) -> Self {
        let statements = Arc::default();
        let write = counted(self.write.clone(), &statements);
        let read = self.read.map(|connection| counted(connection, &statements));
        let (known, lists) = (self.known.clone(), self.lists.clone());
        Self { read, write, known, lists, statements }
    }

    /// Lets SQLite look at its tables, so that it plans queries well. Only where no other process has the database
    /// open: the next statement of theirs that fires a trigger into a full-text table would fail, for SQLite reads the
    /// changed schema in the middle of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn optimize(&self) -> Result<(), DbErr> {
        if self.write.get_database_backend() == DbBackend::Sqlite {
            self.write.execute_unprepared("PRAGMA analysis_limit = 400; PRAGMA optimize").await?;
        }
        Ok(())
    }

    /// Closes both pools. SQLite's writer last: it folds the write-ahead log into the file.
    ///
    /// # Errors
    /// When a connection cannot be closed.
    pub async fn close(self) -> Result<(), DbErr> {
        self.read.close().await?;
        self.write.close().await
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Access {
    Read,
    Write,
}

fn options(url: &str, access: Access) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A ping before each use would double the round trips; one after a pause finds a server's restart.
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .set_application_name("lectern");
    if url.starts_with("sqlite:") {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        match access {
            // SQLite has one writer at a time. With one connection the others queue in order and fairly.
            Access::Write => options.max_connections(1).min_connections(1),
            // Readers compute, they do not wait: a few more than the cores keep these busy. Each costs a thread
            // and a page cache.
            Access::Read => options.max_connections((cores as u32 * 2).clamp(4, 16)),
        };
        // SQLite's connections cost nothing to keep, and hold prepared statements.
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        options.map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                // Readers go on while somebody writes.
                .journal_mode(SqliteJournalMode::Wal)
                // NORMAL may lose the last commits at a power failure: an acknowledged write must not be lost.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                // Against other processes on the file: a backup, an import.
                .busy_timeout(Duration::from_secs(10))
                .statement_cache_capacity(256)
                // 2 MiB for each connection; what does not fit is in the operating system's cache.
                .pragma("cache_size", "-2048");
            // What is sorted stays in memory up to as much, and goes to a file beyond it (`temp_store` is SQLite's own): the
            // index of a million posts' sitemaps would take 300 MiB else.
            match access {
                Access::Read => sqlite.create_if_missing(false).pragma("query_only", "ON"),
                Access::Write => sqlite,
            }
        });
    } else {
        // A server's connection is a process or a thread over there. Two pools, so that saves which wait for one another take no
        // connection from readers.
        options
            .max_connections(match access {
                Access::Read => SERVER_READERS,
                Access::Write => 6,
            })
            .min_connections(1)
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(Duration::from_secs(1800));
    }
    options
}

async fn open_patiently(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(250);
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if is_unavailable(&error) && begun.elapsed() < START_PATIENCE => {
                log::warn!("the database does not answer yet ({error}); trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(2));
            }
            result => return result,
        }
    }
}

/// What an error of the database means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is away or too busy: trying again later may help.
    Unavailable,
    /// Something with this name, address or pair is there already.
    Duplicate,
    /// A row that it refers to is not there.
    MissingReference,
    /// Our mistake.
    Internal,
}

/// Says what an error of the database means.
pub fn classify(error: &DbErr) -> Failure {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Failure::Duplicate,
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => Failure::MissingReference,
        _ if is_unavailable(error) => Failure::Unavailable,
        _ => Failure::Internal,
    }
}

/// Whether two transactions were in each other's way and this one was rolled back: done again, it may succeed.
pub fn is_deadlock(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let sqlx::Error::Database(error) = error.as_ref() else { return false };
    match error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        Some(mysql) => mysql.number() == 1213,
        None => matches!(error.code().as_deref(), Some("40P01" | "40001")),
    }
}

fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) => true,
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => match error.as_ref() {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(error) => match error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
            {
                // Too many connections; shutting down; killed; lock wait timeout; deadlock.
                Some(mysql) => matches!(mysql.number(), 1040 | 1053 | 1203 | 1205 | 1213 | 1927),
                None => matches!(
                    error.code().as_deref(),
                    // PostgreSQL: shutting down, crashed, starting up, too many clients; deadlock, serialization.
                    Some(
                        "57P01" | "57P02" | "57P03" | "53300" | "40P01" | "40001"
                    // SQLite: busy, locked (primary and extended codes).
                    | "5" | "6" | "261" | "262" | "517"
                    )
                ),
            },
            _ => false,
        },
        _ => false,
    }
}
