//! Writing comments.

use chrono::Utc;
use entity::comment::{self, Column as C, CommentStatus};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{comments::judge::Verdict, content::RenderedComment};

/// A comment to be stored.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// The post.
    pub post_id: i64,
    /// The post's author.
    pub owner_id: i64,
    /// The comment that began the thread, if it is there, and the thread; none for what begins one.
    pub answers: Option<(Option<i64>, i64)>,
    /// The member who wrote it.
    pub user_id: Option<i64>,
    /// What they are called.
    pub author_name: String,
    /// A guest's address; empty for a member.
    pub author_email: String,
    /// The hash of a guest's key.
    pub key_hash: Option<String>,
    /// What is unique of it.
    pub sent_hash: String,
    /// The hash of `body`.
    pub text_hash: String,
    /// Markdown.
    pub body: String,
    /// `body` rendered.
    pub rendered: RenderedComment,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// Stores a comment.
///
/// # Errors
/// A duplicate where it was sent so before; a missing reference where its post is gone.
pub async fn insert(db: &impl ConnectionTrait, new: NewComment) -> Result<comment::Model, DbErr> {
    let now = Utc::now();
    let (parent_id, thread) = new.answers.unwrap_or_default();
    let row = comment::ActiveModel {
        post_id: Set(new.post_id),
        owner_id: Set(new.owner_id),
        parent_id: Set(parent_id),
        thread: Set(thread),
        user_id: Set(new.user_id),
        author_name: Set(new.author_name),
        author_email: Set(new.author_email),
        key_hash: Set(new.key_hash),
        sent_hash: Set(new.sent_hash),
        text_hash: Set(new.text_hash),
        body: Set(new.body),
        html: Set(new.rendered.html),
        excerpt: Set(new.rendered.excerpt),
        status: Set(new.verdict.status),
        reason: Set(new.verdict.reason),
        created_at: Set(now),
        updated_at: Set(now),
        edited_at: Set(None),
        ..Default::default()
    };
    let row = row.insert(db).await?;
    if new.answers.is_some() {
        return Ok(row);
    }
    let thread = row.id;
    let mut row = row.into_active_model();
    row.thread = Set(thread);
    row.update(db).await
}

/// Gives a comment another text, and what becomes of it then.
///
/// # Errors
/// When the database does not answer.
pub async fn edit(
    db: &impl ConnectionTrait,
    row: comment::Model,
    body: String,
    text_hash: String,
    rendered: RenderedComment,
    verdict: Verdict,
) -> Result<comment::Model, DbErr> {
    let now = Utc::now();
    let mut row = row.into_active_model();
    row.body = Set(body);
    row.text_hash = Set(text_hash);
    row.html = Set(rendered.html);
    row.excerpt = Set(rendered.excerpt);
    row.status = Set(verdict.status);
    row.reason = Set(verdict.reason);
    row.edited_at = Set(Some(now));
    row.updated_at = Set(now);
    row.update(db).await
}

/// Deletes a comment; its answers stay.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    comment::Entity::delete_by_id(id).exec(db).await.map(drop)
}

/// Gives comments a status; which of them had another one.
///
/// # Errors
/// When the database does not answer.
pub async fn set_status(
    db: &impl ConnectionTrait,
    ids: &[i64],
    status: CommentStatus,
) -> Result<Vec<i64>, DbErr> {
    let others = Condition::all().add(C::Id.is_in(ids.iter().copied())).add(C::Status.ne(status));
    let changed: Vec<i64> = comment::Entity::find()
        .filter(others)
        .select_only()
        .column(C::Id)
        .order_by_asc(C::Id)
        .lock_exclusive()
        .into_tuple()
        .all(db)
        .await?;
    if !changed.is_empty() {
        comment::Entity::update_many()
            .set(comment::ActiveModel {
                status: Set(status),
                reason: Set(String::new()),
                updated_at: Set(Utc::now()),
                ..Default::default()
            })
            .filter(C::Id.is_in(changed.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(changed)
}

/// A member is called otherwise from now on: under what they said, too.
///
/// # Errors
/// When the database does not answer.
pub async fn rename(db: &impl ConnectionTrait, user_id: i64, name: &str) -> Result<(), DbErr> {
    comment::Entity::update_many()
        .set(comment::ActiveModel { author_name: Set(name.to_owned()), ..Default::default() })
        .filter(C::UserId.eq(user_id))
        .exec(db)
        .await
        .map(drop)
}
