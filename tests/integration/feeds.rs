//! Feeds, read by parsers that are not ours.
#![expect(clippy::panic, clippy::unwrap_used, reason = "what breaks here must fail its test")]

mod addresses;
mod content;
pub(crate) mod rules;
mod unchanged;

/// The last parts of the addresses of feeds.
pub(crate) const FILES: [&str; 3] = ["feed.xml", "rss.xml", "feed.json"];
