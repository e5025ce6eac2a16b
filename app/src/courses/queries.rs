//! Reading courses, their lessons and their students.

use chrono::NaiveDate;
use entity::{
    course,
    enrollment::{self, EnrollmentSource, EnrollmentStatus},
    lesson,
    post::{self, PostStatus},
    student,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, Order, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait,
    sea_query::{Expr, Func, OnConflict},
};

use crate::web::{
    Result,
    pagination::{PageNumber, PageOf},
};

/// What lists show of a course.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Summary {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its address's last part.
    pub slug: String,
    /// Plain text, may be empty.
    pub summary: String,
    /// What finishing it counts for.
    pub credits: f64,
    /// Whether students may enrol themselves.
    pub is_open: bool,
    /// The day it begins.
    pub starts_on: Option<NaiveDate>,
}

/// A lesson as a syllabus lists it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LessonRow {
    /// Its post's title.
    pub title: String,
    /// Its post's slug.
    pub slug: String,
    /// Its post's summary, or else its beginning.
    pub excerpt: String,
    /// Its post's words.
    pub word_count: i32,
}

/// A page of courses, by name.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(db: &impl ConnectionTrait, number: PageNumber, per_page: u64) -> Result<PageOf<Summary>> {
    use course::Column as C;
    let rows = course::Entity::find()
        .select_only()
        .columns([C::Id, C::Name, C::Slug, C::Summary, C::Credits, C::IsOpen, C::StartsOn])
        .order_by(Func::lower(Expr::col(C::Name)), Order::Asc)
        .order_by(C::Id, Order::Asc)
        .limit(per_page)
        .offset(number.offset(per_page))
        .into_model()
        .all(db)
        .await?;
    let total: Option<i64> =
        course::Entity::find().select_only().column_as(C::Id.count(), "n").into_tuple().one(db).await?;
    PageOf::new(rows, total.unwrap_or_default() as u64, number, per_page)
}

/// The number of readable lessons of each of these courses: (course, lessons).
///
/// # Errors
/// When the database does not answer.
pub async fn lesson_counts(db: &impl ConnectionTrait, courses: &[i64]) -> Result<Vec<(i64, i64)>, DbErr> {
    lesson::Entity::find()
        .select_only()
        .column(lesson::Column::CourseId)
        .column_as(lesson::Column::Id.count(), "n")
        .inner_join(post::Entity)
        .filter(post::Column::Status.eq(PostStatus::Published))
        .filter(lesson::Column::CourseId.is_in(courses.iter().copied()))
        .group_by(lesson::Column::CourseId)
        .into_tuple()
        .all(db)
        .await
}

/// The number of students of each of these courses, those who left or wait not counted: (course, students).
///
/// # Errors
/// When the database does not answer.
pub async fn student_counts(db: &impl ConnectionTrait, courses: &[i64]) -> Result<Vec<(i64, i64)>, DbErr> {
    enrollment::Entity::find()
        .select_only()
        .column(enrollment::Column::CourseId)
        .column_as(enrollment::Column::StudentId.count(), "n")
        .filter(enrollment::Column::CourseId.is_in(courses.iter().copied()))
        .filter(enrollment::Column::Status.is_in(ENROLLED))
        .group_by(enrollment::Column::CourseId)
        .into_tuple()
        .all(db)
        .await
}

/// Who counts as a student of a course.
const ENROLLED: [EnrollmentStatus; 2] = [EnrollmentStatus::Active, EnrollmentStatus::Completed];

/// The course with this slug.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<course::Model>, DbErr> {
    let course = course::Entity::find().filter(course::Column::Slug.eq(slug)).one(db).await?;
    // Once more: MySQL and MariaDB overlook blanks at the end.
    Ok(course.filter(|course| course.slug == slug))
}

/// The course with this id.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<course::Model>, DbErr> {
    course::Entity::find_by_id(id).one(db).await
}

/// Opens courses to students who enrol themselves, or closes them. Gives those that were not so already.
///
/// # Errors
/// When the database does not answer.
pub async fn set_open(db: &impl ConnectionTrait, ids: &[i64], is_open: bool) -> Result<Vec<i64>, DbErr> {
    let others: Vec<i64> = course::Entity::find()
        .select_only()
        .column(course::Column::Id)
        .filter(course::Column::Id.is_in(ids.iter().copied()))
        .filter(course::Column::IsOpen.ne(is_open))
        .into_tuple()
        .all(db)
        .await?;
    let change = course::ActiveModel {
        is_open: Set(is_open),
        updated_at: Set(chrono::Utc::now()),
        ..Default::default()
    };
    course::Entity::update_many()
        .set(change)
        .filter(course::Column::Id.is_in(others.iter().copied()))
        .exec(db)
        .await?;
    Ok(others)
}

/// A course's readable lessons in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn lessons(db: &impl ConnectionTrait, course: i64) -> Result<Vec<LessonRow>, DbErr> {
    lesson::Entity::find()
        .select_only()
        .columns([post::Column::Title, post::Column::Slug, post::Column::Excerpt, post::Column::WordCount])
        .inner_join(post::Entity)
        .filter(lesson::Column::CourseId.eq(course))
        .filter(post::Column::Status.eq(PostStatus::Published))
        .order_by(lesson::Column::Position, Order::Asc)
        .order_by(lesson::Column::Id, Order::Asc)
        .into_model()
        .all(db)
        .await
}

/// A page of a course's students by id, those who left or wait not among them: (id, name).
///
/// # Errors
/// 404 beyond the last page.
pub async fn students(
    db: &impl ConnectionTrait,
    course: i64,
    number: PageNumber,
    per_page: u64,
) -> Result<PageOf<(i64, String)>> {
    let rows = student::Entity::find()
        .select_only()
        .columns([student::Column::Id, student::Column::Name])
        .join_rev(JoinType::InnerJoin, enrollment::Relation::Student.def())
        .filter(enrollment::Column::CourseId.eq(course))
        .filter(enrollment::Column::Status.is_in(ENROLLED))
        .order_by(student::Column::Id, Order::Asc)
        .limit(per_page)
        .offset(number.offset(per_page))
        .into_tuple()
        .all(db)
        .await?;
    let total = student_counts(db, &[course]).await?.first().map_or(0, |(_, count)| *count);
    PageOf::new(rows, total as u64, number, per_page)
}

/// Puts a student on a course's roster; whoever left comes back, with their progress. Gives how they stand, none
/// where the course or the student is not there.
///
/// # Errors
/// When the database does not answer.
pub async fn enrol(
    db: &impl ConnectionTrait,
    course: i64,
    student: i64,
    source: EnrollmentSource,
) -> Result<Option<EnrollmentStatus>, DbErr> {
    if !are_known(db, course, student).await? {
        return Ok(None);
    }
    let row = enrollment::ActiveModel {
        student_id: Set(student),
        course_id: Set(course),
        status: Set(EnrollmentStatus::Active),
        source: Set(source),
        enrolled_at: Set(chrono::Utc::now()),
        completed_at: Set(None),
        last_lesson_id: Set(None),
    };
    let key = [enrollment::Column::StudentId, enrollment::Column::CourseId];
    enrollment::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).do_nothing_on(key).to_owned())
        .exec_without_returning(db)
        .await?;
    let back = enrollment::ActiveModel { status: Set(EnrollmentStatus::Active), ..Default::default() };
    enrollment::Entity::update_many()
        .set(back)
        .filter(enrollment::Column::StudentId.eq(student))
        .filter(enrollment::Column::CourseId.eq(course))
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Left))
        .exec(db)
        .await?;
    Ok(enrollment::Entity::find_by_id((student, course)).one(db).await?.map(|row| row.status))
}

/// Whether a student is on a course's roster, whoever left left out.
///
/// # Errors
/// When the database does not answer.
pub async fn is_on_roster(db: &impl ConnectionTrait, course: i64, student: i64) -> Result<bool, DbErr> {
    let row = enrollment::Entity::find_by_id((student, course)).lock_exclusive().one(db).await?;
    Ok(row.is_some_and(|row| row.status != EnrollmentStatus::Left))
}

/// Takes a student off a course's roster; their progress is kept. False where the course or the student is not there.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(db: &impl ConnectionTrait, course: i64, student: i64) -> Result<bool, DbErr> {
    if !are_known(db, course, student).await? {
        return Ok(false);
    }
    let left = enrollment::ActiveModel { status: Set(EnrollmentStatus::Left), ..Default::default() };
    enrollment::Entity::update_many()
        .set(left)
        .filter(enrollment::Column::StudentId.eq(student))
        .filter(enrollment::Column::CourseId.eq(course))
        .exec(db)
        .await?;
    Ok(true)
}

async fn are_known(db: &impl ConnectionTrait, course: i64, student: i64) -> Result<bool, DbErr> {
    Ok(find(db, course).await?.is_some() && student::Entity::find_by_id(student).one(db).await?.is_some())
}
