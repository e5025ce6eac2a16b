//! Thrown-away posts. They stay for thirty days, in a state of their own that no reader's query asks for: out of the
//! search, their slug free for others, what led to them leading nowhere. Brought back they are drafts, with their slug
//! if nobody took it and with all that led to them.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::post::{self, PostStatus};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, TransactionTrait,
    sea_query::{Expr, Func, LockBehavior, LockType},
};

use super::{revisions, save};
use crate::{
    admin::{Admin, delete, log, store},
    db::{self, Db, Failure},
    search::{self, Index},
    site,
    web::Result,
};

/// How many days a thrown-away post can be brought back.
pub const DAYS: i64 = 30;
/// Posts that are deleted for good in one transaction.
const STEP: u64 = 50;
/// Tries to find a slug that nobody else takes in the same moment.
const SLUG_TRIES: usize = 60;

/// The slug of a post in the trash: none that a post could have, for slugs have no tilde.
pub fn aside(id: i64) -> String {
    format!("~{id}")
}

fn path(slug: &str) -> String {
    format!("/posts/{slug}")
}

/// Throws posts away that are not in the trash yet.
///
/// # Errors
/// When the database does not answer.
pub async fn put(db: &impl ConnectionTrait, ids: &[i64], now: DateTime<Utc>) -> Result<(), DbErr> {
    use post::Column as P;
    let slugs = slugs(db, ids, P::Slug).await?;
    // The old slug is kept before it is written over: MySQL goes from left to right.
    post::Entity::update_many()
        .col_expr(P::TrashedSlug, Expr::col(P::Slug))
        .col_expr(P::Slug, Func::cust("concat").arg("~").arg(Expr::col(P::Id)).into())
        .col_expr(P::Status, Expr::value(PostStatus::Trashed))
        .col_expr(P::TrashedAt, Expr::value(now))
        .col_expr(P::UpdatedAt, Expr::value(now))
        .filter(P::Id.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    save::relist(db, ids).await?;
    search::remove_many(db, Index::Posts, ids).await?;
    let moves: Vec<_> = slugs.iter().map(|(id, slug)| (path(slug), path(&aside(*id)))).collect();
    site::follow(db, &moves).await
}

async fn slugs(
    db: &impl ConnectionTrait,
    ids: &[i64],
    column: post::Column,
) -> Result<Vec<(i64, String)>, DbErr> {
    let rows: Vec<(i64, Option<String>)> = post::Entity::find()
        .select_only()
        .columns([post::Column::Id, column])
        .filter(post::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(post::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, slug)| (id, slug.unwrap_or_else(|| "post".to_owned()))).collect())
}

/// Brings posts back as drafts.
///
/// # Errors
/// When the database does not answer.
pub async fn bring_back(transaction: &DatabaseTransaction, ids: &[i64], now: DateTime<Utc>) -> Result<()> {
    let slugs = slugs(transaction, ids, post::Column::TrashedSlug).await?;
    let mut moves = Vec::new();
    for (id, wanted) in slugs {
        let slug = bring_one_back(transaction, id, &wanted, now).await?;
        moves.push((path(&aside(id)), path(&slug)));
    }
    Ok(site::follow(transaction, &moves).await?)
}

/// Brings a post back under its old slug, or one like it; gives the slug.
async fn bring_one_back(
    transaction: &DatabaseTransaction,
    id: i64,
    wanted: &str,
    now: DateTime<Utc>,
) -> Result<String> {
    use post::Column as P;
    let mut tried: HashSet<String> = HashSet::new();
    loop {
        let slug = save::free_slug(transaction, wanted, |slug| tried.contains(slug)).await?;
        // Of its own, so that a slug that somebody else takes in this very moment costs no more than a try.
        let attempt = transaction.begin().await?;
        let update = post::Entity::update_many()
            .col_expr(P::Slug, Expr::value(slug.clone()))
            .col_expr(P::TrashedSlug, Expr::value(None::<String>))
            .col_expr(P::TrashedAt, Expr::value(None::<DateTime<Utc>>))
            .col_expr(P::Status, Expr::value(PostStatus::Draft))
            .col_expr(P::UpdatedAt, Expr::value(now))
            .filter(P::Id.eq(id));
        match update.exec(&attempt).await {
            Ok(_) => {
                attempt.commit().await?;
                return Ok(slug);
            }
            Err(error) if tried.len() < SLUG_TRIES && db::classify(&error) == Failure::Duplicate => {
                attempt.rollback().await?;
                tried.insert(slug);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Forgets what led to posts that are about to be deleted for good. What somebody was typing in them stays theirs, as a text
/// of its own.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(db: &impl ConnectionTrait, ids: &[i64]) -> Result<(), DbErr> {
    revisions::free_autosaves(db, ids).await?;
    let paths: Vec<String> = ids.iter().map(|id| path(&aside(*id))).collect();
    site::forget_targets(db, &paths).await
}

/// Deletes for good what has been in the trash for longer than [`DAYS`], a few posts at a time; how many. Nodes that do
/// this at once take different posts.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(db: &Db, admin: &Admin, now: DateTime<Utc>) -> Result<u64> {
    let Some(resource) = admin.find("posts") else { return Ok(0) };
    let mut all = 0;
    loop {
        let transaction = db.begin().await?;
        let mut due = post::Entity::find()
            .select_only()
            .column(post::Column::Id)
            .filter(post::Column::TrashedAt.lt(now - TimeDelta::days(DAYS)))
            .filter(post::Column::Status.eq(PostStatus::Trashed))
            .order_by_asc(post::Column::TrashedAt)
            .limit(STEP);
        if transaction.get_database_backend() != DbBackend::Sqlite {
            due = due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        let ids: Vec<i64> = due.into_tuple().all(&transaction).await?;
        if ids.is_empty() {
            transaction.rollback().await?;
            return Ok(all);
        }
        let rows: BTreeMap<_, _> = store::read_many(&transaction, &resource.table, &ids, false).await?;
        forget(&transaction, &ids).await?;
        delete::end(&transaction, admin, log::SITE, resource, rows, None).await?;
        transaction.commit().await?;
        all += ids.len() as u64;
    }
}
