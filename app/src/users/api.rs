//! Users as JSON.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Json},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::queries;
use crate::{
    admin::json,
    auth::Viewer,
    posts::queries as posts,
    web::{
        App, AppData, Error, Result,
        body::JsonBody,
        idempotency,
        openapi::{Changed, Deleted, IdempotencyKey, IfExists, Problem, Which},
        pagination::ApiListQuery,
    },
};

/// A user in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedUser {
    id: i64,
    username: String,
}

/// A page of users, by id.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserList {
    users: Vec<ListedUser>,
    /// Users in the whole list
    total: u64,
    /// Pages in the whole list
    pages: u64,
    current_page: u64,
}

/// A public post of a user.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserPost {
    id: i64,
    title: String,
}

/// A user with their public posts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserDetail {
    id: i64,
    username: String,
    posts: Vec<UserPost>,
}

/// List users, by id
///
/// # Errors
/// 400 and 404 for a page that is none.
#[utoipa::path(get, operation_id = "list_users", path = "/api/users", tag = "users",
    params(ApiListQuery), responses(
    (status = 200, body = UserList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Beyond the last page", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(app: AppData, query: web::Query<ApiListQuery>) -> Result<Json<UserList>> {
    let (number, per_page) = query.parse()?;
    let page = queries::list(app.db.read(), number, per_page).await?;
    Ok(Json(UserList {
        total: page.total,
        pages: page.total.div_ceil(per_page),
        current_page: number.get(),
        users: page.rows.into_iter().map(|(id, username)| ListedUser { id, username }).collect(),
    }))
}

/// Read a user and the titles of their public posts
///
/// # Errors
/// 404 for nobody.
#[utoipa::path(get, operation_id = "read_user", path = "/api/users/{id}", tag = "users",
    params(("id" = i64, Path)), responses(
    (status = 200, body = UserDetail),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(app: AppData, id: web::Path<i64>) -> Result<Json<UserDetail>> {
    let user =
        queries::find(app.db.read(), *id).await?.filter(|user| user.is_active).ok_or(Error::NotFound)?;
    let posts = posts::titles_by_author(app.db.read(), user.id).await?;
    let posts = posts.into_iter().map(|post| UserPost { id: post.id, title: post.title }).collect();
    Ok(Json(UserDetail { id: user.id, username: user.username, posts }))
}

/// What may be said of a user
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "the admin's declaration says the same; this is its description for the document"
)]
pub struct UserInput {
    /// Letters, digits, dots, underscores and hyphens, at most 40; needed for a new user
    username: Option<String>,
    /// Needed for a new user; never public
    email: Option<String>,
    /// At most 80 characters; without it, the username
    display_name: Option<String>,
    /// Plain text
    bio: Option<String>,
    /// `admin`, `editor`, `author` (the default) or `member`
    role: Option<String>,
    /// Somebody who is not active cannot sign in
    is_active: Option<bool>,
    /// At least 10 characters; without one they cannot sign in
    password: Option<String>,
}

/// Make a user
///
/// # Errors
/// See `admin::json::create`.
#[utoipa::path(post, operation_id = "create_user", path = "/api/users", tag = "users",
    security(("token" = [])), params(IfExists, IdempotencyKey), request_body = UserInput, responses(
    (status = 201, body = ListedUser),
    (status = 200, description = "One with this username was there (if_exists=return)", body = ListedUser),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
pub async fn create(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    body: JsonBody,
) -> Result<HttpResponse> {
    idempotency::once(&app, &viewer, &request, &body, async || {
        let (id, status) = json::create(&app, &viewer, &request, "users", "username", &body, |_| {}).await?;
        Ok(HttpResponse::build(status).json(listed(&app, id).await?))
    })
    .await
}

/// Change the given fields of a user
///
/// # Errors
/// See `admin::json::change`.
#[utoipa::path(patch, operation_id = "change_user", path = "/api/users/{id}", tag = "users",
    security(("token" = [])), params(("id" = i64, Path)), request_body = UserInput, responses(
    (status = 200, body = ListedUser),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(
    app: AppData,
    id: web::Path<i64>,
    viewer: Viewer,
    body: JsonBody,
) -> Result<Json<ListedUser>> {
    json::change(&app, &viewer, "users", *id, &body).await?;
    Ok(Json(listed(&app, *id).await?))
}

/// Delete a user
///
/// # Errors
/// See `admin::json::remove`.
#[utoipa::path(delete, operation_id = "delete_user", path = "/api/users/{id}", tag = "users",
    security(("token" = [])), params(("id" = i64, Path)), responses(
    (status = 204),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(app: AppData, id: web::Path<i64>, viewer: Viewer) -> Result<HttpResponse> {
    json::remove(&app, &viewer, "users", *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change the given fields of all users that the query means, all or none
///
/// # Errors
/// See `admin::json::change_many`.
#[utoipa::path(patch, operation_id = "change_users", path = "/api/users", tag = "users",
    security(("token" = [])), params(Which), request_body = UserInput, responses(
    (status = 200, body = Changed),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
))]
pub async fn change_many(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    body: JsonBody,
) -> Result<Json<Changed>> {
    let changed = json::change_many(&app, &viewer, &request, "users", &body).await?;
    Ok(Json(Changed { changed }))
}

/// Delete all users that the query means, all or none
///
/// # Errors
/// See `admin::json::remove_many`.
#[utoipa::path(delete, operation_id = "delete_users", path = "/api/users", tag = "users",
    security(("token" = [])), params(Which), responses(
    (status = 200, body = Deleted),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove_many(app: AppData, request: HttpRequest, viewer: Viewer) -> Result<Json<Deleted>> {
    Ok(Json(Deleted { deleted: json::remove_many(&app, &viewer, &request, "users").await? }))
}

/// A user as it was just stored.
async fn listed(app: &App, id: i64) -> Result<ListedUser> {
    let user = queries::find(app.db.latest(), id).await?.ok_or(Error::NotFound)?;
    Ok(ListedUser { id: user.id, username: user.username })
}
