//! Who has written just now.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::{db::version::GRACE, web::client};

/// Networks that are told apart; of more nobody is.
const MOST: usize = 100_000;

/// Networks from which something was sent within the last [`GRACE`], and some from before.
#[derive(Debug, Default)]
pub(super) struct Writers(Mutex<Rounds>);

/// Each round takes [`GRACE`]: what is in neither is older than that.
#[derive(Debug, Default)]
struct Rounds {
    began: Option<Instant>,
    this: HashSet<IpAddr>,
    last: HashSet<IpAddr>,
}

impl Rounds {
    fn advance(&mut self, now: Instant) {
        let age = self.began.map_or(2 * GRACE, |began| now.saturating_duration_since(began));
        if age >= GRACE {
            let this = std::mem::take(&mut self.this);
            self.last = if age >= 2 * GRACE { HashSet::new() } else { this };
            self.began = Some(now);
        }
    }

    fn add(&mut self, address: IpAddr, now: Instant) {
        self.advance(now);
        if self.this.len() < MOST {
            self.this.insert(client::network(address));
        }
    }

    fn include(&mut self, address: IpAddr, now: Instant) -> bool {
        self.advance(now);
        let network = client::network(address);
        [&self.this, &self.last].iter().any(|round| round.len() >= MOST || round.contains(&network))
    }
}

impl Writers {
    /// Somebody who may write: known for the [`GRACE`] from when this is dropped on.
    pub(super) fn writing(&self, address: IpAddr) -> Writing<'_> {
        Writing { writers: self, address }
    }

    /// Whether somebody from there has written, within the last [`GRACE`].
    pub(super) fn include(&self, address: IpAddr) -> bool {
        self.rounds().include(address, Instant::now())
    }

    fn rounds(&self) -> MutexGuard<'_, Rounds> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Writers::writing`].
#[derive(Debug)]
pub(super) struct Writing<'a> {
    writers: &'a Writers,
    address: IpAddr,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.writers.rounds().add(self.address, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_wrote_is_known_for_the_grace_and_forgotten_soon_after() {
        let [one, other, neighbour, six]: [IpAddr; 4] =
            ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"].map(|text| text.parse().unwrap());
        let began = Instant::now();
        let after = |share: f64| began + GRACE.mul_f64(share);
        let mut rounds = Rounds::default();
        assert!(!rounds.include(one, began));
        rounds.add(other, after(0.5));
        for share in [0.9, 1.0, 1.2, 1.5] {
            assert!(rounds.include(other, after(share)), "{share}");
            assert!(!rounds.include(one, after(share)), "{share}");
        }
        rounds.add(neighbour, after(1.9));
        assert!(rounds.include(six, after(2.0)), "a household is one");
        assert!(!rounds.include(other, after(3.1)));
        for number in 0..u32::try_from(MOST).unwrap() {
            rounds.add(IpAddr::V4(number.into()), after(3.15));
        }
        assert!(rounds.include(one, after(3.2)), "who writes among so many is not known");
        assert_eq!(rounds.this.len(), MOST);
        rounds.add(one, after(3.2));
        assert!(!rounds.include(one, after(3.2) + 3 * GRACE + Duration::from_millis(1)));
    }
}
