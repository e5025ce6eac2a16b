//! What the pages about tags hand to their templates.

use serde::Serialize;

use super::queries::TagRow;
use crate::{
    posts::views::{PostSummary, Tag},
    web::{links, pagination::Pagination, render::Page},
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
        Some("Tags".to_owned())
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
        Some(format!("Posts about {}", self.tag.name))
    }
}
