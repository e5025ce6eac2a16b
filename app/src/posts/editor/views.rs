//! What the editor's templates receive: plain data.

use serde::Serialize;

use crate::{
    admin::views::{Difference, Shell},
    web::render::Page,
};

/// What stands in the editor beside the form.
#[derive(Debug, Serialize)]
pub struct Editor {
    /// Whose page it is.
    pub user: i64,
    /// The post; none for a new one.
    pub post: Option<i64>,
    /// What was typed here before and never saved, the newest first.
    pub unsaved: Vec<Unsaved>,
    /// Whether there is more of that than shown.
    pub has_more: bool,
    /// The text that the form was opened with, if it is one that was never saved.
    pub going_on: Option<Unsaved>,
    /// Words of the stored text.
    pub words: i64,
    /// How long reading it takes, in minutes.
    pub minutes: i64,
    /// Where the post is in its life.
    pub status: String,
    /// Whether the slug may follow the title: it was never public, and nobody chose another.
    pub slug_follows: bool,
    /// The address at which the post is shown to whoever has it.
    pub preview_url: Option<String>,
}

/// A text that was typed and not saved.
#[derive(Debug, Serialize)]
pub struct Unsaved {
    /// Its row.
    pub id: i64,
    /// The title, or "Untitled".
    pub title: String,
    /// When it was typed: RFC 3339.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// Where: "Firefox on Windows"; may be empty.
    pub place: String,
    /// Whether it is a new post.
    pub is_new: bool,
    /// Whether somebody saved the post since.
    pub is_stale: bool,
    /// Where one goes on with it.
    pub url: String,
    /// Where it is thrown away.
    pub discard_url: String,
    /// The page that comes then.
    pub next: String,
    /// What differs from what is stored.
    pub differences: Vec<Difference>,
    /// How a new text begins.
    pub beginning: String,
}

/// `/admin/posts/unsaved`
#[derive(Debug, Serialize)]
pub struct UnsavedList {
    /// Around it.
    pub shell: Shell,
    /// The heading.
    pub title: &'static str,
    /// The texts, the newest first.
    pub unsaved: Vec<Unsaved>,
}

impl UnsavedList {
    /// The heading.
    pub const TITLE: &'static str = "Not saved";
}

impl Page for UnsavedList {
    const TEMPLATE: &'static str = "posts/unsaved.html";

    fn title(&self) -> Option<String> {
        Some(self.title.to_owned())
    }

    fn noindex(&self) -> bool {
        true
    }
}
