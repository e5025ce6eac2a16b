//! Tickets: a word of ours in each form of the admin that says for whom its page was made. It outlives their session:
//! whoever sends it may send a text as long as a writer's, though nobody is signed in any more.

use std::fmt;

use actix_web::cookie::{Cookie, CookieJar, Key};
use chrono::{DateTime, Utc};

use super::{Permission, permissions, sessions::LONGEST};
use crate::{
    users::queries as users,
    web::{App, Result},
};

/// The field that a form sends it in: its first, so that it is there before the long ones.
pub const FIELD: &str = "_form";
/// The most characters of one.
pub const MAX_LENGTH: usize = 200;
/// Which secret word of ours it is: no cookie of ours can stand in its place.
const NAME: &str = "form";

/// What makes tickets, with the key of the site's cookies: encrypted and authenticated, and no two alike.
pub struct Tickets(Key);

impl Tickets {
    /// With this key.
    pub fn new(key: Key) -> Self {
        Self(key)
    }

    /// One for a user.
    pub fn issue(&self, user_id: i64) -> String {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0).add(Cookie::new(NAME, format!("{user_id} {}", Utc::now().timestamp())));
        jar.get(NAME).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
    }

    /// Whose it is, if it is one, and not older than a session can get.
    fn read(&self, ticket: &str, now: DateTime<Utc>) -> Option<i64> {
        let cookie = CookieJar::new().private(&self.0).decrypt(Cookie::new(NAME, ticket.to_owned()))?;
        let (user_id, at) = cookie.value().split_once(' ')?;
        let at = DateTime::from_timestamp(at.parse().ok()?, 0)?;
        (now - at < LONGEST).then(|| user_id.parse().ok()).flatten()
    }

    /// Whether it is one of somebody who writes posts here, still.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_writers(&self, app: &App, ticket: &str) -> Result<bool> {
        let Some(user_id) = self.read(ticket, Utc::now()) else { return Ok(false) };
        let user = users::find(app.db.latest(), user_id).await?.filter(|user| user.is_active);
        Ok(user.is_some_and(|user| permissions::allows(user.role, Permission::WritePosts)))
    }
}

impl fmt::Debug for Tickets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tickets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_ours_alone_and_not_for_ever() {
        let ours = Tickets::new(Key::generate());
        let (one, other) = (ours.issue(7), ours.issue(7));
        assert_ne!(one, other);
        assert!(one.len() <= MAX_LENGTH);
        let now = Utc::now();
        assert_eq!(ours.read(&one, now), Some(7));
        assert_eq!(ours.read(&one, now + LONGEST), None);
        assert_eq!(Tickets::new(Key::generate()).read(&one, now), None);
        assert_eq!(ours.read("7 1700000000", now), None);
        // Nor is anything else that the site's key has sealed.
        let mut jar = CookieJar::new();
        jar.private_mut(&ours.0).add(Cookie::new("lectern_session", format!("7 {}", now.timestamp())));
        assert_eq!(ours.read(jar.get("lectern_session").unwrap().value(), now), None);
    }
}
