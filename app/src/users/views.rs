//! What the pages about people hand to their templates.

use serde::Serialize;
use serde_json::{Value, json};

use super::queries::AuthorRow;
use crate::{
    posts::views::PostSummary,
    web::{
        links,
        meta::{CONTEXT, Card, Place, listing, paged},
        pagination::Pagination,
        render::Page,
    },
};

/// Somebody in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// The name for readers.
    pub name: String,
    /// The name in addresses.
    pub username: String,
    /// Their page.
    pub url: String,
    /// A few sentences, may be empty.
    pub bio: String,
    /// Public posts.
    pub posts: i64,
}

impl From<AuthorRow> for Person {
    fn from(row: AuthorRow) -> Self {
        Self {
            url: links::author(&row.username),
            name: row.display_name,
            username: row.username,
            bio: row.bio,
            posts: row.posts,
        }
    }
}

impl Person {
    /// A user with a known number of public posts.
    pub fn new(user: entity::user::Model, posts: i64) -> Self {
        AuthorRow {
            id: user.id,
            username: user.username,
            display_name: user.display_name,
            bio: user.bio,
            posts,
        }
        .into()
    }
}

/// `/authors`
#[derive(Debug, Serialize)]
pub struct Index {
    /// This page's authors.
    pub authors: Vec<Person>,
    /// The other pages.
    pub pagination: Pagination,
}

impl Page for Index {
    const TEMPLATE: &'static str = "users/index.html";

    fn title(&self) -> Option<String> {
        Some(paged("Authors", &self.pagination))
    }

    fn description(&self) -> String {
        listing("Who writes here", self.authors.iter().map(|author| &*author.name))
    }
}

/// `/authors/{username}`
#[derive(Debug, Serialize)]
pub struct Show {
    /// Who.
    pub author: Person,
    /// This page's posts of theirs.
    pub posts: Vec<PostSummary>,
    /// The other pages.
    pub pagination: Pagination,
}

impl Page for Show {
    const TEMPLATE: &'static str = "users/show.html";

    fn title(&self) -> Option<String> {
        Some(paged(&self.author.name, &self.pagination))
    }

    fn description(&self) -> String {
        if self.pagination.current == 1 && !self.author.bio.is_empty() {
            return self.author.bio.chars().take(300).collect();
        }
        listing(&format!("Posts by {}", self.author.name), self.posts.iter().map(|post| &*post.title))
    }

    fn card(&self) -> Card {
        Card::new("profile")
    }

    fn feeds(&self) -> Option<(&str, &str)> {
        Some((&self.author.url, &self.author.name))
    }

    fn structured(&self, place: Place<'_>) -> Vec<Value> {
        let mut person = json!({
            "@type": "Person",
            "name": self.author.name,
            "url": place.whole(&self.author.url),
            "identifier": self.author.username,
        });
        if !self.author.bio.is_empty() {
            person["description"] = json!(self.author.bio);
        }
        let profile = json!({
            "@context": CONTEXT,
            "@type": "ProfilePage",
            "url": place.canonical,
            "mainEntity": person,
        });
        let trail = [("Authors", "/authors"), (&*self.author.name, &*self.author.url)];
        vec![profile, place.breadcrumbs(&trail)]
    }
}
