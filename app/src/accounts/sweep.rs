//! Rows that are of no use any more: sessions and links that are over, counters that count nothing, answers that nobody
//! asks for again, texts that nobody came back to.

use chrono::TimeDelta;
use entity::idempotency_key;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, prelude::DateTimeUtc};

use super::queries;
use crate::{
    auth::{sessions, throttle},
    db::Db,
    posts::editor,
};

/// How long a program may repeat a request and get the first one's answer.
pub const IDEMPOTENCY_LIFE: TimeDelta = TimeDelta::hours(24);

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
