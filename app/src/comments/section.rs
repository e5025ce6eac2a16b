//! What stands below a post: its comments, the reader's own that wait, and the form.

use actix_web::{HttpRequest, HttpResponse, http::header};
use chrono::Utc;
use serde::Deserialize;

use super::{
    guest,
    policy::{Door, Policy, door},
    queries::{self, Commented},
    views::{Comment, CommentForm, Reading, Section},
};
use crate::{
    auth::Viewer,
    site::Site,
    web::{App, Result, links, pagination::PageNumber},
};

/// What a post's address says of its comments.
#[derive(Debug, Deserialize)]
pub struct CommentsQuery {
    /// Which page of them.
    pub comments: Option<String>,
    /// `waits` after one was sent that waits.
    pub comment: Option<String>,
}

/// The section of a post; none where there is nothing and nobody may say something.
///
/// # Errors
/// 400 and 404 for a page that is none.
pub async fn of_post(
    app: &App,
    request: &HttpRequest,
    site: &Site,
    post: &Commented,
    query: &CommentsQuery,
) -> Result<Option<Section>> {
    let number = PageNumber::parse(query.comments.as_deref())?;
    let page = queries::list(&app.db, post.id, number, queries::PER_PAGE).await?;
    let (viewer, writer) = (Viewer::of(request), guest::writer(app, request));
    let waiting = match &writer {
        // Just written: from where it is written.
        Some(writer) => queries::waiting(app.db.latest(), post.id, writer).await?,
        None => Vec::new(),
    };
    let now = Utc::now();
    let door = door(site, post, viewer.as_ref(), now);
    if site.comments == Policy::Off && page.total == 0 && waiting.is_empty() {
        return Ok(None);
    }
    let reading = Reading { post, writer: writer.as_ref(), door, zone: site.time_zone, now };
    let path = links::post(&post.slug);
    Ok(Some(Section {
        total: page.total,
        pagination: page.links_by("comments", "#comments", &path, &[]),
        comments: page.rows.into_iter().map(|row| Comment::new(row, reading)).collect(),
        thanks: waiting.is_empty() && query.comment.as_deref() == Some("waits"),
        waiting: waiting.into_iter().map(|row| Comment::new(row, reading)).collect(),
        door,
        login_url: links::login(&format!("{path}#comments")),
        form: (door == Door::Open).then(|| CommentForm::new(app, post, viewer.as_ref(), None)),
    }))
}

/// What a link to a post's comments says; none where nothing was said and nobody may say something.
///
/// # Errors
/// When the database does not answer.
pub async fn link(app: &App, request: &HttpRequest, site: &Site, post: &Commented) -> Result<Option<String>> {
    let total = queries::count_shown(app.db.read(), post.id).await?;
    let is_closed = door(site, post, Viewer::of(request).as_ref(), Utc::now()) == Door::Closed;
    Ok(match total {
        0 if is_closed => None,
        0 => Some("Comment on this post".to_owned()),
        1 => Some("1 comment on this post".to_owned()),
        _ => Some(format!("{total} comments on this post")),
    })
}

/// Says of a page that it is one reader's, where they have a guest's key.
pub fn keep_private(app: &App, request: &HttpRequest, response: &mut HttpResponse) {
    if guest::key(app, request).is_some() {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-cache"));
        headers.append(header::VARY, header::HeaderValue::from_static("Cookie"));
    }
}
