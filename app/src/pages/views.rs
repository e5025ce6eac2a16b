//! What the page hands to its template.

use entity::page;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    auth::{Permission, Viewer},
    web::{
        links,
        meta::{CONTEXT, Place},
        render::Page,
    },
};

/// `/{slug}`
#[derive(Debug, Serialize)]
pub struct Show {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// What search engines are told.
    pub description: String,
    /// Sanitised when it was saved.
    pub html: String,
    /// Whether readers do not see it yet.
    pub is_draft: bool,
    /// Where it is changed, for those who may.
    pub edit_url: Option<String>,
}

impl Show {
    /// The page as somebody sees it; none for a draft and whoever may not see it.
    pub fn new(row: page::Model, viewer: Option<&Viewer>) -> Option<Self> {
        let may_change = viewer.is_some_and(|viewer| viewer.may(Permission::ManagePages));
        (row.is_published || may_change).then(|| Self {
            edit_url: may_change.then(|| format!("/admin/pages/{}", row.id)),
            url: links::page(&row.slug),
            title: row.title,
            description: row.excerpt,
            html: row.html,
            is_draft: !row.is_published,
        })
    }
}

impl Page for Show {
    const TEMPLATE: &'static str = "pages/show.html";

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }

    fn description(&self) -> String {
        self.description.clone()
    }

    fn noindex(&self) -> bool {
        self.is_draft
    }

    fn structured(&self, place: Place<'_>) -> Vec<Value> {
        let page = json!({
            "@context": CONTEXT,
            "@type": "WebPage",
            "name": self.title,
            "description": self.description,
            "url": place.whole(&self.url),
            "inLanguage": place.site.language,
        });
        vec![page, place.breadcrumbs(&[(&self.title, &self.url)])]
    }
}
