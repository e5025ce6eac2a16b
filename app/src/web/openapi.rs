//! The API's description and its page.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{Error, Result};
use crate::{courses, posts, search, users};

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The HTTP status
    status: u16,
    title: String,
    detail: String,
    /// For invalid input: messages by field
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<BTreeMap<String, Vec<String>>>,
    /// For our mistakes: what to look for in the log
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Lectern", description = "Posts, people, courses and search of this site."),
    paths(
        posts::api::list,
        posts::api::show,
        posts::api::stream_all,
        users::api::list,
        users::api::show,
        courses::api::list,
        courses::api::students,
        search::api::search,
    ),
    components(schemas(Problem))
)]
struct Description;

/// `GET /api/openapi.json`
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-cache")).json(Description::openapi())
}

/// `GET /api/docs`, and the files that its page asks for below it. They are part of the binary.
///
/// # Errors
/// 404 for a file that is not there.
pub async fn page(file: Option<web::Path<String>>) -> Result<HttpResponse> {
    let name = file.map(web::Path::into_inner).unwrap_or_else(|| "index.html".to_owned());
    let config = utoipa_swagger_ui::Config::from("/api/openapi.json");
    let file = utoipa_swagger_ui::serve(&name, config.into())
        .map_err(|error| Error::Internal(error.to_string().into()))?
        .ok_or(Error::NotFound)?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("cache-control", "no-cache")).content_type(file.content_type);
    if name == "index.html" {
        // The page names its files relative to a folder; it is served without a trailing slash.
        let html = String::from_utf8_lossy(&file.bytes).replace("\"./", "\"/api/docs/");
        let html = html.replace("href=\"index.css\"", "href=\"/api/docs/index.css\"");
        return Ok(response.body(html));
    }
    Ok(response.body(file.bytes.into_owned()))
}
