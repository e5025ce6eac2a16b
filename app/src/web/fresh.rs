//! What is made of files that a developer edits.

use std::{
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

/// How long a debug build trusts what it has read: less than it takes to save a file and reload a page.
const TRUST: Duration = Duration::from_millis(500);

/// A value that a release build makes once, and a debug build anew from time to time, so that an edit shows at the
/// next reload.
#[derive(Debug)]
pub(super) struct Fresh<T> {
    made: RwLock<(Instant, Arc<T>)>,
}

impl<T> Fresh<T> {
    pub(super) fn new(value: T) -> Self {
        Self { made: RwLock::new((Instant::now(), Arc::new(value))) }
    }

    /// The value; `make` is for a debug build.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let is_old = |made: &(Instant, Arc<T>)| cfg!(debug_assertions) && made.0.elapsed() > TRUST;
        let made = self.made.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !is_old(&made) {
            return Ok(made.1.clone());
        }
        drop(made);
        let mut made = self.made.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        // Somebody else may have waited for the same.
        if is_old(&made) {
            *made = (Instant::now(), Arc::new(make()?));
        }
        Ok(made.1.clone())
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn a_debug_build_sees_an_edit_and_shows_a_mistake_only_until_it_is_mended() {
        let fresh = Fresh::new(1);
        assert_eq!(*fresh.get(|| Err("is trusted yet")).unwrap(), 1);
        std::thread::sleep(TRUST + Duration::from_millis(50));
        assert_eq!(fresh.get(|| Err("a mistake")), Err("a mistake"));
        assert_eq!(*fresh.get(|| Ok::<_, &str>(2)).unwrap(), 2);
    }
}
