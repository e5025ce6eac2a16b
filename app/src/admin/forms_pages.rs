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
    save::{self, Input, Refusal},
    sent::{Reader, Sent},
    shell,
    stored::Stored,
    trash,
    views::Message,
};
use crate::{
    auth::{self, Viewer, sessions, tickets},
    web::{
        App, AppData, Error, Result,
        body::LongForm,
        error::Told,
        forms::{FieldErrors, Submitted},
        idempotency::Once,
        render,
        typed::Typed,
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
    resource.access.demand_write(&viewer, None)?;
    let address = Submitted::parse(request.query_string().as_bytes())?;
    let reader = Reader { viewer: &viewer, resource, zone: app.site().await?.time_zone };
    let filled = reader.of_new(&Sent::new(&address));
    let mut form = Form::new(&app, reader, None, None, filled);
    take_up(&mut form, &address).await?;
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
    let reader = Reader { viewer: &viewer, resource, zone: app.site().await?.time_zone };
    let filled = stored.as_ref().map(|stored| reader.of_stored(stored)).unwrap_or_default();
    let mut form = Form::new(&app, reader, Some(key), stored.as_ref(), filled);
    take_up(&mut form, &Submitted::parse(request.query_string().as_bytes())?).await?;
    let page = form.view(sessions::take_messages(&request)).await?;
    match stored.as_ref().filter(|row| resource.is_trashed(&row.values)) {
        Some(row) => {
            let page = trash::page(&viewer, resource, (key, row), reader.zone, page);
            let page = page.ok_or(Error::NotFound)?;
            render::page_with_status(&app, &request, StatusCode::OK, &page).await
        }
        None => render::page_with_status(&app, &request, StatusCode::OK, &page).await,
    }
}

/// Fills a form with what was typed into it before and never saved, where the address asks for that. It is a form of
/// the version that was open then: if that is not the stored one any more, saving shows both.
async fn take_up(form: &mut Form<'_>, address: &Submitted) -> Result<()> {
    let Some(of) = &form.reader.resource.form_page else { return Ok(()) };
    let Some(typed) = of.page.typed(form.opened(), address).await? else { return Ok(()) };
    let sent = Sent::new(&typed);
    form.filled = form.reader.of_sent(&sent, form.stored);
    form.kept = kept(form.reader.resource, &sent);
    form.version = Some(sent.get("_version").unwrap_or_default().to_owned());
    Ok(())
}

/// What a form sends along and gets back.
fn kept(resource: &Resource, sent: &Sent<'_>) -> Vec<(String, String)> {
    let names = resource.form_page.iter().flat_map(|of| of.page.kept());
    names.filter_map(|name| Some(((*name).to_owned(), sent.get(name)?.to_owned()))).collect()
}

/// POST /admin/{resource}/new: makes a row.
pub async fn create(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<String>,
    LongForm(submitted): LongForm,
) -> Result<HttpResponse> {
    let answer = send(&app, &request, &viewer, &path, None, &submitted).await;
    answer.inspect_err(|_| Typed::new(&request, &submitted).leave(&request))
}

/// POST /admin/{resource}/{id}: changes a row.
pub async fn change(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(String, i64)>,
    LongForm(submitted): LongForm,
) -> Result<HttpResponse> {
    let (name, key) = path.into_inner();
    let answer = send(&app, &request, &viewer, &name, Some(key), &submitted).await;
    answer.inspect_err(|_| Typed::new(&request, &submitted).leave(&request))
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
    resource.access.demand_write(viewer, key)?;
    let sent = Sent::new(submitted);
    let word = sent
        .get(tickets::FIELD)
        .filter(|word| key.is_none() && (1..=tickets::MAX_LENGTH).contains(&word.len()));
    let stored = match save::load(app, viewer, resource, key).await {
        Err(Error::NotFound) => return gone(app, request, viewer, resource, key, &sent).await,
        stored => stored?,
    };
    let reader = Reader { viewer, resource, zone: app.site().await?.time_zone };
    let filled = reader.of_sent(&sent, stored.as_ref());
    let mut form = Form {
        find: sent.get("_find").map(str::to_owned),
        kept: kept(resource, &sent),
        word: word.map(str::to_owned),
        ..Form::new(app, reader, key, stored.as_ref(), filled)
    };
    if let (Some(field), Some(theirs)) = (sent.get("_take"), stored.as_ref()) {
        form.take_theirs(field, theirs);
        return stale(form, request, theirs).await;
    }
    if let Some(added) = sent.get("_add") {
        if let Some(inline) = resource.inlines.iter().find(|inline| inline.name == added) {
            reader.add_row(&mut form.filled, inline);
        }
        return show(&form, request, &sent, StatusCode::OK).await;
    }
    if form.find.is_some() {
        return show(&form, request, &sent, StatusCode::OK).await;
    }
    let is_trashed = stored.as_ref().is_some_and(|row| resource.is_trashed(&row.values));
    let (mut input, mut errors) = reader.input(&sent, stored.as_ref());
    input.once = word.map(|word| Once::new(resource.name, word, submitted));
    if let Some(theirs) = stored.as_ref().filter(|_| !is_trashed)
        && save::is_stale(resource, viewer, theirs, input.version.as_deref())
    {
        return stale(form, request, theirs).await;
    }
    look(&mut form, &sent, &mut errors);
    if !errors.is_empty() && !is_trashed {
        // All that is wrong at once: but what could not be read is not missing.
        let (_, more) = save::check_input(app, viewer, resource, key, stored.as_ref(), &input).await?;
        let more = more.0.into_iter().filter(|(field, _)| errors.about(field).is_empty()).collect();
        errors.extend(FieldErrors(more));
        form.errors = errors;
        return match again(&form, request, &input, &sent).await? {
            Some(answer) => Ok(answer),
            None => show(&form, request, &sent, StatusCode::UNPROCESSABLE_ENTITY).await,
        };
    }
    match save::save(app, viewer, resource, key, &input).await {
        Ok(saved) => {
            if let Some(of) = &resource.form_page {
                of.page.saved(app, viewer, submitted).await?;
            }
            Ok(after(request, viewer, resource, key, &sent, &saved))
        }
        Err(Refusal::Stale(theirs)) => stale(form, request, &theirs).await,
        Err(Refusal::Trashed) => {
            // With all that was typed: it can be saved once the row is back.
            form.errors = FieldErrors::of("", trash::refusal(resource));
            let url = key.map(|key| shell::row_url(resource, key)).unwrap_or_default();
            let mut page = form.view(vec![message("It is in the trash.".to_owned(), &url)]).await?;
            if let Some(version) = sent.get("_version") {
                page.version = version.to_owned();
            }
            render::page_with_status(app, request, StatusCode::CONFLICT, &page).await
        }
        Err(Refusal::Other(Error::Invalid(errors))) => {
            form.errors = errors;
            match again(&form, request, &input, &sent).await? {
                Some(answer) => Ok(answer),
                None => show(&form, request, &sent, StatusCode::UNPROCESSABLE_ENTITY).await,
            }
        }
        Err(Refusal::Twice) => match again(&form, request, &input, &sent).await? {
            Some(answer) => Ok(answer),
            // Forgotten in this moment: whoever sends it again is the first.
            None => Err(Refusal::Twice.into()),
        },
        Err(Refusal::Other(Error::NotFound)) => gone(app, request, viewer, resource, key, &sent).await,
        Err(Refusal::Other(error)) => Err(error),
    }
}

/// The answer to a new row's form that was sent before and made its row, if it was. Sent twice by a double click it leads
/// to the row; with another text, typed after going back to it, it becomes that row's form, with both versions.
async fn again(
    form: &Form<'_>,
    request: &HttpRequest,
    input: &Input,
    sent: &Sent<'_>,
) -> Result<Option<HttpResponse>> {
    let Form { app, reader, .. } = *form;
    let Reader { viewer, resource, .. } = reader;
    let Some(once) = &input.once else { return Ok(None) };
    let Some(made) = once.made(app.db.latest(), viewer.id).await? else { return Ok(None) };
    let key = Some(made.row);
    let theirs = match save::load(app, viewer, resource, key).await {
        Ok(Some(theirs)) if !resource.is_trashed(&theirs.values) => theirs,
        Ok(_) | Err(Error::NotFound) => {
            return gone(app, request, viewer, resource, key, sent).await.map(Some);
        }
        Err(error) => return Err(error),
    };
    if made.is_same {
        let title = theirs.title(resource, made.row);
        auth::flash(request, message(format!("The {} “{title}” was added.", resource.noun), ""));
        return Ok(Some(see_other(&shell::row_url(resource, made.row))));
    }
    let mut filled = reader.of_sent(sent, Some(&theirs));
    // All of its history came after this form.
    filled.seen = Some(0);
    let mut form = Form { kept: form.kept.clone(), ..Form::new(app, reader, key, Some(&theirs), filled) };
    form.errors = wrong(&mut form, sent, &theirs).await?;
    stale(form, request, &theirs).await.map(Some)
}

/// What is wrong with what was sent, as a change of the row that is stored.
async fn wrong(form: &mut Form<'_>, sent: &Sent<'_>, theirs: &Stored) -> Result<FieldErrors> {
    let Form { app, reader, key, .. } = *form;
    let Reader { viewer, resource, .. } = reader;
    let (input, mut errors) = reader.input(sent, Some(theirs));
    look(form, sent, &mut errors);
    let (mut work, more) = save::check_input(app, viewer, resource, key, Some(theirs), &input).await?;
    let more = more.0.into_iter().filter(|(field, _)| errors.about(field).is_empty()).collect();
    errors.extend(FieldErrors(more));
    if errors.is_empty() {
        // What only the feature knows; that it is not stored now may have any other reason.
        if let Err(Error::Invalid(more)) = resource.hooks.prepare(app, &mut work.draft).await {
            errors = more;
        }
    }
    Ok(errors)
}

/// Does the search that somebody typed and did not end, for the first of such fields; the others are theirs to repeat.
fn look(form: &mut Form<'_>, sent: &Sent<'_>, errors: &mut FieldErrors) {
    for name in form.reader.unfinished(sent, form.stored) {
        let is_first = form.find.is_none();
        errors.add(
            &name,
            if is_first { lookup::CHOOSE } else { "Find one and choose it, or empty the search." },
        );
        form.find.get_or_insert(name);
    }
}

/// Shows a form that was sent for a row that is not there, or not there for the viewer: as the form of a new one, with
/// what was typed. It tells no more of the row than the 404 that it is: whether it was deleted, is somebody else's by
/// now, or never was.
async fn gone(
    app: &App,
    request: &HttpRequest,
    viewer: &Viewer,
    resource: &Resource,
    key: Option<i64>,
    sent: &Sent<'_>,
) -> Result<HttpResponse> {
    if key.is_none() || !resource.access.may_add(viewer) || resource.added_by.is_some() {
        return Err(Error::NotFound);
    }
    let reader = Reader { viewer, resource, zone: app.site().await?.time_zone };
    let mut filled = reader.of_sent(sent, None);
    for row in filled.rows.values_mut().flatten() {
        row.key.clear();
    }
    let noun = resource.noun;
    let message = format!(
        "This {noun} is not there any more, or not yours any more. Saving what you typed makes a new {noun}."
    );
    let form = Form {
        errors: FieldErrors::of("", message),
        find: sent.get("_find").map(str::to_owned),
        kept: kept(resource, sent),
        ..Form::new(app, reader, None, None, filled)
    };
    let page = form.view(Vec::new()).await?;
    let mut answer = render::page_with_status(app, request, StatusCode::NOT_FOUND, &page).await?;
    answer.extensions_mut().insert(Told);
    Ok(answer)
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
    form.reader.rebase(&mut form.filled, theirs);
    let form = Form { stored: Some(theirs), is_stale: true, ..form };
    let page = form.view(Vec::new()).await?;
    if page.conflict.is_none() && !form.errors.is_empty() {
        return render::page_with_status(form.app, request, StatusCode::UNPROCESSABLE_ENTITY, &page).await;
    }
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
    } else if sent.has("_another") && resource.access.may_add(viewer) {
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
    let for_good = submitted.has(delete::FOR_GOOD);
    let deleted = match delete::heir(&submitted) {
        Ok(heir) => delete::delete_as_told(&app, &viewer, resource, &[key], heir, for_good).await,
        Err(error) => Err(error),
    };
    match deleted {
        Ok(deleted) if deleted.total() == 0 => Err(Error::NotFound),
        Ok(deleted) => {
            let (row, noun) = (shell::row_url(resource, key), resource.noun);
            let said = if deleted.gone > 0 {
                message(format!("The {noun} was deleted."), &format!("{row}/history"))
            } else {
                message(format!("The {noun} was moved to the trash."), &row)
            };
            auth::flash(&request, said);
            Ok(see_other(&shell::list_url(resource)))
        }
        Err(Error::Invalid(errors)) => {
            let page = delete::page(&app, &viewer, resource, key, &submitted, errors).await?;
            render::page_with_status(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, &page).await
        }
        Err(error) => Err(error),
    }
}

/// POST /admin/{resource}/{id}/restore: brings a row back from the trash.
pub async fn restore(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(String, i64)>,
) -> Result<HttpResponse> {
    let (name, key) = path.into_inner();
    let resource = app.admin.open(&viewer, &name)?;
    viewer.demand(resource.access.change)?;
    save::load(&app, &viewer, resource, Some(key)).await?;
    let text = match trash::restore(&app, &viewer, resource, &[key]).await? {
        0 => format!("The {} is not in the trash.", resource.noun),
        _ => format!("The {} was brought back.", resource.noun),
    };
    auth::flash(&request, message(text, ""));
    Ok(see_other(&shell::row_url(resource, key)))
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
