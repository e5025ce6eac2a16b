//! What a worker has answered just now: pages of the cache at hand, so that answering them again touches nothing that
//! other workers do.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{Error, HttpResponse, dev::ServiceRequest, error::ErrorInternalServerError};

use super::{Kept, address, page::Page};
use crate::web::{App, connections};

/// The most pages of a worker, and what they weigh at most, in bytes; larger ones are not laid at hand. They are the cache's
/// own as long as that has them, and go when the site changes.
const MOST: usize = 256;
const MOST_BYTES: usize = 2 << 20;
const LARGE: usize = 256 << 10;
/// How long a page is at hand until the cache is asked again, which then knows that it is still wanted.
const FRESH: Duration = Duration::from_secs(1);

/// Pages by address, and until when they are at hand.
type Pages = HashMap<Box<str>, (Instant, Arc<Page>)>;

#[derive(Debug)]
pub(super) struct Near {
    is_on: bool,
    pages: RefCell<Pages>,
    /// What they weigh.
    weight: Cell<usize>,
    /// What all of them were made of.
    version: Cell<u64>,
    hits: Arc<AtomicU64>,
}

impl Near {
    pub(super) fn new(app: &App) -> Self {
        let hits = Arc::<AtomicU64>::default();
        app.cache.workers().push(hits.clone());
        let is_on = app.cache.pages.is_some();
        Self { is_on, pages: RefCell::default(), weight: Cell::new(0), version: Cell::new(0), hits }
    }

    pub(super) fn is_on(&self) -> bool {
        self.is_on
    }

    /// The answer to a request, if its page is at hand.
    pub(super) fn find(&self, app: &App, request: &ServiceRequest) -> Option<HttpResponse> {
        if self.version.get() != app.db.known().now() {
            return None;
        }
        let pages = self.pages.borrow();
        let (until, page) = pages.get(address(request))?;
        if Instant::now() >= *until {
            return None;
        }
        let response = page.respond(request.headers())?;
        self.count(app, request, page);
        Some(response)
    }

    /// Lays a page at hand that the cache had.
    pub(super) fn put(&self, address: &str, kept: &Kept) {
        let Some(page) = kept.page.as_ref().filter(|page| page.weight() <= LARGE) else { return };
        let mut pages = self.pages.borrow_mut();
        let is_old = self.version.replace(kept.version) != kept.version;
        if is_old || pages.len() >= MOST || self.weight.get() + page.weight() > MOST_BYTES {
            pages.clear();
            self.weight.set(0);
        }
        let until = Instant::now() + FRESH;
        let until = kept.until.map_or(until, |end| end.min(until));
        self.weight.set(self.weight.get() + page.weight());
        if let Some((_, before)) = pages.insert(address.into(), (until, page.clone())) {
            self.weight.set(self.weight.get() - before.weight());
        }
    }

    /// Answers with a page that was made before.
    ///
    /// # Errors
    /// When there is no thread to compress it.
    pub(super) async fn respond(
        &self,
        app: &App,
        request: &ServiceRequest,
        page: &Arc<Page>,
    ) -> Result<HttpResponse, Error> {
        let response = page.respond_in_any(request.headers()).await;
        self.count(app, request, page);
        response.map_err(ErrorInternalServerError)
    }

    fn count(&self, app: &App, request: &ServiceRequest, page: &Page) {
        // Nobody else writes it.
        self.hits.store(self.hits.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        connections::touch(request.request());
        if let Some(post) = page.post {
            app.visits.saw(request.request(), post);
        }
    }
}
