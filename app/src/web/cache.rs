//! The page cache: what anybody may see is rendered and compressed once, and answered from memory until somebody changes
//! the site. It is the outermost layer: what it answers runs nothing of the rest.
//!
//! A page is kept by the content's version that was known before anything of it was read ([`crate::db::version`]): whatever
//! is written meanwhile makes it old. Whoever is known, by one of our cookies or by a token, gets theirs rendered for them.
//!
//! Right after a write of this node all pages are old at once. While one is made anew, others get the one before it, for less than a second
//! ([`version::GRACE`]): not whoever wrote, who is known by their network where they are not known otherwise.

mod near;
mod page;
mod writers;

use std::{
    cell::RefCell,
    collections::HashSet,
    future::{Ready, ready},
    pin::Pin,
    rc::Rc,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{self, BodySize, BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
};
use futures_util::future::Either;
use moka::future::Cache;

use self::{near::Near, page::Page, writers::Writers};
use super::{App, AppData, client, links, security::is_under};
use crate::db::version;

/// How long a page is kept at most: what depends on the day comes round by then.
const LONGEST: Duration = Duration::from_secs(3600);
/// How long those who come after a failure do not wait for each other.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Pages that are made anew at once while others get the ones before. More would leave readers waiting for a core.
const MADE_AT_ONCE: usize = 4;
/// What an entry weighs beside its bodies: headers and the cache's own book-keeping, about.
const OVERHEAD: usize = 2048;

/// Where nothing depends on what the site says.
const FILES: [&str; 2] = ["/static", "/media"];

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
    /// Each worker's own.
    hits: Mutex<Vec<Arc<AtomicU64>>>,
    misses: AtomicU64,
    /// The addresses whose pages are being made anew while others get the ones before.
    making: Mutex<HashSet<String>>,
    writers: Writers,
}

/// A page that is being made anew; as long as this is there.
#[derive(Debug)]
struct Making<'a> {
    cache: &'a PageCache,
    key: &'a str,
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.cache.made().remove(self.key);
    }
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
        self.version == version && !self.is_over()
    }

    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    fn weight(&self) -> usize {
        OVERHEAD + self.page.as_ref().map_or(0, |page| page.weight())
    }
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
            hits: Mutex::default(),
            misses: AtomicU64::new(0),
            making: Mutex::default(),
            writers: Writers::default(),
        }
    }

    fn made(&self) -> MutexGuard<'_, HashSet<String>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to make a page, unless it is being made or [`MADE_AT_ONCE`] are.
    fn begin<'a>(&'a self, key: &'a str) -> Option<Making<'a>> {
        let mut making = self.made();
        let begins = making.len() < MADE_AT_ONCE && making.insert(key.to_owned());
        // Not before it is known: what is dropped ends the making.
        begins.then(|| Making { cache: self, key })
    }

    /// The page that was true just now, for whoever has not written since.
    fn before(&self, app: &App, request: &HttpRequest, kept: Option<&Kept>) -> Option<Arc<Page>> {
        let kept = kept.filter(|kept| kept.page.is_some() && !kept.is_over())?;
        // In this order: who is forgotten as a writer wrote before all that counts as just now.
        let has_written = self.writers.include(client::address(app, request));
        let is_true = !has_written && app.db.known().was_true_just_now(kept.version);
        kept.page.clone().filter(|_| is_true)
    }

    fn workers(&self) -> MutexGuard<'_, Vec<Arc<AtomicU64>>> {
        self.hits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// See [`Numbers`].
    pub async fn numbers(&self) -> Numbers {
        let (mut entries, mut bytes) = (0, 0);
        if let Some(pages) = &self.pages {
            pages.run_pending_tasks().await;
            (entries, bytes) = (pages.entry_count(), pages.weighted_size());
        }
        Numbers {
            hits: self.workers().iter().map(|hits| hits.load(Ordering::Relaxed)).sum(),
            misses: self.misses.load(Ordering::Relaxed),
            entries,
            bytes,
        }
    }
}

/// The outermost layer: answers from memory what it can.
#[derive(Clone, Debug)]
pub struct Layer(AppData);

impl Layer {
    /// For a site's pages.
    pub fn new(app: AppData) -> Self {
        Self(app)
    }
}

impl<S, B> Transform<S, ServiceRequest> for Layer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Answers<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inside: S) -> Self::Future {
        let app = self.0.clone();
        ready(Ok(Answers { inside: Rc::new(inside), near: Rc::new(Near::new(&app)), app }))
    }
}

/// [`Layer`], as one worker has it.
#[derive(Debug)]
pub struct Answers<S> {
    inside: Rc<S>,
    near: Rc<Near>,
    app: AppData,
}

impl<S, B> Service<ServiceRequest> for Answers<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Either<Ready<Answer>, Pin<Box<dyn Future<Output = Answer>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inside.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        // What was answered just now needs nothing but this: no waiting, nothing that other workers touch.
        if self.near.is_on() && asks_for_a_page(&request) && !is_known(&request) {
            let response = self.near.find(&self.app, &request);
            if let Some(response) = response {
                return Either::Left(ready(Ok(request.into_response(response))));
            }
        }
        let (app, inside, near) = (self.app.clone(), self.inside.clone(), self.near.clone());
        Either::Right(Box::pin(async move { answer(app, request, &*inside, &near).await }))
    }
}

/// What a layer gives back.
type Answer = Result<ServiceResponse<BoxBody>, Error>;

async fn answer<S, B>(app: AppData, request: ServiceRequest, inside: &S, near: &Near) -> Answer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let is_known = is_known(&request);
    if is_known && !FILES.iter().any(|files| is_under(request.path(), files)) {
        // What they wrote on another node, they see on this one. Should the database be away, who needs it says so.
        version::catch_up(&app.db.for_background()).await.ok();
    }
    let pages = app.cache.pages.as_ref();
    let pages = pages.filter(|_| !is_known && asks_for_a_page(&request) && is_for_readers(request.path()));
    let Some(pages) = pages else {
        // Noted when it is over, however it ends: who hangs up may have written too.
        let _writer = (!request.method().is_safe())
            .then(|| app.cache.writers.writing(client::address(&app, request.request())));
        return pass(request, inside).await;
    };
    let version = app.db.known().now();
    let kept = pages.get(address(&request)).await;
    if let Some(kept) = kept.as_ref().filter(|kept| kept.is_good(version)) {
        return match kept.page.clone() {
            Some(page) => {
                near.put(address(&request), kept);
                let response = near.respond(&app, &request, &page).await?;
                Ok(request.into_response(response))
            }
            None => pass(request, inside).await,
        };
    }
    let key = address(&request).to_owned();
    let before = app.cache.before(&app, request.request(), kept.as_ref());
    let _making = match before.map(|page| (page, app.cache.begin(&key))) {
        Some((page, None)) => {
            let response = near.respond(&app, &request, &page).await?;
            return Ok(request.into_response(response));
        }
        making => making,
    };
    app.cache.misses.fetch_add(1, Ordering::Relaxed);
    let request = RefCell::new(Some(request));
    let own = RefCell::new(None);
    let kept = loop {
        // One makes it, and whoever wants the same meanwhile waits.
        let make = async {
            let nothing = Kept { version, until: None, page: None };
            // What went wrong may go well the next time.
            let failure = Kept { until: Some(Instant::now() + AFTER_FAILURE), ..nothing.clone() };
            let Some(request) = request.take() else { return nothing };
            match fill(&app, request, inside, version).await {
                Ok((response, kept)) => {
                    let status = response.status();
                    let failed = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
                    own.replace(Some(Ok(response)));
                    kept.unwrap_or(if failed { failure } else { nothing })
                }
                Err(error) => {
                    own.replace(Some(Err(error)));
                    failure
                }
            }
        };
        let made = pages.entry(key.clone()).or_insert_with_if(make, |kept| !kept.is_good(version)).await;
        let made = made.into_value();
        // Whoever waited for what was begun before a write does not get that.
        if request.borrow().is_none() || made.version == version {
            break made;
        }
    };
    match (own.take(), request.take(), kept.page) {
        (Some(answer), ..) => answer,
        (None, Some(request), Some(page)) => {
            let response = near.respond(&app, &request, &page).await?;
            Ok(request.into_response(response))
        }
        (None, Some(request), None) => pass(request, inside).await,
        (None, None, _) => Err(actix_web::error::ErrorInternalServerError("nothing was made")),
    }
}

async fn pass<S, B>(request: ServiceRequest, inside: &S) -> Answer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    Ok(inside.call(request).await?.map_into_boxed_body())
}

fn address(request: &ServiceRequest) -> &str {
    request.uri().path_and_query().map_or("/", |address| address.as_str())
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

/// Whether a request is one that a whole page answers.
fn asks_for_a_page(request: &ServiceRequest) -> bool {
    (request.method() == Method::GET || request.method() == Method::HEAD)
        && !request.headers().contains_key(header::RANGE)
}

/// Whether a path is a page for readers: what other addresses answer is never kept.
fn is_for_readers(path: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "/static", "/media", "/admin", "/account", "/api", "/preview", "/login", "/forgot", "/reset",
        "/setup", "/signup", "/healthz", "/readyz", "/metrics",
    ];
    !links::is_api(path) && !OTHERS.iter().any(|other| is_under(path, other))
}

/// Answers with a page, and keeps it if others may have it.
async fn fill<S, B>(
    app: &AppData,
    mut request: ServiceRequest,
    inside: &S,
    version: u64,
) -> Result<(ServiceResponse<BoxBody>, Option<Kept>), Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    // Asked for as it is kept: whole, and as it is.
    let asked = request.headers().clone();
    for name in [header::ACCEPT_ENCODING, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE] {
        request.headers_mut().remove(name);
    }
    let response = inside.call(request).await?.map_into_boxed_body();
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
    let wanted = asked.clone();
    let made = tokio::task::spawn_blocking(move || Page::new(&headers, bytes, keep.post, &wanted)).await;
    let page = Arc::new(made.map_err(actix_web::error::ErrorInternalServerError)?);
    let response = page.respond_in_any(&asked).await.map_err(actix_web::error::ErrorInternalServerError)?;
    let until = keep.at_most.map(|time| Instant::now() + time);
    Ok((ServiceResponse::new(request, response), Some(Kept { version, until, page: Some(page) })))
}
