//! Words that group posts.

use sea_orm::entity::prelude::*;

/// A row of `tags`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tags")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// As first written, at most 50 characters.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub name: String,
    /// Unique, at most 50 characters of any script; two names with one slug are one tag.
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub slug: String,
    /// The posts under this tag.
    #[sea_orm(has_many, via = "post_tag")]
    pub posts: HasMany<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
