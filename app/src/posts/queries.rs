//! Reading posts. Lists (`lists`) walk an index to their page first and fetch that page's few rows afterwards, so that a
//! deep page costs about what the first one does and no skipped row's body is ever touched.

mod around;
mod lists;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    post::{self, PostStatus},
    post_tag, tag, user,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Order, QueryFilter,
    QueryOrder, QuerySelect, Select, SelectModel, Selector, prelude::Json, sea_query::Expr,
};

pub use around::{Around, around};
pub use lists::{List, count_published, list, newest_ids, titles, totals_by_author, totals_by_tag};

use crate::site::Extent;

/// What lists show of a post.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Summary {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its permalink's last part.
    pub slug: String,
    /// The summary, or else the text's beginning.
    pub excerpt: String,
    /// Set for every post that is public.
    pub published_at: Option<DateTime<Utc>>,
    /// Words of text.
    pub word_count: i32,
    /// Whether it is held at the top of the home page.
    pub pinned: bool,
    /// Holds the names of further authors.
    pub extra: Json,
    /// Where it is in its life.
    pub status: PostStatus,
    /// Its author's name in addresses.
    pub username: String,
    /// Its author's name for readers.
    pub display_name: String,
}

/// A public post as its page shows it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Full {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its permalink's last part.
    pub slug: String,
    /// Plain text, may be empty.
    pub summary: String,
    /// The summary, or else the text's beginning.
    pub excerpt: String,
    /// Markdown.
    pub content: String,
    /// Rendered and sanitised.
    pub html: String,
    /// Headings: a list of [`crate::content::Heading`].
    pub toc: Json,
    /// Words of text.
    pub word_count: i32,
    /// Set for every post that is public.
    pub published_at: Option<DateTime<Utc>>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The address of the picture above the text; may be empty.
    pub cover: String,
    /// What to say instead of the cover; may be empty.
    pub cover_alt: String,
    /// Whether its own switch lets comments in.
    pub comments_open: bool,
    /// Holds the names of further authors.
    pub extra: Json,
    /// Its author.
    pub user_id: i64,
    /// Its author's name in addresses.
    pub username: String,
    /// Its author's name for readers.
    pub display_name: String,
    /// A few sentences about the author.
    pub bio: String,
}

/// A post by its title alone.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Titled {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its permalink's last part.
    pub slug: String,
}

/// All posts that anybody may read.
pub fn published() -> Select<post::Entity> {
    post::Entity::find().filter(post::Column::Status.eq(PostStatus::Published))
}

/// Newest first; the id decides between posts of one instant.
fn newest_first(query: Select<post::Entity>) -> Select<post::Entity> {
    query.order_by(post::Column::PublishedAt, Order::Desc).order_by(post::Column::Id, Order::Desc)
}

/// What lists show of some posts, by what is true of these and reads them from an index.
fn summaries(of: Expr) -> Selector<SelectModel<Summary>> {
    use post::Column as P;
    post::Entity::find()
        .select_only()
        .columns([P::Id, P::Title, P::Slug, P::Excerpt, P::PublishedAt, P::WordCount, P::Pinned, P::Extra])
        .column(P::Status)
        .columns([user::Column::Username, user::Column::DisplayName])
        .inner_join(user::Entity)
        .filter(of)
        .into_model()
}

/// The public posts with these ids, in the ids' order. One that is gone is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Summary>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = summaries(post::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    // Here and not there: SQLite might take the state for what finds fewer rows than the ids do.
    let public = rows.into_iter().filter(|row| row.status == PostStatus::Published);
    let mut rows: HashMap<i64, Summary> = public.map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
}

/// The rendered bodies of a few posts, for search results.
///
/// # Errors
/// When the database does not answer.
pub async fn bodies(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, String>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, String)> = post::Entity::find()
        .select_only()
        .columns([post::Column::Id, post::Column::Html])
        .filter(post::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The most words of a post that lists show whole: a page of a hundred longer ones would be a book.
const LISTED_WORDS: i32 = 5_000;

/// The rendered bodies of a list's posts, where lists show the full text; those of very long posts are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn bodies_of_list(
    db: &impl ConnectionTrait,
    extent: Extent,
    posts: &[Summary],
) -> Result<HashMap<i64, String>, DbErr> {
    if extent == Extent::Summary {
        return Ok(HashMap::new());
    }
    let short = posts.iter().filter(|post| post.word_count <= LISTED_WORDS);
    bodies(db, &short.map(|post| post.id).collect::<Vec<_>>()).await
}

fn full() -> Select<post::Entity> {
    full_of(published())
}

fn full_of(posts: Select<post::Entity>) -> Select<post::Entity> {
    use post::Column as P;
    posts
        .select_only()
        .columns([
            P::Id,
            P::Title,
            P::Slug,
            P::Summary,
            P::Excerpt,
            P::Content,
            P::Html,
            P::Toc,
            P::WordCount,
        ])
        .columns([P::PublishedAt, P::UpdatedAt, P::Cover, P::CoverAlt, P::CommentsOpen, P::Extra, P::UserId])
        .columns([user::Column::Username, user::Column::DisplayName, user::Column::Bio])
        .inner_join(user::Entity)
}

/// The public post with this slug.
///
/// # Errors
/// When the database does not answer.
pub async fn find_published_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Full>, DbErr> {
    let post: Option<Full> = full().filter(post::Column::Slug.eq(slug)).into_model().one(db).await?;
    // Once more: MySQL and MariaDB overlook blanks at the end.
    Ok(post.filter(|post| post.slug == slug))
}

/// Whether a public post has this slug.
///
/// # Errors
/// When the database does not answer.
pub async fn is_published(db: &impl ConnectionTrait, slug: &str) -> Result<bool, DbErr> {
    let id: Option<i64> = published()
        .filter(post::Column::Slug.eq(slug))
        .select_only()
        .column(post::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.is_some())
}

/// Which posts somebody may see.
#[derive(Clone, Copy, Debug)]
pub enum Seen {
    /// Public ones.
    Public,
    /// Public ones and those of this user.
    PublicAndOf(i64),
    /// All.
    All,
}

/// The post with this id, if it may be seen.
///
/// # Errors
/// When the database does not answer.
pub async fn find_full(db: &impl ConnectionTrait, id: i64, seen: Seen) -> Result<Option<Full>, DbErr> {
    let is_public = post::Column::Status.eq(PostStatus::Published);
    let seen = match seen {
        Seen::Public => Condition::all().add(is_public),
        Seen::PublicAndOf(user) => Condition::any().add(is_public).add(post::Column::UserId.eq(user)),
        Seen::All => Condition::all(),
    };
    // What is in the trash is there for nobody.
    let seen = Condition::all().add(seen).add(post::Column::Status.ne(PostStatus::Trashed));
    full_of(post::Entity::find().filter(seen)).filter(post::Column::Id.eq(id)).into_model().one(db).await
}

/// The title and the slug of a post, be it public or not.
///
/// # Errors
/// When the database does not answer.
pub async fn titled(db: &impl ConnectionTrait, id: i64) -> Result<Option<Titled>, DbErr> {
    post::Entity::find_by_id(id)
        .select_only()
        .columns([post::Column::Id, post::Column::Title, post::Column::Slug])
        .into_model()
        .one(db)
        .await
}

/// A step of a walk over all public posts by id: those among the next `limit` posts above `after`, and the last id
/// looked at; `None` where there are no more.
///
/// # Errors
/// When the database does not answer.
pub async fn walk(
    db: &impl ConnectionTrait,
    after: i64,
    limit: u64,
) -> Result<Option<(Vec<Full>, i64)>, DbErr> {
    // Along the primary key, and nothing else in the condition: for "public, by id" SQLite would sort all that are
    // public, at each step.
    let ids: Vec<i64> = post::Entity::find()
        .select_only()
        .column(post::Column::Id)
        .filter(post::Column::Id.gt(after))
        .order_by(post::Column::Id, Order::Asc)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    let Some(last) = ids.last().copied() else { return Ok(None) };
    let mut rows: Vec<Full> = full().filter(post::Column::Id.is_in(ids)).into_model().all(db).await?;
    rows.sort_unstable_by_key(|row| row.id);
    Ok(Some((rows, last)))
}

/// The titles of one author's public posts, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn titles_by_author(db: &impl ConnectionTrait, user: i64) -> Result<Vec<Titled>, DbErr> {
    use post::Column as P;
    let titled = published().filter(P::UserId.eq(user)).select_only().columns([P::Id, P::Title, P::Slug]);
    newest_first(titled).into_model().all(db).await
}

/// The tags of some posts, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn tags_of(
    db: &impl ConnectionTrait,
    posts: &[i64],
) -> Result<HashMap<i64, Vec<tag::Model>>, DbErr> {
    let mut tags: HashMap<i64, Vec<tag::Model>> = HashMap::new();
    if posts.is_empty() {
        return Ok(tags);
    }
    let rows = post_tag::Entity::find()
        .filter(post_tag::Column::PostId.is_in(posts.iter().copied()))
        .find_also_related(tag::Entity)
        .all(db)
        .await?;
    for (link, tag) in rows {
        tags.entry(link.post_id).or_default().extend(tag);
    }
    tags.values_mut().for_each(|tags| by_name(tags));
    Ok(tags)
}

/// Not the database's work: each has an alphabet of its own.
fn by_name(tags: &mut [tag::Model]) {
    tags.sort_by_cached_key(|tag| (tag.name.to_lowercase(), tag.id));
}
