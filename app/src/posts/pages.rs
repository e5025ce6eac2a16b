//! The pages about posts.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    queries::{self, Around, List},
    related, views,
};
use crate::{
    comments::{
        queries::Commented,
        section::{self, CommentsQuery},
    },
    web::{
        AppData, Error, Result, cache,
        pagination::{ListQuery, PageNumber},
        render,
    },
};

/// Titles in a page of the archive.
const ARCHIVE_PAGE: u64 = 50;

/// `GET /`
///
/// # Errors
/// 400 and 404 for a page that is none.
pub async fn home(app: AppData, request: HttpRequest, query: web::Query<ListQuery>) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let site = app.site().await?;
    let page = queries::list(&app.db, List::Home, number, site.posts_per_page).await?;
    let pagination = page.links("/", &[]);
    let bodies = queries::bodies_of_list(app.db.read(), site.list_text, &page.rows).await?;
    let posts = views::listed(page.rows, bodies);
    render::page_of_site(&app, &request, &site, &views::Home { posts, pagination })
}

/// `GET /posts/{slug}`
///
/// # Errors
/// 404 where no public post has this slug; 400 and 404 for a page of its comments that is none.
pub async fn show(
    app: AppData,
    request: HttpRequest,
    slug: web::Path<String>,
    query: web::Query<CommentsQuery>,
) -> Result<HttpResponse> {
    let post = queries::find_published_by_slug(app.db.read(), &slug).await?.ok_or(Error::NotFound)?;
    let id = post.id;
    let Around { tags, older, newer } =
        queries::around(app.db.read(), post.published_at.unwrap_or_default(), id).await?;
    let related = related::related(app.db.read(), &post, &tags).await?;
    let site = app.site().await?;
    let comments = section::of_post(&app, &request, &site, &Commented::from(&post), &query).await?;
    let page = views::Show {
        post: views::Post::new(post, tags),
        newer: newer.map(Into::into),
        older: older.map(Into::into),
        related: related.into_iter().map(Into::into).collect(),
        comments,
    };
    let mut answer = render::page_of_site(&app, &request, &site, &page)?;
    section::keep_private(&app, &request, &mut answer);
    // Another page of its comments is no other view.
    if query.comments.is_none() && query.comment.is_none() {
        cache::read(&app, &request, id);
    }
    Ok(answer)
}

/// `GET /archive`
///
/// # Errors
/// 400 and 404 for a page that is none.
pub async fn archive(
    app: AppData,
    request: HttpRequest,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let page = queries::list(&app.db, List::Archive, number, ARCHIVE_PAGE).await?;
    let pagination = page.links("/archive", &[]);
    let posts = page.rows.into_iter().map(Into::into).collect();
    render::page(&app, &request, &views::Archive::new(posts, pagination)).await
}
