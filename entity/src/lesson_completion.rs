//! Which student completed which lesson.

use sea_orm::entity::prelude::*;

/// A row of `lesson_completions`; it goes with its student and with its lesson.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lesson_completions")]
pub struct Model {
    /// The student.
    #[sea_orm(primary_key, auto_increment = false)]
    pub student_id: i64,
    /// The lesson.
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub lesson_id: i64,
    /// When.
    pub completed_at: DateTimeUtc,
    /// The student.
    #[sea_orm(belongs_to, from = "student_id", to = "id", on_delete = "Cascade")]
    pub student: BelongsTo<super::student::Entity>,
    /// The lesson.
    #[sea_orm(belongs_to, from = "lesson_id", to = "id", on_delete = "Cascade")]
    pub lesson: BelongsTo<super::lesson::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
