//! Reading: of a replica, as long as it has what this node knows to be written, and answers.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::version::Known;

/// What queries that change nothing are sent to.
#[derive(Clone, Debug)]
pub struct Reader {
    pool: DatabaseConnection,
    /// Where `pool` is a replica's.
    primary: Option<DatabaseConnection>,
    known: Arc<Known>,
}

impl Reader {
    pub(super) fn new(
        pool: DatabaseConnection,
        primary: Option<DatabaseConnection>,
        known: Arc<Known>,
    ) -> Self {
        Self { pool, primary, known }
    }

    /// The connections, whatever they are to.
    pub(super) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Whether `pool` is a replica's.
    pub(super) fn has_primary(&self) -> bool {
        self.primary.is_some()
    }

    pub(super) async fn close(self) -> Result<(), DbErr> {
        self.pool.close().await
    }

    /// Whether queries are sent to a replica now.
    pub fn is_replica(&self) -> bool {
        self.primary.is_some() && self.known.is_replica_fresh()
    }

    /// Asks the replica if it has everything, else the primary. That one is asked again if the replica fails over it or falls
    /// silent: whoever reads may ask twice.
    async fn ask<'a, S: Clone, T>(
        &'a self,
        what: S,
        run: impl Fn(&'a DatabaseConnection, S) -> BoxFuture<'a, Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let Some(primary) = &self.primary else { return run(&self.pool, what).await };
        // Before it is looked whether the replica answers: what happens between the two is not missed.
        let silence = self.known.silence();
        if self.known.is_replica_fresh() {
            tokio::select! {
                answer = run(&self.pool, what.clone()) => match answer {
                    Ok(answer) => return Ok(answer),
                    // It stopped, or has not heard of the newest migration. What no database takes the primary refuses too.
                    Err(error) => log::warn!("the replica fails ({error}): the primary is asked"),
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
