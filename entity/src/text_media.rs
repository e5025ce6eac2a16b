//! Which texts beside the posts' own have files in them.

use sea_orm::entity::prelude::*;

/// A row of `text_media`: a file whose address stands in a course's description, in a page, or in a revision of a post,
/// one that was never saved among them.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "text_media")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The course, if it is one's.
    #[sea_orm(indexed)]
    pub course_id: Option<i64>,
    /// The page, if it is one's.
    #[sea_orm(indexed)]
    pub page_id: Option<i64>,
    /// The revision, if it is one's.
    #[sea_orm(indexed)]
    pub revision_id: Option<i64>,
    /// The file's name in the store, at most 64 characters. It need not be there.
    #[sea_orm(indexed, column_type = "String(StringLen::N(64))")]
    pub name: String,
    /// The course.
    #[sea_orm(belongs_to, from = "course_id", to = "id", on_delete = "Cascade")]
    pub course: BelongsTo<Option<super::course::Entity>>,
    /// The page.
    #[sea_orm(belongs_to, from = "page_id", to = "id", on_delete = "Cascade")]
    pub page: BelongsTo<Option<super::page::Entity>>,
    /// The revision.
    #[sea_orm(belongs_to, from = "revision_id", to = "id", on_delete = "Cascade")]
    pub revision: BelongsTo<Option<super::post_revision::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
