//! What can go wrong with a request, and how it is told: as a page, or under `/api` as problem+json (RFC 9457).

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use sea_orm::DbErr;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{
    App, AppData,
    forms::FieldErrors,
    links, render, security,
    typed::{self, Typed},
};
use crate::{
    db::{self, Failure},
    feeds,
};

/// The result of a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not answered as asked. The cause is logged, never shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 404: nothing is there, or nothing that the asker may know of.
    #[error("not found")]
    NotFound,
    /// 400: the request makes no sense; the text says why, to the person who asked.
    #[error("{0}")]
    BadRequest(String),
    /// 405: this address takes these methods only.
    #[error("method not allowed")]
    MethodNotAllowed(&'static str),
    /// 401 in the API; a page sends the asker to `/login` and back.
    #[error("login required")]
    LoginRequired,
    /// 401: the API token that was sent is unknown, revoked or over.
    #[error("invalid token")]
    InvalidToken,
    /// 403: an API token that may only read was sent with something to write.
    #[error("read-only token")]
    ReadOnlyToken,
    /// 403: another site made a browser send this.
    #[error("cross-site request")]
    CrossSite,
    /// 403: known, but not allowed to.
    #[error("forbidden")]
    Forbidden,
    /// 422: what was sent cannot be taken; says why by field.
    #[error("invalid: {0:?}")]
    Invalid(FieldErrors),
    /// 409: something changed meanwhile, or is there already; the text says what.
    #[error("{0}")]
    Conflict(String),
    /// 408: the body took too long to arrive.
    #[error("too slow")]
    TooSlow,
    /// 413: the body is larger than anything we take.
    #[error("too large")]
    TooLarge,
    /// 415: the body is of a kind that this address does not take.
    #[error("{0}")]
    UnsupportedMediaType(String),
    /// 429: tried too often; again after this many seconds.
    #[error("too many requests")]
    TooManyRequests(u64),
    /// 503: the database is away or too busy; trying again may help.
    #[error("unavailable: {0}")]
    Unavailable(DbErr),
    /// 503: more is being worked on than this machine can take; trying again may help.
    #[error("too busy")]
    Busy,
    /// 500: our mistake.
    #[error("internal error: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A mistake of ours, or of the machine.
    pub fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match db::classify(&error) {
            Failure::Unavailable => Self::Unavailable(error),
            // It was there when it was looked for, and was deleted since.
            Failure::MissingReference => {
                Self::Conflict("Something that this refers to was deleted meanwhile.".to_owned())
            }
            _ => Self::Internal(Box::new(error)),
        }
    }
}

impl From<tera::Error> for Error {
    fn from(error: tera::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::LoginRequired | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::ReadOnlyToken | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Only the status: [`explain`] has the request at hand and makes the page.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// What the person or the program that asked is told.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    status: u16,
    title: String,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<FieldErrors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// On pages: the form that was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    typed: Option<typed::View>,
}

impl render::Page for Problem {
    const TEMPLATE: &'static str = "error.html";

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }

    fn noindex(&self) -> bool {
        true
    }
}

impl Problem {
    fn new(status: StatusCode, error: Option<&Error>, is_api: bool) -> Self {
        let (title, detail) = match (status, error) {
            (_, Some(Error::BadRequest(detail) | Error::UnsupportedMediaType(detail))) => {
                ("That does not work", detail.clone())
            }
            (_, Some(Error::Conflict(detail))) => ("That is taken already", detail.clone()),
            (_, Some(Error::InvalidToken)) => {
                ("Who are you?", "The API token is not known, was revoked, or is over.".to_owned())
            }
            (StatusCode::UNAUTHORIZED, _) if is_api => {
                ("Who are you?", "This needs an API token: Authorization: Bearer TOKEN.".to_owned())
            }
            (StatusCode::UNAUTHORIZED, _) => (
                "Please sign in again",
                "You are not signed in any more, and what you sent was not saved. Sign in in another tab of the \
                 browser, then come back to this page, reload it and confirm that the form is sent again."
                    .to_owned(),
            ),
            (_, Some(Error::ReadOnlyToken)) => {
                ("That is not yours to do", "This API token may read, not write.".to_owned())
            }
            (_, Some(Error::CrossSite)) => (
                "That came from another site",
                "Another site asked your browser to send this here, so it was not done. If it was you, go to the page \
                 of this site and do it there."
                    .to_owned(),
            ),
            (StatusCode::FORBIDDEN, _) => {
                ("That is not yours to do", "Your account may not do this.".to_owned())
            }
            (StatusCode::UNPROCESSABLE_ENTITY, _) => (
                "That cannot be taken as it is",
                "Something in what was sent is missing or wrong.".to_owned(),
            ),
            (StatusCode::REQUEST_TIMEOUT, _) => {
                ("That took too long", "What was sent did not arrive in time.".to_owned())
            }
            (StatusCode::PAYLOAD_TOO_LARGE, _) => {
                ("That is too large", "What was sent is larger than anything that is taken here.".to_owned())
            }
            (StatusCode::TOO_MANY_REQUESTS, Some(Error::TooManyRequests(seconds))) => (
                "Too many tries",
                match seconds {
                    0..=90 => format!("Please wait {seconds} seconds and try again."),
                    _ => format!("Please wait {} minutes and try again.", seconds.div_ceil(60)),
                },
            ),
            (StatusCode::NOT_FOUND, _) => (
                "Page not found",
                "There is nothing at this address. It may have moved, or never been.".to_owned(),
            ),
            (StatusCode::METHOD_NOT_ALLOWED, _) => {
                ("Method not allowed", "This address does not take that kind of request.".to_owned())
            }
            (StatusCode::SERVICE_UNAVAILABLE, _) => (
                "Back in a moment",
                "The site is too busy or being worked on. Please try again soon.".to_owned(),
            ),
            (status, _) if status.is_server_error() => {
                ("Something went wrong", "That was our mistake, not yours. It was written down.".to_owned())
            }
            (status, _) => (
                status.canonical_reason().unwrap_or("Error"),
                "The request could not be answered as it was put.".to_owned(),
            ),
        };
        let errors = match error {
            Some(Error::Invalid(errors)) => Some(errors.clone()),
            _ => None,
        };
        Self {
            status: status.as_u16(),
            title: title.to_owned(),
            detail,
            errors,
            request_id: None,
            typed: None,
        }
    }
}

/// The page of what is not there.
pub(super) fn missing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, None, false)
}

/// In the extensions of an answer: a page that says by itself that its row is not there.
#[derive(Clone, Copy, Debug)]
pub struct Told;

/// Where a form is too long to be carried through the login.
const SIGN_IN_FIRST: &str = "You are not signed in any more, and what you sent was not saved. Sign in in another tab of \
                             the browser, then come back to this page and send it again.";

/// Whether sending the same form again may help.
fn may_pass(status: StatusCode, error: Option<&Error>) -> bool {
    status.is_server_error()
        || matches!(error, Some(Error::LoginRequired | Error::Conflict(_) | Error::TooManyRequests(_)))
}

/// Middleware: every error, be it ours or the framework's, gets its page or its problem+json here; a path that is
/// not there is looked up among the redirects first.
pub async fn explain(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // The router wants the request for itself: a clone of it held here would make it panic.
    let response = if links::decode(request.path()).is_some() {
        next.call(request).await?.map_into_boxed_body()
    } else {
        // PostgreSQL refuses a NUL in a text, and no address of ours has what is no UTF-8.
        request.error_response(Error::NotFound)
    };
    let status = response.status();
    // What a handler answered by itself with an error status ("range not satisfiable") has all it needs.
    if !(status.is_client_error() || status.is_server_error())
        || response.response().error().is_none()
            && (status != StatusCode::NOT_FOUND || response.response().extensions().contains::<Told>())
    {
        return Ok(response);
    }
    let http = response.request().clone();
    let Some(app) = http.app_data::<AppData>().cloned() else { return Ok(response) };
    if status == StatusCode::NOT_FOUND
        && let Some(moved) = moved(&app, &http).await
    {
        return Ok(ServiceResponse::new(http, moved));
    }
    let error = response.response().error().and_then(|error| error.as_error::<Error>());
    let is_api = links::is_api(http.path());
    // A script of ours reads what went wrong as programs do.
    let wants_problem = is_api || accepts_json(&http);
    if matches!(error, Some(Error::LoginRequired)) && !wants_problem && security::is_safe(http.method()) {
        let here = http.uri().path_and_query().map_or("/", |here| here.as_str());
        return Ok(ServiceResponse::new(http.clone(), see_other(&links::login(here))));
    }
    let mut problem = Problem::new(status, error, is_api);
    if !wants_problem && let Some(typed) = Typed::take(&http) {
        problem.typed = typed.view(may_pass(status, error));
        if status == StatusCode::UNAUTHORIZED && problem.typed.is_some() {
            problem.detail = SIGN_IN_FIRST.to_owned();
        }
    }
    if status.is_server_error() {
        let id = request_id();
        match response.response().error() {
            Some(error) => log::error!("request {id}: {} {}: {error}", http.method(), loggable(http.path())),
            None => log::error!("request {id}: {} {}: {status}", http.method(), loggable(http.path())),
        }
        problem.request_id = Some(id);
    }
    let mut answer = if wants_problem {
        HttpResponse::build(status).content_type("application/problem+json").json(problem)
    } else {
        match render::page_with_status(&app, &http, status, &problem).await {
            Ok(page) => page,
            Err(error) => {
                log::error!("the error page failed: {error}");
                HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(problem.title)
            }
        }
    };
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    if let Some(Error::TooManyRequests(seconds)) = error {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from(*seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        let challenge = if matches!(error, Some(Error::InvalidToken)) {
            "Bearer error=\"invalid_token\""
        } else {
            "Bearer"
        };
        headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
    }
    if let Some(Error::MethodNotAllowed(allowed)) = error {
        headers.insert(header::ALLOW, header::HeaderValue::from_static(allowed));
    }
    Ok(ServiceResponse::new(http, answer))
}

fn accepts_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// Where a path that is not there went: 301 for one in `redirects`, 308 for one with a slash too many.
async fn moved(app: &App, request: &HttpRequest) -> Option<HttpResponse> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return None;
    }
    // As imports store old paths: a browser may send the letters and their accents apart.
    let path: String = links::decode(request.path())?.nfc().collect();
    let trimmed = path.trim_end_matches('/');
    match crate::site::redirect_target(app.db.read(), trimmed).await {
        Ok(Some(target)) => {
            // One slash at the start: `//host` would be another site's address.
            let target = format!("/{}", links::encode_path(target.trim_start_matches('/')));
            Some(redirect(StatusCode::MOVED_PERMANENTLY, target))
        }
        Ok(None) => {
            if let Some(feed) = moved_feed(app, trimmed).await {
                return Some(redirect(StatusCode::MOVED_PERMANENTLY, links::encode_path(&feed)));
            }
            if trimmed == path || trimmed.len() <= 1 {
                return None;
            }
            let mut target = format!("/{}", links::encode_path(trimmed.trim_start_matches('/')));
            if !request.query_string().is_empty() {
                target.push('?');
                target.push_str(request.query_string());
            }
            Some(redirect(StatusCode::PERMANENT_REDIRECT, target))
        }
        Err(error) => {
            log::error!("redirects could not be read: {error}");
            None
        }
    }
}

/// Where a feed went that had another name.
async fn moved_feed(app: &App, path: &str) -> Option<String> {
    match feeds::moved::target(app.db.read(), path).await {
        Ok(target) => target,
        Err(error) => {
            log::error!("redirects could not be read: {error}");
            None
        }
    }
}

/// The answer to a form that was taken: the browser goes on to a path of this site, and a reload repeats nothing.
pub fn see_other(path: &str) -> HttpResponse {
    let path = utf8_percent_encode(path, CONTROLS).to_string();
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

fn redirect(status: StatusCode, target: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::LOCATION, target))
        // Permanent by status, yet an owner may change their mind.
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .finish()
}

/// An id that ties what a reader saw to a line of the log.
fn request_id() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(std::time::SystemTime::now()))
}

/// A path without what would start a line of its own in the log.
fn loggable(path: &str) -> String {
    path.chars().take(200).flat_map(char::escape_default).collect()
}

/// The answer where nothing is.
///
/// # Errors
/// Always.
pub async fn not_found() -> Result<HttpResponse> {
    Err(Error::NotFound)
}

/// Turns the framework's complaints about a query string into ours.
pub fn bad_query(_: actix_web::error::QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    Error::BadRequest("The part of the address after the question mark cannot be read.".to_owned()).into()
}
