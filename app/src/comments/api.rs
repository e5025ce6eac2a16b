//! Comments as JSON.

use actix_web::web::{self, Json, Path};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::queries::{self, Row};
use crate::web::{
    AppData, Error, Result,
    openapi::Problem,
    pagination::{ApiListQuery, page_count},
};

/// An approved comment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedComment {
    id: i64,
    /// The comment that began the thread, of an answer; null once that is gone
    parent_id: Option<i64>,
    /// The id of the comment that began the thread, be it there or not
    thread: i64,
    author_name: String,
    /// The member who wrote it; null for a guest
    user_id: Option<i64>,
    /// Rendered and sanitised
    html: String,
    created_at: DateTime<Utc>,
    /// When its writer last changed it
    edited_at: Option<DateTime<Utc>>,
}

impl From<Row> for ListedComment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            parent_id: row.parent_id,
            thread: row.thread,
            author_name: row.author_name,
            user_id: row.user_id,
            html: row.html,
            created_at: row.created_at,
            edited_at: row.edited_at,
        }
    }
}

/// A page of a post's comments, thread by thread, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentList {
    comments: Vec<ListedComment>,
    /// Comments in the whole list
    total: u64,
    /// Pages in the whole list
    pages: u64,
    current_page: u64,
}

/// List the approved comments on a public post
///
/// # Errors
/// 404 for a post that is not public; 400 and 404 for a page that is none.
#[utoipa::path(get, operation_id = "list_comments", path = "/api/posts/{id}/comments", tag = "posts",
    params(("id" = i64, Path), ApiListQuery), responses(
    (status = 200, body = CommentList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such post, or beyond the last page", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn list(app: AppData, id: Path<i64>, query: web::Query<ApiListQuery>) -> Result<Json<CommentList>> {
    let (number, per_page) = query.parse()?;
    queries::slug_of(app.db.read(), *id).await?.ok_or(Error::NotFound)?;
    let page = queries::list(&app.db, *id, number, per_page).await?;
    Ok(Json(CommentList {
        total: page.total,
        pages: page_count(page.total, page.per_page),
        current_page: page.number.get(),
        comments: page.rows.into_iter().map(Into::into).collect(),
    }))
}
