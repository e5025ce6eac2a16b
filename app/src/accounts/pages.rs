//! The pages, by what they are for.

pub mod account;
pub mod login;
pub mod reset;
pub mod setup;
pub mod signup;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde::Deserialize;

use super::views::FormPage;
use crate::{
    admin::views::Message,
    auth,
    web::{App, Result, render},
};

/// What a link out of a mail or the log carries.
#[derive(Debug, Deserialize)]
pub struct Secret {
    token: Option<String>,
}

/// A link that is good no more: 410.
async fn over(app: &App, request: &HttpRequest, lead: &str, label: &str, url: &str) -> Result<HttpResponse> {
    let page = FormPage::notice("That link is over", lead).link(label, url);
    let mut answer = render::page_with_status(app, request, StatusCode::GONE, &page).await?;
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Says something on the next page.
fn tell(request: &HttpRequest, text: impl Into<String>) {
    auth::flash(request, Message { text: text.into(), url: String::new(), is_error: false });
}
