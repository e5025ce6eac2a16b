//! What a list counts, remembered until somebody changes the site: how many rows there are, and how many each value of each
//! filter would leave. To count is to look at every row, and a list is looked at more often than it changes.

use std::sync::Arc;

use chrono::Utc;
use moka::future::Cache;
use sea_orm::DatabaseConnection;

use super::{
    filters::{self, Numbers},
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
    /// All rows.
    pub total: u64,
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
        let Some(known) = self.0.as_ref().filter(|_| query.finding.is_none()) else {
            return Ok(Arc::new(count(db.latest(), scope, query).await?));
        };
        // Before anything is counted: what is written meanwhile makes it old.
        let version = db.known().now();
        let viewer = scope.viewer;
        let key = format!(
            "{version} {} {:?} {} {} {:?}",
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

async fn count(db: &DatabaseConnection, scope: &Scope<'_>, query: &ListQuery) -> Result<Counted> {
    let query = query.searched_once(db, scope).await?;
    let numbers = filters::count(db, scope, &query).await?;
    let total = match filters::total(scope, &query, &numbers) {
        Some(total) => total,
        None => query.count(db, scope).await?,
    };
    let dates = filters::dates(db, scope, &query).await?;
    Ok(Counted { found: query.found, numbers, total, dates })
}
