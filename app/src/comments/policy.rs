//! Who may comment, and where.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::queries::Commented;
use crate::{auth::Viewer, site::Site};

/// Who may comment on this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Nobody; what was said before stays.
    Off,
    /// Whoever has an account.
    Members,
    /// Guests too, with a name and an e-mail address.
    Everyone,
}

impl Policy {
    /// All, from the closest to the most open.
    pub const ALL: [Self; 3] = [Self::Off, Self::Members, Self::Everyone];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Members => "members",
            Self::Everyone => "everyone",
        }
    }

    /// As it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Off => "Nobody",
            Self::Members => "Members",
            Self::Everyone => "Everyone, guests too",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text)
    }
}

/// Whether somebody may comment on a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// They may.
    Open,
    /// Once they have signed in.
    SignIn,
    /// Nobody may any more.
    Closed,
}

/// Whether `viewer`, or a guest, may comment on a post now.
pub fn door(site: &Site, post: &Commented, viewer: Option<&Viewer>, now: DateTime<Utc>) -> Door {
    let lasts = TimeDelta::days(site.comments_days.into());
    let is_over = site.comments_days > 0 && post.published_at.is_some_and(|at| now - at >= lasts);
    match site.comments {
        Policy::Off => Door::Closed,
        _ if is_over || !post.comments_open => Door::Closed,
        Policy::Members if viewer.is_none() => Door::SignIn,
        _ => Door::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_takes_comments_while_its_site_and_its_switch_say_so() {
        let at = DateTime::from_timestamp(1_767_268_800, 0);
        let post = |comments_open| Commented {
            id: 1,
            title: String::new(),
            slug: String::new(),
            user_id: 1,
            published_at: at,
            comments_open,
        };
        let site = |comments, comments_days| Site { comments, comments_days, ..Site::default() };
        let later = |days| at.unwrap() + TimeDelta::days(days);
        let ask = |site: Site, is_open, days| door(&site, &post(is_open), None, later(days));
        assert_eq!(ask(site(Policy::Everyone, 0), true, 9000), Door::Open);
        assert_eq!(ask(site(Policy::Everyone, 14), true, 13), Door::Open);
        assert_eq!(ask(site(Policy::Everyone, 14), true, 14), Door::Closed);
        assert_eq!(ask(site(Policy::Everyone, 0), false, 0), Door::Closed);
        assert_eq!(ask(site(Policy::Members, 0), true, 0), Door::SignIn);
        assert_eq!(ask(site(Policy::Members, 14), true, 20), Door::Closed);
        assert_eq!(ask(site(Policy::Off, 0), true, 0), Door::Closed);
    }

    #[test]
    fn a_policy_is_read_as_it_was_written() {
        for policy in Policy::ALL {
            assert_eq!(Policy::parse(policy.as_str()), Some(policy));
        }
        assert_eq!(Policy::parse("all"), None);
    }
}
