//! Search as JSON.

use actix_web::web::{self, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{parse, results};
use crate::web::{AppData, Result, openapi::Problem, pagination::PageNumber};

/// Posts in a page of results.
const PAGE: u64 = 10;

/// The query of a search.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// All words must occur; the last one may be a beginning; "a phrase"; -without
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// The page, from 1; default 1
    #[param(value_type = Option<u64>, minimum = 1)]
    page: Option<String>,
}

/// A post that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundPost {
    id: i64,
    title: String,
    slug: String,
    /// HTML: the text around the words, escaped, with them in `mark` elements
    snippet: String,
}

/// What was found, best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResults {
    posts: Vec<FoundPost>,
    /// Names of the people who match, at most ten
    users: Vec<String>,
    /// Posts in the whole list
    total: u64,
    /// Pages in the whole list
    pages: u64,
    current_page: u64,
}

/// Search posts and people
///
/// # Errors
/// 400 and 404 for a page that is none.
#[utoipa::path(get, operation_id = "search", path = "/api/search", tag = "search", params(SearchQuery), responses(
    (status = 200, body = SearchResults),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "Beyond the last page", body = Problem, content_type = "application/problem+json"),
))]
pub async fn search(app: AppData, query: web::Query<SearchQuery>) -> Result<Json<SearchResults>> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let Some(parsed) = parse(&query.q) else {
        let current_page = number.get();
        return Ok(Json(SearchResults { posts: vec![], users: vec![], total: 0, pages: 0, current_page }));
    };
    let found = results::posts(&app.db, &parsed, number, PAGE).await?;
    let people = results::people(app.db.read(), &parsed).await?;
    let post = |found: results::Found| FoundPost {
        id: found.post.id,
        title: found.post.title,
        slug: found.post.slug,
        snippet: found.snippet,
    };
    Ok(Json(SearchResults {
        total: found.total,
        pages: found.total.div_ceil(PAGE),
        current_page: number.get(),
        posts: found.rows.into_iter().map(post).collect(),
        users: people.into_iter().map(|user| user.username).collect(),
    }))
}
