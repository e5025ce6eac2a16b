//! Courses: posts in an order, for students.

use sea_orm::entity::prelude::*;

/// A row of `courses`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "courses")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// At most 80 characters.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    pub name: String,
    /// Unique, at most 80 characters of any script; the course's URL is `/courses/{slug}`.
    #[sea_orm(unique, column_type = "String(StringLen::N(80))")]
    pub slug: String,
    /// Plain text of at most 500 characters for lists.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub summary: String,
    /// Markdown, as written.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// `description` rendered and sanitised when it was saved.
    #[sea_orm(column_type = "Text")]
    pub html: String,
    /// What finishing it counts for; 0 or more.
    #[sea_orm(column_type = "Double", default_value = 0.0)]
    pub credits: f64,
    /// Whether students may enrol themselves.
    #[sea_orm(default_value = true)]
    pub is_open: bool,
    /// The day it begins; none for one without a calendar.
    pub starts_on: Option<Date>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// Its lessons, ordered by their position.
    #[sea_orm(has_many)]
    pub lessons: HasMany<super::lesson::Entity>,
    /// Who is or was enrolled.
    #[sea_orm(has_many, via = "enrollment")]
    pub students: HasMany<super::student::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
