//! The API's description and its page.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::{
    IntoParams, Modify, OpenApi, ToSchema,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use super::{Error, Result};
use crate::{comments, courses, posts, search, students, users};

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

/// What is there already may be taken instead of refused.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by `admin::json::create`; this is its description for the document")]
pub struct IfExists {
    /// `return`: answer 200 with the row that has the same username, slug or e-mail address, unchanged (get or create); `error`, the default: answer 422
    if_exists: Option<String>,
}

/// A request that is sent again is done once.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by `web::idempotency`; this is its description for the document")]
pub struct IdempotencyKey {
    /// 1 to 200 visible ASCII characters; the same key within a day gets the first answer again
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}

/// Which rows are meant: these, or the filters of the admin's list of them.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by `admin::query`; this is its description for the document")]
pub struct Which {
    /// Ids, separated by commas
    ids: Option<String>,
    /// A search, as in the admin
    q: Option<String>,
    /// `true` for every one
    all: Option<bool>,
}

/// Several rows were changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    /// How many
    pub changed: u64,
}

/// Several rows were deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// How many
    pub deleted: u64,
}

/// What handlers say of their errors is for whoever reads the code: the document lists them as answers.
struct WithoutErrors;

impl Modify for WithoutErrors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in all.into_iter().flatten() {
                let text = operation.description.take().unwrap_or_default();
                let text = text.split("# Errors").next().unwrap_or_default().trim();
                operation.description = (!text.is_empty()).then(|| text.to_owned());
            }
        }
    }
}

/// How a token is sent.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Lectern", description = "Posts, people, courses and search of this site."),
    paths(
        comments::api::list,
        posts::api::list,
        posts::api::show,
        posts::api::stream_all,
        posts::api::create,
        posts::api::change,
        posts::api::remove,
        posts::api::change_many,
        posts::api::remove_many,
        users::api::list,
        users::api::show,
        users::api::create,
        users::api::change,
        users::api::remove,
        users::api::change_many,
        users::api::remove_many,
        courses::api::list,
        courses::api::show,
        courses::api::create,
        courses::api::change,
        courses::api::remove,
        courses::api::change_many,
        courses::api::remove_many,
        courses::api::students,
        courses::api::enrol,
        courses::api::leave,
        students::api::list,
        students::api::show,
        students::api::create,
        students::api::change,
        students::api::remove,
        students::api::change_many,
        students::api::remove_many,
        search::api::search,
    ),
    components(schemas(Problem)),
    modifiers(&Token, &WithoutErrors)
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
