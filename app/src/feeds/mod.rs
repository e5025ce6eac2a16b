//! Feeds: the newest posts of the site, of an author, of a tag and of a course, as Atom (RFC 4287), RSS 2.0 and JSON
//! Feed 1.1. What is not public is in none of them.
//!
//! Whoever asks again is told first whether anything changed: that is known without reading a text. `feed` says what a
//! feed is made of, `atom`, `rss` and `json` write it, `ids` names posts for good, `moved` knows what feeds were called
//! elsewhere, and `links` says which feeds a page has.

pub mod atom;
pub mod feed;
pub mod ids;
pub mod json;
pub mod links;
pub mod moved;
pub mod pages;
pub mod queries;
pub mod rss;

use crate::site::{Extent, Site};

/// Posts in a feed.
pub const ENTRIES: u64 = 20;

/// The most characters of HTML in a feed, all its posts together: a text that does not fit is left to its page, and the
/// feed has its summary. Twenty posts of 10,000 words fit.
pub const MAX_CHARS: i64 = 2 * 1024 * 1024;

/// Whether the site's feeds have whole texts, not summaries alone.
pub fn has_full_texts(site: &Site) -> bool {
    site.feed_text == Extent::Full
}

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4287.
    Atom,
    /// RSS 2.0.11, with the modules `content`, `dc` and `atom`.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All of them; the first one is what we would take.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// The last part of its address.
    pub fn file(self) -> &'static str {
        match self {
            Self::Atom => "feed.xml",
            Self::Rss => "rss.xml",
            Self::Json => "feed.json",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "Atom",
            Self::Rss => "RSS",
            Self::Json => "JSON",
        }
    }

    /// The format that an address asks for.
    pub fn of(path: &str) -> Option<Self> {
        let file = path.rsplit('/').next().unwrap_or_default();
        Self::ALL.into_iter().find(|format| format.file() == file)
    }
}
