//! The one page that readers see.

use actix_web::{HttpRequest, HttpResponse, http::header, web};

use super::{queries, views::Show};
use crate::{
    auth::MaybeViewer,
    web::{AppData, Error, Result, render},
};

/// `GET /{slug}`: every address of one part that is no other.
///
/// # Errors
/// 404 where there is no such page, or a draft that is not the viewer's to see.
pub async fn show(
    app: AppData,
    request: HttpRequest,
    viewer: MaybeViewer,
    slug: web::Path<String>,
) -> Result<HttpResponse> {
    let page = queries::find_by_slug(app.db.read(), &slug).await?.ok_or(Error::NotFound)?;
    let page = Show::new(page, viewer.0.as_ref()).ok_or(Error::NotFound)?;
    let mut answer = render::page(&app, &request, &page).await?;
    if page.is_draft {
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        let robots = header::HeaderName::from_static("x-robots-tag");
        headers.insert(robots, header::HeaderValue::from_static("noindex"));
    }
    Ok(answer)
}

/// Any other method at `/{slug}`: a page is there to be read, and what is no page is not there.
///
/// # Errors
/// Always: 405 where reading would show a page, else 404.
pub async fn refuse(app: AppData, viewer: MaybeViewer, slug: web::Path<String>) -> Result<HttpResponse> {
    let page = queries::find_by_slug(app.db.read(), &slug).await?.ok_or(Error::NotFound)?;
    let is_shown = Show::new(page, viewer.0.as_ref()).is_some();
    Err(if is_shown { Error::MethodNotAllowed("GET, HEAD") } else { Error::NotFound })
}
