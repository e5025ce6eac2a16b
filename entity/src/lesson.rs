//! Which post is which lesson of a course.

use sea_orm::entity::prelude::*;

/// A row of `lessons`: a post at a place in a course. It goes with either.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lessons")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The course; a post is in it once.
    #[sea_orm(unique_key = "course_post", indexed)]
    pub course_id: i64,
    /// The post to read.
    #[sea_orm(unique_key = "course_post", indexed)]
    pub post_id: i64,
    /// The place in the course: lower comes first, gaps are fine.
    #[sea_orm(default_value = 0)]
    pub position: i32,
    /// The course.
    #[sea_orm(belongs_to, from = "course_id", to = "id", on_delete = "Cascade")]
    pub course: BelongsTo<super::course::Entity>,
    /// The post to read.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::post::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
