//! What is signed: when a form was made, and who may moderate a comment by a link.

use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::signer::Signer;

const FORM: &str = "comment form";
const LINK: &str = "comment moderation";

/// How long a page may be open before its form is sent.
pub const FORM_LIFE: TimeDelta = TimeDelta::days(7);
/// How long a link in a mail is good.
pub const LINK_LIFE: TimeDelta = TimeDelta::days(30);

/// A form for comments on a post, made now.
pub fn form(signer: &Signer, post_id: i64, now: DateTime<Utc>) -> String {
    signer.sign(FORM, [post_id, now.timestamp()])
}

/// When a form for comments on this post was made; none for what is no form of ours, or too old.
pub fn made_at(signer: &Signer, post_id: i64, text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let [of, made] = signer.open(FORM, text)?;
    let made = DateTime::from_timestamp(made, 0)?;
    // The clocks of two nodes may differ.
    let is_good = of == post_id && made <= now + TimeDelta::minutes(5) && now - made <= FORM_LIFE;
    is_good.then_some(made)
}

/// A moderator's link to a comment: the part of its address that is secret.
pub fn link(signer: &Signer, comment_id: i64, user_id: i64, now: DateTime<Utc>) -> String {
    signer.sign(LINK, [comment_id, user_id, (now + LINK_LIFE).timestamp()])
}

/// The comment and the user of a link that is good: `(comment, user)`.
pub fn open_link(signer: &Signer, text: &str, now: DateTime<Utc>) -> Option<(i64, i64)> {
    let [comment, user, until] = signer.open(LINK, text)?;
    (now.timestamp() < until).then_some((comment, user))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::cookie::Key;

    #[test]
    fn a_form_is_for_one_post_and_for_some_days() {
        let (signer, now) =
            (Signer::new(&Key::from(&[1; 64])), DateTime::from_timestamp(1_767_268_800, 0).unwrap());
        let text = form(&signer, 7, now);
        assert_eq!(made_at(&signer, 7, &text, now + FORM_LIFE), Some(now));
        assert_eq!(made_at(&signer, 7, &text, now + FORM_LIFE + TimeDelta::seconds(1)), None);
        assert_eq!(made_at(&signer, 8, &text, now), None);
        assert_eq!(made_at(&signer, 7, &text, now - TimeDelta::hours(1)), None);
        assert_eq!(made_at(&signer, 7, &link(&signer, 7, 7, now), now), None);
    }

    #[test]
    fn a_link_is_for_one_comment_and_one_person_for_some_days() {
        let (signer, now) =
            (Signer::new(&Key::from(&[1; 64])), DateTime::from_timestamp(1_767_268_800, 0).unwrap());
        let text = link(&signer, 7, 8, now);
        assert_eq!(open_link(&signer, &text, now), Some((7, 8)));
        assert_eq!(open_link(&signer, &text, now + LINK_LIFE), None);
        assert_eq!(open_link(&signer, &form(&signer, 7, now), now), None);
    }
}
