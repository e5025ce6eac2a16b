//! The page cache: what anybody may see is rendered and compressed once, and answered from memory until somebody changes
//! the site. It is the outermost layer: what it answers runs nothing of the rest.
//!
//! A page is kept by the content's version that was known before anything of it was read ([`crate::db::version`]): whatever
//! is written meanwhile makes it old. Whoever is known, by one of our cookies or by a token, gets theirs rendered for them.

use std::{
    cell::RefCell,
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{self, BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Bytes,
};
use flate2::{Compression, write::GzEncoder};
use moka::future::Cache;

use super::{App, AppData, connections, links, security::is_under};
use crate::db::version;

/// How long a page is kept at most: what depends on the day comes round by then.
const LONGEST: Duration = Duration::from_secs(3600);
/// What is not worth compressing, in bytes.
const SMALL: usize = 256;
/// Brotli's effort, of 11: each page is compressed once and read often.
const BROTLI_QUALITY: u32 = 5;
/// Brotli's window, as a power of two: a page's.
const BROTLI_WINDOW: u32 = 18;
/// What an entry weighs beside its bodies: headers and the cache's own book-keeping, about.
const OVERHEAD: usize = 2048;

/// The encodings that pages are kept in, the best ones first, and what is added to their tags.
const CODINGS: [(&str, &str); 3] = [("br", "-br"), ("gzip", "-gz"), ("identity", "")];
/// The place of what everybody takes.
const IDENTITY: usize = 2;

/// Among a request's extensions: others may have its answer too.
#[derive(Clone, Copy, Debug)]
struct Keep {
    /// For how long, where that is not until the site changes.
    at_most: Option<Duration>,
    /// The post that was read.
    post: Option<i64>,
}

/// Lets the next readers have the same answer.
pub fn keep(request: &HttpRequest, at_most: Option<Duration>) {
    request.extensions_mut().insert(Keep { at_most, post: None });
}

/// Counts a view of a post, and lets those count who get the same page from memory. Once the page was made.
pub fn read(app: &App, request: &HttpRequest, post: i64) {
    app.visits.saw(request, post);
    if let Some(keep) = request.extensions_mut().get_mut::<Keep>() {
        keep.post = Some(post);
    }
}

/// Pages by their addresses.
#[derive(Debug)]
pub struct PageCache {
    pages: Option<Cache<String, Kept>>,
    max_page: usize,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// What is known of an address.
#[derive(Clone, Debug)]
struct Kept {
    version: u64,
    until: Option<Instant>,
    /// None for what is not kept: nobody waits for another one's answer then.
    page: Option<Arc<Page>>,
}

impl Kept {
    fn is_good(&self, version: u64) -> bool {
        self.version == version && self.until.is_none_or(|until| Instant::now() < until)
    }

    fn weight(&self) -> usize {
        let bodies = |page: &Arc<Page>| page.forms.iter().map(|form| form.body.len()).sum::<usize>();
        OVERHEAD + self.page.as_ref().map_or(0, bodies)
    }
}

#[derive(Debug)]
struct Page {
    forms: [Form; 3],
    /// What a 304 says.
    unchanged: HeaderMap,
    last_modified: Option<header::HttpDate>,
    post: Option<i64>,
}

/// A page in one encoding, ready to be sent.
#[derive(Debug)]
struct Form {
    etag: HeaderValue,
    headers: HeaderMap,
    body: Bytes,
}

/// Numbers for whoever watches over the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Requests that were answered from memory.
    pub hits: u64,
    /// Requests that could have been, and were not.
    pub misses: u64,
    /// Addresses that are known.
    pub entries: u64,
    /// What they weigh, in bytes.
    pub bytes: u64,
}

impl PageCache {
    /// A cache of at most so many bytes; none at all for 0.
    pub fn new(max_bytes: u64) -> Self {
        let pages = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, kept: &Kept| u32::try_from(key.len() + kept.weight()).unwrap_or(u32::MAX))
            .time_to_live(LONGEST);
        Self {
            pages: (max_bytes > 0).then(|| pages.build()),
            // One page never pushes all others out.
            max_page: usize::try_from(max_bytes / 8).unwrap_or(usize::MAX),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// See [`Numbers`].
    pub async fn numbers(&self) -> Numbers {
        let (mut entries, mut bytes) = (0, 0);
        if let Some(pages) = &self.pages {
            pages.run_pending_tasks().await;
            (entries, bytes) = (pages.entry_count(), pages.weighted_size());
        }
        Numbers {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries,
            bytes,
        }
    }
}

/// Middleware, the outermost one: answers from memory what it can.
///
/// # Errors
/// Those of what is inside.
pub async fn answer<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(app) = request.app_data::<AppData>().cloned() else { return pass(request, &next).await };
    let is_known = is_known(&request);
    if is_known && app.db.has_replica() {
        // What they wrote on another node, they see on this one.
        version::catch_up(&app.db.for_background()).await.ok();
    }
    let pages = app.cache.pages.as_ref().filter(|_| !is_known && is_for_readers(&request));
    let Some(pages) = pages else { return pass(request, &next).await };
    let address = request.uri().path_and_query().map_or("/", |address| address.as_str());
    let version = app.db.known().now();
    if let Some(kept) = pages.get(address).await
        && kept.is_good(version)
    {
        return match kept.page {
            Some(page) => Ok(from_memory(&app, request, &page)),
            None => pass(request, &next).await,
        };
    }
    app.cache.misses.fetch_add(1, Ordering::Relaxed);
    let key = address.to_owned();
    let request = RefCell::new(Some(request));
    let own = RefCell::new(None);
    // One makes it, and whoever wants the same meanwhile waits.
    let make = async {
        let nothing = Kept { version, until: None, page: None };
        let Some(request) = request.take() else { return nothing };
        match fill(&app, request, &next, version).await {
            Ok((response, kept)) => {
                own.replace(Some(Ok(response)));
                kept.unwrap_or(nothing)
            }
            Err(error) => {
                own.replace(Some(Err(error)));
                nothing
            }
        }
    };
    let kept = pages.entry(key).or_insert_with_if(make, |kept| !kept.is_good(version)).await.into_value();
    match (own.take(), request.take(), kept.page) {
        (Some(answer), ..) => answer,
        (None, Some(request), Some(page)) => Ok(from_memory(&app, request, &page)),
        (None, Some(request), None) => pass(request, &next).await,
        (None, None, _) => Err(actix_web::error::ErrorInternalServerError("nothing was made")),
    }
}

async fn pass<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: &Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Whether somebody is known, or might be.
fn is_known(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    let is_ours = |cookies: &HeaderValue| {
        // What is no text is not ours to read.
        cookies.to_str().map_or(true, |cookies| cookies.contains("lectern_"))
    };
    headers.contains_key(header::AUTHORIZATION) || headers.get_all(header::COOKIE).any(is_ours)
}

/// Whether a page for readers is asked for: what other addresses answer is never kept.
fn is_for_readers(request: &ServiceRequest) -> bool {
    const OTHERS: [&str; 14] = [
        "/static", "/media", "/admin", "/account", "/api", "/preview", "/login", "/forgot", "/reset",
        "/setup", "/signup", "/healthz", "/readyz", "/metrics",
    ];
    let path = request.path();
    [Method::GET, Method::HEAD].contains(request.method())
        && !request.headers().contains_key(header::RANGE)
        && !links::is_api(path)
        && !OTHERS.iter().any(|other| is_under(path, other))
}

/// Answers with a page, and keeps it if others may have it.
async fn fill<B: MessageBody + 'static>(
    app: &AppData,
    mut request: ServiceRequest,
    next: &Next<B>,
    version: u64,
) -> Result<(ServiceResponse<BoxBody>, Option<Kept>), actix_web::Error> {
    // Asked for as it is kept: whole, and as it is.
    let asked = request.headers().clone();
    for name in [header::ACCEPT_ENCODING, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE] {
        request.headers_mut().remove(name);
    }
    let response = next.call(request).await?.map_into_boxed_body();
    let (request, response) = response.into_parts();
    let keep = request.extensions_mut().remove::<Keep>();
    let (head, body) = response.into_parts();
    let is_plain = head.status() == StatusCode::OK
        && !head.headers().contains_key(header::SET_COOKIE)
        && !head.headers().contains_key(header::CONTENT_ENCODING)
        && head.headers().get(header::CACHE_CONTROL).is_none_or(|value| value == "no-cache");
    let length = match body.size() {
        BodySize::Sized(length) => usize::try_from(length).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let Some(keep) = keep.filter(|_| is_plain && length <= app.cache.max_page) else {
        return Ok((ServiceResponse::new(request, head.set_body(body)), None));
    };
    let bytes = body::to_bytes(body).await.map_err(actix_web::error::ErrorInternalServerError)?;
    let headers = head.headers().clone();
    let made = tokio::task::spawn_blocking(move || Page::new(&headers, bytes, keep.post)).await;
    let page = Arc::new(made.map_err(actix_web::error::ErrorInternalServerError)?);
    let response = page.respond(&asked);
    let until = keep.at_most.map(|time| Instant::now() + time);
    Ok((ServiceResponse::new(request, response), Some(Kept { version, until, page: Some(page) })))
}

fn from_memory(app: &AppData, request: ServiceRequest, page: &Page) -> ServiceResponse<BoxBody> {
    app.cache.hits.fetch_add(1, Ordering::Relaxed);
    connections::touch(request.request());
    if let Some(post) = page.post {
        app.visits.saw(request.request(), post);
    }
    let response = page.respond(request.headers());
    request.into_response(response)
}

impl Page {
    fn new(headers: &HeaderMap, body: Bytes, post: Option<i64>) -> Self {
        let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        let tag = tag.trim_start_matches("W/").trim_matches('"').to_owned();
        let mut common = headers.clone();
        common.remove(header::CONTENT_LENGTH);
        let vary = common.get_all(header::VARY).filter_map(|value| value.to_str().ok());
        let vary: Vec<&str> = vary.filter(|value| !value.eq_ignore_ascii_case("accept-encoding")).collect();
        let vary = [&vary[..], &["Accept-Encoding"]].concat().join(", ");
        common.insert(header::VARY, text(vary));
        let form = |(name, end): (&'static str, &str)| {
            let mut headers = common.clone();
            let etag = text(format!("\"{tag}{end}\""));
            headers.insert(header::ETAG, etag.clone());
            let compressed = match name {
                "br" => brotli(&body),
                "gzip" => gzip(&body),
                _ => None,
            };
            // What does not get smaller stays as it is.
            let compressed = compressed.filter(|compressed| compressed.len() < body.len());
            if compressed.is_some() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            }
            Form { etag, headers, body: compressed.map_or_else(|| body.clone(), Bytes::from) }
        };
        let forms = CODINGS.map(form);
        let mut unchanged = common;
        unchanged.remove(header::CONTENT_TYPE);
        let modified = unchanged.get(header::LAST_MODIFIED).and_then(|value| value.to_str().ok());
        Self { forms, last_modified: modified.and_then(|text| text.parse().ok()), unchanged, post }
    }

    fn respond(&self, asked: &HeaderMap) -> HttpResponse {
        let form = &self.forms[coding(asked)];
        if self.is_had(asked) {
            let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
            *response.headers_mut() = self.unchanged.clone();
            response.headers_mut().insert(header::ETAG, form.etag.clone());
            return response;
        }
        let mut response = HttpResponse::with_body(StatusCode::OK, form.body.clone());
        *response.headers_mut() = form.headers.clone();
        response.map_into_boxed_body()
    }

    /// Whether the reader has the page already, in whichever encoding (RFC 9110, 13.1). By date only where it is this very
    /// one: what was taken back makes a page older than it was.
    fn is_had(&self, asked: &HeaderMap) -> bool {
        if asked.contains_key(header::IF_NONE_MATCH) {
            let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
            let known: Vec<&[u8]> = self.forms.iter().map(|form| form.etag.as_bytes()).collect();
            return asked.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(
                |tags| {
                    tags.trim() == "*" || tags.split(',').any(|tag| known.contains(&opaque(tag).as_bytes()))
                },
            );
        }
        let since = asked.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
        let since: Option<header::HttpDate> = since.and_then(|text| text.parse().ok());
        self.last_modified.zip(since).is_some_and(|(modified, since)| modified == since)
    }
}

/// The place among [`CODINGS`] of what a reader likes best, and of several that they like alike, of ours (RFC 9110,
/// 12.5.3).
fn coding(asked: &HeaderMap) -> usize {
    let Some(accepted) = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
        return IDENTITY;
    };
    let wish = |name: &str| {
        accepted.split(',').find_map(|item| {
            let (coding, quality) = item.split_once(';').unwrap_or((item, "q=1"));
            let quality = quality.trim().strip_prefix("q=").and_then(|quality| quality.parse::<f32>().ok());
            coding.trim().eq_ignore_ascii_case(name).then_some(quality.unwrap_or_default())
        })
    };
    let any = wish("*").unwrap_or_default();
    let mut best = (IDENTITY, 0.0);
    for (place, (name, _)) in CODINGS.iter().enumerate() {
        let quality = wish(name).unwrap_or(any);
        if place != IDENTITY && quality > best.1 || place == IDENTITY && wish(name) > Some(best.1) {
            best = (place, quality);
        }
    }
    best.0
}

fn text(value: String) -> HeaderValue {
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(""))
}

fn brotli(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < SMALL {
        return None;
    }
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), body.len(), BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(body).ok()?;
    Some(encoder.into_inner())
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < SMALL {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_encoding_that_they_like_best() {
        for (accepted, best) in [
            ("", "identity"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("GZIP;q=0.8, br;q=0.5", "gzip"),
            ("br;q=0, gzip;q=0", "identity"),
            ("*", "br"),
            ("*;q=0.5, br;q=0", "gzip"),
            ("identity", "identity"),
            ("identity;q=1, gzip;q=0.5", "identity"),
            ("br;q=x", "identity"),
            ("zstd", "identity"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(CODINGS[coding(&headers)].0, best, "{accepted}");
        }
        assert_eq!(coding(&HeaderMap::new()), IDENTITY);
    }

    #[test]
    fn what_is_kept_is_compressed_where_that_makes_it_smaller() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_static("W/\"abc\""));
        let page = Page::new(&headers, Bytes::from("word ".repeat(400)), None);
        let [br, gzip, identity] = &page.forms;
        assert!(br.body.len() < 100 && gzip.body.len() < 100 && identity.body.len() == 2000);
        assert_eq!([&br.etag, &gzip.etag, &identity.etag], ["\"abc-br\"", "\"abc-gz\"", "\"abc\""]);
        assert_eq!(br.headers.get("content-encoding").unwrap(), "br");
        assert!(!identity.headers.contains_key("content-encoding"));
        assert_eq!(identity.headers.get("vary").unwrap(), "Accept-Encoding");
        let page = Page::new(&headers, Bytes::from("few words"), None);
        assert!(page.forms.iter().all(|form| form.body == "few words"));
        assert!(!page.forms[0].headers.contains_key("content-encoding"));
    }

    #[test]
    fn who_has_it_in_any_encoding_has_it() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_static("W/\"abc\""));
        headers.insert(header::LAST_MODIFIED, HeaderValue::from_static("Tue, 24 Nov 2026 12:00:00 GMT"));
        let page = Page::new(&headers, Bytes::from("word ".repeat(400)), None);
        for (name, value, is_had) in [
            ("if-none-match", "\"abc\"", true),
            ("if-none-match", "W/\"abc\"", true),
            ("if-none-match", "\"x\", \"abc-br\"", true),
            ("if-none-match", "*", true),
            ("if-none-match", "\"abcd\"", false),
            ("if-none-match", "abc", false),
            ("if-modified-since", "Tue, 24 Nov 2026 12:00:00 GMT", true),
            ("if-modified-since", "Tue, 24 Nov 2026 11:59:59 GMT", false),
            ("if-modified-since", "yesterday", false),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(name.try_into().unwrap(), HeaderValue::from_static(value));
            assert_eq!(page.is_had(&asked), is_had, "{name}: {value}");
            let status = page.respond(&asked).status();
            assert_eq!(status == StatusCode::NOT_MODIFIED, is_had);
        }
    }
}
