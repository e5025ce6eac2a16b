//! Shown at once, held, or spam? What is only suspicious waits in the queue; what no person does is spam, which is kept as
//! well. The reason is told to whoever moderates, never to the sender.

use chrono::TimeDelta;
use entity::comment::CommentStatus;

/// Nobody reads a page and writes a comment in less.
pub const LEAST_TIME: TimeDelta = TimeDelta::seconds(3);
/// More links than these make a comment wait.
pub const FEW_LINKS: usize = 2;
/// More links than these make it spam.
pub const MANY_LINKS: usize = 10;
/// A text that is this long, in characters, is nobody else's by chance.
pub const LONG_TEXT: usize = 40;
/// So often the same text may wait.
pub const REPEATS: u64 = 2;

/// What is known of a comment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    /// Whether somebody filled in what people do not see.
    pub is_trapped: bool,
    /// How long the form was open; none where that says nothing, as at a later change.
    pub took: Option<TimeDelta>,
    /// The links in it.
    pub links: usize,
    /// Whether the name is an address.
    pub has_address_as_name: bool,
    /// Whether a guest gave a member's e-mail address.
    pub is_members_address: bool,
    /// Whether they have an approved comment.
    pub is_known: bool,
    /// Whether the site holds the first one.
    pub holds_first: bool,
    /// Whether the same text was marked as spam.
    pub was_spam: bool,
    /// How often the same text is there from others or from before.
    pub repeats: u64,
}

/// What is to become of a comment, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is shown.
    pub status: CommentStatus,
    /// A sentence for whoever moderates; empty for what is shown.
    pub reason: String,
}

impl Verdict {
    fn new(status: CommentStatus, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into() }
    }

    /// What is shown at once.
    pub fn approved() -> Self {
        Self::new(CommentStatus::Approved, "")
    }
}

/// Judges a comment of somebody who does not moderate.
pub fn judge(evidence: Evidence) -> Verdict {
    use CommentStatus::{Pending, Spam};
    let Evidence { links, .. } = evidence;
    let is_hasty = evidence.took.is_some_and(|took| took < LEAST_TIME);
    let seconds = evidence.took.unwrap_or_default().num_seconds().max(0);
    if evidence.is_trapped {
        return Verdict::new(Spam, "Filled in a field that people do not see.");
    }
    if evidence.was_spam {
        return Verdict::new(Spam, "The same text was marked as spam.");
    }
    if links > MANY_LINKS {
        return Verdict::new(Spam, format!("It has {links} links."));
    }
    if is_hasty && links > 0 {
        return Verdict::new(Spam, format!("Sent after {seconds} seconds, with links."));
    }
    if evidence.repeats >= REPEATS && !evidence.is_known {
        return Verdict::new(Spam, "The same text was sent several times.");
    }
    if is_hasty {
        return Verdict::new(Pending, format!("Sent after {seconds} seconds."));
    }
    if links > FEW_LINKS {
        return Verdict::new(Pending, format!("It has {links} links."));
    }
    if evidence.has_address_as_name {
        return Verdict::new(Pending, "The name is an address.");
    }
    // Not where no first comment waits: a guest would learn there which addresses have an account.
    if evidence.is_members_address && evidence.holds_first {
        return Verdict::new(Pending, "A guest with a member's e-mail address.");
    }
    if evidence.holds_first && !evidence.is_known {
        return Verdict::new(Pending, "Their first comment.");
    }
    Verdict::approved()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(change: impl FnOnce(&mut Evidence)) -> CommentStatus {
        let took = Some(TimeDelta::minutes(1));
        let mut evidence = Evidence { is_known: true, holds_first: true, took, ..Evidence::default() };
        change(&mut evidence);
        let verdict = judge(evidence);
        assert_eq!(verdict.reason.is_empty(), verdict.status == CommentStatus::Approved, "{verdict:?}");
        verdict.status
    }

    #[test]
    fn who_is_known_and_says_something_plain_is_read_at_once() {
        assert_eq!(status(|_| {}), CommentStatus::Approved);
        assert_eq!(status(|evidence| evidence.links = 2), CommentStatus::Approved);
        assert_eq!(status(|evidence| evidence.took = None), CommentStatus::Approved);
        assert_eq!(status(|evidence| evidence.took = Some(LEAST_TIME)), CommentStatus::Approved);
        assert_eq!(
            status(|evidence| (evidence.is_known, evidence.holds_first) = (false, false)),
            CommentStatus::Approved
        );
    }

    #[test]
    fn what_is_only_suspicious_waits() {
        assert_eq!(status(|evidence| evidence.is_known = false), CommentStatus::Pending);
        assert_eq!(status(|evidence| evidence.links = 3), CommentStatus::Pending);
        assert_eq!(status(|evidence| evidence.links = 10), CommentStatus::Pending);
        assert_eq!(status(|evidence| evidence.took = Some(TimeDelta::zero())), CommentStatus::Pending);
        assert_eq!(status(|evidence| evidence.has_address_as_name = true), CommentStatus::Pending);
        assert_eq!(status(|evidence| evidence.is_members_address = true), CommentStatus::Pending);
        // As with any other address.
        assert_eq!(
            status(|evidence| {
                (evidence.is_members_address, evidence.is_known, evidence.holds_first) = (true, false, false);
            }),
            status(|evidence| (evidence.is_known, evidence.holds_first) = (false, false))
        );
    }

    #[test]
    fn what_no_person_does_is_spam() {
        assert_eq!(status(|evidence| evidence.is_trapped = true), CommentStatus::Spam);
        assert_eq!(status(|evidence| evidence.links = 11), CommentStatus::Spam);
        assert_eq!(status(|evidence| evidence.was_spam = true), CommentStatus::Spam);
        let hasty = Some(TimeDelta::seconds(2));
        assert_eq!(status(|evidence| (evidence.took, evidence.links) = (hasty, 1)), CommentStatus::Spam);
        assert_eq!(
            status(|evidence| (evidence.is_known, evidence.repeats) = (false, 2)),
            CommentStatus::Spam
        );
        assert_eq!(status(|evidence| evidence.repeats = 9), CommentStatus::Approved, "of somebody known");
    }
}
