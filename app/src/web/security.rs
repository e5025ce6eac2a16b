//! Headers that every answer carries, and requests that other sites make browsers send.

use actix_web::{
    HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error,
    http::{
        Method, Uri,
        header::{self, HeaderMap, HeaderName, HeaderValue},
        uri::PathAndQuery,
    },
    middleware::Next,
};

use super::{App, AppData, Error, links};
use crate::auth::Viewer;

/// Pages load nothing that is not ours, run no inline script or style, and stand in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    object-src 'none'; frame-ancestors 'none'";
/// The API's page is Swagger UI, which styles its elements one by one.
const API_DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
    frame-ancestors 'none'";
/// A stored file is a document of its own: it runs nothing, whatever it is.
const MEDIA_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Two years: browsers ask for this site over https alone. Other names of the domain are not ours to decide about.
const HSTS: &str = "max-age=63072000";

/// Middleware: gives each address its one form ([`links::in_one_form`]) before anything looks at it. The router decodes
/// a path, and rules that read it as it was sent would be about another one: `/%61pi` is `/api`.
///
/// # Errors
/// 400 for an address that cannot be read; those of what is inside.
pub async fn one_form<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if let Some(path) = links::in_one_form(request.path()) {
        let query = request.uri().query();
        let address = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(address).map_err(error::ErrorBadRequest)?);
        let uri = Uri::from_parts(parts).map_err(error::ErrorBadRequest)?;
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

/// Middleware: sets them.
///
/// # Errors
/// Those of what is inside.
pub async fn headers<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let path = request.path();
    let policy = match path {
        path if path.starts_with("/api/docs") => API_DOCS_POLICY,
        path if path.starts_with("/media/") => MEDIA_POLICY,
        _ => POLICY,
    };
    // These addresses are secrets. With `no-referrer` their forms would have no origin to be known by.
    let referrer = match is_under(path, "/comments/moderate")
        || is_under(path, "/reset")
        || is_under(path, "/setup")
        || is_under(path, "/signup")
    {
        true => "same-origin",
        // Nor does anybody need to know where this one was read.
        false if is_under(path, "/preview") => "no-referrer",
        false => "strict-origin-when-cross-origin",
    };
    let is_private = [
        "/comments/moderate",
        "/login",
        "/logout",
        "/setup",
        "/signup",
        "/forgot",
        "/reset",
        "/account",
        "/admin",
        "/preview",
    ]
    .iter()
    .any(|private| is_under(path, private));
    // What everybody may see, and nobody need find.
    let is_unlisted = is_under(path, "/search") || links::is_api(path);
    let is_https = request.app_data::<AppData>().is_some_and(|app| app.is_https());
    let mut response = next.call(request).await?;
    let is_known = response.request().extensions().contains::<Viewer>();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, referrer),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if is_private || is_unlisted {
        headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    }
    if is_private {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else if is_known {
        // What somebody sees who is signed in is theirs.
        if headers.get(header::CACHE_CONTROL).is_none_or(|value| value != "no-store") {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        }
        headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    }
    Ok(response)
}

/// Whether a path is this one or below it.
pub fn is_under(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a method changes nothing.
pub fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// Middleware: refuses what another site made a browser send, on every address; and takes the cookies away from
/// requests that must not be known by them.
///
/// # Errors
/// Those of what is inside.
pub async fn same_site(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if [Method::TRACE, Method::CONNECT].contains(request.method()) {
        return Ok(request.error_response(Error::MethodNotAllowed("GET, HEAD")));
    }
    let is_safe = is_safe(request.method());
    let is_foreign = match request.app_data::<AppData>() {
        Some(app) => !is_safe && is_foreign(app, request.request()),
        None => true,
    };
    if is_foreign {
        return Ok(request.error_response(Error::CrossSite));
    }
    let path = request.path();
    // Files are the same for everybody. Programs prove who they are with a token; a browser's cookie is good for
    // looking alone.
    let is_file = is_under(path, "/static") || is_under(path, "/media");
    let is_program =
        links::is_api(path) && (!is_safe || request.headers().contains_key(header::AUTHORIZATION));
    if is_file || is_program {
        request.headers_mut().remove(header::COOKIE);
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Whether another site made a browser send this. Browsers say so in `Sec-Fetch-Site`; older ones, and those that
/// came over http, in `Origin`. Whatever sends neither is no browser, and nobody's cookies are in it unasked.
fn is_foreign(app: &App, request: &HttpRequest) -> bool {
    let headers = request.headers();
    let sends_token = one(headers, header::AUTHORIZATION)
        .and_then(|value| value.get(..7))
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
    if sends_token && !headers.contains_key(header::COOKIE) {
        return false;
    }
    let site = HeaderName::from_static("sec-fetch-site");
    if headers.contains_key(&site) {
        return !one(headers, site).is_some_and(|site| ["same-origin", "none"].contains(&site));
    }
    if !headers.contains_key(header::ORIGIN) {
        return false;
    }
    let scheme = if app.is_https() { "https" } else { "http" };
    let is_ours = |origin: &str| {
        origin.eq_ignore_ascii_case(&app.public_url)
            || one(headers, header::HOST).is_some_and(|host| {
                !host.is_empty() && origin.eq_ignore_ascii_case(&format!("{scheme}://{host}"))
            })
    };
    !one(headers, header::ORIGIN).is_some_and(is_ours)
}

/// A header that was sent once and is text.
fn one(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
