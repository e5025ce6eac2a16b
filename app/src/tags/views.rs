//! What the pages about tags hand to their templates.

use serde::Serialize;
use serde_json::Value;

use super::queries::TagRow;
use crate::{
    posts::views::{PostSummary, Tag},
    web::{
        links,
        meta::{Place, listing, paged},
        pagination::Pagination,
        render::Page,
    },
};

/// A tag in the list of them.
#[derive(Debug, Serialize)]
pub struct CountedTag {
    /// As first written.
    pub name: String,
    /// Its page.
    pub url: String,
    /// Public posts under it.
    pub posts: i64,
}

impl From<TagRow> for CountedTag {
    fn from(row: TagRow) -> Self {
        Self { url: links::tag(&row.slug), name: row.name, posts: row.posts }
    }
}

/// `/tags`
#[derive(Debug, Serialize)]
pub struct Index {
    /// This page's tags.
    pub tags: Vec<CountedTag>,
    /// The other pages.
    pub pagination: Pagination,
}

impl Page for Index {
    const TEMPLATE: &'static str = "tags/index.html";

    fn title(&self) -> Option<String> {
        Some(paged("Tags", &self.pagination))
    }

    fn description(&self) -> String {
        listing("What posts are about", self.tags.iter().map(|tag| &*tag.name))
    }
}

/// `/tags/{slug}`
#[derive(Debug, Serialize)]
pub struct Show {
    /// Which.
    pub tag: Tag,
    /// This page's posts under it.
    pub posts: Vec<PostSummary>,
    /// The other pages.
    pub pagination: Pagination,
}

impl Page for Show {
    const TEMPLATE: &'static str = "tags/show.html";

    fn title(&self) -> Option<String> {
        Some(paged(&format!("Posts about {}", self.tag.name), &self.pagination))
    }

    fn description(&self) -> String {
        listing(&format!("Posts about {}", self.tag.name), self.posts.iter().map(|post| &*post.title))
    }

    fn feeds(&self) -> Option<(&str, &str)> {
        Some((&self.tag.url, &self.tag.name))
    }

    fn structured(&self, place: Place<'_>) -> Vec<Value> {
        vec![place.breadcrumbs(&[("Tags", "/tags"), (&*self.tag.name, &*self.tag.url)])]
    }
}
