//! Reading students.

use entity::{
    course,
    enrollment::{self, EnrollmentSource, EnrollmentStatus},
    student,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType, Order, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait,
};

use crate::web::{
    Result,
    pagination::{PageNumber, PageOf},
};

/// What the admin and its history call students.
pub const RESOURCE: &str = "students";

/// A page of students, by id.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(
    db: &impl ConnectionTrait,
    number: PageNumber,
    per_page: u64,
) -> Result<PageOf<student::Model>> {
    let rows = student::Entity::find()
        .order_by(student::Column::Id, Order::Asc)
        .limit(per_page)
        .offset(number.offset(per_page))
        .all(db)
        .await?;
    let total: Option<i64> = student::Entity::find()
        .select_only()
        .column_as(student::Column::Id.count(), "n")
        .into_tuple()
        .one(db)
        .await?;
    PageOf::new(rows, total.unwrap_or_default() as u64, number, per_page)
}

/// The student that a user made of themselves by enrolling: one without an address, whom nobody but they put on a
/// roster. They go with the user; any other student stays, without their account.
///
/// # Errors
/// When the database does not answer.
pub async fn self_made(db: &DatabaseTransaction, user_id: i64) -> Result<Option<i64>, DbErr> {
    let of_user = student::Entity::find()
        .filter(student::Column::UserId.eq(user_id))
        .filter(student::Column::Email.is_null());
    let Some(student) = of_user.one(db).await? else { return Ok(None) };
    let by_others = enrollment::Entity::find()
        .filter(enrollment::Column::StudentId.eq(student.id))
        .filter(enrollment::Column::Source.ne(EnrollmentSource::Student));
    Ok(by_others.one(db).await?.is_none().then_some(student.id))
}

/// Deletes a student, with their enrolments.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    student::Entity::delete_by_id(id).exec(db).await.map(drop)
}

/// The student with this id.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<student::Model>, DbErr> {
    student::Entity::find_by_id(id).one(db).await
}

/// The courses that a student has not left, by name: (id, name).
///
/// # Errors
/// When the database does not answer.
pub async fn courses_of(db: &impl ConnectionTrait, student: i64) -> Result<Vec<(i64, String)>, DbErr> {
    course::Entity::find()
        .select_only()
        .columns([course::Column::Id, course::Column::Name])
        .join_rev(JoinType::InnerJoin, enrollment::Relation::Course.def())
        .filter(enrollment::Column::StudentId.eq(student))
        .filter(enrollment::Column::Status.ne(EnrollmentStatus::Left))
        .order_by(course::Column::Name, Order::Asc)
        .order_by(course::Column::Id, Order::Asc)
        .into_tuple()
        .all(db)
        .await
}
