//! A database of a test's own, on whichever kind the run is for.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;

/// The kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file in a temporary folder.
    Sqlite,
    /// A database on the server of `LECTERN_TEST_POSTGRES`.
    Postgres,
    /// A database on the server of `LECTERN_TEST_MARIADB`.
    MariaDb,
}

impl Backend {
    /// The kind that this run is for.
    pub fn of_run() -> Self {
        match std::env::var("LECTERN_TEST_DATABASE").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok("mariadb") => Self::MariaDb,
            Ok(other) => panic!("LECTERN_TEST_DATABASE is {other}; it takes sqlite, postgres or mariadb"),
        }
    }

    fn server(self) -> String {
        let name = match self {
            Self::Sqlite => return String::new(),
            Self::Postgres => "LECTERN_TEST_POSTGRES",
            Self::MariaDb => "LECTERN_TEST_MARIADB",
        };
        std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run through scripts/databases"))
    }
}

/// A database of a test's own.
#[derive(Debug)]
pub struct TestDatabase {
    backend: Backend,
    name: String,
    folder: Option<TempDir>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl TestDatabase {
    /// Makes an empty one, without a schema.
    pub async fn create() -> Self {
        // Every test begins here.
        lectern::media::store::provide_tls();
        let backend = Backend::of_run();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("lectern_test_{}_{number}", std::process::id());
        if backend == Backend::Sqlite {
            return Self { backend, name, folder: Some(tempfile::tempdir().unwrap()) };
        }
        admin(backend, &format!("CREATE DATABASE {name}")).await;
        Self { backend, name, folder: None }
    }

    /// Its kind.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Its address.
    pub fn url(&self) -> String {
        match &self.folder {
            Some(folder) => format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display()),
            None => format!("{}/{}", self.backend.server(), self.name),
        }
    }

    /// A connection of the test's own, beside the site's.
    pub async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(self.url());
        options.sqlx_logging(false).max_connections(2);
        Database::connect(options).await.expect("the test's database answers")
    }

    /// Removes it with all that is in it.
    pub async fn drop(self) {
        match self.backend {
            Backend::Sqlite => {}
            Backend::Postgres => {
                admin(self.backend, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await
            }
            Backend::MariaDb => admin(self.backend, &format!("DROP DATABASE {}", self.name)).await,
        }
    }
}

async fn admin(backend: Backend, sql: &str) {
    let database = if backend == Backend::Postgres { "/postgres" } else { "/mysql" };
    let mut options = ConnectOptions::new(backend.server() + database);
    options.sqlx_logging(false).max_connections(1);
    let server = Database::connect(options).await.expect("the database server answers");
    server.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    server.close().await.unwrap();
}
