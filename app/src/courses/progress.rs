//! How a reader with an account stands in a course: enrolled or not, which lessons are done.

use std::collections::HashSet;

use chrono::Utc;
use entity::{
    enrollment::{self, EnrollmentSource, EnrollmentStatus},
    lesson, lesson_completion,
    post::{self, PostStatus},
    student, user,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use super::queries;

/// How somebody stands in a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Their student's id.
    pub student_id: i64,
    /// How they stand.
    pub status: EnrollmentStatus,
    /// The slugs of the lessons' posts that they completed.
    pub done: HashSet<String>,
}

/// How a user stands in a course; `None` for somebody who never enrolled.
///
/// # Errors
/// When the database does not answer.
pub async fn standing(
    db: &impl ConnectionTrait,
    user_id: i64,
    course_id: i64,
) -> Result<Option<Standing>, DbErr> {
    let found = enrollment::Entity::find()
        .inner_join(student::Entity)
        .filter(student::Column::UserId.eq(user_id))
        .filter(enrollment::Column::CourseId.eq(course_id))
        .one(db)
        .await?;
    let Some(enrollment) = found else { return Ok(None) };
    let done = lesson_completion::Entity::find()
        .select_only()
        .column(post::Column::Slug)
        .inner_join(lesson::Entity)
        .join(sea_orm::JoinType::InnerJoin, sea_orm::RelationTrait::def(&lesson::Relation::Post))
        .filter(lesson::Column::CourseId.eq(course_id))
        .filter(lesson_completion::Column::StudentId.eq(enrollment.student_id))
        .into_tuple::<String>()
        .all(db)
        .await?;
    Ok(Some(Standing {
        student_id: enrollment.student_id,
        status: enrollment.status,
        done: done.into_iter().collect(),
    }))
}

/// Enrols a user themselves, as the student that they are; one is made for who is none yet.
///
/// # Errors
/// When the database does not answer.
pub async fn enrol(db: &impl ConnectionTrait, user_id: i64, course_id: i64) -> Result<(), DbErr> {
    let student_id = match student_of(db, user_id).await? {
        Some(id) => id,
        None => {
            let user = user::Entity::find_by_id(user_id).one(db).await?;
            let user = user.ok_or_else(|| DbErr::RecordNotFound(format!("user {user_id}")))?;
            let now = Utc::now();
            let new = student::ActiveModel {
                name: Set(user.display_name),
                // Whether the address is theirs was never proved: a roster's entry with it may be somebody else.
                email: Set(None),
                user_id: Set(Some(user_id)),
                created_at: Set(now),
                updated_at: Set(now),
                ..Default::default()
            };
            new.insert(db).await?.id
        }
    };
    queries::enrol(db, course_id, student_id, EnrollmentSource::Student).await?;
    Ok(())
}

/// The student that a user is, if any.
///
/// # Errors
/// When the database does not answer.
pub async fn student_of(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<i64>, DbErr> {
    student::Entity::find()
        .select_only()
        .column(student::Column::Id)
        .filter(student::Column::UserId.eq(user_id))
        .into_tuple()
        .one(db)
        .await
}

/// Marks a lesson as done. With the last one of those that can be read the course is completed. False where the
/// course has no such lesson.
///
/// # Errors
/// When the database does not answer.
pub async fn complete(
    db: &impl ConnectionTrait,
    student_id: i64,
    course_id: i64,
    post_slug: &str,
) -> Result<bool, DbErr> {
    let lessons: Vec<(i64, String)> = lesson::Entity::find()
        .select_only()
        .column(lesson::Column::Id)
        .column(post::Column::Slug)
        .inner_join(post::Entity)
        .filter(lesson::Column::CourseId.eq(course_id))
        .filter(post::Column::Status.eq(PostStatus::Published))
        .order_by_asc(lesson::Column::Position)
        .order_by_asc(lesson::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let Some((lesson_id, _)) = lessons.iter().find(|(_, slug)| slug == post_slug) else { return Ok(false) };
    let now = Utc::now();
    let row = lesson_completion::ActiveModel {
        student_id: Set(student_id),
        lesson_id: Set(*lesson_id),
        completed_at: Set(now),
    };
    let key = [lesson_completion::Column::StudentId, lesson_completion::Column::LessonId];
    lesson_completion::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).do_nothing_on(key).to_owned())
        .exec_without_returning(db)
        .await?;
    let done: Vec<i64> = lesson_completion::Entity::find()
        .select_only()
        .column(lesson_completion::Column::LessonId)
        .filter(lesson_completion::Column::StudentId.eq(student_id))
        .filter(lesson_completion::Column::LessonId.is_in(lessons.iter().map(|(id, _)| *id)))
        .into_tuple()
        .all(db)
        .await?;
    let Some(enrollment) = enrollment::Entity::find_by_id((student_id, course_id)).one(db).await? else {
        return Ok(false);
    };
    let is_first_end = enrollment.completed_at.is_none();
    let mut change = enrollment.into_active_model();
    change.last_lesson_id = Set(Some(*lesson_id));
    if lessons.iter().all(|(id, _)| done.contains(id)) {
        change.status = Set(EnrollmentStatus::Completed);
        if is_first_end {
            change.completed_at = Set(Some(now));
        }
    }
    change.update(db).await?;
    Ok(true)
}
