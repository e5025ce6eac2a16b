//! Students as JSON: for those who may see them, since names and addresses are nobody else's business.

use actix_web::web::{self, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::queries;
use crate::{
    admin::json,
    auth::{Permission, Viewer},
    web::{App, AppData, Error, Result, openapi::Problem, pagination::ApiListQuery},
};

/// A student
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedStudent {
    id: i64,
    name: String,
    email: Option<String>,
}

/// A page of students, by id
#[derive(Debug, Serialize, ToSchema)]
pub struct StudentList {
    students: Vec<ListedStudent>,
    /// Students in the whole list
    total: u64,
    /// Pages in the whole list
    pages: u64,
    current_page: u64,
}

/// A course that a student takes or took
#[derive(Debug, Serialize, ToSchema)]
pub struct StudentCourse {
    id: i64,
    name: String,
}

/// A student with their courses
#[derive(Debug, Serialize, ToSchema)]
pub struct StudentDetail {
    #[serde(flatten)]
    student: ListedStudent,
    /// Those that they have not left
    courses: Vec<StudentCourse>,
}

/// What may be said of a student
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "the admin's declaration says the same; this is its description for the document"
)]
pub struct StudentInput {
    /// At most 80 characters; needed for a new student
    name: Option<String>,
    /// Nobody else's
    email: Option<String>,
    /// The account that they sign in with; admins only
    user_id: Option<i64>,
    /// Ids of the courses that they take
    courses: Option<Vec<i64>>,
}

impl From<entity::student::Model> for ListedStudent {
    fn from(row: entity::student::Model) -> Self {
        Self { id: row.id, name: row.name, email: row.email }
    }
}

/// List students, by id
///
/// # Errors
/// 400 and 404 for a page that is none.
#[utoipa::path(get, operation_id = "list_students", path = "/api/students", tag = "students",
    security(("token" = [])), params(ApiListQuery), responses(
    (status = 200, body = StudentList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Beyond the last page", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    app: AppData,
    query: web::Query<ApiListQuery>,
    viewer: Viewer,
) -> Result<Json<StudentList>> {
    viewer.demand(Permission::ManageStudents)?;
    let (number, per_page) = query.parse()?;
    let page = queries::list(app.db.read(), number, per_page).await?;
    Ok(Json(StudentList {
        total: page.total,
        pages: page.total.div_ceil(per_page),
        current_page: number.get(),
        students: page.rows.into_iter().map(Into::into).collect(),
    }))
}

/// Read a student and the courses that they take
///
/// # Errors
/// 404 where there is none with this id.
#[utoipa::path(get, operation_id = "read_student", path = "/api/students/{id}", tag = "students",
    security(("token" = [])), params(("id" = i64, Path)), responses(
    (status = 200, body = StudentDetail),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(app: AppData, id: web::Path<i64>, viewer: Viewer) -> Result<Json<StudentDetail>> {
    viewer.demand(Permission::ManageStudents)?;
    let student = queries::find(app.db.read(), *id).await?.ok_or(Error::NotFound)?;
    let courses = queries::courses_of(app.db.read(), student.id).await?;
    let courses = courses.into_iter().map(|(id, name)| StudentCourse { id, name }).collect();
    Ok(Json(StudentDetail { student: student.into(), courses }))
}

json::writers! {
    "students" at "/api/students" and "/api/students/{id}",
    known by "email",
    named "create_student", "change_student", "delete_student", "change_students", "delete_students",
    from StudentInput to ListedStudent,
    completed by |_| {}
}

/// A student as it was just stored.
async fn listed(app: &App, id: i64) -> Result<ListedStudent> {
    Ok(queries::find(app.db.latest(), id).await?.ok_or(Error::NotFound)?.into())
}
