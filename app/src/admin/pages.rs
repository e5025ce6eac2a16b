//! The admin's lists over HTTP.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Json, Path},
};

use futures_util::TryStreamExt;

use super::{
    actions::{self, Outcome},
    dashboard, export, list, lookup,
    query::{ListQuery, Scope},
    views::LookupResults,
};
use crate::{
    auth::{Permission, Viewer, flash, sessions},
    web::{AppData, Error, Result, forms::Submitted, render},
};

/// `GET /admin`
///
/// # Errors
/// 403 for those who may not enter the admin.
pub async fn dashboard(app: AppData, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    viewer.demand(Permission::EnterAdmin)?;
    let site = app.site().await?;
    let mut messages = sessions::take_messages(&request);
    let mut scripts = Vec::new();
    for resource in app.admin.resources.iter().filter(|resource| resource.access.may_add(&viewer)) {
        messages.extend(resource.notice(&app, &viewer).await?);
        scripts.extend(resource.form_page.as_ref().and_then(|of| of.page.script()));
    }
    let mut page = dashboard::show(&app, &viewer, site.time_zone, messages).await?;
    page.shell.scripts = scripts;
    render::page_of_site(&app, &request, &site, &page)
}

/// `GET /admin/{resource}`
///
/// # Errors
/// 400 for an address that makes no sense, 404 for a page beyond the last one.
pub async fn list(
    app: AppData,
    viewer: Viewer,
    request: HttpRequest,
    name: Path<String>,
) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, &name)?;
    let site = app.site().await?;
    let scope = Scope { admin: &app.admin, resource, viewer: &viewer, zone: site.time_zone };
    let query = ListQuery::from_pairs(&scope, &parameters(&request)?)?;
    let mut messages = sessions::take_messages(&request);
    messages.extend(resource.notice(&app, &viewer).await?);
    let mut page = list::show(&app, &scope, &query, messages).await?;
    page.shell.scripts.extend(resource.form_page.as_ref().and_then(|of| of.page.script()));
    render::page_of_site(&app, &request, &site, &page)
}

/// `GET /admin/{resource}/export.csv`
///
/// # Errors
/// 400 for an address that makes no sense.
pub async fn export(
    app: AppData,
    viewer: Viewer,
    request: HttpRequest,
    name: Path<String>,
) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, &name)?;
    let zone = app.site().await?.time_zone;
    let scope = Scope { admin: &app.admin, resource, viewer: &viewer, zone };
    let query = ListQuery::from_pairs(&scope, &parameters(&request)?)?;
    let name = export::name(&scope);
    let file = export::stream(app.clone(), &scope, query).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(file.inspect_err(|error| log::error!("an export broke off: {error}"))))
}

/// `GET /admin/{resource}/lookup/{field}?q=`
///
/// # Errors
/// 404 for what is no such field, 403 where its rows are not for the viewer.
pub async fn lookup(
    app: AppData,
    viewer: Viewer,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<Json<LookupResults>> {
    let (name, field) = path.into_inner();
    let resource = app.admin.open(&viewer, &name)?;
    let scope = Scope { admin: &app.admin, resource, viewer: &viewer, zone: chrono_tz::Tz::UTC };
    let target = lookup::target(&scope, &field)?;
    let found = lookup::search(app.db.latest(), target, parameters(&request)?.text("q"), &viewer).await?;
    Ok(Json(found))
}

/// `POST /admin/{resource}/actions`
///
/// # Errors
/// 400 for rows that are none, 403 for what the viewer may not do.
pub async fn act(
    app: AppData,
    viewer: Viewer,
    request: HttpRequest,
    name: Path<String>,
    form: Submitted,
) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, &name)?;
    let zone = app.site().await?.time_zone;
    let scope = Scope { admin: &app.admin, resource, viewer: &viewer, zone };
    match actions::run(&app, &scope, &form).await? {
        Outcome::Go(url, message) => {
            if let Some(message) = message {
                flash(&request, message);
            }
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, url)).finish())
        }
        Outcome::Ask(page) => {
            let status =
                if page.complaints.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            render::page_with_status(&app, &request, status, &*page).await
        }
    }
}

/// The part of an address after the question mark.
fn parameters(request: &HttpRequest) -> Result<Submitted> {
    Submitted::parse(request.query_string().as_bytes()).map_err(|_| {
        Error::BadRequest("The part of the address after the question mark cannot be read.".to_owned())
    })
}
