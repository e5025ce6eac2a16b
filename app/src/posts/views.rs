//! What the pages about posts hand to their templates.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Utc};
use sea_orm::prelude::Json;
use serde::Serialize;

use super::queries;
use crate::{
    content::{self, Heading},
    web::{links, pagination::Pagination, render::Page},
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
fn coauthors(extra: &Json) -> Vec<String> {
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
            minutes: content::reading_minutes(row.word_count),
            author: Author { name: row.display_name, url: links::author(&row.username), bio: row.bio },
            coauthors: coauthors(&row.extra),
            tags: tags.into_iter().map(Tag::from).collect(),
            toc: serde_json::from_value(row.toc).unwrap_or_default(),
        }
    }
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
}

impl Page for Show {
    const TEMPLATE: &'static str = "posts/show.html";

    fn title(&self) -> Option<String> {
        Some(self.post.title.clone())
    }

    fn description(&self) -> String {
        self.post.description.clone()
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
        Some(match self.pagination.current {
            1 => "Archive".to_owned(),
            page => format!("Archive, page {page}"),
        })
    }
}
