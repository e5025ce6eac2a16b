//! The pages about comments, for readers. The form itself stands below its post.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Path, Query},
};
use chrono::Utc;
use entity::comment::{self, CommentStatus};
use serde::Deserialize;

use super::{
    forms, guest,
    policy::{Door, door},
    queries::{self, Commented, Row},
    send::{self, EDIT_TIME},
    views::{Comment, CommentForm, Reading, Writing, wrote},
};
use crate::{
    auth::Viewer,
    site::Site,
    web::{
        App, AppData, Error, Result,
        body::LongForm,
        forms::{self as fields, Submitted},
        links, render, see_other,
        typed::Typed,
    },
};

/// What the form's address says.
#[derive(Debug, Deserialize)]
pub struct ReplyQuery {
    reply: Option<String>,
}

const CLOSED: &str = "Comments are closed.";

/// The public post with this slug, and the site.
async fn place(app: &App, slug: &str) -> Result<(Commented, Arc<Site>)> {
    let post = queries::find_post(app.db.latest(), slug).await?.ok_or(Error::NotFound)?;
    Ok((post, app.site().await?))
}

/// `GET /posts/{slug}/comments`: the form alone; with `?reply=ID` for an answer.
///
/// # Errors
/// 404 for a post, or a comment that is answered, which nobody reads.
pub async fn write(
    app: AppData,
    request: HttpRequest,
    slug: Path<String>,
    query: Query<ReplyQuery>,
) -> Result<HttpResponse> {
    let (post, site) = place(&app, &slug).await?;
    let viewer = Viewer::of(&request);
    let answered = match query.reply.as_deref() {
        Some(id) => Some(shown(&app, &post, id).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    let heading = answered.as_ref().map_or_else(
        || "Your comment".to_owned(),
        |comment| format!("Your answer to {}", comment.author_name),
    );
    let mut page = Writing::new(&heading, &post);
    let reply = answered.as_ref().map(|comment| comment.id);
    page.quoted = answered.map(|comment| quoted(&site, &post, comment));
    match door(&site, &post, viewer.as_ref(), Utc::now()) {
        Door::Open => page.form = Some(CommentForm::new(&app, &post, viewer.as_ref(), reply)),
        Door::Closed => page.lead = CLOSED.to_owned(),
        Door::SignIn => {
            let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
            return Ok(HttpResponse::Found().insert_header((header::LOCATION, links::login(here))).finish());
        }
    }
    let mut answer = render::page_with_status(&app, &request, StatusCode::OK, &page).await?;
    no_store(&mut answer);
    Ok(answer)
}

/// `POST /posts/{slug}/comments`: takes a comment. Whatever is wrong, what was typed comes back.
///
/// # Errors
/// 404 for a post that nobody reads.
pub async fn send(
    app: AppData,
    request: HttpRequest,
    slug: Path<String>,
    LongForm(submitted): LongForm,
) -> Result<HttpResponse> {
    let answer = send_to(&app, &request, &slug, &submitted).await;
    answer.inspect_err(|_| leave(&request, &submitted))
}

/// Leaves what was typed for the page of an error.
fn leave(request: &HttpRequest, submitted: &Submitted) {
    let mut typed = Typed::new(request, submitted);
    typed.pairs.retain(|(name, _)| ["comment", "name", "email"].contains(&name.as_str()));
    typed.leave(request);
}

async fn send_to(
    app: &App,
    request: &HttpRequest,
    slug: &str,
    submitted: &Submitted,
) -> Result<HttpResponse> {
    let (post, site) = place(app, slug).await?;
    let viewer = Viewer::of(request);
    let was_member = viewer.is_none() && submitted.has(forms::AS_MEMBER);
    match door(&site, &post, viewer.as_ref(), Utc::now()) {
        Door::Closed => return closed(app, request, &post, submitted).await,
        Door::SignIn => return sign_in(app, request, &post, submitted).await,
        Door::Open if was_member => return sign_in(app, request, &post, submitted).await,
        Door::Open => {}
    }
    let taken = match send::take(app, request, &site, &post, submitted).await {
        Ok(taken) => taken,
        Err(error) => return again(app, request, &site, &post, submitted, error).await,
    };
    let mut answer = see_other(&address(app, &post, &taken.comment).await?);
    if let Some(key) = taken.key {
        guest::keep(app, &mut answer, key);
    }
    Ok(answer)
}

/// Where the writer of a comment sees it.
async fn address(app: &App, post: &Commented, comment: &comment::Model) -> Result<String> {
    let path = links::post(&post.slug);
    if comment.status != CommentStatus::Approved {
        return Ok(format!("{path}?comment=waits#comment-{}", comment.id));
    }
    Ok(match queries::page_of(app.db.latest(), comment).await? {
        1 => format!("{path}#comment-{}", comment.id),
        page => format!("{path}?comments={page}#comment-{}", comment.id),
    })
}

/// The form again, with what was typed and what is wrong with it.
async fn again(
    app: &App,
    request: &HttpRequest,
    site: &Site,
    post: &Commented,
    submitted: &Submitted,
    error: Error,
) -> Result<HttpResponse> {
    let (status, mut errors, wait) = crate::accounts::views::complaint(error)?;
    let viewer = Viewer::of(request);
    let answered = match submitted.text(forms::REPLY) {
        "" => None,
        id => shown(app, post, id).await?,
    };
    let mut form = CommentForm::new(app, post, viewer.as_ref(), answered.as_ref().map(|comment| comment.id));
    // Of an old page's stamp nothing is kept; a good one goes on saying how long this took.
    if !errors.0.contains_key(forms::STAMP) {
        submitted.text(forms::STAMP).clone_into(&mut form.stamp);
    }
    for hidden in [forms::STAMP, forms::REPLY] {
        for message in errors.0.remove(hidden).unwrap_or_default() {
            errors.add("", message);
        }
    }
    form.fields = form.fields.into_iter().map(|field| field.filled(submitted, &errors)).collect();
    form.complaints = fields::complaints(&form.fields, &errors);
    let mut page = Writing::new("Your comment is not sent yet", post);
    page.quoted = answered.map(|comment| quoted(site, post, comment));
    page.form = Some(form);
    refused(app, request, status, &page, wait).await
}

/// Nothing is taken any more: what was typed can be copied.
async fn closed(
    app: &App,
    request: &HttpRequest,
    post: &Commented,
    submitted: &Submitted,
) -> Result<HttpResponse> {
    let mut page = Writing::new(CLOSED.trim_end_matches('.'), post);
    page.lead = "This post takes no more comments, so yours was not sent. This is what you wrote:".to_owned();
    submitted.text("comment").clone_into(&mut page.typed);
    let mut answer = render::page_with_status(app, request, StatusCode::CONFLICT, &page).await?;
    no_store(&mut answer);
    Ok(answer)
}

/// The login, which carries what was typed through.
async fn sign_in(
    app: &App,
    request: &HttpRequest,
    post: &Commented,
    submitted: &Submitted,
) -> Result<HttpResponse> {
    Typed::sent_to(links::comments(&post.slug), submitted).ask(app, request, submitted).await
}

/// A comment of a post that everybody reads.
async fn shown(app: &App, post: &Commented, id: &str) -> Result<Option<comment::Model>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let comment = queries::find(app.db.latest(), id).await?;
    Ok(comment.filter(|comment| comment.post_id == post.id && comment.status == CommentStatus::Approved))
}

/// A comment as other pages show it: nothing can be done with it there.
fn quoted(site: &Site, post: &Commented, comment: comment::Model) -> Comment {
    let reading = Reading { post, writer: None, door: Door::Closed, zone: site.time_zone, now: Utc::now() };
    let row = Row {
        id: comment.id,
        thread: comment.thread,
        parent_id: None,
        parent_name: None,
        user_id: comment.user_id,
        author_name: comment.author_name,
        key_hash: None,
        html: comment.html,
        created_at: comment.created_at,
        edited_at: comment.edited_at,
    };
    Comment::new(row, reading)
}

/// The comment of an address, for whoever wrote it: for others it is not there.
async fn own(
    app: &App,
    request: &HttpRequest,
    slug: &str,
    id: i64,
) -> Result<(Commented, Arc<Site>, comment::Model)> {
    let (post, site) = place(app, slug).await?;
    let writer = guest::writer(app, request).ok_or(Error::NotFound)?;
    let comment = queries::find(app.db.latest(), id).await?;
    let is_theirs = |comment: &comment::Model| {
        comment.post_id == post.id && wrote(&writer, comment.user_id, comment.key_hash.as_deref())
    };
    let comment = comment.filter(is_theirs).ok_or(Error::NotFound)?;
    Ok((post, site, comment))
}

fn edit_page(post: &Commented, comment: &comment::Model) -> Writing {
    let mut page = Writing::new("Change your comment", post);
    page.form = Some(CommentForm {
        action: format!("{}/{}/edit", links::comments(&post.slug), comment.id),
        button: "Save it".to_owned(),
        stamp: String::new(),
        reply: String::new(),
        member: String::new(),
        fields: vec![forms::body().value(&comment.body)],
        complaints: Vec::new(),
    });
    page
}

/// A comment that its writer could change until a moment ago.
fn is_late(comment: &comment::Model) -> bool {
    Utc::now() - comment.created_at >= EDIT_TIME
}

const LATE: &str = "A comment can be changed for ten minutes, and they are over.";

/// `GET /posts/{slug}/comments/{id}/edit`: for ten minutes, for whoever wrote it.
///
/// # Errors
/// 404 for others; 409 once the time is over.
pub async fn edit(app: AppData, request: HttpRequest, path: Path<(String, i64)>) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let (post, _, comment) = own(&app, &request, &slug, id).await?;
    if is_late(&comment) {
        return too_late(&app, &request, &post, "").await;
    }
    let page = edit_page(&post, &comment);
    let mut answer = render::page_with_status(&app, &request, StatusCode::OK, &page).await?;
    no_store(&mut answer);
    Ok(answer)
}

async fn too_late(app: &App, request: &HttpRequest, post: &Commented, typed: &str) -> Result<HttpResponse> {
    let mut page = Writing::new("It is too late to change it", post);
    page.lead = LATE.to_owned();
    typed.clone_into(&mut page.typed);
    let mut answer = render::page_with_status(app, request, StatusCode::CONFLICT, &page).await?;
    no_store(&mut answer);
    Ok(answer)
}

/// `POST /posts/{slug}/comments/{id}/edit`
///
/// # Errors
/// As [`edit`]; 422 by field.
pub async fn change(
    app: AppData,
    request: HttpRequest,
    path: Path<(String, i64)>,
    LongForm(submitted): LongForm,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let answer = edit_to(&app, &request, &slug, id, &submitted).await;
    answer.inspect_err(|_| leave(&request, &submitted))
}

async fn edit_to(
    app: &App,
    request: &HttpRequest,
    slug: &str,
    id: i64,
    submitted: &Submitted,
) -> Result<HttpResponse> {
    let (post, site, comment) = own(app, request, slug, id).await?;
    if is_late(&comment) {
        return too_late(app, request, &post, submitted.text("comment")).await;
    }
    let mut page = edit_page(&post, &comment);
    let error = match send::edit(app, request, &site, comment, submitted).await {
        Ok(comment) => return Ok(see_other(&address(app, &post, &comment).await?)),
        Err(error) => error,
    };
    let (status, errors, wait) = crate::accounts::views::complaint(error)?;
    if let Some(form) = &mut page.form {
        form.fields = form.fields.drain(..).map(|field| field.filled(submitted, &errors)).collect();
        form.complaints = fields::complaints(&form.fields, &errors);
    }
    refused(app, request, status, &page, wait).await
}

/// A form that was not taken.
async fn refused(
    app: &App,
    request: &HttpRequest,
    status: StatusCode,
    page: &Writing,
    wait: Option<u64>,
) -> Result<HttpResponse> {
    let mut answer = render::page_with_status(app, request, status, page).await?;
    if let Some(seconds) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    no_store(&mut answer);
    Ok(answer)
}

/// `GET /posts/{slug}/comments/{id}/delete`: asks first.
///
/// # Errors
/// 404 for whoever did not write it.
pub async fn ask_delete(
    app: AppData,
    request: HttpRequest,
    path: Path<(String, i64)>,
) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let (post, site, comment) = own(&app, &request, &slug, id).await?;
    let mut page = Writing::new("Delete your comment?", &post);
    page.lead = "It cannot be brought back. Answers to it stay.".to_owned();
    page.delete_url = format!("{}/{id}/delete", links::comments(&post.slug));
    page.quoted = Some(quoted(&site, &post, comment));
    let mut answer = render::page_with_status(&app, &request, StatusCode::OK, &page).await?;
    no_store(&mut answer);
    Ok(answer)
}

/// `POST /posts/{slug}/comments/{id}/delete`
///
/// # Errors
/// 404 for whoever did not write it.
pub async fn delete(app: AppData, request: HttpRequest, path: Path<(String, i64)>) -> Result<HttpResponse> {
    let (slug, id) = path.into_inner();
    let (post, _, comment) = own(&app, &request, &slug, id).await?;
    let transaction = app.db.begin().await?;
    let stored = queries::lock(&transaction, comment.id).await?;
    queries::delete(&transaction, comment.id).await?;
    transaction.commit_if_seen(stored.is_some_and(|stored| stored.status == CommentStatus::Approved)).await?;
    Ok(see_other(&format!("{}#comments", links::post(&post.slug))))
}

/// `GET /comments/{id}`: leads to a comment, wherever it stands by now.
///
/// # Errors
/// 404 for one that nobody reads.
pub async fn find(app: AppData, id: Path<i64>) -> Result<HttpResponse> {
    let comment = queries::find(app.db.latest(), *id).await?;
    let comment =
        comment.filter(|comment| comment.status == CommentStatus::Approved).ok_or(Error::NotFound)?;
    let slug = queries::slug_of(app.db.latest(), comment.post_id).await?.ok_or(Error::NotFound)?;
    let post = queries::find_post(app.db.latest(), &slug).await?.ok_or(Error::NotFound)?;
    let to = address(&app, &post, &comment).await?;
    Ok(HttpResponse::Found().insert_header((header::LOCATION, to)).finish())
}

/// Nobody else is to see what one wrote.
fn no_store(answer: &mut HttpResponse) {
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
}
