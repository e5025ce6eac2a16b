//! Being found: by search engines, by those who link to a page, and by browsers.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

mod files;
mod sitemaps;
mod structured;
