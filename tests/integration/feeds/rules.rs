//! A judge of feeds: what RFC 4287, RSS 2.0 and JSON Feed 1.1 ask for, read by two parsers each.

use std::collections::HashSet;

use chrono::{DateTime, Datelike};
use harness::Answer;
use roxmltree::{Document, Node};

const ATOM: &str = "http://www.w3.org/2005/Atom";
const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
const DC: &str = "http://purl.org/dc/elements/1.1/";

/// A feed as its readers see it.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) title: String,
    pub(crate) page: String,
    pub(crate) itself: String,
    pub(crate) entries: Vec<SeenEntry>,
}

/// An entry as readers of the feed see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeenEntry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) html: String,
    pub(crate) authors: Vec<String>,
    pub(crate) tags: Vec<String>,
    /// RFC 3339.
    pub(crate) published: String,
}

impl Seen {
    pub(crate) fn titles(&self) -> Vec<&str> {
        self.entries.iter().map(|entry| &*entry.title).collect()
    }

    pub(crate) fn ids(&self) -> Vec<&str> {
        self.entries.iter().map(|entry| &*entry.id).collect()
    }
}

/// Judges an answer by its media type, and reads it.
#[track_caller]
pub(crate) fn read(answer: &Answer) -> Seen {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let text = answer.text();
    let seen = match answer.header("content-type").as_str() {
        "application/atom+xml; charset=utf-8" => atom(&text),
        "application/rss+xml; charset=utf-8" => rss(&text),
        "application/feed+json; charset=utf-8" => json(&answer.json()),
        other => panic!("{other} is no feed"),
    };
    let ids: HashSet<&str> = seen.entries.iter().map(|entry| &*entry.id).collect();
    assert_eq!(ids.len(), seen.entries.len(), "ids are unique");
    for address in seen.entries.iter().map(|entry| &entry.url).chain([&seen.page, &seen.itself]) {
        assert!(address.starts_with("http"), "{address} is no whole address");
    }
    by_feed_rs(&answer.bytes, &seen);
    seen
}

fn trimmed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The second parser, the same for all three.
fn by_feed_rs(bytes: &[u8], seen: &Seen) {
    let feed = feed_rs::parser::parse(bytes).unwrap();
    assert_eq!(trimmed(&feed.title.unwrap().content), trimmed(&seen.title));
    assert_eq!(feed.entries.len(), seen.entries.len());
    for (theirs, ours) in feed.entries.into_iter().zip(&seen.entries) {
        assert_eq!(theirs.id, ours.id);
        assert_eq!(trimmed(&theirs.title.unwrap().content), trimmed(&ours.title));
        assert!(theirs.links.iter().any(|link| link.href == ours.url), "{:?}", theirs.links);
        assert_eq!(theirs.published.unwrap(), DateTime::parse_from_rfc3339(&ours.published).unwrap());
        let tags: Vec<String> = theirs.categories.iter().map(|tag| trimmed(&tag.term)).collect();
        assert_eq!(tags, ours.tags.iter().map(|tag| trimmed(tag)).collect::<Vec<_>>());
        if !ours.html.is_empty() {
            let body = theirs.content.and_then(|content| content.body).unwrap_or_default();
            assert_eq!(trimmed(&body), trimmed(&ours.html));
        }
    }
}

/// The children of an element by this name.
fn children<'a>(node: Node<'a, 'a>, name: (&'static str, &'static str)) -> Vec<Node<'a, 'a>> {
    let is_it = move |node: &Node<'_, '_>| {
        node.is_element()
            && node.tag_name().name() == name.1
            && node.tag_name().namespace().unwrap_or_default() == name.0
    };
    node.children().filter(is_it).collect()
}

/// The text of the one child by this name.
#[track_caller]
fn one(node: Node<'_, '_>, name: (&'static str, &'static str)) -> String {
    let found: Vec<_> = node
        .children()
        .filter(|child| {
            child.is_element()
                && child.tag_name().name() == name.1
                && child.tag_name().namespace().unwrap_or_default() == name.0
        })
        .collect();
    assert_eq!(found.len(), 1, "{name:?}");
    found[0].text().unwrap_or_default().to_owned()
}

fn texts<'a>(node: Node<'a, 'a>, name: (&'static str, &'static str)) -> Vec<String> {
    children(node, name).iter().map(|child| child.text().unwrap_or_default().to_owned()).collect()
}

#[track_caller]
fn link(node: Node<'_, '_>, rel: &str) -> String {
    let mut links = node.children().filter(|child| {
        child.tag_name().name() == "link"
            && child.tag_name().namespace() == Some(ATOM)
            && child.attribute("rel") == Some(rel)
    });
    let link = links.next().unwrap_or_else(|| panic!("no link {rel}"));
    assert!(links.next().is_none(), "4.1.1: one {rel} of a type and language");
    link.attribute("href").unwrap().to_owned()
}

#[track_caller]
fn is_uri(text: &str) {
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    assert!(!scheme.is_empty() && !rest.is_empty() && !text.contains(char::is_whitespace), "{text}");
}

fn atom(text: &str) -> Seen {
    let document = Document::parse(text).unwrap();
    let feed = document.root_element();
    assert!(feed.has_tag_name((ATOM, "feed")));
    is_uri(&one(feed, (ATOM, "id")));
    DateTime::parse_from_rfc3339(&one(feed, (ATOM, "updated"))).unwrap();
    let entries = children(feed, (ATOM, "entry")).into_iter().map(|entry| {
        let id = one(entry, (ATOM, "id"));
        is_uri(&id);
        let published = one(entry, (ATOM, "published"));
        let (from, to) = (
            DateTime::parse_from_rfc3339(&published).unwrap(),
            DateTime::parse_from_rfc3339(&one(entry, (ATOM, "updated"))).unwrap(),
        );
        assert!(from <= to, "what changed was there before");
        let authors: Vec<String> =
            children(entry, (ATOM, "author")).into_iter().map(|author| one(author, (ATOM, "name"))).collect();
        assert!(!authors.is_empty(), "4.1.2: an entry has an author, or its feed has");
        assert!(texts(entry, (ATOM, "summary")).len() <= 1);
        let content = children(entry, (ATOM, "content"));
        assert!(content.len() <= 1);
        assert!(content.iter().all(|content| content.attribute("type") == Some("html")));
        SeenEntry {
            title: one(entry, (ATOM, "title")),
            url: link(entry, "alternate"),
            html: content.first().and_then(|content| content.text()).unwrap_or_default().to_owned(),
            tags: children(entry, (ATOM, "category"))
                .iter()
                .map(|tag| tag.attribute("term").unwrap().to_owned())
                .collect(),
            authors,
            id,
            published,
        }
    });
    let seen = Seen {
        title: one(feed, (ATOM, "title")),
        page: link(feed, "alternate"),
        itself: link(feed, "self"),
        entries: entries.collect(),
    };
    let other = atom_syndication::Feed::read_from(text.as_bytes()).unwrap();
    let ids: Vec<&str> = other.entries().iter().map(|entry| entry.id()).collect();
    assert_eq!(ids, seen.ids());
    for (theirs, ours) in other.entries().iter().zip(&seen.entries) {
        let html = theirs.content().and_then(|content| content.value()).unwrap_or_default();
        assert_eq!(trimmed(html), trimmed(&ours.html));
        assert_eq!(theirs.published().unwrap().to_rfc3339(), ours.published.replace('Z', "+00:00"));
    }
    seen
}

fn rss(text: &str) -> Seen {
    let document = Document::parse(text).unwrap();
    let root = document.root_element();
    assert_eq!((root.tag_name().name(), root.attribute("version")), ("rss", Some("2.0")));
    let channels = children(root, ("", "channel"));
    assert_eq!(channels.len(), 1);
    let channel = channels[0];
    assert!(!one(channel, ("", "description")).is_empty());
    date(&one(channel, ("", "lastBuildDate")));
    let items = children(channel, ("", "item")).into_iter().map(|item| {
        let guid = children(item, ("", "guid"));
        assert_eq!(guid.len(), 1);
        assert_eq!(guid[0].attribute("isPermaLink"), Some("false"));
        assert!(texts(item, ("", "author")).is_empty(), "it would be a mail address");
        assert!(texts(item, ("", "description")).len() <= 1);
        let content = texts(item, (CONTENT, "encoded"));
        assert!(content.len() <= 1);
        SeenEntry {
            id: guid[0].text().unwrap().to_owned(),
            title: one(item, ("", "title")),
            url: one(item, ("", "link")),
            html: content.into_iter().next().unwrap_or_default(),
            authors: texts(item, (DC, "creator")),
            tags: texts(item, ("", "category")),
            published: date(&one(item, ("", "pubDate"))),
        }
    });
    let seen = Seen {
        title: one(channel, ("", "title")),
        page: one(channel, ("", "link")),
        itself: link(channel, "self"),
        entries: items.collect(),
    };
    let other = rss::Channel::read_from(text.as_bytes()).unwrap();
    let ids: Vec<&str> = other.items().iter().map(|item| item.guid().unwrap().value()).collect();
    assert_eq!(ids, seen.ids());
    for (theirs, ours) in other.items().iter().zip(&seen.entries) {
        assert!(!theirs.guid().unwrap().is_permalink());
        assert_eq!(trimmed(theirs.content().unwrap_or_default()), trimmed(&ours.html));
    }
    seen
}

/// RFC 822's form with a year of four digits, as RFC 3339.
#[track_caller]
fn date(text: &str) -> String {
    let date = DateTime::parse_from_rfc2822(text).unwrap();
    let words: Vec<&str> = text.split(' ').collect();
    assert_eq!(words.len(), 6, "{text}");
    assert_eq!(words[3], date.year().to_string(), "{text}");
    assert_eq!(words[3].len(), 4, "{text}");
    date.to_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn json(feed: &serde_json::Value) -> Seen {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    let items = feed["items"].as_array().unwrap().iter().map(|item| {
        let has = |key: &str| item.get(key).is_some_and(serde_json::Value::is_string);
        assert!(has("content_html") || has("content_text"), "{item}");
        DateTime::parse_from_rfc3339(item["date_modified"].as_str().unwrap()).unwrap();
        let names = item["authors"].as_array().unwrap().iter().map(|author| text(&author["name"]));
        let tags = item.get("tags").and_then(|tags| tags.as_array());
        SeenEntry {
            id: text(&item["id"]),
            title: text(&item["title"]),
            url: text(&item["url"]),
            html: item.get("content_html").map(text).unwrap_or_default(),
            authors: names.collect(),
            tags: tags.into_iter().flatten().map(text).collect(),
            published: text(&item["date_published"]),
        }
    });
    Seen {
        title: text(&feed["title"]),
        page: text(&feed["home_page_url"]),
        itself: text(&feed["feed_url"]),
        entries: items.collect(),
    }
}
