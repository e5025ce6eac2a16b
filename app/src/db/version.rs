//! The content's version: a number in the database that each transaction which may change what readers see raises, as the
//! last thing that it does. What was made of an older version is known to be old by it, on every node.

use std::{
    collections::VecDeque,
    ops::Deref,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use entity::content_version::{Column, Entity};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExecResult, ExprTrait, QueryResult,
    QuerySelect, Statement, sea_query::Expr,
};
use tokio::sync::{Notify, futures::Notified, watch};

use super::{Db, reader::PATIENCE};

/// How long what was made before a write may be shown to others than whoever wrote: less than the second in which they shall see it.
pub const GRACE: Duration = Duration::from_millis(800);
/// How far apart writes are remembered: few are.
const BETWEEN: Duration = Duration::from_millis(50);
/// How often a node asks whether another one wrote.
const INTERVAL: Duration = Duration::from_millis(250);
/// How often the log says again what is still so.
const REMINDER: Duration = Duration::from_secs(300);
/// The version of a replica that has nothing.
const NEVER: i64 = i64::MIN;
/// The bits of [`Known::now`] that hold the version; those above count how often it went back.
const BITS: u32 = 48;

/// What this node knows of the version.
#[derive(Debug)]
pub struct Known {
    version: AtomicI64,
    /// What the replica had when it was last asked.
    replica: AtomicI64,
    /// Statements that the replica failed over, and when the log last told of one.
    failures: AtomicU64,
    told: Mutex<Option<Instant>>,
    /// Rung when the replica does not answer, for those who wait for it.
    silent: Notify,
    /// How often the version went back: another database was put in the place of this one.
    resets: AtomicU64,
    /// The versions before this node's last writes, and when these were made.
    before: Mutex<VecDeque<(u64, Instant)>>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            version: AtomicI64::new(0),
            replica: AtomicI64::new(NEVER),
            failures: AtomicU64::new(0),
            told: Mutex::new(None),
            silent: Notify::new(),
            resets: AtomicU64::new(0),
            before: Mutex::default(),
        }
    }
}

impl Known {
    /// A number that is another one after each change.
    pub fn now(&self) -> u64 {
        self.number(self.version.load(Ordering::Acquire))
    }

    fn number(&self, version: i64) -> u64 {
        (self.resets.load(Ordering::Acquire) << BITS) | version.unsigned_abs() & ((1 << BITS) - 1)
    }

    /// Whether what was made of that version, one of [`Self::now`], was true less than [`GRACE`] ago.
    pub fn was_true_just_now(&self, version: u64) -> bool {
        let before = self.before();
        let last = before.iter().find(|(_, at)| at.elapsed() < GRACE);
        last.is_some_and(|(oldest, _)| (*oldest..=self.now()).contains(&version))
    }

    fn before(&self) -> MutexGuard<'_, VecDeque<(u64, Instant)>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the replica has what this node knows of.
    pub(super) fn is_replica_fresh(&self) -> bool {
        self.replica.load(Ordering::Acquire) >= self.version.load(Ordering::Acquire)
    }

    /// How many statements were asked of the primary because the replica had failed over them.
    pub fn replica_failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Counts such a statement; the log tells of one in some seconds.
    pub(super) fn replica_failed(&self, error: &DbErr) {
        let number = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|told| told.elapsed() > Duration::from_secs(10)) {
            log::warn!("the replica fails, the primary is asked ({number} times so far): {error}");
            *told = Some(Instant::now());
        }
    }

    /// Over when the replica does not answer any more, from now on.
    pub(super) fn silence(&self) -> Notified<'_> {
        self.silent.notified()
    }

    /// What another node wrote, nobody knows when: what was made before is old at once.
    fn saw(&self, version: i64) {
        if version > self.version.load(Ordering::Acquire) {
            let mut before = self.before();
            before.clear();
            self.version.fetch_max(version, Ordering::AcqRel);
        }
    }

    /// What this node wrote at that moment.
    fn wrote(&self, version: i64, at: Instant) {
        let mut before = self.before();
        before.retain(|(_, at)| at.elapsed() < GRACE);
        let known = self.version.fetch_max(version, Ordering::AcqRel);
        if known + 1 < version {
            // Another one wrote in between.
            before.clear();
        } else if known < version && before.back().is_none_or(|(_, last)| at.duration_since(*last) >= BETWEEN)
        {
            before.push_back((self.number(known), at));
        }
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
        let at = Instant::now();
        self.transaction.commit().await?;
        self.known.wrote(version, at);
        Ok(())
    }

    /// As [`Self::commit`] where readers see what changed; else what was made for them stays as it is.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn commit_if_seen(self, is_seen: bool) -> Result<(), DbErr> {
        if is_seen { self.commit().await } else { self.transaction.commit().await }
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
    db.known.saw(soon(read(db.latest())).await?);
    Ok(())
}

/// What a database answers, or that it takes too long: a connection may be dead without anybody having been told.
async fn soon<T>(answer: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    let late = |_| DbErr::Custom("no answer in time".to_owned());
    tokio::time::timeout(PATIENCE, answer).await.map_err(late)?
}

/// Catches up again and again until it is told to stop.
pub async fn follow(db: Db, stop: watch::Receiver<bool>) {
    tokio::join!(follow_primary(&db, stop.clone()), follow_replica(&db, stop));
}

/// Waits for the next round; false when it is over.
async fn next(stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        _ = stop.changed() => false,
        () = tokio::time::sleep(INTERVAL) => true,
    }
}

async fn follow_primary(db: &Db, mut stop: watch::Receiver<bool>) {
    let mut was_back = false;
    let mut is_well = true;
    while next(&mut stop).await {
        let known = db.known.version.load(Ordering::Acquire);
        match soon(read(db.latest())).await {
            Ok(version) => {
                // A write of this node's own may have come between the two readings; not between two rounds.
                if version < known && was_back {
                    db.known.replica.store(NEVER, Ordering::Release);
                    db.known.version.store(version, Ordering::Release);
                    db.known.resets.fetch_add(1, Ordering::AcqRel);
                    db.known.before().clear();
                }
                was_back = version < known;
                db.known.saw(version);
                is_well = true;
            }
            Err(error) if is_well => {
                log::warn!("what other nodes wrote cannot be seen: {error}");
                is_well = false;
            }
            Err(_) => {}
        }
    }
}

/// Asks the replica what it has. It has more by the time that somebody reads; one that does not answer has nothing.
async fn follow_replica(db: &Db, mut stop: watch::Receiver<bool>) {
    let Some(probe) = db.read.probe() else { return };
    let mut told: Option<Instant> = None;
    while next(&mut stop).await {
        let (version, why) = match soon(read(probe)).await {
            Ok(version) => {
                // It may have heard of a write first. But of one that is nowhere else?
                if version > db.known.version.load(Ordering::Acquire) {
                    catch_up(db).await.ok();
                }
                match version > db.known.version.load(Ordering::Acquire) {
                    true => (NEVER, Some("it has what the primary has not".to_owned())),
                    false => (version, None),
                }
            }
            Err(error) => (NEVER, Some(error.to_string())),
        };
        db.known.replica.store(version, Ordering::Release);
        if version == NEVER {
            db.known.silent.notify_waiters();
        }
        match why {
            Some(_) if *stop.borrow() => {}
            Some(why) if told.is_none_or(|told| told.elapsed() > REMINDER) => {
                log::warn!("the replica is not read from until it answers: {why}");
                told = Some(Instant::now());
            }
            None if told.take().is_some() => log::info!("the replica answers again"),
            _ => {}
        }
    }
}
