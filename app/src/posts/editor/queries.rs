//! What is being typed: rows of `post_revisions` of the kind `autosave`, each its writer's own.

use chrono::{DateTime, TimeDelta, Utc};
use entity::post_revision::{self as revision, Column as C, RevisionKind};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    prelude::Json,
    sea_query::{Expr, Func},
};

use crate::media::uses::{self, Owner};

/// How long a text that nobody came back to is kept.
pub const LIFE: TimeDelta = TimeDelta::days(90);
/// The most texts that one writer may leave unsaved.
pub const MOST: u64 = 50;

/// How much of a text a list shows, in characters.
pub const BEGINNING: usize = 600;

/// A text on its way.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The post; none for a new one.
    pub post_id: Option<i64>,
    /// The page that it is typed in.
    pub tab: String,
    /// The version of the post that is being changed.
    pub base: String,
    /// The title.
    pub title: String,
    /// The Markdown.
    pub content: String,
    /// The other fields.
    pub fields: Json,
}

/// A writer's unsaved texts. By the tab, which saved revisions have none of: so that an index leads to these alone.
fn of(user_id: i64) -> Select<revision::Entity> {
    revision::Entity::find()
        .filter(C::UserId.eq(user_id))
        .filter(C::Tab.is_not_null())
        .filter(C::Kind.eq(RevisionKind::Autosave))
}

/// How many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &impl ConnectionTrait, user_id: i64) -> Result<u64, DbErr> {
    of(user_id).count(db).await
}

/// An unsaved text without most of it, for lists.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Glimpse {
    /// Its row.
    pub id: i64,
    /// The post; none for a new one.
    pub post_id: Option<i64>,
    /// The title.
    pub title: String,
    /// The first [`BEGINNING`] characters of the text, and one more where there are more.
    pub beginning: String,
    /// The other fields.
    pub fields: Json,
    /// When it was typed.
    pub updated_at: DateTime<Utc>,
}

/// All that a writer left unsaved, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn glimpses(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<Glimpse>, DbErr> {
    // PostgreSQL's own takes numbers of this size alone.
    let length = i32::try_from(BEGINNING + 1).unwrap_or(i32::MAX);
    let beginning = Func::cust("SUBSTR").arg(Expr::col(C::Content)).arg(1i32).arg(length);
    of(user_id)
        .select_only()
        .columns([C::Id, C::PostId, C::Title, C::Fields, C::UpdatedAt])
        .expr_as(beginning, "beginning")
        .order_by_desc(C::UpdatedAt)
        .order_by_desc(C::Id)
        .limit(MOST)
        .into_model()
        .all(db)
        .await
}

/// What a writer left unsaved of one post (none: of new ones), the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_post(
    db: &impl ConnectionTrait,
    user_id: i64,
    post_id: Option<i64>,
    limit: u64,
) -> Result<Vec<revision::Model>, DbErr> {
    let all = of(user_id).order_by_desc(C::UpdatedAt).order_by_desc(C::Id).limit(limit);
    match post_id {
        None => all.filter(C::PostId.is_null()),
        Some(post_id) => all.filter(C::PostId.eq(post_id)),
    }
    .all(db)
    .await
}

/// One of a writer's unsaved texts.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    db: &impl ConnectionTrait,
    user_id: i64,
    id: i64,
) -> Result<Option<revision::Model>, DbErr> {
    of(user_id).filter(C::Id.eq(id)).one(db).await
}

/// The row of an open page, without its texts: its id and its post.
///
/// # Errors
/// When the database does not answer.
pub async fn find_of_page(
    db: &impl ConnectionTrait,
    user_id: i64,
    tab: &str,
) -> Result<Option<(i64, Option<i64>)>, DbErr> {
    of(user_id)
        .filter(C::Tab.eq(tab))
        .select_only()
        .columns([C::Id, C::PostId])
        .into_tuple::<(i64, Option<i64>)>()
        .one(db)
        .await
}

/// Stores a text: over the row `id`, or in a new one. Gives the row's id.
///
/// # Errors
/// A duplicate where the page has a row that `id` is not.
pub async fn store(
    db: &impl ConnectionTrait,
    user_id: i64,
    id: Option<i64>,
    typed: Typed,
    now: DateTime<Utc>,
) -> Result<i64, DbErr> {
    let cover = typed.fields.get("cover").and_then(Json::as_str).unwrap_or_default();
    let files = format!("{cover}\n{}", typed.content);
    let row = revision::ActiveModel {
        post_id: Set(typed.post_id),
        user_id: Set(Some(user_id)),
        kind: Set(RevisionKind::Autosave),
        tab: Set(Some(typed.tab)),
        base: Set(typed.base),
        title: Set(typed.title),
        content: Set(typed.content),
        fields: Set(typed.fields),
        updated_at: Set(now),
        ..Default::default()
    };
    match id {
        Some(id) => {
            let row = revision::ActiveModel { id: Set(id), ..row };
            revision::Entity::update_many().set(row).filter(C::Id.eq(id)).exec(db).await?;
            uses::record_again(db, Owner::Revision(id), &files).await?;
            Ok(id)
        }
        None => {
            let row = revision::ActiveModel { created_at: Set(now), ..row };
            let id = revision::Entity::insert(row).exec(db).await?.last_insert_id;
            uses::record_new(db, Owner::Revision(id), &files).await?;
            Ok(id)
        }
    }
}

/// Drops one of a writer's unsaved texts; whether it was there.
///
/// # Errors
/// When the database does not answer.
pub async fn discard(db: &impl ConnectionTrait, user_id: i64, id: i64) -> Result<bool, DbErr> {
    let delete = revision::Entity::delete_many()
        .filter(C::Id.eq(id))
        .filter(C::UserId.eq(user_id))
        .filter(C::Tab.is_not_null())
        .filter(C::Kind.eq(RevisionKind::Autosave));
    Ok(delete.exec(db).await?.rows_affected > 0)
}

/// Drops the texts of all that nobody came back to for [`LIFE`]; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let delete = revision::Entity::delete_many()
        .filter(C::Kind.eq(RevisionKind::Autosave))
        .filter(C::Tab.is_not_null())
        .filter(C::UpdatedAt.lt(now - LIFE));
    Ok(delete.exec(db).await?.rows_affected)
}
