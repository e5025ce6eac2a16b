//! Which post has which tag.

use sea_orm::entity::prelude::*;

/// A row of `post_tags`; it goes with its post and with its tag.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_tags")]
pub struct Model {
    /// The post.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// The tag.
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub tag_id: i64,
    /// When the post went public; nothing as long as it is not. What saves posts keeps it true.
    pub published_at: Option<DateTimeUtc>,
    /// The post.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
    /// The tag.
    #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
    pub tag: BelongsTo<super::tag::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
