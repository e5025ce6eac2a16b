//! The server that follows the one of this run, where `scripts/databases --replica` started one.

use std::process::Command;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

use crate::{Backend, TestSite};

/// A database server that has what the primary has, a little later.
#[derive(Debug)]
pub struct Replica {
    backend: Backend,
    server: String,
    process: String,
    connection: DatabaseConnection,
}

impl Replica {
    /// The one of this run.
    pub async fn of_run() -> Self {
        let backend = Backend::of_run();
        let (name, database) = match backend {
            Backend::Sqlite => panic!("SQLite has no replicas"),
            Backend::Postgres => ("LECTERN_TEST_POSTGRES_REPLICA", "postgres"),
            Backend::MariaDb => ("LECTERN_TEST_MARIADB_REPLICA", "mysql"),
        };
        let value = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
        let (server, process) = (value(name), value(&format!("{name}_PID")));
        let mut options = ConnectOptions::new(format!("{server}/{database}"));
        options.sqlx_logging(false).max_connections(1);
        let connection = Database::connect(options).await.expect("the replica answers");
        Self { backend, server, process, connection }
    }

    /// The address of a site's database there.
    pub fn url(&self, site: &TestSite) -> String {
        let (_, name) = site.database_url().rsplit_once('/').unwrap();
        format!("{}/{name}", self.server)
    }

    /// A statement that gives 1 there, and 0 at the primary.
    pub fn question(&self) -> &'static str {
        match self.backend {
            Backend::Postgres => "SELECT CAST(CAST(pg_is_in_recovery() AS int) AS bigint)",
            _ => "SELECT CAST(@@server_id = 2 AS SIGNED)",
        }
    }

    /// From now on it hears of writes, and does none of them.
    pub async fn hold(&self) {
        self.run("SELECT pg_wal_replay_pause()", "STOP SLAVE SQL_THREAD").await;
    }

    /// It does what it heard of since [`Self::hold`], and goes on.
    pub async fn go_on(&self) {
        self.run("SELECT pg_wal_replay_resume()", "START SLAVE SQL_THREAD").await;
    }

    async fn run(&self, postgres: &str, mariadb: &str) {
        let sql = if self.backend == Backend::Postgres { postgres } else { mariadb };
        self.connection.execute_unprepared(sql).await.unwrap();
    }

    /// Its processes stand still: connections to it are there, and nothing comes of them.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// They go on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let signal = format!("-{name}");
        assert!(Command::new("kill").args([&signal, &self.process]).status().unwrap().success());
        // PostgreSQL's connections are processes of their own, which it makes no more of now.
        let children = Command::new("pkill").args([&signal, "-P", &self.process]).status().unwrap();
        assert!(self.backend == Backend::MariaDb || children.success(), "it has no connections");
    }
}

/// A test that fails leaves it going.
impl Drop for Replica {
    fn drop(&mut self) {
        self.thaw();
    }
}
