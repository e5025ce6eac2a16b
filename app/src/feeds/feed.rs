//! What a feed is made of, however it is written.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{course, tag, user};
use serde::Serialize;
use url::Url;

use super::{Format, ids, queries::Row};
use crate::{
    content,
    posts::{
        queries::List,
        views::{Cover, coauthors},
    },
    site::Site,
    web::{
        App, links,
        xml::{self, Place},
    },
};

/// What a feed is of.
#[derive(Clone, Debug)]
pub enum Of {
    /// The whole site.
    Site,
    /// What one person wrote.
    Author(user::Model),
    /// What is under a tag.
    Tag(tag::Model),
    /// The lessons of a course.
    Course(course::Model),
}

impl Of {
    /// The posts of it.
    pub fn list(&self) -> List {
        match self {
            Self::Site => List::Archive,
            Self::Author(user) => List::Author(user.id),
            Self::Tag(tag) => List::Tag(tag.id),
            Self::Course(course) => List::Course(course.id),
        }
    }

    /// What its name is made of.
    fn key(&self) -> (&'static str, i64) {
        match self {
            Self::Site => ("site", 0),
            Self::Author(user) => ("author", user.id),
            Self::Tag(tag) => ("tag", tag.id),
            Self::Course(course) => ("course", course.id),
        }
    }

    /// Its page; empty for the home page.
    fn page(&self) -> String {
        match self {
            Self::Site => String::new(),
            Self::Author(user) => links::author(&user.username),
            Self::Tag(tag) => links::tag(&tag.slug),
            Self::Course(course) => links::course(&course.slug),
        }
    }

    fn title(&self, site: &Site) -> String {
        match self {
            Self::Site => site.title.clone(),
            Self::Author(user) => format!("{} · {}", user.display_name, site.title),
            Self::Tag(tag) => format!("{} · {}", tag.name, site.title),
            Self::Course(course) => format!("{} · {}", course.name, site.title),
        }
    }

    fn subtitle(&self, site: &Site) -> String {
        match self {
            Self::Site => site.description.clone(),
            Self::Author(user) => user.bio.clone(),
            Self::Tag(_) => String::new(),
            Self::Course(course) => course.summary.clone(),
        }
    }

    /// When what the feed says of it changed last, where that is known.
    fn changed_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Site | Self::Tag(_) => None,
            Self::Author(user) => Some(user.updated_at),
            Self::Course(course) => Some(course.updated_at),
        }
    }

    /// A post's page: in a course the lesson's.
    fn post_page(&self, slug: &str) -> String {
        match self {
            Self::Course(course) => links::lesson(&course.slug, slug),
            _ => links::post(slug),
        }
    }
}

/// A feed; all addresses in it are whole.
#[derive(Clone, Debug, Serialize)]
pub struct Feed {
    /// Its name, for good; the same in all formats.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// A sentence about it; may be empty.
    pub subtitle: String,
    /// A BCP 47 tag.
    pub language: String,
    /// The page that it is of.
    pub page: String,
    /// Its own address.
    pub url: String,
    /// The site's icon, square, for small places.
    pub favicon: String,
    /// The site's icon, square, for large places.
    pub icon: String,
    /// When it changed last; the beginning of time (1970) for one that never had anything.
    pub updated: DateTime<Utc>,
    /// Newest first.
    pub entries: Vec<Entry>,
}

/// A post in a feed.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The post, to find its text.
    pub post_id: i64,
    /// Its name, for good; no other entry has it.
    pub id: String,
    /// Its page.
    pub url: String,
    /// Its title, plain text.
    pub title: String,
    /// Its summary or beginning, plain text; may be empty.
    pub summary: String,
    /// Its text as sanitised HTML, with whole addresses; none where the feed has the summary alone.
    pub html: Option<String>,
    /// The picture above the text.
    pub image: Option<String>,
    /// When it went public.
    pub published: DateTime<Utc>,
    /// When it changed last; not before it went public.
    pub updated: DateTime<Utc>,
    /// Who wrote it; at least one.
    pub authors: Vec<Person>,
    /// The names of its tags.
    pub tags: Vec<String>,
    /// The cover as HTML, for what stands above the text.
    #[serde(skip)]
    cover: Option<Cover>,
}

/// Who wrote something.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// The name for readers.
    pub name: String,
    /// Their page, where they have one.
    pub url: Option<String>,
}

impl Feed {
    /// A feed without its texts.
    pub fn new(
        app: &App,
        site: &Site,
        of: &Of,
        format: Format,
        rows: Vec<Row>,
        mut tags: HashMap<i64, Vec<tag::Model>>,
    ) -> Self {
        let whole = |path: &str| format!("{}{path}", app.public_url);
        let mut names = HashSet::new();
        let entries: Vec<Entry> = rows
            .into_iter()
            .map(|row| {
                let own = ids::name(&app.site_id, "post", row.id);
                let earlier = ids::earlier(&row.extra).filter(|name| !names.contains(name));
                let id = earlier.unwrap_or(own);
                names.insert(id.clone());
                let first =
                    Person { name: row.display_name, url: Some(whole(&links::author(&row.username))) };
                let others = coauthors(&row.extra).into_iter().map(|name| Person { name, url: None });
                let cover = Cover::new(&row.cover, &row.cover_alt);
                let published = row.published_at.unwrap_or(row.updated_at);
                Entry {
                    post_id: row.id,
                    id,
                    url: whole(&of.post_page(&row.slug)),
                    title: row.title,
                    summary: row.excerpt,
                    html: None,
                    image: cover.as_ref().map(|cover| whole(&cover.url)),
                    published,
                    updated: row.updated_at.max(published),
                    authors: std::iter::once(first).chain(others).collect(),
                    tags: tags.remove(&row.id).unwrap_or_default().into_iter().map(|tag| tag.name).collect(),
                    cover,
                }
            })
            .collect();
        let ((kind, id), page) = (of.key(), of.page());
        let newest = entries.iter().map(|entry| entry.updated).chain(of.changed_at()).max();
        Self {
            id: ids::name(&app.site_id, kind, id),
            title: of.title(site),
            subtitle: of.subtitle(site),
            language: site.language.clone(),
            page: whole(if page.is_empty() { "/" } else { &page }),
            url: whole(&format!("{page}/{}", format.file())),
            favicon: whole("/favicon.ico"),
            icon: whole("/apple-touch-icon.png"),
            updated: newest.unwrap_or(DateTime::UNIX_EPOCH),
            entries,
        }
    }

    /// Puts the texts in that are there, with the cover above and whole addresses. Keeps a core busy.
    pub fn fill(&mut self, mut texts: HashMap<i64, String>) {
        for entry in &mut self.entries {
            let (Some(html), Ok(base)) = (texts.remove(&entry.post_id), Url::parse(&entry.url)) else {
                continue;
            };
            let cover = entry.cover.as_ref().map(picture).unwrap_or_default();
            entry.html = Some(content::absolute(&format!("{cover}{html}"), &base));
        }
    }
}

fn picture(cover: &Cover) -> String {
    let escape = |text: &str| xml::escape(text, Place::Attribute);
    let size = cover.size.map(|(width, height)| format!(" width=\"{width}\" height=\"{height}\""));
    format!(
        "<p><img src=\"{}\" alt=\"{}\"{}></p>\n",
        escape(&cover.url),
        escape(&cover.alt),
        size.unwrap_or_default()
    )
}
