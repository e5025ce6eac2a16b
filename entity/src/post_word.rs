//! Which words stand in the titles of public posts, so that the newest with one of them are found without looking at others.

use sea_orm::entity::prelude::*;

/// A row of `post_words`: a word of a post's title. What keeps the search index keeps it; it goes with its post.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_words")]
pub struct Model {
    /// The word as the search spells it: `[a-z0-9]`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(80))")]
    pub word: String,
    /// The post.
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub post_id: i64,
    /// The post.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
