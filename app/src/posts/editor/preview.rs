//! A text as it would be stored, and the slug that a title would get.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use tokio::time::timeout;

use super::RESOURCE;
use crate::{
    auth::Viewer,
    content,
    posts::{queries, save},
    web::{
        AppData, Error, Result,
        body::LongForm,
        forms::{FieldErrors, Submitted},
    },
};

/// Texts that are rendered at once for their writers: a book takes a second of a core. More of them wait.
pub const AT_ONCE: usize = 4;
/// How long they wait.
const PATIENCE: Duration = Duration::from_secs(2);

/// `POST /admin/posts/preview`: the HTML of `content`, as saving it would store it. Two headers say how many words it
/// has and how many minutes reading takes.
///
/// # Errors
/// 403 for those who write no posts, 422 for what is too long to be stored, 429 while [`AT_ONCE`] others are at it.
pub async fn preview(app: AppData, viewer: Viewer, LongForm(submitted): LongForm) -> Result<HttpResponse> {
    app.admin.open(&viewer, RESOURCE)?;
    let place = timeout(PATIENCE, app.previews.clone().acquire_owned()).await;
    let place = place.map_err(|_| Error::TooManyRequests(PATIENCE.as_secs()))?.map_err(Error::internal)?;
    let markdown = submitted.get("content").unwrap_or_default().to_owned();
    let rendered = tokio::task::spawn_blocking(move || {
        // Held until the work is done, whether or not anybody still waits for it.
        let _place = place;
        content::render(&markdown)
    });
    let rendered = rendered.await.map_err(Error::internal)?;
    if rendered.is_too_large() {
        return Err(Error::Invalid(FieldErrors::of("content", content::TOO_LARGE)));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("lectern-words", rendered.word_count.to_string()))
        .insert_header(("lectern-minutes", content::reading_minutes(rendered.word_count).to_string()))
        .body(rendered.html))
}

/// `GET /admin/posts/slug?title=&post=`: the slug that a post with this title would get: `{"slug"}`, empty for a title
/// without any letter or digit.
///
/// # Errors
/// 403 for those who write no posts.
pub async fn slug(app: AppData, request: HttpRequest, viewer: Viewer) -> Result<HttpResponse> {
    app.admin.open(&viewer, RESOURCE)?;
    let address = Submitted::parse(request.query_string().as_bytes())?;
    let slug = match content::slugify(address.text("title")) {
        Some(wanted) => {
            let wanted: String = wanted.chars().take(save::MAX_TITLE).collect();
            // The post's own slug is free for it.
            let own = match address.text("post").parse() {
                Ok(id) => queries::titled(app.db.latest(), id).await?.map(|post| post.slug),
                Err(_) => None,
            };
            if own.as_ref() == Some(&wanted) {
                wanted
            } else {
                save::free_slug(app.db.latest(), &wanted, |_| false).await?
            }
        }
        None => String::new(),
    };
    Ok(HttpResponse::Ok().json(json!({ "slug": slug })))
}
