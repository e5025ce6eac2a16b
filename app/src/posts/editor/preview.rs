//! A text as it would be stored, and the slug that a title would get.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

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

/// `POST /admin/posts/preview`: the HTML of `content`, as saving it would store it. Two headers say how many words it
/// has and how many minutes reading takes.
///
/// # Errors
/// 403 for those who write no posts, 422 for what is too long to be stored, 429 while the writer's
/// last one, or a few others', take too long.
pub async fn preview(app: AppData, viewer: Viewer, LongForm(submitted): LongForm) -> Result<HttpResponse> {
    app.admin.open(&viewer, RESOURCE)?;
    let markdown = submitted.get("content").unwrap_or_default().to_owned();
    let rendered = app.renderings.preview(viewer.id, markdown).await?;
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
