//! What the search page hands to its template.

use serde::Serialize;

use crate::{
    posts::views::Author,
    users::views::Person,
    web::{pagination::Pagination, render::Page},
};

/// A post that was found.
#[derive(Debug, Serialize)]
pub struct FoundPost {
    /// Its title, escaped, with the words found in `<mark>`.
    pub title_html: String,
    /// Its address.
    pub url: String,
    /// Where the words stand, escaped, with them in `<mark>`.
    pub snippet_html: String,
    /// Its day, for machines.
    pub date: String,
    /// Its day, for people.
    pub date_text: String,
    /// Its first author.
    pub author: Author,
}

/// `/search`
#[derive(Debug, Serialize)]
pub struct Results {
    /// What was asked for, as typed.
    pub q: String,
    /// This page's posts, best first.
    pub posts: Vec<FoundPost>,
    /// People, on the first page only.
    pub people: Vec<Person>,
    /// The other pages; none where nothing was asked.
    pub pagination: Option<Pagination>,
    /// Whether there may be more posts than that says.
    pub is_at_least: bool,
    /// What to tell whoever asked, may be empty.
    pub hint: &'static str,
}

impl Page for Results {
    const TEMPLATE: &'static str = "search/index.html";

    fn title(&self) -> Option<String> {
        let asked: String = self.q.chars().take(80).collect();
        Some(if asked.trim().is_empty() { "Search".to_owned() } else { format!("Search: {}", asked.trim()) })
    }

    fn query(&self) -> &str {
        &self.q
    }

    fn noindex(&self) -> bool {
        true
    }
}
