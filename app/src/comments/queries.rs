//! Reading comments; `writes` writes them. A post's page walks an index to its comments, and fetches those few rows.

mod writes;

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use entity::{
    comment::{self, Column as C, CommentStatus},
    post, user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Query},
};

pub use writes::{NewComment, delete, edit, insert, rename, set_status};

use super::guest::Writer;
use crate::{
    db::{Db, lists::Sorted},
    posts::queries as posts,
    web::{
        Result,
        pagination::{self, PageNumber, PageOf},
    },
};

/// Comments in a page.
pub const PER_PAGE: u64 = 20;
/// The most of one's own waiting comments that a post's page shows.
const MAX_WAITING: u64 = 20;

/// What commenting asks of a public post.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Commented {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its permalink's last part.
    pub slug: String,
    /// Its author.
    pub user_id: i64,
    /// When it went public.
    pub published_at: Option<DateTime<Utc>>,
    /// Whether its own switch says so.
    pub comments_open: bool,
}

impl From<&posts::Full> for Commented {
    fn from(post: &posts::Full) -> Self {
        Self {
            id: post.id,
            title: post.title.clone(),
            slug: post.slug.clone(),
            user_id: post.user_id,
            published_at: post.published_at,
            comments_open: post.comments_open,
        }
    }
}

/// A comment as it is read.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// Its id.
    pub id: i64,
    /// The id of the comment that began the thread.
    pub thread: i64,
    /// That comment, if it is there.
    pub parent_id: Option<i64>,
    /// Who wrote that comment, if it is shown.
    pub parent_name: Option<String>,
    /// The member who wrote it.
    pub user_id: Option<i64>,
    /// What they are called.
    pub author_name: String,
    /// The hash of a guest's key.
    pub key_hash: Option<String>,
    /// Rendered and sanitised.
    pub html: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When its writer last changed it.
    pub edited_at: Option<DateTime<Utc>>,
}

/// The public post with this slug.
///
/// # Errors
/// When the database does not answer.
pub async fn find_post(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Commented>, DbErr> {
    use post::Column as P;
    let post: Option<Commented> = posts::published()
        .filter(P::Slug.eq(slug))
        .select_only()
        .columns([P::Id, P::Title, P::Slug, P::UserId, P::PublishedAt, P::CommentsOpen])
        .into_model()
        .one(db)
        .await?;
    // Once more: MySQL and MariaDB overlook blanks at the end.
    Ok(post.filter(|post| post.slug == slug))
}

/// The permalink's last part of a public post.
///
/// # Errors
/// When the database does not answer.
pub async fn slug_of(db: &impl ConnectionTrait, post_id: i64) -> Result<Option<String>, DbErr> {
    let slug =
        posts::published().filter(post::Column::Id.eq(post_id)).select_only().column(post::Column::Slug);
    slug.into_tuple().one(db).await
}

fn shown(post_id: i64) -> sea_orm::Select<comment::Entity> {
    comment::Entity::find().filter(C::PostId.eq(post_id)).filter(C::Status.eq(CommentStatus::Approved))
}

/// A page of a post's comments.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(db: &Db, post_id: i64, number: PageNumber, per_page: u64) -> Result<PageOf<Row>> {
    let name = format!("comments on post {post_id}");
    let total = db.total(&name, async |db| count(db, shown(post_id)).await).await?;
    pagination::check(number, total, per_page)?;
    let column = |column: C| Expr::col(column.as_column_ref());
    let sorted = Sorted::up(column(C::Thread), column(C::Id));
    let offset = number.offset(per_page);
    let page = db.ids_of_page::<_, i64>(&name, shown(post_id), &sorted, per_page, offset).await?;
    let mut rows = match page.filter(|_| total > 0) {
        Some(ids) => read(db.read(), db.in_page(own(C::Id), ids, per_page)).await?,
        None => Vec::new(),
    };
    rows.sort_by_key(|row| (row.thread, row.id));
    PageOf::new(rows, total, number, per_page)
}

/// How many comments on a post are shown.
///
/// # Errors
/// When the database does not answer.
pub async fn count_shown(db: &impl ConnectionTrait, post_id: i64) -> Result<u64, DbErr> {
    count(db, shown(post_id)).await
}

async fn count(db: &impl ConnectionTrait, of: sea_orm::Select<comment::Entity>) -> Result<u64, DbErr> {
    let count: Option<i64> = of.select_only().column_as(C::Id.count(), "n").into_tuple().one(db).await?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

fn own(column: C) -> Expr {
    Expr::col((comment::Entity, column))
}

/// The comments of which something is true, in no order, each with the name of whom it answers.
async fn read(db: &impl ConnectionTrait, of: Expr) -> Result<Vec<Row>, DbErr> {
    let parent = Alias::new("parent");
    let mut select = Query::select();
    for column in [
        C::Id,
        C::Thread,
        C::ParentId,
        C::UserId,
        C::AuthorName,
        C::KeyHash,
        C::Html,
        C::CreatedAt,
        C::EditedAt,
    ] {
        select.expr(own(column));
    }
    select.expr_as(Expr::col((parent.clone(), C::AuthorName)), Alias::new("parent_name"));
    select.from(comment::Entity);
    let is_parent = Expr::col((parent.clone(), C::Id)).equals((comment::Entity, C::ParentId));
    let is_shown = Expr::col((parent.clone(), C::Status)).eq(CommentStatus::Approved);
    select.join_as(JoinType::LeftJoin, comment::Entity, parent, is_parent.and(is_shown));
    select.and_where(of);
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| Row::from_query_result(row, "")).collect()
}

fn of_writer(writer: &Writer) -> Condition {
    Condition::all().add(match writer {
        Writer::Member(id) => C::UserId.eq(*id),
        Writer::Guest(hash) => C::KeyHash.eq(hash),
    })
}

/// What somebody said about a post and nobody else sees yet, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(db: &impl ConnectionTrait, post_id: i64, writer: &Writer) -> Result<Vec<Row>, DbErr> {
    let ids: Vec<i64> = comment::Entity::find()
        .filter(of_writer(writer))
        .filter(C::PostId.eq(post_id))
        .filter(C::Status.ne(CommentStatus::Approved))
        .select_only()
        .column(C::Id)
        .order_by_desc(C::Id)
        .limit(MAX_WAITING)
        .into_tuple()
        .all(db)
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = read(db, own(C::Id).is_in(ids)).await?;
    rows.sort_by_key(|row| Reverse(row.id));
    Ok(rows)
}

/// The comment with this id.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<comment::Model>, DbErr> {
    comment::Entity::find_by_id(id).one(db).await
}

/// The comment with this id, which nobody else changes until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(db: &impl ConnectionTrait, id: i64) -> Result<Option<comment::Model>, DbErr> {
    comment::Entity::find_by_id(id).lock_exclusive().one(db).await
}

/// The comment that was sent so before.
///
/// # Errors
/// When the database does not answer.
pub async fn find_sent(db: &impl ConnectionTrait, sent_hash: &str) -> Result<Option<comment::Model>, DbErr> {
    comment::Entity::find().filter(C::SentHash.eq(sent_hash)).one(db).await
}

/// The number of the page on which a comment that is shown stands.
///
/// # Errors
/// When the database does not answer.
pub async fn page_of(db: &impl ConnectionTrait, comment: &comment::Model) -> Result<u64, DbErr> {
    let in_thread = Condition::all().add(C::Thread.eq(comment.thread)).add(C::Id.lte(comment.id));
    let until = Condition::any().add(C::Thread.lt(comment.thread)).add(in_thread);
    let before = count(db, shown(comment.post_id).filter(until)).await?;
    Ok(Ord::max(before.div_ceil(PER_PAGE), 1))
}

/// Whether somebody has a comment approved, beside one: a member, or a guest with this name and this address. The name is no secret, but
/// the address is shown to nobody.
///
/// # Errors
/// When the database does not answer.
pub async fn is_known(
    db: &impl ConnectionTrait,
    user_id: Option<i64>,
    name: &str,
    email: &str,
    beside: Option<i64>,
) -> Result<bool, DbErr> {
    let them = match user_id {
        Some(id) => C::UserId.eq(id),
        None => C::AuthorEmail.eq(email).and(C::AuthorName.eq(name)),
    };
    let found: Option<i64> = comment::Entity::find()
        .filter(them)
        .filter(C::Status.eq(CommentStatus::Approved))
        .filter(Condition::all().add_option(beside.map(|id| C::Id.ne(id))))
        .select_only()
        .column(C::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Whether an address is an account's.
///
/// # Errors
/// When the database does not answer.
pub async fn is_members(db: &impl ConnectionTrait, email: &str) -> Result<bool, DbErr> {
    let id: Option<i64> = user::Entity::find()
        .filter(user::Column::Email.eq(email))
        .select_only()
        .column(user::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.is_some())
}

/// How often a text is there: all of it, and as spam; beside one comment.
///
/// # Errors
/// When the database does not answer.
pub async fn repeats(
    db: &impl ConnectionTrait,
    text_hash: &str,
    beside: Option<i64>,
) -> Result<(u64, u64), DbErr> {
    let rows: Vec<(CommentStatus, i64)> = comment::Entity::find()
        .filter(C::TextHash.eq(text_hash))
        .filter(C::Id.ne(beside.unwrap_or_default()))
        .select_only()
        .column(C::Status)
        .column_as(C::Id.count(), "n")
        .group_by(C::Status)
        .into_tuple()
        .all(db)
        .await?;
    let of = |wanted: fn(&CommentStatus) -> bool| {
        rows.iter().filter(|(status, _)| wanted(status)).map(|(_, number)| number.unsigned_abs()).sum()
    };
    Ok((of(|_| true), of(|status| *status == CommentStatus::Spam)))
}
