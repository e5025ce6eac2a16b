//! The content's version: a number in the database that each transaction which may change what readers see raises, as the
//! last thing that it does. What was made of an older version is known to be old by it, on every node.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use entity::content_version::{Column, Entity};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExecResult, ExprTrait, QueryResult,
    QuerySelect, Statement, sea_query::Expr,
};
use tokio::sync::watch;

use super::Db;

/// How often a node asks whether another one wrote.
const INTERVAL: Duration = Duration::from_millis(250);
/// The bits of [`Known::now`] that hold the version; those above count how often it went back.
const BITS: u32 = 48;

/// What this node knows of the version.
#[derive(Debug, Default)]
pub struct Known {
    version: AtomicI64,
    /// What the replica had when it was last asked.
    replica: AtomicI64,
    /// How often the version went back: another database was put in the place of this one.
    resets: AtomicU64,
}

impl Known {
    /// A number that is another one after each change.
    pub fn now(&self) -> u64 {
        let version = self.version.load(Ordering::Acquire).unsigned_abs();
        (self.resets.load(Ordering::Acquire) << BITS) | version & ((1 << BITS) - 1)
    }

    /// Whether the replica has what this node knows of.
    pub(super) fn is_replica_fresh(&self) -> bool {
        self.replica.load(Ordering::Acquire) >= self.version.load(Ordering::Acquire)
    }

    fn saw(&self, version: i64) {
        self.version.fetch_max(version, Ordering::AcqRel);
    }
}

/// A transaction that may change what readers see.
#[derive(Debug)]
pub struct Writing {
    transaction: DatabaseTransaction,
    known: Arc<Known>,
}

impl Writing {
    pub(super) fn new(transaction: DatabaseTransaction, known: Arc<Known>) -> Self {
        Self { transaction, known }
    }

    /// Commits it: from now on this node answers with what it wrote, and the others soon. The version's row is locked
    /// last, so that it makes nobody wait for longer than the commit takes.
    ///
    /// # Errors
    /// When the database does not answer, or refuses; nothing was written then.
    pub async fn commit(self) -> Result<(), DbErr> {
        let next = Expr::col(Column::Version).add(1);
        Entity::update_many().col_expr(Column::Version, next).exec(&self.transaction).await?;
        let version = read(&self.transaction).await?;
        self.transaction.commit().await?;
        self.known.saw(version);
        Ok(())
    }

    /// Takes all of it back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.transaction.rollback().await
    }
}

impl Deref for Writing {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Writing {
    fn get_database_backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.transaction.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.transaction.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.transaction.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.transaction.query_all_raw(statement).await
    }
}

async fn read(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let version = Entity::find().select_only().column(Column::Version).into_tuple().one(db).await?;
    Ok(version.unwrap_or_default())
}

/// Learns of what other nodes and programs have written.
///
/// # Errors
/// When the database does not answer.
pub async fn catch_up(db: &Db) -> Result<(), DbErr> {
    if db.has_replica {
        // First: what it has then, it has when the newest version is known.
        db.known.replica.fetch_max(read(&db.read).await?, Ordering::AcqRel);
    }
    db.known.saw(read(db.latest()).await?);
    Ok(())
}

/// Catches up again and again until it is told to stop.
pub async fn follow(db: Db, mut stop: watch::Receiver<bool>) {
    let mut was_back = false;
    let mut is_well = true;
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        let known = db.known.version.load(Ordering::Acquire);
        let caught_up = async {
            let version = read(db.latest()).await?;
            // A write of this node's own may have come between the two readings; not between two rounds.
            if version < known && was_back {
                db.known.replica.store(i64::MIN, Ordering::Release);
                db.known.version.store(version, Ordering::Release);
                db.known.resets.fetch_add(1, Ordering::AcqRel);
            }
            was_back = version < known;
            catch_up(&db).await
        };
        match caught_up.await {
            Ok(()) => is_well = true,
            Err(error) if is_well => {
                log::warn!("what other nodes wrote cannot be seen: {error}");
                is_well = false;
            }
            Err(_) => {}
        }
    }
}
