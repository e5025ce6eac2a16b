//! The key in a guest's browser, by which they are known again. It says nothing else, and is there once they commented.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};

use crate::{
    auth::{Viewer, secrets},
    web::App,
};

/// How long a browser keeps it after the last comment.
const LIFE: Duration = Duration::days(30);
/// The letters of a key.
const LETTERS: usize = 43;

/// With the prefix browsers take it from this very host and over https alone.
fn name(app: &App) -> &'static str {
    if app.is_https() { "__Host-lectern_commenter" } else { "lectern_commenter" }
}

/// Whoever writes, or looks at what they wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Somebody with an account.
    Member(i64),
    /// A browser, by the hash of its key.
    Guest(String),
}

/// Who sent a request, if they are known in any way.
pub fn writer(app: &App, request: &HttpRequest) -> Option<Writer> {
    match Viewer::of(request) {
        Some(viewer) => Some(Writer::Member(viewer.id)),
        None => key(app, request).map(|key| Writer::Guest(hash(&key))),
    }
}

/// The key in a request.
pub fn key(app: &App, request: &HttpRequest) -> Option<String> {
    let key = request.cookie(name(app))?.value().to_owned();
    let is_key =
        key.len() == LETTERS && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_key.then_some(key)
}

/// What rows hold of a key.
pub fn hash(key: &str) -> String {
    secrets::digest(key)
}

/// Lets a browser keep a key.
pub fn keep(app: &App, response: &mut HttpResponse, key: String) {
    let cookie = Cookie::build(name(app), key)
        .path("/")
        .http_only(true)
        .secure(app.is_https())
        .same_site(SameSite::Lax)
        .max_age(LIFE)
        .finish();
    if let Err(error) = response.add_cookie(&cookie) {
        log::error!("a commenter's key could not be kept: {error}");
    }
}
