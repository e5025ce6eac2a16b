//! Files that may lie in the store without a row: no database's transaction holds a file. So whatever is about to be
//! stored, or to lose its last row, is written down first, and what stays written down is cleaned up.
//!
//! Coming in: announce the name · store the file · in one transaction strike the name out and make the row. Whatever
//! breaks off in between (a crash, a store that is away) leaves an announcement, which falls due after an hour.
//!
//! Going: in one transaction delete the row and write the name down, due at once · then sweep: strike it out, look
//! whether any row still has the file, and remove it if none has, all in a transaction that holds the name's row. Who
//! announces the same name meanwhile waits for that, and stores the file anew.

use chrono::{TimeDelta, Utc};
use entity::{media, media_leftover as leftover};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::DateTimeUtc, sea_query::OnConflict,
};

use super::{
    name::{StoredName, Version},
    store::MediaStore,
};
use crate::{db::Db, web::Result};

/// How long a file may take from its announcement to its row.
const GRACE: TimeDelta = TimeDelta::hours(1);
/// Names in one sweep.
const STEP: u64 = 200;

/// Says that a file is about to be stored.
///
/// # Errors
/// When the database does not answer.
pub async fn announce(db: &impl ConnectionTrait, name: &StoredName) -> Result<(), DbErr> {
    let row =
        leftover::ActiveModel { name: Set(name.as_str().to_owned()), due: Set(whole(Utc::now() + GRACE)) };
    let again = OnConflict::column(leftover::Column::Name).update_column(leftover::Column::Due).to_owned();
    leftover::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Strikes a name out, in the transaction that makes its row. Whether it stood there: else the file may be gone.
///
/// # Errors
/// When the database does not answer.
pub async fn strike_out(db: &impl ConnectionTrait, name: &StoredName) -> Result<bool, DbErr> {
    let struck = leftover::Entity::delete_by_id(name.as_str().to_owned()).exec(db).await?;
    Ok(struck.rows_affected > 0)
}

/// Writes down that rows of these files are deleted, in the transaction that does it.
///
/// # Errors
/// When the database does not answer.
pub async fn note(db: &impl ConnectionTrait, names: impl IntoIterator<Item = String>) -> Result<(), DbErr> {
    let due = whole(Utc::now());
    let rows: Vec<_> =
        names.into_iter().map(|name| leftover::ActiveModel { name: Set(name), due: Set(due) }).collect();
    if rows.is_empty() {
        return Ok(());
    }
    // One that is just coming in keeps its time. It is written to all the same, so that a sweep waits for us.
    let again = OnConflict::column(leftover::Column::Name).update_column(leftover::Column::Name).to_owned();
    leftover::Entity::insert_many(rows).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Lets an announcement fall due now: it did not come to a row.
///
/// # Errors
/// When the database does not answer.
pub async fn give_up(db: &impl ConnectionTrait, name: &StoredName) -> Result<(), DbErr> {
    let due = leftover::ActiveModel { due: Set(whole(Utc::now())), ..Default::default() };
    let update = leftover::Entity::update_many().set(due);
    update.filter(leftover::Column::Name.eq(name.as_str())).exec(db).await?;
    Ok(())
}

/// Removes the files of what is due by `now` and has no row. Gives how many there were.
///
/// # Errors
/// When the database or the store does not answer: what was not removed stays written down.
pub async fn sweep(db: &Db, store: &MediaStore, now: DateTimeUtc) -> Result<u64> {
    let due = leftover::Column::Due.lte(now);
    let names: Vec<String> = leftover::Entity::find()
        .select_only()
        .column(leftover::Column::Name)
        .filter(due.clone())
        .order_by_asc(leftover::Column::Due)
        .limit(STEP)
        .into_tuple()
        .all(db.latest())
        .await?;
    let mut removed = 0;
    for name in names {
        let transaction = db.begin_aside().await?;
        let mine = leftover::Column::Name.eq(&name);
        let struck =
            leftover::Entity::delete_many().filter(mine).filter(due.clone()).exec(&transaction).await?;
        let row: Option<i64> = media::Entity::find()
            .select_only()
            .column(media::Column::Id)
            .filter(media::Column::Name.eq(&name))
            .into_tuple()
            .one(&transaction)
            .await?;
        if struck.rows_affected > 0
            && row.is_none()
            && let Some(original) = StoredName::parse(&name)
        {
            for version in original.versions().chain([Version { original: original.clone(), width: None }]) {
                store.remove(&version).await?;
            }
            removed += 1;
        }
        transaction.commit().await?;
    }
    Ok(removed)
}

/// Whole seconds: every database stores them alike.
fn whole(time: DateTimeUtc) -> DateTimeUtc {
    DateTimeUtc::from_timestamp(time.timestamp(), 0).unwrap_or(time)
}
