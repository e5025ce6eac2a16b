//! JSON Feed 1.1 (jsonfeed.org).

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::feed::{Entry, Feed};

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    icon: &'a str,
    favicon: &'a str,
    language: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    /// One of the two must be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

/// Writes a feed as JSON Feed.
///
/// # Errors
/// None: what is written has names and texts alone.
pub fn write(feed: &Feed) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.page,
        feed_url: &feed.url,
        description: &feed.subtitle,
        icon: &feed.icon,
        favicon: &feed.favicon,
        language: &feed.language,
        items: feed.entries.iter().map(item).collect(),
    })
}

fn item(entry: &Entry) -> Item<'_> {
    let summary = if entry.summary.is_empty() { &entry.title } else { &entry.summary };
    Item {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        content_html: entry.html.as_deref(),
        content_text: entry.html.is_none().then_some(summary),
        summary: &entry.summary,
        image: entry.image.as_deref(),
        date_published: instant(entry.published),
        date_modified: instant(entry.updated),
        authors: entry
            .authors
            .iter()
            .map(|person| Author { name: &person.name, url: person.url.as_deref() })
            .collect(),
        tags: entry.tags.iter().map(String::as_str).collect(),
    }
}

/// RFC 3339.
fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
