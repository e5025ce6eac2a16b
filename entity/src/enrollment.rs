//! Who takes which course, and how far they are.

use sea_orm::entity::prelude::*;

/// How a student stands in a course.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum EnrollmentStatus {
    /// Taking the course.
    #[sea_orm(string_value = "active")]
    Active,
    /// Asked to join, not yet in.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// Left; progress is kept.
    #[sea_orm(string_value = "left")]
    Left,
    /// Finished every lesson.
    #[sea_orm(string_value = "completed")]
    Completed,
}

/// How an enrolment came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(
    value_type = "String",
    column_type = "String(StringLen::N(16))",
    from_str = "EnrollmentSource::from_str",
    to_str = "EnrollmentSource::as_str"
)]
pub enum EnrollmentSource {
    /// The student did it: `self`.
    Student,
    /// Whoever runs the course put them on its roster: `roster`.
    Roster,
    /// A client of the API: `api`.
    Api,
}

// By hand: `DeriveActiveEnum` would make an identifier of each value, and `Self` is a keyword.
impl EnrollmentSource {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Student => "self",
            Self::Roster => "roster",
            Self::Api => "api",
        }
    }

    fn from_str(value: &str) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
        match value {
            "self" => Ok(Self::Student),
            "roster" => Ok(Self::Roster),
            "api" => Ok(Self::Api),
            _ => Err(sea_orm::sea_query::ValueTypeErr),
        }
    }
}

/// A row of `enrollments`; it goes with its student and with its course.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollments")]
pub struct Model {
    /// The student.
    #[sea_orm(primary_key, auto_increment = false)]
    pub student_id: i64,
    /// The course.
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub course_id: i64,
    /// How the student stands.
    #[sea_orm(default_value = "active")]
    pub status: EnrollmentStatus,
    /// How it came about.
    #[sea_orm(default_value = "roster")]
    pub source: EnrollmentSource,
    /// When it came about.
    pub enrolled_at: DateTimeUtc,
    /// When the last lesson was completed.
    pub completed_at: Option<DateTimeUtc>,
    /// Where to go on reading.
    #[sea_orm(indexed)]
    pub last_lesson_id: Option<i64>,
    /// The student.
    #[sea_orm(belongs_to, from = "student_id", to = "id", on_delete = "Cascade")]
    pub student: BelongsTo<super::student::Entity>,
    /// The course.
    #[sea_orm(belongs_to, from = "course_id", to = "id", on_delete = "Cascade")]
    pub course: BelongsTo<super::course::Entity>,
    /// Where to go on reading.
    #[sea_orm(belongs_to, from = "last_lesson_id", to = "id", on_delete = "SetNull")]
    pub last_lesson: BelongsTo<Option<super::lesson::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
