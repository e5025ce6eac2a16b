//! What mails about comments say.

use entity::comment::{self, CommentStatus};

use super::queries::Commented;
use crate::{
    accounts::mails::one_line,
    mail::Mail,
    site::Site,
    web::{App, links},
};

/// Somebody commented on a post; to its author. `link` is the secret part of the moderation's address.
pub(super) fn new_comment(
    app: &App,
    site: &Site,
    to: &str,
    post: &Commented,
    comment: &comment::Model,
    link: &str,
) -> Mail {
    let (title, name, url) = (one_line(&post.title), one_line(&comment.author_name), &app.public_url);
    let from = match comment.author_email.as_str() {
        "" => name,
        email => format!("{name} ({email})"),
    };
    let state = match comment.status {
        CommentStatus::Approved => {
            format!("Everybody can read it: {url}{}", links::comment(comment.id))
        }
        _ => format!("It waits for you. {}", comment.reason),
    };
    // Quoted, so that nothing in it looks as if we had said it.
    let text: String = comment.body.lines().map(|line| format!("> {line}\n")).collect();
    Mail {
        to: to.to_owned(),
        subject: format!("{}: a comment on {title}", one_line(&site.title)),
        text: format!(
            "{from} commented on “{title}”:\n\n{text}\n{state}\n\n\
             Approve it, mark it as spam or delete it here (the page asks first):\n\n\
             {url}/comments/moderate/{link}\n\n\
             The link is yours alone and good for 30 days: please do not pass it on.\n"
        ),
    }
}
