//! What a list counts, remembered until somebody changes the site: how many rows there are, and how many each value of each
//! filter would leave. To count is to look at every row, and a list is looked at more often than it changes.

use std::sync::Arc;

use chrono::Utc;
use moka::future::Cache;
use sea_orm::DatabaseConnection;

use super::{
    filters::{self, MAX_COUNTED, Numbers},
    query::{ListQuery, Scope},
    views::DateSteps,
};
use crate::{db::Db, web::Result};

/// Lists of which is known what they count.
const MOST: u64 = 200;

/// What lists have counted.
#[derive(Debug)]
pub struct Counts(Option<Cache<String, Arc<Counted>>>);

/// What one list counts.
#[derive(Debug)]
pub struct Counted {
    /// The rows that its search finds, where these are few.
    pub found: Option<Vec<i64>>,
    /// For each filter.
    pub numbers: Vec<Numbers>,
    /// All rows, as far as they are counted.
    pub total: u64,
    /// Whether there are more.
    pub is_more: bool,
    /// The date hierarchy.
    pub dates: Option<DateSteps>,
}

impl Counts {
    /// Remembers what lists count, or counts each time.
    pub fn new(remembers: bool) -> Self {
        Self(remembers.then(|| Cache::new(MOST)))
    }

    /// What a list counts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(&self, db: &Db, scope: &Scope<'_>, query: &ListQuery) -> Result<Arc<Counted>> {
        // Of a filter whose rows are being searched more is asked than numbers.
        let remembers = query.finding.is_none() && !scope.resource.is_counted_anew;
        let Some(known) = self.0.as_ref().filter(|_| remembers) else {
            return Ok(Arc::new(count(db.latest(), scope, query).await?));
        };
        // Before anything is counted: what is written meanwhile makes it old.
        let version = db.known().now();
        let viewer = scope.viewer;
        let key = format!(
            "{version} {} {} {:?} {} {} {:?}",
            most(query),
            viewer.id,
            viewer.role,
            Utc::now().with_timezone(&scope.zone).date_naive(),
            scope.resource.name,
            query.pairs_without(&["page"])
        );
        if let Some(counted) = known.get(&key).await {
            return Ok(counted);
        }
        let counted = Arc::new(count(db.latest(), scope, query).await?);
        known.insert(key, counted.clone()).await;
        Ok(counted)
    }
}

/// How many rows are counted at most: those up to the page and some after it, so that there are pages to go on to.
fn most(query: &ListQuery) -> u64 {
    let page_end = query.page.offset(query.per_page).saturating_add(query.per_page);
    (page_end / MAX_COUNTED).saturating_add(1).saturating_mul(MAX_COUNTED).min(i64::MAX as u64 - 1)
}

async fn count(db: &DatabaseConnection, scope: &Scope<'_>, query: &ListQuery) -> Result<Counted> {
    let query = query.searched_once(db, scope).await?;
    let most = most(&query);
    let (counted, numbers) = filters::count(db, scope, &query, most).await?;
    let dates = filters::dates(db, scope, &query).await?;
    let (total, is_more) = (counted.min(most), counted > most);
    Ok(Counted { found: query.found, numbers, total, is_more, dates })
}
