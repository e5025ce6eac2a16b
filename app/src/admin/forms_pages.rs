//! Handlers of forms, deletions and histories. Each opens its resource first: who may not see it gets no further.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Path,
};

use super::{
    Resource, delete,
    form::Form,
    history, lookup,
    save::{self, Refusal},
    sent::{Reader, Sent},
    shell,
    stored::Stored,
    views::Message,
};
use crate::{
    auth::{self, Viewer, sessions},
    site,
    web::{
        AppData, Error, Result,
        forms::{FieldErrors, Submitted},
        render,
    },
};

/// GET /admin/{resource}/new: an empty form; the address may say what is in it.
pub async fn new(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<String>,
) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, &path)?;
    viewer.demand(resource.access.add)?;
    let address = Submitted::parse(request.query_string().as_bytes())?;
    let reader = Reader { viewer: &viewer, resource, zone: site::load(app.db.read()).await?.time_zone };
    let filled = reader.of_new(&Sent::new(&address));
    let form = Form {
        app: &app,
        reader,
        key: None,
        stored: None,
        filled,
        errors: FieldErrors::default(),
        find: None,
        is_stale: false,
    };
    let page = form.view(sessions::take_messages(&request)).await?;
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

/// GET /admin/{resource}/{id}: a row's form.
pub async fn edit(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(String, i64)>,
) -> Result<HttpResponse> {
    let (name, key) = path.into_inner();
    let resource = app.admin.open(&viewer, &name)?;
    let stored = save::load(&app, &viewer, resource, Some(key)).await?;
    let reader = Reader { viewer: &viewer, resource, zone: site::load(app.db.read()).await?.time_zone };
    let filled = stored.as_ref().map(|stored| reader.of_stored(stored)).unwrap_or_default();
    let form = Form {
        app: &app,
        reader,
        key: Some(key),
        stored: stored.as_ref(),
        filled,
        errors: FieldErrors::default(),
        find: None,
        is_stale: false,
    };
    let page = form.view(sessions::take_messages(&request)).await?;
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

/// POST /admin/{resource}/new: makes a row.
pub async fn create(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<String>,
    submitted: Submitted,
) -> Result<HttpResponse> {
    send(&app, &request, &viewer, &path, None, &submitted).await
}

/// POST /admin/{resource}/{id}: changes a row.
pub async fn change(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(String, i64)>,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let (name, key) = path.into_inner();
    send(&app, &request, &viewer, &name, Some(key), &submitted).await
}

async fn send(
    app: &AppData,
    request: &HttpRequest,
    viewer: &Viewer,
    name: &str,
    key: Option<i64>,
    submitted: &Submitted,
) -> Result<HttpResponse> {
    let resource = app.admin.open(viewer, name)?;
    viewer.demand(if key.is_some() { resource.access.change } else { resource.access.add })?;
    let sent = Sent::new(submitted);
    let stored = match save::load(app, viewer, resource, key).await {
        Err(Error::NotFound) => return gone(app, request, viewer, resource, key, &sent).await,
        stored => stored?,
    };
    let reader = Reader { viewer, resource, zone: site::load(app.db.read()).await?.time_zone };
    let filled = reader.of_sent(&sent, stored.as_ref());
    let mut form = Form {
        app,
        reader,
        key,
        stored: stored.as_ref(),
        filled,
        errors: FieldErrors::default(),
        find: sent.get("_find").map(str::to_owned),
        is_stale: false,
    };
    if let Some(added) = sent.get("_add") {
        if let Some(inline) = resource.inlines.iter().find(|inline| inline.name == added) {
            reader.add_row(&mut form.filled, inline);
        }
        return show(&form, request, &sent, StatusCode::OK).await;
    }
    if form.find.is_some() {
        return show(&form, request, &sent, StatusCode::OK).await;
    }
    let (input, mut errors) = reader.input(&sent, stored.as_ref());
    if let Some(theirs) = stored.as_ref()
        && save::is_stale(resource, viewer, theirs, input.version.as_deref())
    {
        return stale(form, request, theirs).await;
    }
    for name in reader.unfinished(&sent, stored.as_ref()) {
        // One search is done for the person; the others are theirs to repeat.
        let is_first = form.find.is_none();
        errors.add(
            &name,
            if is_first { lookup::CHOOSE } else { "Find one and choose it, or empty the search." },
        );
        form.find.get_or_insert(name);
    }
    if !errors.is_empty() {
        // All that is wrong at once: but what could not be read is not missing.
        let (_, more) = save::check_input(app, viewer, resource, key, stored.as_ref(), &input).await?;
        let more = more.0.into_iter().filter(|(field, _)| errors.about(field).is_empty()).collect();
        errors.extend(FieldErrors(more));
        form.errors = errors;
        return show(&form, request, &sent, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match save::save(app, viewer, resource, key, &input).await {
        Ok(saved) => Ok(after(request, viewer, resource, key, &sent, &saved)),
        Err(Refusal::Stale(theirs)) => stale(form, request, &theirs).await,
        Err(Refusal::Other(Error::Invalid(errors))) => {
            form.errors = errors;
            show(&form, request, &sent, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Refusal::Other(Error::NotFound)) => gone(app, request, viewer, resource, key, &sent).await,
        Err(Refusal::Other(error)) => Err(error),
    }
}

/// Shows a form that was sent for a row that somebody deleted meanwhile: as the form of a new one, with what was typed.
async fn gone(
    app: &AppData,
    request: &HttpRequest,
    viewer: &Viewer,
    resource: &Resource,
    key: Option<i64>,
    sent: &Sent<'_>,
) -> Result<HttpResponse> {
    let was_deleted = match key {
        Some(key) => history::was_deleted(app, resource, key).await?,
        None => false,
    };
    if !was_deleted || !viewer.may(resource.access.add) || resource.added_by.is_some() {
        return Err(Error::NotFound);
    }
    let reader = Reader { viewer, resource, zone: site::load(app.db.read()).await?.time_zone };
    let mut filled = reader.of_sent(sent, None);
    for row in filled.rows.values_mut().flatten() {
        row.key.clear();
    }
    let form = Form {
        app,
        reader,
        key: None,
        stored: None,
        filled,
        errors: FieldErrors::of("", "Somebody deleted this meanwhile. Saving makes it anew."),
        find: sent.get("_find").map(str::to_owned),
        is_stale: false,
    };
    let page = form.view(Vec::new()).await?;
    render::page_with_status(app, request, StatusCode::CONFLICT, &page).await
}

/// Shows a form again with what was typed. It is still the form of the version that it was opened with.
async fn show(
    form: &Form<'_>,
    request: &HttpRequest,
    sent: &Sent<'_>,
    status: StatusCode,
) -> Result<HttpResponse> {
    let mut page = form.view(Vec::new()).await?;
    if let Some(version) = sent.get("_version") {
        page.version = version.to_owned();
    }
    render::page_with_status(form.app, request, status, &page).await
}

/// Shows both versions; what is saved from there on replaces theirs.
async fn stale(mut form: Form<'_>, request: &HttpRequest, theirs: &Stored) -> Result<HttpResponse> {
    for inline in &form.reader.resource.inlines {
        let rows = theirs.inlines.get(inline.name).map_or(&[][..], Vec::as_slice);
        form.filled.leave_out_gone(inline, rows);
    }
    let form = Form { stored: Some(theirs), is_stale: true, ..form };
    let page = form.view(Vec::new()).await?;
    if page.conflict.is_none() {
        // Both wrote the same.
        let url = page.action.clone();
        auth::flash(request, message("Nothing was changed: it is stored like this already.".to_owned(), ""));
        return Ok(see_other(&url));
    }
    render::page_with_status(form.app, request, StatusCode::CONFLICT, &page).await
}

fn after(
    request: &HttpRequest,
    viewer: &Viewer,
    resource: &Resource,
    key: Option<i64>,
    sent: &Sent<'_>,
    saved: &save::Saved,
) -> HttpResponse {
    let row = shell::row_url(resource, saved.key);
    let list = shell::list_url(resource);
    let text = match key {
        None => format!("The {} “{}” was added.", resource.noun, saved.title),
        Some(_) if saved.changes.is_empty() => "Nothing was changed.".to_owned(),
        Some(_) => format!("The {} “{}” was saved.", resource.noun, saved.title),
    };
    let (target, url) = if sent.has("_continue") {
        (row, "")
    } else if sent.has("_another") && viewer.may(resource.access.add) {
        (format!("{list}/new"), row.as_str())
    } else {
        (list, row.as_str())
    };
    auth::flash(request, message(text, url));
    see_other(&target)
}

/// GET /admin/{resource}/{id}/delete: what goes too.
pub async fn confirm(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(String, i64)>,
) -> Result<HttpResponse> {
    let (name, key) = path.into_inner();
    let resource = app.admin.open(&viewer, &name)?;
    let sent = Submitted::default();
    let page = delete::page(&app, &viewer, resource, key, &sent, FieldErrors::default()).await?;
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

/// POST /admin/{resource}/{id}/delete: deletes a row.
pub async fn delete(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(String, i64)>,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let (name, key) = path.into_inner();
    let resource = app.admin.open(&viewer, &name)?;
    viewer.demand(resource.access.delete)?;
    if submitted.has("_find") {
        let page = delete::page(&app, &viewer, resource, key, &submitted, FieldErrors::default()).await?;
        return render::page_with_status(&app, &request, StatusCode::OK, &page).await;
    }
    let deleted = match delete::heir(&submitted) {
        Ok(heir) => delete::delete(&app, &viewer, resource, &[key], heir).await,
        Err(error) => Err(error),
    };
    match deleted {
        Ok(0) => Err(Error::NotFound),
        Ok(_) => {
            let history = format!("{}/history", shell::row_url(resource, key));
            auth::flash(&request, message(format!("The {} was deleted.", resource.noun), &history));
            Ok(see_other(&shell::list_url(resource)))
        }
        Err(Error::Invalid(errors)) => {
            let page = delete::page(&app, &viewer, resource, key, &submitted, errors).await?;
            render::page_with_status(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, &page).await
        }
        Err(error) => Err(error),
    }
}

/// GET /admin/{resource}/{id}/history: what was done to a row, be it gone.
pub async fn row_history(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(String, i64)>,
) -> Result<HttpResponse> {
    let (name, key) = path.into_inner();
    let resource = app.admin.open(&viewer, &name)?;
    let page = history::of_row(&app, &viewer, resource, key, history::page_number(&request)?).await?;
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

/// GET /admin/history: what was done on the whole site.
pub async fn site_history(app: AppData, request: HttpRequest, viewer: Viewer) -> Result<HttpResponse> {
    let page = history::of_site(&app, &viewer, history::page_number(&request)?).await?;
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

fn message(text: String, url: &str) -> Message {
    Message { text, url: url.to_owned(), is_error: false }
}

/// On with a page by GET, so that reloading it sends nothing again.
fn see_other(url: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, url)).finish()
}
