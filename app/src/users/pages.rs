//! The pages about people.

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

/// People in a page of the list.
const PAGE: u64 = 50;

/// `GET /authors`
///
/// # Errors
/// 400 and 404 for a page that is none.
pub async fn index(app: AppData, request: HttpRequest, query: web::Query<ListQuery>) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let page = queries::list_authors(&app.db, number, PAGE).await?;
    let pagination = page.links("/authors", &[]);
    let authors = page.rows.into_iter().map(Into::into).collect();
    render::page(&app, &request, &views::Index { authors, pagination }).await
}

/// `GET /authors/{username}`
///
/// # Errors
/// 404 for nobody, and for a page that is none.
pub async fn show(
    app: AppData,
    request: HttpRequest,
    username: web::Path<String>,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let site = app.site().await?;
    let user = queries::find_by_username(app.db.read(), &username).await?.ok_or(Error::NotFound)?;
    let page = posts::list(&app.db, List::Author(user.id), number, site.posts_per_page).await?;
    // Somebody who left and never published has no page.
    if page.total == 0 && !user.is_active {
        return Err(Error::NotFound);
    }
    let bodies = posts::bodies_of_list(app.db.read(), site.list_text, &page.rows).await?;
    let view = views::Show {
        pagination: page.links(&links::author(&user.username), &[]),
        author: views::Person::new(user, page.total as i64),
        posts: listed(page.rows, bodies),
    };
    render::page_of_site(&app, &request, &site, &view)
}
