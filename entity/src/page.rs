//! Pages that are no posts: about, imprint.

use sea_orm::entity::prelude::*;

/// A row of `pages`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pages")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// At most 200 characters.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    /// Unique, at most 200 characters of any script; the page's URL is `/{slug}`.
    #[sea_orm(unique, column_type = "String(StringLen::N(200))")]
    pub slug: String,
    /// Plain text of at most 500 characters, for search engines; may be empty.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub summary: String,
    /// Markdown, as written.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// `content` rendered and sanitised when it was saved.
    #[sea_orm(column_type = "Text")]
    pub html: String,
    /// The summary, or else the text's beginning; at most 500 characters.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub excerpt: String,
    /// Whether readers see it.
    #[sea_orm(default_value = false)]
    pub is_published: bool,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
