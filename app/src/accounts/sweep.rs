//! Rows that are of no use any more: sessions and links that are over, counters that count nothing, answers that nobody
//! asks for again, texts that nobody came back to.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use entity::idempotency_key;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, prelude::DateTimeUtc};

use super::queries;
use crate::{
    auth::{sessions, throttle},
    db::Db,
    posts::editor,
};

/// How often it is swept.
const INTERVAL: Duration = Duration::from_secs(600);
/// How long a program may repeat a request and get the first one's answer.
pub const IDEMPOTENCY_LIFE: TimeDelta = TimeDelta::hours(24);

/// Sweeps every ten minutes, until it is aborted.
pub async fn for_ever(db: Db) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        match once(&db, Utc::now()).await {
            Ok(rows) => log::debug!("swept {rows} rows"),
            Err(error) => log::warn!("what is over could not be swept: {error}"),
        }
    }
}

/// Deletes what is over at a time; how many rows.
///
/// # Errors
/// When the database does not answer.
pub async fn once(db: &Db, now: DateTimeUtc) -> Result<u64, DbErr> {
    let write = db.write();
    let answers = idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::CreatedAt.lt(now - IDEMPOTENCY_LIFE))
        .exec(write)
        .await?
        .rows_affected;
    Ok(answers
        + sessions::sweep(write, now).await?
        + queries::sweep_mail_tokens(write, now).await?
        + throttle::sweep(write, now).await?
        + editor::queries::sweep(write, now).await?)
}
