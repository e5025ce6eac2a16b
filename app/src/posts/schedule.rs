//! Scheduled posts go out by themselves. Every node looks twice a second, and exactly when the next post is due; whichever
//! comes first takes a few posts, and the others pass over these: each post is published once. Who goes out is decided
//! by the post's state and time alone, not by whether its author still has an account.
//!
//! The history says that the site published it: whoever set the time did so in an earlier entry.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::post::{self, PostStatus};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{LockBehavior, LockType},
};
use tokio::sync::watch;

use crate::{
    admin::log::{Changed, Entry, SITE, record_many},
    content,
    db::{self, Db},
    posts::save,
    search::{self, Document, Index},
};

/// How often it is asked what is due, at least.
const INTERVAL: Duration = Duration::from_millis(500);
/// How long nothing is asked of a database that did not answer.
const PAUSE: Duration = Duration::from_secs(1);
/// Posts that go out in one transaction: it holds their texts.
const STEP: u64 = 20;

/// Publishes what is due, until it is told to stop; what it has begun it ends.
pub async fn for_ever(db: Db, mut stop: watch::Receiver<bool>) {
    let mut is_well = true;
    loop {
        let pause = match once(&db, Utc::now()).await {
            Ok(next) => {
                if !is_well {
                    log::info!("scheduled posts go out again");
                }
                is_well = true;
                let until = next.and_then(|next| (next - Utc::now()).to_std().ok());
                until.map_or(INTERVAL, |until| until.min(INTERVAL))
            }
            // Another node was faster.
            Err(error) if db::is_deadlock(&error) => Duration::from_millis(20),
            Err(error) => {
                if is_well {
                    log::warn!("scheduled posts cannot go out, this is tried again every second: {error}");
                }
                is_well = false;
                PAUSE
            }
        };
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Publishes what is due at a time, and says when the next post is.
///
/// # Errors
/// When the database does not answer.
async fn once(db: &Db, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, DbErr> {
    // From where it is written, and outside a transaction: nearly always there is nothing to do.
    let next = || async {
        let next: Option<Option<DateTime<Utc>>> = post::Entity::find()
            .select_only()
            .column(post::Column::PublishedAt)
            .filter(post::Column::Status.eq(PostStatus::Scheduled))
            .filter(post::Column::PublishedAt.is_not_null())
            .order_by_asc(post::Column::PublishedAt)
            .limit(1)
            .into_tuple()
            .one(db.latest())
            .await?;
        Ok::<_, DbErr>(next.flatten())
    };
    let first = next().await?;
    if first.is_none_or(|first| first > now) {
        return Ok(first);
    }
    publish_due(db, now).await?;
    next().await
}

#[derive(Debug, FromQueryResult)]
struct Due {
    id: i64,
    title: String,
    summary: String,
    html: String,
}

/// Publishes all posts that are due at a time; how many.
///
/// # Errors
/// When the database does not answer; what was published until then stays so.
pub async fn publish_due(db: &Db, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut all = 0;
    loop {
        let number = step(db, now).await?;
        all += number;
        if number < STEP {
            return Ok(all);
        }
    }
}

async fn step(db: &Db, now: DateTime<Utc>) -> Result<u64, DbErr> {
    use post::Column as P;
    let transaction = db.begin().await?;
    let mut due = post::Entity::find()
        .select_only()
        .columns([P::Id, P::Title, P::Summary, P::Html])
        .filter(P::Status.eq(PostStatus::Scheduled))
        .filter(P::PublishedAt.lte(now))
        .order_by_asc(P::PublishedAt)
        .order_by_asc(P::Id)
        .limit(STEP);
    if transaction.get_database_backend() != DbBackend::Sqlite {
        due = due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let due: Vec<Due> = due.into_model().all(&transaction).await?;
    if due.is_empty() {
        transaction.rollback().await?;
        return Ok(0);
    }
    // The time of the last change stays: nobody changed anything.
    post::Entity::update_many()
        .set(post::ActiveModel { status: Set(PostStatus::Published), ..Default::default() })
        .filter(P::Id.is_in(due.iter().map(|post| post.id)))
        .exec(&transaction)
        .await?;
    save::relist(&transaction, &due.iter().map(|post| post.id).collect::<Vec<_>>()).await?;
    let bodies: Vec<String> = due.iter().map(|post| content::plain_text(&post.html)).collect();
    let documents: Vec<Document<'_>> = due
        .iter()
        .zip(&bodies)
        .map(|(post, body)| Document { id: post.id, title: &post.title, summary: &post.summary, body })
        .collect();
    search::put_many(&transaction, Index::Posts, &documents).await?;
    let number = due.len() as u64;
    let entries = due.into_iter().map(|post| Entry {
        key: post.id.to_string(),
        title: post.title,
        changes: vec![Changed::new("status", "Status", "Scheduled", "Published")],
    });
    record_many(&transaction, SITE, "posts", "publish", entries.collect()).await?;
    transaction.commit().await?;
    Ok(number)
}
