//! Which posts show which files.

use sea_orm::entity::prelude::*;

/// A row of `post_media`: a file whose address stands in a post's text, or is its cover.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_media")]
pub struct Model {
    /// The post; goes with it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// The file's name in the store, at most 64 characters. It need not be there.
    #[sea_orm(primary_key, auto_increment = false, indexed, column_type = "String(StringLen::N(64))")]
    pub name: String,
    /// The post.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
