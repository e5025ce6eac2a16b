//! What an import brought in, so that importing again finds it.

use sea_orm::entity::prelude::*;

/// A row of `imports`: the source of one post. It goes with the post.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    /// SHA-256 in hexadecimal of what identifies the source over time (its address on the old site).
    #[sea_orm(primary_key, auto_increment = false, column_type = "Char(Some(64))")]
    pub source: String,
    /// SHA-256 in hexadecimal of the source's content as last imported.
    #[sea_orm(column_type = "Char(Some(64))")]
    pub digest: String,
    /// The post it became.
    #[sea_orm(unique)]
    pub post_id: i64,
    /// When it was last imported.
    pub imported_at: DateTimeUtc,
    /// The post it became.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
