//! The pages about tags.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{queries, views};
use crate::{
    posts::{
        queries::{self as posts, List},
        views::listed,
    },
    web::{
        AppData, Error, Result, links,
        pagination::{ListQuery, PageNumber},
        render,
    },
};

/// Tags in a page of the list.
const PAGE: u64 = 100;

/// `GET /tags`
///
/// # Errors
/// 400 and 404 for a page that is none.
pub async fn index(app: AppData, request: HttpRequest, query: web::Query<ListQuery>) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let page = queries::list(&app.db, number, PAGE).await?;
    let pagination = page.links("/tags", &[]);
    let tags = page.rows.into_iter().map(Into::into).collect();
    render::page(&app, &request, &views::Index { tags, pagination }).await
}

/// `GET /tags/{slug}`
///
/// # Errors
/// 404 for a tag that no public post has, and for a page that is none.
pub async fn show(
    app: AppData,
    request: HttpRequest,
    slug: web::Path<String>,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let site = app.site().await?;
    let tag = queries::find_by_slug(app.db.read(), &slug).await?.ok_or(Error::NotFound)?;
    let page = posts::list(&app.db, List::Tag(tag.id), number, site.posts_per_page).await?;
    // What only drafts are about is nobody's business yet.
    if page.total == 0 {
        return Err(Error::NotFound);
    }
    let bodies = posts::bodies_of_list(app.db.read(), site.list_text, &page.rows).await?;
    let view = views::Show {
        pagination: page.links(&links::tag(&tag.slug), &[]),
        posts: listed(page.rows, bodies),
        tag: tag.into(),
    };
    render::page_of_site(&app, &request, &site, &view)
}
