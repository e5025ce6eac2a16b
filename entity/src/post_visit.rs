//! How often posts are read.

use sea_orm::entity::prelude::*;

/// A row of `post_visits`: the views of one post on one day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_visits")]
pub struct Model {
    /// The post; goes with it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// The day, in the site's time zone at that time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// How often the post was read.
    pub count: i64,
    /// The post.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
