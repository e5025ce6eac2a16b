//! For whoever watches over the process.

use actix_web::HttpResponse;
use sea_orm::ConnectionTrait;

use super::{AppData, Result};

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-store")).content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the database answers too.
///
/// # Errors
/// 503 when it does not.
pub async fn ready(app: AppData) -> Result<HttpResponse> {
    app.db.read().execute_unprepared("SELECT 1").await?;
    app.db.write().execute_unprepared("SELECT 1").await?;
    Ok(alive().await)
}
