//! Places for rendering texts: a book keeps a core busy for a second, so that only a few are rendered at once, and one
//! of each person. Whoever sends several waits behind themselves, not before the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{Error, Result};
use crate::content::{self, Rendered};

/// Previews that are rendered at once, and texts that are saved.
pub const AT_ONCE: usize = 4;
/// How long a preview waits for its place: the next one is asked for soon.
const PREVIEW_PATIENCE: Duration = Duration::from_secs(2);
/// How long a save waits for its place.
const SAVE_PATIENCE: Duration = Duration::from_secs(10);

/// Who renders. Previews do not stand in the way of saves.
#[derive(Debug)]
pub struct Renderings {
    /// Of the editor's previews.
    pub previews: Places,
    /// Of what is saved.
    pub saves: Places,
}

impl Default for Renderings {
    fn default() -> Self {
        Self { previews: Places::new(PREVIEW_PATIENCE), saves: Places::new(SAVE_PATIENCE) }
    }
}

impl Renderings {
    /// A text as it would be stored, for its writer.
    ///
    /// # Errors
    /// 429 while the writer's last one, or [`AT_ONCE`] others, take too long.
    pub async fn preview(&self, user_id: i64, markdown: String) -> Result<Rendered> {
        let place = self.previews.take(user_id).await;
        let place = place.ok_or(Error::TooManyRequests(PREVIEW_PATIENCE.as_secs()))?;
        place.run(move || content::render(&markdown)).await
    }

    /// A place for rendering what somebody saves.
    ///
    /// # Errors
    /// 503 while their last one, or [`AT_ONCE`] others, take too long.
    pub async fn for_save(&self, user_id: i64) -> Result<Place> {
        self.saves.take(user_id).await.ok_or(Error::Busy)
    }
}

/// A few places, at most one for each person.
#[derive(Debug)]
pub struct Places {
    all: Arc<Semaphore>,
    /// Of those who have one or wait for one.
    own: Mutex<HashMap<i64, Arc<Semaphore>>>,
    patience: Duration,
}

impl Places {
    fn new(patience: Duration) -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), own: Mutex::default(), patience }
    }

    /// A place, once the person has no other and one is free; none where that takes too long.
    pub async fn take(&self, user_id: i64) -> Option<Place> {
        let own = self.own(user_id);
        let wait = async {
            // One's own first: whoever waits for themselves keeps no place from others.
            let own = own.acquire_owned().await.ok()?;
            let all = self.all.clone().acquire_owned().await.ok()?;
            Some(Place(Arc::new([own, all])))
        };
        timeout(self.patience, wait).await.ok().flatten()
    }

    /// How many are free.
    pub fn free(&self) -> usize {
        self.all.available_permits()
    }

    fn own(&self, user_id: i64) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, places| Arc::strong_count(places) > 1);
        own.entry(user_id).or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
    }
}

/// A place that somebody has, until it is dropped and the work that was begun in it is done.
#[derive(Clone, Debug)]
pub struct Place(#[expect(dead_code, reason = "held")] Arc<[OwnedSemaphorePermit; 2]>);

impl Place {
    /// Works off the async workers. The place is held until the work is done, whether or not anybody waits for it still.
    ///
    /// # Errors
    /// When the work breaks down.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        work.await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_person_has_one_place_and_the_others_have_the_rest() {
        let places = Places::new(Duration::from_millis(50));
        let ada = places.take(1).await.unwrap();
        assert!(places.take(1).await.is_none(), "one at a time");
        let others =
            [places.take(2).await.unwrap(), places.take(3).await.unwrap(), places.take(4).await.unwrap()];
        assert!(places.take(5).await.is_none(), "all are taken");
        assert_eq!(places.free(), 0);
        // Whoever waits is next.
        let (next, ()) = tokio::join!(places.take(1), async { drop(ada) });
        assert!(next.is_some());
        drop((next, others));
        assert_eq!(places.free(), AT_ONCE);
        // Nobody is remembered who does not need it.
        drop(places.take(6).await);
        assert_eq!(places.own.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_place_is_held_until_the_work_is_done() {
        let places = Places::new(Duration::from_secs(1));
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let place = places.take(1).await.unwrap();
        // Whoever asked goes away.
        let work = tokio::spawn(async move { place.run(move || wait.recv().ok()).await });
        tokio::task::yield_now().await;
        work.abort();
        assert!(work.await.is_err());
        assert_eq!(places.free(), AT_ONCE - 1);
        go.send(()).unwrap();
        while places.free() < AT_ONCE {
            tokio::task::yield_now().await;
        }
    }
}
