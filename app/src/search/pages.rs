//! The search page.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::{mark, parse, results, views};
use crate::{
    posts::views::PostSummary,
    users::views::Person,
    web::{AppData, Result, pagination::PageNumber, render},
};

/// Posts in a page of results.
const PAGE: u64 = 10;

/// The query of a search.
#[derive(Debug, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
    page: Option<String>,
}

/// `GET /search?q=&page=`
///
/// # Errors
/// 400 and 404 for a page that is none.
pub async fn index(
    app: AppData,
    request: HttpRequest,
    query: web::Query<SearchQuery>,
) -> Result<HttpResponse> {
    let number = PageNumber::parse(query.page.as_deref())?;
    let q = query.into_inner().q;
    let mut view =
        views::Results { q, posts: vec![], people: vec![], pagination: None, is_at_least: false, hint: "" };
    match parse(&view.q) {
        Some(query) => {
            let found = results::posts(&app.db, &query, number, PAGE).await?;
            view.is_at_least = results::is_at_least(&app.db, found.total);
            view.pagination = Some(found.links("/search", &[("q", &view.q)]));
            view.posts = found.rows.into_iter().map(|found| found_post(found, &query)).collect();
            if number.get() == 1 {
                let people = results::people(app.db.read(), &query).await?;
                view.people = people.into_iter().map(|user| Person::new(user, 0)).collect();
            }
        }
        // Blanks are no question, and their page is the one without.
        None if view.q.trim().is_empty() => view.q.clear(),
        None => {
            view.hint = "Type at least one word to look for: words to leave out find nothing by themselves."
        }
    }
    render::page(&app, &request, &view).await
}

fn found_post(found: results::Found, query: &super::Query) -> views::FoundPost {
    let post = PostSummary::from(found.post);
    views::FoundPost {
        title_html: mark(&post.title, query),
        url: post.url,
        snippet_html: found.snippet,
        date: post.date,
        date_text: post.date_text,
        author: post.author,
    }
}
