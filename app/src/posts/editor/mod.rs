//! The editor: a page on top of the admin's form for posts, and what keeps everything that is typed into it.
//!
//! While somebody writes, the page sends the whole form every few seconds (`autosave`); it becomes one row of
//! `post_revisions` for each page that is open, never a change of the post. What was typed and not saved is offered
//! again where the person comes back (`unsaved`). `preview` shows a text as it would be stored.

pub mod autosave;
pub mod device;
pub mod page;
pub mod preview;
pub mod queries;
pub mod unsaved;
pub mod views;

use std::fmt;

use entity::post_revision;

/// The admin's name for posts.
const RESOURCE: &str = "posts";
/// The hidden field that names the open page: a random word, made by its script.
const TAB: &str = "_tab";
/// The hidden field that names the text that the page went on with, as [`Loaded`] writes it.
const UNSAVED: &str = "_unsaved";

/// An unsaved text as a page was given it. The page takes over the row only while it is still that: the page that it was
/// typed in may be open on another device, and go on sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    id: i64,
    /// When it was last sent, in microseconds since 1970: what all databases keep of an instant.
    at: i64,
}

impl Loaded {
    fn of(row: &post_revision::Model) -> Self {
        Self { id: row.id, at: row.updated_at.timestamp_micros() }
    }

    fn parse(text: &str) -> Option<Self> {
        let (id, at) = text.split_once('-')?;
        Some(Self { id: id.parse().ok()?, at: at.parse().ok()? })
    }
}

impl fmt::Display for Loaded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.id, self.at)
    }
}
