//! Who has written just now.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use crate::{db::version::GRACE, web::client};

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
        self.this.insert(client::network(address));
    }

    fn include(&mut self, address: IpAddr, now: Instant) -> bool {
        self.advance(now);
        let network = client::network(address);
        self.this.contains(&network) || self.last.contains(&network)
    }
}

impl Writers {
    /// Notes that somebody was answered who may have written.
    pub(super) fn add(&self, address: IpAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(address, Instant::now());
    }

    /// Whether somebody from there was, within the last [`GRACE`].
    pub(super) fn include(&self, address: IpAddr) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).include(address, Instant::now())
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
        rounds.add(one, after(3.2));
        assert!(!rounds.include(one, after(3.2) + 3 * GRACE + Duration::from_millis(1)));
    }
}
