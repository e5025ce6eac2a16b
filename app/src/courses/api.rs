//! Courses as JSON.

use actix_web::web::{self, Json};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries;
use crate::web::{AppData, Error, Result, openapi::Problem, pagination::ApiListQuery};

/// A course.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedCourse {
    id: i64,
    name: String,
    slug: String,
    summary: String,
    credits: f64,
    /// Whether students may enrol themselves
    is_open: bool,
    starts_on: Option<NaiveDate>,
}

/// A page of courses, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseList {
    courses: Vec<ListedCourse>,
    /// Courses in the whole list
    total: u64,
    /// Pages in the whole list
    pages: u64,
    current_page: u64,
}

/// A student of a course; addresses are never public.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseStudent {
    id: i64,
    name: String,
}

/// A page of a course's students, by id.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseStudents {
    students: Vec<CourseStudent>,
    /// Students in the whole list
    total: u64,
    /// Pages in the whole list
    pages: u64,
    current_page: u64,
}

/// List courses, by name
///
/// # Errors
/// 400 and 404 for a page that is none.
#[utoipa::path(get, operation_id = "list_courses", path = "/api/courses", tag = "courses",
    params(ApiListQuery), responses(
    (status = 200, body = CourseList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Beyond the last page", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(app: AppData, query: web::Query<ApiListQuery>) -> Result<Json<CourseList>> {
    let (number, per_page) = query.parse()?;
    let page = queries::list(app.db.read(), number, per_page).await?;
    Ok(Json(CourseList {
        total: page.total,
        pages: page.total.div_ceil(per_page),
        current_page: number.get(),
        courses: page.rows.into_iter().map(ListedCourse::from).collect(),
    }))
}

impl From<queries::Summary> for ListedCourse {
    fn from(row: queries::Summary) -> Self {
        Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            summary: row.summary,
            credits: row.credits,
            is_open: row.is_open,
            starts_on: row.starts_on,
        }
    }
}

/// List the students of a course, by id
///
/// # Errors
/// 404 for a course that is not there, and for a page that is none.
#[utoipa::path(get, operation_id = "list_course_students", path = "/api/courses/{id}/students", tag = "courses",
    params(("id" = i64, Path), ApiListQuery),
responses(
    (status = 200, body = CourseStudents),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn students(
    app: AppData,
    id: web::Path<i64>,
    query: web::Query<ApiListQuery>,
) -> Result<Json<CourseStudents>> {
    let (number, per_page) = query.parse()?;
    let course = queries::find(app.db.read(), *id).await?.ok_or(Error::NotFound)?;
    let page = queries::students(app.db.read(), course.id, number, per_page).await?;
    Ok(Json(CourseStudents {
        total: page.total,
        pages: page.total.div_ceil(per_page),
        current_page: number.get(),
        students: page.rows.into_iter().map(|(id, name)| CourseStudent { id, name }).collect(),
    }))
}
