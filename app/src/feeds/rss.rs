//! RSS 2.0 (revision 2.0.11 of the RSS Advisory Board), with whole texts and names of authors by the modules `content`
//! and `dc`: RSS itself knows authors by their mail address alone.

use std::io;

use chrono::{DateTime, Utc};

use super::feed::{Entry, Feed};
use crate::web::xml::{self, Out, Place};

const NAMESPACES: [(&str, &str); 4] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
];

/// Writes a feed as RSS.
///
/// # Errors
/// None: a buffer takes everything.
pub fn write(feed: &Feed) -> io::Result<Vec<u8>> {
    xml::document("rss", &NAMESPACES, |out| {
        xml::within(out, "channel", &[], |out| {
            xml::text(out, "title", &[], &feed.title)?;
            xml::text(out, "link", &[], &feed.page)?;
            // It must be there.
            let about = if feed.subtitle.is_empty() { &feed.title } else { &feed.subtitle };
            xml::text(out, "description", &[], &as_html(about))?;
            xml::text(out, "language", &[], &feed.language)?;
            xml::text(out, "lastBuildDate", &[], &instant(feed.updated))?;
            xml::text(out, "generator", &[], concat!("Lectern ", env!("CARGO_PKG_VERSION")))?;
            let itself = [("rel", "self"), ("type", "application/rss+xml"), ("href", feed.url.as_str())];
            xml::empty(out, "atom:link", &itself)?;
            feed.entries.iter().try_for_each(|entry| write_item(out, entry))
        })
    })
}

fn write_item(out: &mut Out, entry: &Entry) -> io::Result<()> {
    xml::within(out, "item", &[], |out| {
        xml::text(out, "title", &[], &entry.title)?;
        xml::text(out, "link", &[], &entry.url)?;
        xml::text(out, "guid", &[("isPermaLink", "false")], &entry.id)?;
        xml::text(out, "pubDate", &[], &instant(entry.published))?;
        for person in &entry.authors {
            xml::text(out, "dc:creator", &[], &person.name)?;
        }
        for tag in &entry.tags {
            xml::text(out, "category", &[], tag)?;
        }
        if !entry.summary.is_empty() {
            xml::text(out, "description", &[], &as_html(&entry.summary))?;
        }
        entry.html.iter().try_for_each(|html| xml::text(out, "content:encoded", &[], html))
    })
}

/// Descriptions are HTML in RSS, and ours are text.
fn as_html(text: &str) -> String {
    xml::escape(text, Place::Text)
}

/// RFC 822's form, with a year of four digits.
fn instant(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
