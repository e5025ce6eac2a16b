//! For whoever watches over the process.

use std::fmt::Write as _;

use actix_web::HttpResponse;
use sea_orm::ConnectionTrait;

use super::{AppData, Result};

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-store")).content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the database answers too; a replica need not.
///
/// # Errors
/// 503 when it does not.
pub async fn ready(app: AppData) -> Result<HttpResponse> {
    app.db.latest().execute_unprepared("SELECT 1").await?;
    app.db.write().execute_unprepared("SELECT 1").await?;
    Ok(alive().await)
}

/// `GET /metrics`: numbers in Prometheus's text format. Of the process alone, not of who reads what.
pub async fn metrics(app: AppData) -> HttpResponse {
    let cache = app.cache.numbers().await;
    let mut text = String::new();
    let replica = app.db.has_replica().then(|| {
        let help = "Whether pages are read from the replica, which may be away or behind.";
        let failures = "Statements that the replica failed over; the primary was asked.";
        [
            ("replica_in_use", "gauge", help, u64::from(app.db.read().is_replica())),
            ("replica_failures_total", "counter", failures, app.db.known().replica_failures()),
        ]
    });
    let numbers = [
        ("page_cache_hits_total", "counter", "Pages answered from memory.", cache.hits),
        ("page_cache_misses_total", "counter", "Pages that had to be made.", cache.misses),
        ("page_cache_entries", "gauge", "Addresses in the page cache.", cache.entries),
        ("page_cache_bytes", "gauge", "What the page cache holds.", cache.bytes),
        ("sql_statements_total", "counter", "SQL statements sent for requests.", app.db.statements()),
    ];
    for (name, kind, help, value) in numbers.into_iter().chain(replica.into_iter().flatten()) {
        // Writing to a string does not fail.
        write!(text, "# HELP lectern_{name} {help}\n# TYPE lectern_{name} {kind}\nlectern_{name} {value}\n")
            .ok();
    }
    HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .content_type("text/plain; version=0.0.4")
        .body(text)
}
