//! Users as JSON.

use actix_web::web::{self, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::queries;
use crate::{
    admin::json,
    posts::queries as posts,
    web::{App, AppData, Error, Result, openapi::Problem, pagination::ApiListQuery},
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
    let page = queries::list(&app.db, number, per_page).await?;
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

json::writers! {
    "users" of a "user" at "/api/users" and "/api/users/{id}",
    known by "username" in "username_key",
    named "create_user", "change_user", "delete_user", "change_users", "delete_users",
    from UserInput to ListedUser,
    completed by |_| {}
}

/// A user as it was just stored.
async fn listed(app: &App, id: i64) -> Result<ListedUser> {
    let user = queries::find(app.db.latest(), id).await?.ok_or(Error::NotFound)?;
    Ok(ListedUser { id: user.id, username: user.username })
}
