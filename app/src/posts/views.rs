//! What the pages about posts hand to their templates.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Utc};
use sea_orm::prelude::Json;
use serde::Serialize;
use serde_json::{Value, json};

use super::queries;
use crate::{
    comments::views::Section,
    content::{self, Heading},
    media::name::StoredName,
    web::{
        links,
        meta::{CONTEXT, Card, Picture, Place, listing, paged},
        pagination::Pagination,
        render::Page,
    },
};

/// Who wrote something.
#[derive(Clone, Debug, Serialize)]
pub struct Author {
    /// The name for readers.
    pub name: String,
    /// Their page.
    pub url: String,
    /// A few sentences, may be empty; lists leave it out.
    pub bio: String,
}

/// A post in a list.
#[derive(Clone, Debug, Serialize)]
pub struct PostSummary {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The summary, or else the text's beginning.
    pub summary: String,
    /// All of it, where the list shows the full text: sanitised when it was saved, its ids the post's own on the page.
    pub html: Option<String>,
    /// Its day, for machines: `2023-01-10`.
    pub date: String,
    /// Its day, for people.
    pub date_text: String,
    /// The year of its day, UTC.
    pub year: i32,
    /// Minutes that reading takes.
    pub minutes: i32,
    /// Whether it is held at the top of the home page.
    pub pinned: bool,
    /// Its first author.
    pub author: Author,
    /// The names of the others.
    pub coauthors: Vec<String>,
}

impl From<queries::Summary> for PostSummary {
    fn from(row: queries::Summary) -> Self {
        let published_at = row.published_at.unwrap_or_default();
        Self {
            title: row.title,
            url: links::post(&row.slug),
            summary: row.excerpt,
            html: None,
            date: machine_date(published_at),
            date_text: human_date(published_at),
            year: published_at.year(),
            minutes: content::reading_minutes(row.word_count),
            pinned: row.pinned,
            author: Author { name: row.display_name, url: links::author(&row.username), bio: String::new() },
            coauthors: coauthors(&row.extra),
        }
    }
}

/// The posts of a list, those whole that `bodies` has by their ids.
pub fn listed(rows: Vec<queries::Summary>, mut bodies: HashMap<i64, String>) -> Vec<PostSummary> {
    let post = |row: queries::Summary| {
        let html = bodies.remove(&row.id).map(|html| content::prefix_ids(&html, &format!("p{}-", row.id)));
        PostSummary { html, ..row.into() }
    };
    rows.into_iter().map(post).collect()
}

/// `2023-01-10`
pub fn machine_date(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}

/// `10 January 2023`
pub fn human_date(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y").to_string()
}

/// The names in a post's `extra.authors`: those after the first.
pub fn coauthors(extra: &Json) -> Vec<String> {
    let names = extra.get("authors").and_then(Json::as_array);
    names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// A post to read.
#[derive(Clone, Debug, Serialize)]
pub struct Post {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Plain text, may be empty.
    pub summary: String,
    /// What search engines are told: the summary, or else the text's beginning.
    pub description: String,
    /// The picture above the text.
    pub cover: Option<Cover>,
    /// Sanitised when it was saved.
    pub html: String,
    /// Its day, for machines.
    pub date: String,
    /// Its day, for people.
    pub date_text: String,
    /// When it went public, RFC 3339.
    pub published: String,
    /// When it changed last, RFC 3339.
    pub modified: String,
    /// Words of text.
    pub words: i32,
    /// Minutes that reading takes.
    pub minutes: i32,
    /// Its first author.
    pub author: Author,
    /// The names of the others.
    pub coauthors: Vec<String>,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
    /// Its headings, in order.
    pub toc: Vec<Heading>,
}

/// The picture above a post's text.
#[derive(Clone, Debug, Serialize)]
pub struct Cover {
    /// Its address, a path of this site.
    pub url: String,
    /// What to say instead of it; empty where it says nothing that the title does not.
    pub alt: String,
    /// The width and height that it is shown with at most, where its address tells: its place is kept until it is there.
    pub size: Option<(u32, u32)>,
}

/// The most pixels that a cover is high: on most screens the title and the first lines stand above and below it.
const COVER_HEIGHT: u32 = 560;

impl Cover {
    /// A cover; none for an address that is empty or not a path of this site.
    pub fn new(address: &str, alt: &str) -> Option<Self> {
        let cover = || Self {
            url: address.to_owned(),
            alt: alt.to_owned(),
            size: content::picture_size(address).map(shown),
        };
        content::is_picture(address).then(cover)
    }

    /// The cover where the post is linked to: the largest of its smaller versions, for those who fetch it take no more.
    fn picture(&self) -> Picture {
        let name = self.url.strip_prefix("/media/").and_then(StoredName::parse);
        let smaller = name.as_ref().and_then(|name| name.versions().last());
        let size = content::picture_size(&self.url);
        let (url, size) = match (smaller, size) {
            (Some(version), Some((width, height))) => {
                let shown = version.width.unwrap_or(width);
                let height = u64::from(height) * u64::from(shown) / u64::from(width.max(1));
                (version.url(), Some((shown, u32::try_from(height).unwrap_or(u32::MAX).max(1))))
            }
            _ => (self.url.clone(), size),
        };
        Picture { url, alt: self.alt.clone(), size, is_large: true }
    }
}

/// A size that keeps its shape and is not higher than [`COVER_HEIGHT`].
fn shown((width, height): (u32, u32)) -> (u32, u32) {
    if height <= COVER_HEIGHT {
        return (width, height);
    }
    let width = u64::from(width) * u64::from(COVER_HEIGHT) / u64::from(height);
    (u32::try_from(width).unwrap_or(u32::MAX).max(1), COVER_HEIGHT)
}

/// A tag as a link.
#[derive(Clone, Debug, Serialize)]
pub struct Tag {
    /// As first written.
    pub name: String,
    /// Its page.
    pub url: String,
}

impl From<entity::tag::Model> for Tag {
    fn from(row: entity::tag::Model) -> Self {
        Self { name: row.name, url: links::tag(&row.slug) }
    }
}

impl Post {
    /// Puts a post and its tags together.
    pub fn new(row: queries::Full, tags: Vec<entity::tag::Model>) -> Self {
        let published_at = row.published_at.unwrap_or_default();
        Self {
            title: row.title,
            url: links::post(&row.slug),
            summary: row.summary,
            description: row.excerpt,
            cover: Cover::new(&row.cover, &row.cover_alt),
            html: row.html,
            date: machine_date(published_at),
            date_text: human_date(published_at),
            published: instant(published_at),
            modified: instant(row.updated_at.max(published_at)),
            words: row.word_count,
            minutes: content::reading_minutes(row.word_count),
            author: Author { name: row.display_name, url: links::author(&row.username), bio: row.bio },
            coauthors: coauthors(&row.extra),
            tags: tags.into_iter().map(Tag::from).collect(),
            toc: serde_json::from_value(row.toc).unwrap_or_default(),
        }
    }

    /// What search engines are told of it.
    pub fn about(&self) -> String {
        match self.description.is_empty() {
            // A post of pictures alone.
            true => format!("{}: a post by {} of {}.", self.title, self.author.name, self.date_text),
            false => self.description.clone(),
        }
    }

    /// What is shown of it where it is linked to.
    pub fn card(&self) -> Card {
        Card {
            picture: self.cover.as_ref().map(Cover::picture),
            published: self.published.clone(),
            modified: self.modified.clone(),
            authors: vec![self.author.url.clone()],
            tags: self.tags.iter().map(|tag| tag.name.clone()).collect(),
            ..Card::new("article")
        }
    }

    /// Itself as schema.org's `BlogPosting`.
    pub fn structured(&self, place: Place<'_>) -> Value {
        let others = self.coauthors.iter().map(|name| json!({ "@type": "Person", "name": name }));
        let first =
            json!({ "@type": "Person", "name": self.author.name, "url": place.whole(&self.author.url) });
        let mut posting = json!({
            "@context": CONTEXT,
            "@type": "BlogPosting",
            "headline": self.title,
            "url": place.whole(&self.url),
            "mainEntityOfPage": place.whole(&self.url),
            "datePublished": self.published,
            "dateModified": self.modified,
            "author": std::iter::once(first).chain(others).collect::<Vec<_>>(),
            "publisher": place.publisher(),
            "inLanguage": place.site.language,
            "wordCount": self.words,
        });
        if !self.description.is_empty() {
            posting["description"] = json!(self.description);
        }
        if !self.tags.is_empty() {
            posting["keywords"] = self.tags.iter().map(|tag| tag.name.as_str()).collect();
        }
        if let Some(picture) = self.cover.as_ref().map(Cover::picture) {
            posting["image"] = place.image(&picture);
        }
        posting
    }
}

/// RFC 3339, to the second.
fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A link to a post by its title.
#[derive(Clone, Debug, Serialize)]
pub struct TitleLink {
    /// The title.
    pub title: String,
    /// The address.
    pub url: String,
}

impl From<queries::Titled> for TitleLink {
    fn from(row: queries::Titled) -> Self {
        Self { url: links::post(&row.slug), title: row.title }
    }
}

/// `/`
#[derive(Debug, Serialize)]
pub struct Home {
    /// This page's posts.
    pub posts: Vec<PostSummary>,
    /// The other pages.
    pub pagination: Pagination,
}

impl Page for Home {
    const TEMPLATE: &'static str = "posts/index.html";

    fn title(&self) -> Option<String> {
        (self.pagination.current > 1).then(|| format!("Page {}", self.pagination.current))
    }

    fn description(&self) -> String {
        let page = &self.pagination;
        match page.current {
            // The site's own.
            1 => String::new(),
            _ => listing(
                &format!("Posts {} to {} of {}", page.from, page.to, page.total),
                self.posts.iter().map(|post| &*post.title),
            ),
        }
    }

    fn structured(&self, place: Place<'_>) -> Vec<Value> {
        if self.pagination.current > 1 {
            return Vec::new();
        }
        let mut site = json!({
            "@context": CONTEXT,
            "@type": "WebSite",
            "name": place.site.title,
            "url": place.whole("/"),
            "inLanguage": place.site.language,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": place.whole("/search?q={search_term_string}"),
                },
                "query-input": "required name=search_term_string",
            },
        });
        if !place.site.description.is_empty() {
            site["description"] = json!(place.site.description);
        }
        vec![site]
    }
}

/// `/posts/{slug}`
#[derive(Debug, Serialize)]
pub struct Show {
    /// The post.
    pub post: Post,
    /// The one published next.
    pub newer: Option<TitleLink>,
    /// The one published before.
    pub older: Option<TitleLink>,
    /// The public posts that are most like it.
    pub related: Vec<TitleLink>,
    /// What is said about it; none where nothing is and nobody may.
    pub comments: Option<Section>,
}

impl Show {
    /// The pages of its comments, where this is not the first one: an address of its own then.
    fn further_comments(&self) -> Option<&Pagination> {
        self.comments.as_ref().map(|section| &section.pagination).filter(|page| page.current > 1)
    }
}

impl Page for Show {
    const TEMPLATE: &'static str = "posts/show.html";

    fn title(&self) -> Option<String> {
        Some(match self.further_comments() {
            Some(page) => paged(&format!("Comments on {}", self.post.title), page),
            None => self.post.title.clone(),
        })
    }

    fn description(&self) -> String {
        match self.further_comments() {
            Some(page) => {
                let Pagination { from, to, total, .. } = page;
                format!("Comments {from} to {to} of {total} on {}.", self.post.title)
            }
            None => self.post.about(),
        }
    }

    fn canonical(&self) -> Option<String> {
        let page = self.further_comments()?.current;
        Some(format!("{}?comments={page}", self.post.url))
    }

    fn card(&self) -> Card {
        self.post.card()
    }

    fn structured(&self, place: Place<'_>) -> Vec<Value> {
        // Said on the first page.
        if self.further_comments().is_some() {
            return Vec::new();
        }
        let trail = [(&*self.post.title, &*self.post.url)];
        vec![self.post.structured(place), place.breadcrumbs(&trail)]
    }

    fn volatile(&self) -> Option<&str> {
        self.comments.as_ref()?.form.as_ref().map(|form| form.stamp.as_str())
    }
}

/// A year of the archive.
#[derive(Debug, Serialize)]
pub struct Year {
    /// The year, UTC.
    pub year: i32,
    /// Its posts on this page.
    pub posts: Vec<PostSummary>,
}

/// `/archive`
#[derive(Debug, Serialize)]
pub struct Archive {
    /// This page's years, newest first.
    pub years: Vec<Year>,
    /// The other pages.
    pub pagination: Pagination,
}

impl Archive {
    /// Groups posts, newest first, by their year.
    pub fn new(posts: Vec<PostSummary>, pagination: Pagination) -> Self {
        let mut years: Vec<Year> = Vec::new();
        for post in posts {
            match years.last_mut().filter(|year| year.year == post.year) {
                Some(year) => year.posts.push(post),
                None => years.push(Year { year: post.year, posts: vec![post] }),
            }
        }
        Self { years, pagination }
    }
}

impl Page for Archive {
    const TEMPLATE: &'static str = "posts/archive.html";

    fn title(&self) -> Option<String> {
        Some(paged("Archive", &self.pagination))
    }

    fn description(&self) -> String {
        let titles = self.years.iter().flat_map(|year| &year.posts).map(|post| &*post.title);
        listing("All posts by year", titles)
    }
}
