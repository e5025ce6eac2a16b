//! Atom, RFC 4287.

use std::io;

use chrono::{DateTime, SecondsFormat, Utc};

use super::feed::{Entry, Feed};
use crate::web::xml::{self, Out};

/// Writes a feed as Atom.
///
/// # Errors
/// None: a buffer takes everything.
pub fn write(feed: &Feed) -> io::Result<Vec<u8>> {
    let root = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", feed.language.as_str())];
    xml::document("feed", &root, |out| {
        xml::text(out, "id", &[], &feed.id)?;
        xml::text(out, "title", &[], &feed.title)?;
        if !feed.subtitle.is_empty() {
            xml::text(out, "subtitle", &[], &feed.subtitle)?;
        }
        xml::empty(out, "link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.url)])?;
        xml::empty(out, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)])?;
        xml::text(out, "updated", &[], &instant(feed.updated))?;
        xml::text(out, "icon", &[], &feed.favicon)?;
        xml::text(out, "generator", &[("version", env!("CARGO_PKG_VERSION"))], "Lectern")?;
        feed.entries.iter().try_for_each(|entry| write_entry(out, entry))
    })
}

fn write_entry(out: &mut Out, entry: &Entry) -> io::Result<()> {
    xml::within(out, "entry", &[], |out| {
        xml::text(out, "id", &[], &entry.id)?;
        xml::text(out, "title", &[], &entry.title)?;
        xml::empty(out, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.url)])?;
        xml::text(out, "published", &[], &instant(entry.published))?;
        xml::text(out, "updated", &[], &instant(entry.updated))?;
        for person in &entry.authors {
            xml::within(out, "author", &[], |out| {
                xml::text(out, "name", &[], &person.name)?;
                person.url.iter().try_for_each(|url| xml::text(out, "uri", &[], url))
            })?;
        }
        for tag in &entry.tags {
            xml::empty(out, "category", &[("term", tag)])?;
        }
        if !entry.summary.is_empty() {
            xml::text(out, "summary", &[], &entry.summary)?;
        }
        entry.html.iter().try_for_each(|html| xml::text(out, "content", &[("type", "html")], html))
    })
}

/// RFC 3339, as RFC 4287 (3.3) wants it.
fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
