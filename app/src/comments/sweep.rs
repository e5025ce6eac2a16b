//! Spam goes as the trash does: after some time.

use chrono::{DateTime, TimeDelta, Utc};
use entity::comment::{self, Column as C, CommentStatus};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Db;

/// Days that spam is kept since it was sent, or since somebody marked it.
pub const DAYS: i64 = 30;
/// Comments that are deleted at once: no writer waits long.
const STEP: u64 = 500;

/// Deletes spam that is older than [`DAYS`], a few at a time; how many. Nodes that do this at once do no harm.
///
/// # Errors
/// When the database does not answer.
pub async fn once(db: &Db, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let before = now - TimeDelta::days(DAYS);
    let mut all = 0;
    loop {
        let due: Vec<i64> = comment::Entity::find()
            .select_only()
            .column(C::Id)
            .filter(C::Status.eq(CommentStatus::Spam))
            // Follows from the next line, and an index has it.
            .filter(C::CreatedAt.lt(before))
            .filter(C::UpdatedAt.lt(before))
            .order_by_asc(C::CreatedAt)
            .limit(STEP)
            .into_tuple()
            .all(db.write())
            .await?;
        if due.is_empty() {
            return Ok(all);
        }
        // Once more: somebody may have found that it is none.
        let gone = comment::Entity::delete_many()
            .filter(C::Id.is_in(due))
            .filter(C::Status.eq(CommentStatus::Spam))
            .exec(db.write())
            .await?;
        if gone.rows_affected == 0 {
            return Ok(all);
        }
        all += gone.rows_affected;
    }
}
