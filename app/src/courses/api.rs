//! Courses as JSON.

use actix_web::{
    HttpResponse,
    web::{self, Json},
};
use chrono::NaiveDate;
use entity::{
    course,
    enrollment::{EnrollmentSource, EnrollmentStatus},
};
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries;
use crate::{
    admin::{
        json,
        log::{self, Changed, Entry},
        names,
    },
    auth::{self, Permission, Viewer},
    web::{App, AppData, Error, Result, openapi::Problem, pagination::ApiListQuery},
};

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

/// A course with its lessons
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseDetail {
    #[serde(flatten)]
    course: ListedCourse,
    /// Markdown
    description: String,
    /// Rendered and sanitised
    html: String,
    /// Those that can be read, in their order
    lessons: Vec<CourseLesson>,
}

/// A lesson of a course
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseLesson {
    title: String,
    slug: String,
}

/// Read a course
///
/// # Errors
/// 404 where there is none with this id.
#[utoipa::path(get, operation_id = "read_course", path = "/api/courses/{id}", tag = "courses",
    params(("id" = i64, Path)), responses(
    (status = 200, body = CourseDetail),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(app: AppData, id: web::Path<i64>) -> Result<Json<CourseDetail>> {
    let course = queries::find(app.db.read(), *id).await?.ok_or(Error::NotFound)?;
    let lessons = queries::lessons(app.db.read(), course.id).await?;
    Ok(Json(CourseDetail {
        description: course.description.clone(),
        html: course.html.clone(),
        lessons: lessons.into_iter().map(|row| CourseLesson { title: row.title, slug: row.slug }).collect(),
        course: course.into(),
    }))
}

impl From<course::Model> for ListedCourse {
    fn from(row: course::Model) -> Self {
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

/// What may be said of a course
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "the admin's declaration says the same; this is its description for the document"
)]
pub struct CourseInput {
    /// At most 80 characters; needed for a new course
    name: Option<String>,
    /// At most 500 characters
    summary: Option<String>,
    /// Markdown
    description: Option<String>,
    /// 0 or more
    credits: Option<f64>,
    /// Whether students may enrol themselves
    is_open: Option<bool>,
    starts_on: Option<NaiveDate>,
    /// The last part of its address; without it, made of the name
    slug: Option<String>,
    /// Ids of the students on its roster
    students: Option<Vec<i64>>,
}

/// How a student stands in a course
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolment {
    course_id: i64,
    student_id: i64,
    /// `active`, `waiting`, `completed`
    #[schema(value_type = String)]
    status: EnrollmentStatus,
}

/// Put a student on a course's roster; once is as good as twice
///
/// # Errors
/// 404 for a course or a student that is not there.
#[utoipa::path(put, operation_id = "enrol_student", path = "/api/courses/{id}/students/{student_id}", tag = "courses",
    security(("token" = [])), params(("id" = i64, Path), ("student_id" = i64, Path)), responses(
    (status = 200, body = Enrolment),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn enrol(app: AppData, ids: web::Path<(i64, i64)>, viewer: Viewer) -> Result<Json<Enrolment>> {
    viewer.demand(Permission::ManageStudents)?;
    let (course_id, student_id) = ids.into_inner();
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let before = queries::is_on_roster(&transaction, course_id, student_id).await?;
    let status = queries::enrol(&transaction, course_id, student_id, EnrollmentSource::Api).await?;
    let status = status.ok_or(Error::NotFound)?;
    if !before {
        remember(&transaction, &app, &viewer, course_id, student_id, true).await?;
    }
    transaction.commit().await?;
    Ok(Json(Enrolment { course_id, student_id, status }))
}

/// Take a student off a course's roster; their progress is kept
///
/// # Errors
/// 404 for a course or a student that is not there.
#[utoipa::path(delete, operation_id = "unenrol_student", path = "/api/courses/{id}/students/{student_id}",
    tag = "courses", security(("token" = [])), params(("id" = i64, Path), ("student_id" = i64, Path)), responses(
    (status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn leave(app: AppData, ids: web::Path<(i64, i64)>, viewer: Viewer) -> Result<HttpResponse> {
    viewer.demand(Permission::ManageStudents)?;
    let (course_id, student_id) = ids.into_inner();
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let before = queries::is_on_roster(&transaction, course_id, student_id).await?;
    if !queries::leave(&transaction, course_id, student_id).await? {
        return Err(Error::NotFound);
    }
    if before {
        remember(&transaction, &app, &viewer, course_id, student_id, false).await?;
    }
    transaction.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Writes down in the course's history that a student was put on its roster or taken off, as its form does.
async fn remember(
    transaction: &DatabaseTransaction,
    app: &App,
    viewer: &Viewer,
    course_id: i64,
    student_id: i64,
    added: bool,
) -> Result<()> {
    let title = async |resource: &str, key: i64| {
        let resource = app.admin.find(resource).ok_or(Error::NotFound)?;
        let titles = names::titles(transaction, resource, &[key]).await?;
        Ok::<_, Error>(titles.get(&key).cloned().unwrap_or_default())
    };
    let student = title("students", student_id).await?;
    let change = match added {
        true => Changed::new("students", "Students added", "", student),
        false => Changed::new("students", "Students removed", student, ""),
    };
    let key = course_id.to_string();
    let entry = Entry { key, title: title("courses", course_id).await?, changes: vec![change] };
    Ok(log::record(transaction, viewer, "courses", log::CHANGE, entry).await?)
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

json::writers! {
    "courses" of a "course" at "/api/courses" and "/api/courses/{id}",
    known by "slug" in "slug",
    named "create_course", "change_course", "delete_course", "change_courses", "delete_courses",
    from CourseInput to ListedCourse,
    completed by |_| {}
}

/// A course as it was just stored.
async fn listed(app: &App, id: i64) -> Result<ListedCourse> {
    Ok(queries::find(app.db.latest(), id).await?.ok_or(Error::NotFound)?.into())
}
