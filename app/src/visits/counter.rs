//! Views counted in memory. A request adds one to a number and asks no database; every few seconds, and when the node is
//! stopped, what came together is written in one statement. What a node has counted since is lost if it is killed.

use std::{
    array,
    collections::HashMap,
    mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::HttpRequest;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use sea_orm::DbErr;
use tokio::sync::watch;

use super::{queries, robots};
use crate::{
    db::{self, Db, Failure},
    site,
    web::AppData,
};

/// How often is written.
const INTERVAL: Duration = Duration::from_secs(5);
/// Views are kept by quarters of an hour until they are written: no zone's midnight is within one.
const QUARTER: i64 = 15 * 60;
/// The most numbers that a part holds. That many posts within seconds are nobody's reading.
const MOST: usize = 5_000;
/// Parts that are counted apart: workers take turns in one of them only where they are more than that.
const PARTS: usize = 16;
/// Tries to write around posts that are deleted, and around other nodes.
const TRIES: usize = 5;

/// A post and a quarter of an hour since 1970.
type Key = (i64, i64);

/// Views by post and time.
type Views = HashMap<Key, u64>;

/// The views of this node that are not written yet. Each thread adds to a part of its own, so that none waits for another.
#[derive(Debug)]
pub struct Counter {
    parts: [Mutex<Views>; PARTS],
}

impl Default for Counter {
    fn default() -> Self {
        Self { parts: array::from_fn(|_| Mutex::default()) }
    }
}

thread_local! {
    /// The thread's part.
    static PART: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % PARTS
    };
}

impl Counter {
    /// Counts a request for a post's page, if it is a person's view. It is for whatever answers such requests last: a
    /// page from a cache is read too. Costs no statement.
    pub fn saw(&self, request: &HttpRequest, post_id: i64) {
        if robots::is_view(request) {
            self.add(post_id, Utc::now(), 1);
        }
    }

    /// Counts views of a post at a moment.
    pub fn add(&self, post_id: i64, at: DateTime<Utc>, views: u64) {
        add(&mut self.own(), (post_id, at.timestamp().div_euclid(QUARTER)), views, MOST);
    }

    fn own(&self) -> MutexGuard<'_, Views> {
        PART.with(|part| lock(&self.parts[*part]))
    }

    fn take(&self) -> Views {
        let mut all = Views::new();
        for part in &self.parts {
            for (key, number) in mem::take(&mut *lock(part)) {
                *all.entry(key).or_default() += number;
            }
        }
        all
    }

    fn put_back(&self, views: Views) {
        let mut own = self.own();
        for (key, number) in views {
            add(&mut own, key, number, MOST * PARTS);
        }
    }

    /// Writes what was counted; nothing where the settings say that nothing is counted. What cannot be written now is
    /// kept for the next time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write(&self, db: &Db) -> Result<(), DbErr> {
        let views = self.take();
        if views.is_empty() {
            return Ok(());
        }
        let written = write(db, &views).await;
        if written.is_err() {
            self.put_back(views);
        }
        written
    }
}

fn lock(part: &Mutex<Views>) -> MutexGuard<'_, Views> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

fn add(views: &mut Views, key: Key, number: u64, most: usize) {
    if let Some(known) = views.get_mut(&key) {
        *known += number;
    } else if views.len() < most {
        views.insert(key, number);
    }
}

async fn write(db: &Db, views: &Views) -> Result<(), DbErr> {
    let site = site::load(db.latest()).await?;
    if !site.counts_visits {
        return Ok(());
    }
    let mut days: HashMap<(i64, NaiveDate), u64> = HashMap::new();
    for ((post, quarter), number) in views {
        *days.entry((*post, day(*quarter, site.time_zone))).or_default() += number;
    }
    let mut rows: Vec<(i64, NaiveDate, u64)> =
        days.into_iter().map(|((post, day), number)| (post, day, number)).collect();
    // In this order rows are locked: in one order by all nodes, or two might wait for each other.
    rows.sort_unstable();
    for tried in 1.. {
        match queries::add(db, &rows).await {
            // A post was deleted since it was read.
            Err(error) if tried < TRIES && db::classify(&error) == Failure::MissingReference => {
                let posts: Vec<i64> = rows.iter().map(|(post, _, _)| *post).collect();
                let there = queries::there(db.write(), &posts).await?;
                rows.retain(|(post, _, _)| there.contains(post));
            }
            Err(error) if tried < TRIES && db::is_deadlock(&error) => {}
            result => return result,
        }
    }
    Ok(())
}

/// The day of a quarter of an hour in a zone.
fn day(quarter: i64, zone: Tz) -> NaiveDate {
    let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(quarter.saturating_mul(QUARTER));
    at.with_timezone(&zone).date_naive()
}

/// Writes every few seconds until it is told to stop, and once more then.
pub async fn for_ever(app: AppData, mut stop: watch::Receiver<bool>) {
    let db = app.db.for_background();
    let mut is_well = true;
    loop {
        let is_over = tokio::select! {
            _ = stop.changed() => true,
            () = tokio::time::sleep(INTERVAL) => false,
        };
        match app.visits.write(&db).await {
            Ok(()) => is_well = true,
            Err(error) if is_well || is_over => {
                log::warn!("views of posts cannot be written: {error}");
                is_well = false;
            }
            Err(_) => {}
        }
        if is_over {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_of_the_day_that_it_is_at_the_site() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp().div_euclid(QUARTER);
        let shown = |text: &str, zone: Tz| day(at(text), zone).to_string();
        assert_eq!(shown("2026-03-01T23:59:59Z", Tz::UTC), "2026-03-01");
        assert_eq!(shown("2026-03-01T23:59:59Z", Tz::Europe__Berlin), "2026-03-02");
        // Five hours and three quarters.
        assert_eq!(shown("2026-03-01T18:14:59Z", Tz::Asia__Kathmandu), "2026-03-01");
        assert_eq!(shown("2026-03-01T18:15:00Z", Tz::Asia__Kathmandu), "2026-03-02");
    }

    #[test]
    fn no_more_is_held_than_there_is_room_for() {
        let counter = Counter::default();
        for post in 0..MOST as i64 + 100 {
            counter.add(post, Utc::now(), 1);
        }
        let at = Utc::now();
        counter.add(1, at, 1);
        let views = counter.take();
        assert_eq!(views.len(), MOST);
        assert!(counter.take().is_empty());
        counter.put_back(views.clone());
        counter.put_back(views);
        assert_eq!(counter.take().len(), MOST);
        let views = (0..(2 * MOST * PARTS) as i64).map(|post| ((post, 0), 1));
        counter.put_back(views.collect());
        assert_eq!(counter.take().len(), MOST * PARTS);
    }

    #[test]
    fn threads_count_together() {
        let counter = Counter::default();
        let at = Utc::now();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| counter.add(7, at, 1)));
            }
        });
        let views = counter.take();
        assert_eq!(views.into_values().collect::<Vec<_>>(), [400]);
    }
}
