//! Posts as JSON.

use std::collections::HashMap;

use actix_web::{
    HttpResponse,
    web::{self, Bytes, Json},
};
use chrono::{DateTime, Utc};
use entity::post::PostStatus;
use futures_util::{TryStreamExt, stream};
use sea_orm::ActiveEnum;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries::{self, Full, Seen, Titled};
use crate::{
    admin::{Datum, json},
    auth::{MaybeViewer, Permission},
    web::{App, AppData, Error, Result, links, openapi::Problem, pagination::ApiListQuery},
};

/// Rows of a step when all posts are streamed: bounds the memory of an answer, whatever the number of posts.
const STREAM_STEP: u64 = 20;

/// A post in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedPost {
    id: i64,
    title: String,
    slug: String,
}

impl From<Titled> for ListedPost {
    fn from(row: Titled) -> Self {
        Self { id: row.id, title: row.title, slug: row.slug }
    }
}

/// A page of public posts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostList {
    posts: Vec<ListedPost>,
    /// Posts in the whole list
    total: u64,
    /// Pages in the whole list
    pages: u64,
    current_page: u64,
}

/// Who wrote a post.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostAuthor {
    id: i64,
    username: String,
    display_name: String,
}

/// A public post.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostDetail {
    id: i64,
    title: String,
    slug: String,
    /// Its address, a path of this site
    url: String,
    summary: String,
    /// Markdown
    content: String,
    /// Rendered and sanitised
    html: String,
    /// The address of the picture above the text, a path of this site; empty for none
    cover: String,
    /// What to say instead of the cover
    cover_alt: String,
    author: PostAuthor,
    tags: Vec<String>,
    /// Its switch for comments; the site may take none all the same
    comments_open: bool,
    published_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl PostDetail {
    fn new(row: Full, tags: Vec<entity::tag::Model>) -> Self {
        Self {
            id: row.id,
            url: links::post(&row.slug),
            title: row.title,
            slug: row.slug,
            summary: row.summary,
            content: row.content,
            html: row.html,
            cover: row.cover,
            cover_alt: row.cover_alt,
            author: PostAuthor { id: row.user_id, username: row.username, display_name: row.display_name },
            tags: tags.into_iter().map(|tag| tag.name).collect(),
            comments_open: row.comments_open,
            published_at: row.published_at,
            updated_at: row.updated_at,
        }
    }
}

/// List public posts, newest first
///
/// # Errors
/// 400 and 404 for a page that is none.
#[utoipa::path(get, operation_id = "list_posts", path = "/api/posts", tag = "posts",
    params(ApiListQuery), responses(
    (status = 200, body = PostList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Beyond the last page", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(app: AppData, query: web::Query<ApiListQuery>) -> Result<Json<PostList>> {
    let (number, per_page) = query.parse()?;
    let page = queries::titles(&app.db, number, per_page).await?;
    Ok(Json(PostList {
        total: page.total,
        pages: page.total.div_ceil(per_page),
        current_page: number.get(),
        posts: page.rows.into_iter().map(Into::into).collect(),
    }))
}

/// Read a post: a public one, or with a token one that its user may change
///
/// # Errors
/// 404 where there is none with this id.
#[utoipa::path(get, operation_id = "read_post", path = "/api/posts/{id}", tag = "posts",
    params(("id" = i64, Path)), responses(
    (status = 200, body = PostDetail),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(app: AppData, id: web::Path<i64>, viewer: MaybeViewer) -> Result<Json<PostDetail>> {
    let seen = match &viewer.0 {
        Some(viewer) if viewer.may(Permission::EditAllPosts) => Seen::All,
        Some(viewer) => Seen::PublicAndOf(viewer.id),
        None => Seen::Public,
    };
    let post = queries::find_full(app.db.read(), *id, seen).await?.ok_or(Error::NotFound)?;
    let tags = queries::tags_of(app.db.read(), &[post.id]).await?.remove(&post.id).unwrap_or_default();
    Ok(Json(PostDetail::new(post, tags)))
}

/// What may be said of a post
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(
    dead_code,
    reason = "the admin's declaration says the same; this is its description for the document"
)]
pub struct PostInput {
    /// At most 200 characters; needed for a new post
    title: Option<String>,
    /// Markdown
    content: Option<String>,
    /// At most 500 characters
    summary: Option<String>,
    /// Made where they are not there yet
    tags: Option<Vec<String>>,
    /// `draft`, `scheduled` or `published`; a new post is published unless told otherwise
    status: Option<String>,
    /// When it went or goes public
    published_at: Option<DateTime<Utc>>,
    /// Whether it is held at the top of the home page
    pinned: Option<bool>,
    /// The last part of its address; without it, made of the title
    slug: Option<String>,
    /// The address of a picture on this site, at most 300 characters; empty for none
    cover: Option<String>,
    /// What the cover shows, at most 500 characters
    cover_alt: Option<String>,
    /// Whether it takes comments, as far as the site does
    comments_open: Option<bool>,
    /// The author; editors and admins only, else the token's user
    user_id: Option<i64>,
}

json::writers! {
    "posts" of a "post" at "/api/posts" and "/api/posts/{id}",
    known by "slug" in "slug",
    named "create_post", "change_post", "delete_post", "change_posts", "delete_posts",
    from PostInput to ListedPost,
    completed by |values| {
        values.entry("status").or_insert_with(|| Datum::Text(PostStatus::Published.to_value()));
    }
}

/// A post as it was just stored.
async fn listed(app: &App, id: i64) -> Result<ListedPost> {
    Ok(queries::titled(app.db.latest(), id).await?.ok_or(Error::NotFound)?.into())
}

/// Stream every public post, one JSON document a line, by id
///
/// # Errors
/// 503 when the database does not answer.
#[utoipa::path(get, operation_id = "stream_posts", path = "/api/posts.ndjson", tag = "posts", responses(
    (status = 200, description = "One post a line", body = PostDetail, content_type = "application/x-ndjson"),
))]
pub async fn stream_all(app: AppData) -> Result<HttpResponse> {
    // The first step before the answer begins: then a database that is away is still a proper 503.
    let first = step(&app, 0).await?;
    let rest = stream::try_unfold((app, first), |(app, step_done)| async move {
        let Some((chunk, last)) = step_done else { return Ok::<_, Error>(None) };
        let next = step(&app, last).await?;
        Ok(Some((chunk, (app, next))))
    });
    Ok(HttpResponse::Ok().content_type("application/x-ndjson").streaming(rest.inspect_err(|error| {
        log::error!("a stream of posts broke off: {error}");
    })))
}

/// The lines of some posts after an id, and the last id looked at; `None` at the end. No connection is held between
/// steps, however slowly the client reads.
async fn step(app: &AppData, mut after: i64) -> Result<Option<(Bytes, i64)>> {
    while let Some((rows, last)) = queries::walk(app.db.read(), after, STREAM_STEP).await? {
        after = last;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut tags: HashMap<_, _> = queries::tags_of(app.db.read(), &ids).await?;
        let mut lines = Vec::new();
        for row in rows {
            let tags = tags.remove(&row.id).unwrap_or_default();
            serde_json::to_writer(&mut lines, &PostDetail::new(row, tags))
                .map_err(|error| Error::Internal(error.into()))?;
            lines.push(b'\n');
        }
        // Nothing but drafts: an empty chunk would end the answer.
        if !lines.is_empty() {
            return Ok(Some((lines.into(), last)));
        }
    }
    Ok(None)
}
