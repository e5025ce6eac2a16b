//! Reading: of a replica, as long as it has what this node knows to be written, and answers.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    Statement,
    sqlx::{self, Connection},
};
use tokio::time::timeout;

use super::version::Known;

/// How long a replica may take to say that it is there.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// What queries that change nothing are sent to.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The only database's, or the replica's.
    pool: DatabaseConnection,
    replicated: Option<Replicated>,
    known: Arc<Known>,
}

/// What there is besides where `pool` is a replica's.
#[derive(Clone, Debug)]
pub(super) struct Replicated {
    /// To the primary, for what the replica does not have. Not the writers': nobody waits for these, nor they for readers.
    pub(super) primary: DatabaseConnection,
    /// The connection by which the replica is asked what it has: that all others are busy does not mean that it is away.
    pub(super) probe: DatabaseConnection,
}

impl Reader {
    pub(super) fn new(pool: DatabaseConnection, replicated: Option<Replicated>, known: Arc<Known>) -> Self {
        Self { pool, replicated, known }
    }

    /// As it is, with other connections, made of these.
    pub(super) fn map(&self, change: impl Fn(DatabaseConnection) -> DatabaseConnection) -> Self {
        let replicated = self.replicated.as_ref().map(|replicated| Replicated {
            primary: change(replicated.primary.clone()),
            probe: change(replicated.probe.clone()),
        });
        Self::new(change(self.pool.clone()), replicated, self.known.clone())
    }

    /// The connections to read from where everything is.
    pub(super) fn latest(&self) -> &DatabaseConnection {
        self.replicated.as_ref().map_or(&self.pool, |replicated| &replicated.primary)
    }

    /// The connection to ask the replica what it has, if there is one.
    pub(super) fn probe(&self) -> Option<&DatabaseConnection> {
        self.replicated.as_ref().map(|replicated| &replicated.probe)
    }

    /// Whether queries are sent to a replica now.
    pub fn is_replica(&self) -> bool {
        self.replicated.is_some() && self.known.is_replica_fresh()
    }

    /// Closes all connections. A replica may be away, and is not waited for.
    pub(super) async fn close(self) -> Result<(), DbErr> {
        let Some(Replicated { primary, probe }) = self.replicated else { return self.pool.close().await };
        for away in [self.pool, probe] {
            timeout(2 * PATIENCE, away.close()).await.ok();
        }
        primary.close().await
    }

    /// Asks the replica if it has everything, else the primary. That one is asked again if the replica fails over it or falls
    /// silent: whoever reads may ask twice.
    async fn ask<'a, S: Clone, T>(
        &'a self,
        what: S,
        run: impl Fn(&'a DatabaseConnection, S) -> BoxFuture<'a, Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let Some(Replicated { primary, .. }) = &self.replicated else { return run(&self.pool, what).await };
        // Before it is looked whether the replica answers: what happens between the two is not missed.
        let silence = self.known.silence();
        if self.known.is_replica_fresh() {
            tokio::select! {
                answer = run(&self.pool, what.clone()) => match answer {
                    Ok(answer) => return Ok(answer),
                    // It stopped, or has not heard of the newest migration. What no database takes the primary refuses too.
                    Err(error) => self.known.replica_failed(&error),
                },
                () = silence => {}
            }
        }
        run(primary, what).await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(statement, |db, statement| db.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ask(sql, |db, sql| db.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ask(statement, |db, statement| db.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(statement, |db, statement| db.query_all_raw(statement)).await
    }
}

/// For at most so many connections to a replica, which may be away: it need not be there at the start, nobody waits long for it, and
/// a connection on which it has fallen silent is given up. (Without that, a statement that nobody waits for any more would
/// hold its connection until the replica answers it, be it never.)
pub(super) fn of_replica(options: &mut ConnectOptions, connections: u32) {
    options
        .connect_lazy(true)
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(PATIENCE)
        .map_sqlx_postgres_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(answers(connection))))
        .map_sqlx_mysql_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(answers(connection))));
}

/// Whether a connection still answers.
async fn answers<C: Connection>(connection: &mut C) -> Result<bool, sqlx::Error> {
    let silent = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
    timeout(PATIENCE, connection.ping()).await.map_err(silent)?.map(|()| true)
}
