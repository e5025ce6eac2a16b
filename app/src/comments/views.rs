//! What the pages about comments hand to their templates.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::{
    forms,
    guest::Writer,
    policy::Door,
    queries::{Commented, Row},
    send::EDIT_TIME,
    stamp,
};
use crate::{
    auth::Viewer,
    web::{
        App,
        forms::{Complaint, Field},
        links,
        pagination::Pagination,
        render::Page,
    },
};

/// A comment to read.
#[derive(Clone, Debug, Serialize)]
pub struct Comment {
    /// Its id; its element's is `comment-{id}`.
    pub id: i64,
    /// Who wrote it.
    pub name: String,
    /// Whether that is the post's author.
    pub is_author: bool,
    /// Sanitised when it was saved.
    pub html: String,
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// Whether its writer changed it.
    pub is_edited: bool,
    /// Whether it answers another one.
    pub is_answer: bool,
    /// Whom it answers; empty where that is not shown.
    pub answers_name: String,
    /// Where what it answers stands; empty where that is not shown.
    pub answers_url: String,
    /// Where it is answered; empty where it cannot be.
    pub reply_url: String,
    /// Where its writer changes it; empty where they cannot.
    pub edit_url: String,
    /// Where its writer deletes it; empty for others.
    pub delete_url: String,
}

/// What making a [`Comment`] of a row takes.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The post.
    pub post: &'a Commented,
    /// Who reads.
    pub writer: Option<&'a Writer>,
    /// Whether new comments are taken.
    pub door: Door,
    /// The site's zone.
    pub zone: Tz,
    /// The moment.
    pub now: DateTime<Utc>,
}

impl Comment {
    /// Puts a comment together.
    pub fn new(row: Row, reading: Reading<'_>) -> Self {
        let Reading { post, writer, door, zone, now } = reading;
        let is_mine = writer.is_some_and(|writer| wrote(writer, row.user_id, row.key_hash.as_deref()));
        let of = |what: &str| format!("{}/{}/{what}", links::comments(&post.slug), row.id);
        let is_answer = row.thread != row.id;
        let answers_url = match (row.parent_id, &row.parent_name) {
            (Some(parent), Some(_)) => links::comment(parent),
            _ => String::new(),
        };
        Self {
            id: row.id,
            is_author: row.user_id == Some(post.user_id),
            name: row.author_name,
            html: row.html,
            at: row.created_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            when: row.created_at.with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string(),
            is_edited: row.edited_at.is_some(),
            is_answer,
            answers_name: row.parent_name.unwrap_or_default(),
            answers_url,
            reply_url: match door {
                Door::Closed => String::new(),
                _ => format!("{}?reply={}", links::comments(&post.slug), row.id),
            },
            edit_url: if is_mine && now - row.created_at < EDIT_TIME { of("edit") } else { String::new() },
            delete_url: if is_mine { of("delete") } else { String::new() },
        }
    }
}

/// Whether somebody wrote a comment with this user and this hash of a guest's key.
pub fn wrote(writer: &Writer, user_id: Option<i64>, key_hash: Option<&str>) -> bool {
    match writer {
        Writer::Member(id) => user_id == Some(*id),
        Writer::Guest(hash) => user_id.is_none() && key_hash == Some(hash),
    }
}

/// What stands below a post.
#[derive(Debug, Serialize)]
pub struct Section {
    /// How many comments are shown in all.
    pub total: u64,
    /// This page's.
    pub comments: Vec<Comment>,
    /// The other pages.
    pub pagination: Pagination,
    /// The reader's own that nobody else sees yet.
    pub waiting: Vec<Comment>,
    /// Whether a thank-you stands in for one that waits, where the browser cannot be known again.
    pub thanks: bool,
    /// Whether new ones are taken.
    pub door: Door,
    /// Where whoever must sign in does.
    pub login_url: String,
    /// The form, where they may write.
    pub form: Option<CommentForm>,
}

/// The form for a comment.
#[derive(Clone, Debug, Serialize)]
pub struct CommentForm {
    /// Where it is sent.
    pub action: String,
    /// What its button says.
    pub button: String,
    /// When it was made, signed; empty where one is changed.
    pub stamp: String,
    /// The comment that is answered, as it is sent.
    pub reply: String,
    /// What a signed-in member is called; empty for a guest.
    pub member: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// What is wrong, summed up.
    pub complaints: Vec<Complaint>,
}

impl CommentForm {
    /// An empty form for a comment on a post.
    pub fn new(app: &App, post: &Commented, viewer: Option<&Viewer>, reply: Option<i64>) -> Self {
        let mut fields = vec![forms::body()];
        if viewer.is_none() {
            fields.extend(forms::guest());
        }
        Self {
            action: links::comments(&post.slug),
            button: if reply.is_some() { "Send the answer" } else { "Send the comment" }.to_owned(),
            stamp: stamp::form(&app.signer, post.id, Utc::now()),
            reply: reply.map(|id| id.to_string()).unwrap_or_default(),
            member: viewer.map(|viewer| viewer.display_name.clone()).unwrap_or_default(),
            fields,
            complaints: Vec::new(),
        }
    }
}

/// A page of its own for a comment: an answer, a change, what was not taken yet.
#[derive(Clone, Debug, Serialize)]
pub struct Writing {
    /// The heading.
    pub heading: String,
    /// A sentence below it, may be empty.
    pub lead: String,
    /// The post's title.
    pub post_title: String,
    /// Where the post's comments are.
    pub post_url: String,
    /// The comment that is answered or deleted.
    pub quoted: Option<Comment>,
    /// The form; none where nothing can be sent.
    pub form: Option<CommentForm>,
    /// What was typed, where no form can take it any more.
    pub typed: String,
    /// Where a press of a button deletes the comment; empty where it does not.
    pub delete_url: String,
}

impl Page for Writing {
    const TEMPLATE: &'static str = "comments/form.html";

    fn title(&self) -> Option<String> {
        Some(format!("{}: {}", self.heading, self.post_title))
    }

    fn noindex(&self) -> bool {
        true
    }
}

impl Writing {
    /// A page about a post.
    pub fn new(heading: &str, post: &Commented) -> Self {
        Self {
            heading: heading.to_owned(),
            lead: String::new(),
            post_title: post.title.clone(),
            post_url: format!("{}#comments", links::post(&post.slug)),
            quoted: None,
            form: None,
            typed: String::new(),
            delete_url: String::new(),
        }
    }
}

/// The page behind a link in a mail.
#[derive(Debug, Serialize)]
pub struct Moderation {
    /// What there is to say: the question, or what was done.
    pub heading: String,
    /// A sentence.
    pub lead: String,
    /// The comment, while it is there.
    pub comment: Option<ModeratedComment>,
    /// The buttons: what is sent and what it says.
    pub buttons: Vec<(&'static str, &'static str)>,
    /// Where they are sent.
    pub action: String,
    /// Which text was read here: one that changed since is read again.
    pub text: String,
}

/// A comment for whoever moderates.
#[derive(Debug, Serialize)]
pub struct ModeratedComment {
    /// Who wrote it.
    pub name: String,
    /// A guest's address; empty for a member.
    pub email: String,
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// Rendered and sanitised.
    pub html: String,
    /// "Pending"
    pub status: &'static str,
    /// Why it was held; may be empty.
    pub reason: String,
    /// The post's title.
    pub post_title: String,
    /// The comment, or else the post, as readers see it; empty where they do not.
    pub url: String,
}

impl Page for Moderation {
    const TEMPLATE: &'static str = "comments/moderation.html";

    fn title(&self) -> Option<String> {
        Some(self.heading.clone())
    }

    fn noindex(&self) -> bool {
        true
    }
}
