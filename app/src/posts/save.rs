//! Writing posts: rendering, slugs, tags and the search index, all in the caller's transaction.

mod tags;

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use chrono::{DateTime, Utc};
use entity::{
    post::{self, PostStatus},
    post_tag,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QuerySelect, prelude::Json,
};

use crate::{
    content::{self, Rendered},
    media,
    search::{self, Document, Index},
};

use tags::tags_by_slug;
pub use tags::{add_missing_tags, add_tags, relist, set_tags, tag_slug};

use super::{queries, revisions};

/// The most characters of a title or a slug.
pub const MAX_TITLE: usize = 200;
/// The most characters of a summary.
pub const MAX_SUMMARY: usize = 500;
/// The most characters of a text's beginning where lists show it for want of a summary.
const EXCERPT: usize = 200;
/// The most characters of a tag.
pub const MAX_TAG: usize = 50;

/// A post to be stored, its Markdown rendered. Lengths are the caller's to check.
#[derive(Debug)]
pub struct Draft {
    /// At most [`MAX_TITLE`] characters.
    pub title: String,
    /// One that is free: see [`free_slug`].
    pub slug: String,
    /// Markdown.
    pub content: String,
    /// `content` through [`content::render`]; the caller does that off the event loop.
    pub rendered: Rendered,
    /// At most [`MAX_SUMMARY`] characters, may be empty.
    pub summary: String,
    /// What lists show for want of a summary, at most [`MAX_SUMMARY`] characters; without it, the text's beginning.
    pub lead: Option<String>,
    /// Where it is in its life.
    pub status: PostStatus,
    /// When it went or goes public.
    pub published_at: Option<DateTime<Utc>>,
    /// Whether it is held at the top of the home page.
    pub pinned: bool,
    /// Names, each at most [`MAX_TAG`] characters.
    pub tags: Vec<String>,
    /// What has no column.
    pub extra: Json,
    /// Its author.
    pub user_id: i64,
}

/// A slug like `wanted` that no post has and `taken` does not claim: itself, or with `-2`, `-3`, … behind it.
///
/// # Errors
/// When the database does not answer.
pub async fn free_slug(
    db: &impl ConnectionTrait,
    wanted: &str,
    taken: impl Fn(&str) -> bool,
) -> Result<String, DbErr> {
    let mut candidate = wanted.to_owned();
    for number in 2u64.. {
        let free = !taken(&candidate) && {
            let found: Option<i64> = post::Entity::find()
                .select_only()
                .column(post::Column::Id)
                .filter(post::Column::Slug.eq(&candidate))
                .into_tuple()
                .one(db)
                .await?;
            found.is_none()
        };
        if free {
            break;
        }
        let suffix = format!("-{number}");
        let kept: String = wanted.chars().take(MAX_TITLE - suffix.len()).collect();
        candidate = kept + &suffix;
    }
    Ok(candidate)
}

/// Stores a new post and returns its id.
///
/// # Errors
/// A duplicate where the slug is taken.
pub async fn insert(db: &impl ConnectionTrait, draft: Draft, now: DateTime<Utc>) -> Result<i64, DbErr> {
    let id = post::ActiveModel { created_at: Set(now), ..active(&draft, now) }.insert(db).await?.id;
    media::uses::record(db, id, &draft.rendered.html, "").await?;
    relate(db, id, &draft).await?;
    let tags = revisions::joined(queries::tags_of(db, &[id]).await?.get(&id));
    revisions::store(db, vec![state(id, now, &draft, tags, NO_COVER)]).await?;
    Ok(id)
}

/// A cover and what it shows, of a new post: drafts have none.
const NO_COVER: (&str, &str) = ("", "");

/// A post as it is saved, for its revisions. Who imports or fills a database is nobody with an account.
fn state(
    post_id: i64,
    at: DateTime<Utc>,
    draft: &Draft,
    tags: String,
    (cover, cover_alt): (&str, &str),
) -> revisions::State {
    revisions::State {
        post_id,
        by: None,
        at,
        title: draft.title.clone(),
        content: draft.content.clone(),
        summary: draft.summary.clone(),
        tags,
        cover: cover.to_owned(),
        cover_alt: cover_alt.to_owned(),
    }
}

/// Stores many new posts with a statement for each table instead of several for each post.
///
/// # Errors
/// A duplicate where a slug is taken.
pub async fn insert_many(
    db: &impl ConnectionTrait,
    drafts: &[Draft],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let rows = drafts.iter().map(|draft| post::ActiveModel { created_at: Set(now), ..active(draft, now) });
    post::Entity::insert_many(rows).exec_without_returning(db).await?;
    let ids: Vec<(String, i64)> = post::Entity::find()
        .select_only()
        .columns([post::Column::Slug, post::Column::Id])
        .filter(post::Column::Slug.is_in(drafts.iter().map(|draft| draft.slug.as_str())))
        .into_tuple()
        .all(db)
        .await?;
    let ids: HashMap<String, i64> = ids.into_iter().collect();
    let stored: Vec<(i64, &Draft)> =
        drafts.iter().filter_map(|draft| Some((*ids.get(&draft.slug)?, draft))).collect();
    let shown: Vec<_> = stored.iter().map(|(id, draft)| (*id, draft.rendered.html.as_str(), "")).collect();
    media::uses::record_many(db, &shown).await?;
    let names: Vec<String> = drafts.iter().flat_map(|draft| draft.tags.iter().cloned()).collect();
    let tags: HashMap<String, i64> = tags_by_slug(db, &names).await?.into_iter().collect();
    let links = stored.iter().flat_map(|(id, draft)| {
        let of_post: BTreeSet<i64> =
            draft.tags.iter().filter_map(|name| tags.get(&tag_slug(name)?).copied()).collect();
        let published_at = draft.published_at.filter(|_| draft.status == PostStatus::Published);
        let link = move |tag_id: i64| post_tag::ActiveModel {
            post_id: Set(*id),
            tag_id: Set(tag_id),
            published_at: Set(published_at),
        };
        of_post.into_iter().map(link)
    });
    post_tag::Entity::insert_many(links).exec_without_returning(db).await?;
    let ids: Vec<i64> = stored.iter().map(|(id, _)| *id).collect();
    let tags = queries::tags_of(db, &ids).await?;
    let first =
        |(id, draft): &(i64, &Draft)| state(*id, now, draft, revisions::joined(tags.get(id)), NO_COVER);
    revisions::store(db, stored.iter().map(first).collect()).await?;
    let public: Vec<(i64, &Draft, String)> = stored
        .into_iter()
        .filter(|(_, draft)| draft.status == PostStatus::Published)
        .map(|(id, draft)| (id, draft, content::plain_text(&draft.rendered.html)))
        .collect();
    let documents: Vec<Document<'_>> = public
        .iter()
        .map(|(id, draft, body)| Document { id: *id, title: &draft.title, summary: &draft.summary, body })
        .collect();
    search::put_many(db, Index::Posts, &documents).await
}

/// Stores a new state of a post.
///
/// # Errors
/// A duplicate where the slug is another post's.
pub async fn update(
    db: &impl ConnectionTrait,
    id: i64,
    draft: Draft,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let before = revisions::texts(db, &[id]).await?.pop();
    let tags_before = revisions::joined(queries::tags_of(db, &[id]).await?.get(&id));
    let row = post::ActiveModel { id: Set(id), ..active(&draft, now) }.update(db).await?;
    media::uses::record(db, id, &row.html, &row.cover).await?;
    post_tag::Entity::delete_many().filter(post_tag::Column::PostId.eq(id)).exec(db).await?;
    relate(db, id, &draft).await?;
    let tags = revisions::joined(queries::tags_of(db, &[id]).await?.get(&id));
    let after = state(id, now, &draft, tags, (&row.cover, &row.cover_alt));
    let mut states = Vec::new();
    if let Some(before) = before.filter(|before| !before.is_like(&tags_before, &after)) {
        if revisions::has_none(db, id).await? {
            let at = before.updated_at();
            states.push(before.state(None, at, tags_before));
        }
        states.push(after);
    }
    revisions::store(db, states).await
}

fn active(draft: &Draft, now: DateTime<Utc>) -> post::ActiveModel {
    post::ActiveModel {
        title: Set(draft.title.clone()),
        slug: Set(draft.slug.clone()),
        content: Set(draft.content.clone()),
        html: Set(draft.rendered.html.clone()),
        summary: Set(draft.summary.clone()),
        excerpt: Set(excerpt(&draft.summary, draft.lead.as_deref(), &draft.rendered.html)),
        toc: Set(serde_json::json!(draft.rendered.toc)),
        word_count: Set(draft.rendered.word_count),
        status: Set(draft.status),
        published_at: Set(draft.published_at),
        pinned: Set(draft.pinned),
        extra: Set(draft.extra.clone()),
        user_id: Set(draft.user_id),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// What lists show of a post: its summary, or else `lead`, or else its text's beginning.
pub fn excerpt(summary: &str, lead: Option<&str>, html: &str) -> String {
    match (summary, lead) {
        ("", Some(lead)) => lead.to_owned(),
        ("", None) => content::excerpt(html, EXCERPT),
        (summary, _) => summary.to_owned(),
    }
}

async fn relate(db: &impl ConnectionTrait, id: i64, draft: &Draft) -> Result<(), DbErr> {
    add_tags(db, &[id], &draft.tags).await?;
    let is_public = draft.status == PostStatus::Published;
    index(db, id, is_public, &draft.title, &draft.summary, &draft.rendered.html).await
}

/// Makes the search index hold a post if anybody may read it, and else not.
///
/// # Errors
/// When the database does not answer.
pub async fn index(
    db: &impl ConnectionTrait,
    id: i64,
    is_public: bool,
    title: &str,
    summary: &str,
    html: &str,
) -> Result<(), DbErr> {
    if is_public {
        let body = body(html).await?;
        search::put(db, Index::Posts, &Document { id, title, summary, body: &body }).await
    } else {
        search::remove(db, Index::Posts, id).await
    }
}

/// A post as the index will hold it, and of which title, summary and HTML, so that [`index_prepared`] can tell whether it
/// still is. Keeps a core busy.
pub fn index_entry(title: &str, summary: &str, html: &str) -> String {
    let entry = search::prepared(title, summary, &content::plain_text(html));
    format!("{}\n{entry}", fingerprint(title, summary, html))
}

fn fingerprint(title: &str, summary: &str, html: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (title, summary, html).hash(&mut hasher);
    hasher.finish()
}

/// As [`index`], with what [`index_entry`] gave; where that is empty or of another text, it is made here.
///
/// # Errors
/// When the database does not answer.
pub async fn index_prepared(
    db: &impl ConnectionTrait,
    id: i64,
    is_public: bool,
    (title, summary, html): (&str, &str, &str),
    entry: &str,
) -> Result<(), DbErr> {
    match entry.split_once('\n') {
        Some((of, entry)) if is_public && of == fingerprint(title, summary, html).to_string() => {
            search::put_prepared(db, Index::Posts, id, entry).await
        }
        _ => index(db, id, is_public, title, summary, html).await,
    }
}

/// The text of a post for the index. A long one is read on the blocking pool: the worker answers readers meanwhile.
async fn body(html: &str) -> Result<String, DbErr> {
    if html.len() < search::LONG {
        return Ok(content::plain_text(html));
    }
    let html = html.to_owned();
    let read = tokio::task::spawn_blocking(move || content::plain_text(&html)).await;
    read.map_err(|error| DbErr::Custom(error.to_string()))
}

/// Moves posts to another state, but for those in the trash. One that goes public for the first time has done so `now`. Gives their number.
///
/// # Errors
/// When the database does not answer.
pub async fn set_status(
    db: &impl ConnectionTrait,
    ids: &[i64],
    status: PostStatus,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, DbErr> {
    let ids = || {
        let is_there = post::Column::Status.ne(PostStatus::Trashed);
        Condition::all().add(post::Column::Id.is_in(ids.iter().copied())).add(is_there)
    };
    let moved = post::Entity::find()
        .select_only()
        .columns([post::Column::Id, post::Column::Title, post::Column::Summary, post::Column::Html])
        .filter(ids())
        .filter(post::Column::Status.ne(status))
        // What is indexed is what goes out.
        .lock_exclusive()
        .into_tuple::<(i64, String, String, String)>()
        .all(db)
        .await?;
    let is_public = status == PostStatus::Published;
    if is_public {
        // What waited for its time did not go public yet.
        let unset =
            Condition::any().add(post::Column::PublishedAt.is_null()).add(post::Column::PublishedAt.gt(now));
        post::Entity::update_many()
            .set(post::ActiveModel { published_at: Set(Some(now)), ..Default::default() })
            .filter(ids())
            .filter(post::Column::Status.ne(status))
            .filter(unset)
            .exec(db)
            .await?;
    }
    post::Entity::update_many()
        .set(post::ActiveModel { status: Set(status), updated_at: Set(now), ..Default::default() })
        .filter(ids())
        .filter(post::Column::Status.ne(status))
        .exec(db)
        .await?;
    relist(db, &moved.iter().map(|(id, ..)| *id).collect::<Vec<_>>()).await?;
    for (id, title, summary, html) in &moved {
        index(db, *id, is_public, title, summary, html).await?;
    }
    Ok(moved.into_iter().map(|(id, ..)| id).collect())
}
