//! The library's own pages: uploading, saying what pictures show, and choosing one. Lists and forms are the admin's.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Payload,
};
use entity::media;

use super::{
    admin::{MAX_ALT, NAME},
    library, queries,
    upload::{self, MAX_FILES},
    views::{DescribePage, Described, File, Pick, Problem, UploadPage, Uploaded},
};
use crate::{
    admin::{
        Datum, Resource, Values,
        query::{ListQuery, Scope},
        save::{self, Refusal},
        shell,
        views::{Message, Shell},
    },
    auth::{Permission, Viewer, flash, sessions},
    web::{
        App, AppData, Error, Result,
        body::LongForm,
        forms::{Complaint, Field, FieldErrors, Submitted, Widget, complaints},
        render, see_other,
        typed::Typed,
    },
};

const UPLOAD: &str = "/admin/media/new";
const DESCRIBE: &str = "/admin/media/describe";

/// `GET /admin/media/new`: choosing files.
///
/// # Errors
/// 403 for those who may not upload.
pub async fn new(app: AppData, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    let resource = open(&app, &viewer)?;
    let page = upload_page(&app, &viewer, resource, sessions::take_messages(&request), Vec::new());
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

fn upload_page(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    messages: Vec<Message>,
    complaints: Vec<Complaint>,
) -> UploadPage {
    let back_url = shell::list_url(resource);
    let heading = shell::heading(&resource.nouns);
    let title = resource.add_label();
    UploadPage {
        shell: Shell::new(&app.admin, viewer, &[(&heading, &back_url), (&title, UPLOAD)], messages),
        title,
        complaints,
        max_file: library::MAX_FILE / 1024 / 1024,
        max_files: MAX_FILES,
        back_url,
    }
}

/// `POST /admin/media/upload`: takes files in. Programs get JSON; a browser goes on to where it is asked what the
/// pictures show.
///
/// # Errors
/// See [`upload::read`].
pub async fn upload(
    app: AppData,
    viewer: Viewer,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let resource = open(&app, &viewer)?;
    resource.access.demand_write(&viewer, None)?;
    let sent = upload::read(&request, payload).await?;
    let is_program = wants_json(&request);
    // A browser that goes away now does not leave half of the work: it is finished without it.
    let work = take_in(app.clone(), viewer.clone(), sent);
    let (uploaded, waiting) = tokio::spawn(work).await.map_err(Error::internal)??;
    let is_nothing = uploaded.files.is_empty();
    if is_program {
        let mut answer =
            if is_nothing { HttpResponse::UnprocessableEntity() } else { HttpResponse::Created() };
        return Ok(answer.json(uploaded));
    }
    if is_nothing {
        let page = upload_page(&app, &viewer, resource, Vec::new(), complaints_of(uploaded.errors));
        return render::page_with_status(&app, &request, StatusCode::UNPROCESSABLE_ENTITY, &page).await;
    }
    for problem in uploaded.errors {
        let text = format!("“{}” was not taken. {}", shown(&problem.filename), problem.message);
        flash(&request, Message { text, url: String::new(), is_error: true });
    }
    let text = match &uploaded.files[..] {
        [only] => format!("“{}” is in the library.", only.filename),
        several => format!("{} files are in the library.", several.len()),
    };
    flash(&request, Message { text, url: String::new(), is_error: false });
    if waiting.is_empty() {
        return Ok(see_other(&shell::list_url(resource)));
    }
    let ids: Vec<String> = waiting.iter().map(|id| format!("id={id}")).collect();
    Ok(see_other(&format!("{DESCRIBE}?{}", ids.join("&"))))
}

/// Takes what was sent into the library, one after the other; and which of it still wants words.
async fn take_in(app: AppData, viewer: Viewer, sent: upload::Upload) -> Result<(Uploaded, Vec<i64>)> {
    let (mut uploaded, mut waiting) = (Uploaded::default(), Vec::new());
    if sent.alt.chars().count() > MAX_ALT {
        let message = format!("The alternative text has more than {MAX_ALT} characters.");
        uploaded.errors.push(Problem { filename: String::new(), message });
        return Ok((uploaded, waiting));
    }
    if sent.files.is_empty() {
        let message = "Choose at least one file.".to_owned();
        uploaded.errors.push(Problem { filename: String::new(), message });
    }
    for file in sent.files {
        let taken = match file.content {
            Ok(content) => {
                let content = content.into_bytes().await?;
                library::bring_in(&app, &viewer, &file.name, content, &sent.alt).await?
            }
            Err(message) => Err(message),
        };
        match taken {
            Ok(row) => {
                if row.needs_alt && !waiting.contains(&row.id) {
                    waiting.push(row.id);
                }
                uploaded.files.push(row.into());
            }
            Err(message) => uploaded.errors.push(Problem { filename: shown(&file.name), message }),
        }
    }
    Ok((uploaded, waiting))
}

/// A name as it was sent, short enough to be shown and without characters that nobody sees.
fn shown(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible = |c: &char| {
        !c.is_control() && !matches!(u32::from(*c), 0x200B..=0x200F | 0x202A..=0x202E | 0x2066..=0x2069)
    };
    last.chars().filter(visible).take(80).collect()
}

fn complaints_of(problems: Vec<Problem>) -> Vec<Complaint> {
    let complaint = |problem: Problem| Complaint {
        id: "field-file".to_owned(),
        label: if problem.filename.is_empty() { "Files".to_owned() } else { problem.filename },
        message: problem.message,
    };
    problems.into_iter().map(complaint).collect()
}

/// `GET /admin/media/pick?q=&page=`: files to choose from, newest first.
///
/// # Errors
/// 400 for an address that makes no sense.
pub async fn pick(app: AppData, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    let resource = open(&app, &viewer)?;
    let asked = Submitted::parse(request.query_string().as_bytes())?;
    let scope = Scope { admin: &app.admin, resource, viewer: &viewer, zone: chrono_tz::Tz::UTC };
    let wanted: Submitted =
        ["q", "page"].into_iter().map(|name| (name.to_owned(), asked.text(name).to_owned())).collect();
    let query = ListQuery::from_pairs(&scope, &wanted)?;
    let db = app.db.latest();
    let keys = query.page_keys(db, &scope).await?;
    let total = query.count(db, &scope).await?;
    let page = query.page.get();
    if keys.is_empty() && page > 1 {
        return Err(Error::NotFound);
    }
    let mut rows: BTreeMap<i64, media::Model> =
        queries::find_many(db, &keys).await?.into_iter().map(|row| (row.id, row)).collect();
    let files = keys.iter().filter_map(|key| rows.remove(key)).map(File::from).collect();
    let next = (total > page * query.per_page).then_some(page + 1);
    Ok(HttpResponse::Ok().json(Pick { files, next }))
}

/// `GET /admin/media/describe?id=&id=`: asks what pictures show.
///
/// # Errors
/// 404 where none of them is there and the viewer's.
pub async fn describe(app: AppData, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    let resource = open(&app, &viewer)?;
    let asked = Submitted::parse(request.query_string().as_bytes())?;
    let ids: Vec<i64> = asked.all("id").filter_map(|id| id.parse().ok()).collect();
    let messages = sessions::take_messages(&request);
    let empty = (Submitted::default(), FieldErrors::default());
    let page = describe_page(&app, &viewer, resource, &ids, messages, &empty).await?;
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

/// `POST /admin/media/describe`: `alt.{id}` says what the picture with this id shows.
///
/// # Errors
/// 404 where none of them is there and the viewer's.
pub async fn described(
    app: AppData,
    viewer: Viewer,
    request: HttpRequest,
    LongForm(form): LongForm,
) -> Result<HttpResponse> {
    let answer = take_words(&app, &request, &viewer, &form).await;
    answer.inspect_err(|_| Typed::new(&request, &form).leave(&request))
}

async fn take_words(
    app: &App,
    request: &HttpRequest,
    viewer: &Viewer,
    form: &Submitted,
) -> Result<HttpResponse> {
    let resource = open(app, viewer)?;
    viewer.demand(resource.access.change)?;
    let sent: BTreeMap<i64, &str> = form
        .pairs()
        .filter_map(|(name, alt)| Some((name.strip_prefix("alt.")?.parse().ok()?, alt.trim())))
        .collect();
    let ids: Vec<i64> = sent.keys().copied().collect();
    let rows = own(app, viewer, resource, &ids).await?;
    let mut errors = FieldErrors::default();
    for (id, alt) in &sent {
        if alt.chars().count() > MAX_ALT {
            errors.add(&format!("alt.{id}"), format!("At most {MAX_ALT} characters."));
        }
    }
    let mut count = 0;
    let is_valid = errors.is_empty();
    for row in rows.iter().filter(|_| is_valid) {
        let alt = sent.get(&row.id).copied().unwrap_or_default();
        // What was left empty is not taken away from somebody who said it meanwhile.
        if alt.is_empty() || alt == row.alt {
            continue;
        }
        let values = Values::from([("alt", Datum::Text(alt.to_owned()))]);
        let input = save::Input { values, ..save::Input::default() };
        match save::save(app, viewer, resource, Some(row.id), &input).await {
            Ok(_) => count += 1,
            Err(Refusal::Other(Error::Invalid(more))) => {
                let messages = more.0.into_values().flatten();
                messages.for_each(|message| errors.add(&format!("alt.{}", row.id), message));
            }
            // Somebody deleted it meanwhile.
            Err(Refusal::Other(Error::NotFound)) => {}
            Err(Refusal::Other(error)) => return Err(error),
            Err(Refusal::Stale(_) | Refusal::Trashed | Refusal::Twice) => {}
        }
    }
    if !errors.is_empty() {
        let typed = (form.clone(), errors);
        let page = describe_page(app, viewer, resource, &ids, Vec::new(), &typed).await?;
        return render::page_with_status(app, request, StatusCode::UNPROCESSABLE_ENTITY, &page).await;
    }
    let text = match count {
        0 => "Nothing was changed.".to_owned(),
        1 => "One picture has its text.".to_owned(),
        _ => format!("{count} pictures have their texts."),
    };
    flash(request, Message { text, url: String::new(), is_error: false });
    Ok(see_other(&shell::list_url(resource)))
}

async fn describe_page(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    ids: &[i64],
    messages: Vec<Message>,
    (typed, errors): &(Submitted, FieldErrors),
) -> Result<DescribePage> {
    let rows = own(app, viewer, resource, ids).await?;
    let pictures = rows.into_iter().map(|row| {
        let field = Field::new(&format!("alt.{}", row.id), "Alternative text", Widget::LongText)
            .max_length(MAX_ALT as u32)
            .value(row.alt.clone())
            .filled(typed, errors);
        Described { row_url: shell::row_url(resource, row.id), file: row.into(), field }
    });
    let pictures: Vec<Described> = pictures.collect();
    let back_url = shell::list_url(resource);
    let heading = shell::heading(&resource.nouns);
    let title = if pictures.len() == 1 { "What does it show?" } else { "What do they show?" };
    Ok(DescribePage {
        shell: Shell::new(&app.admin, viewer, &[(&heading, &back_url), (title, DESCRIBE)], messages),
        title: title.to_owned(),
        word: app.tickets.issue(viewer.id),
        complaints: complaints(pictures.iter().map(|picture| &picture.field), errors),
        pictures,
        back_url,
    })
}

/// The pictures among these rows that are there and the viewer's to change, at most a few dozen.
async fn own(app: &App, viewer: &Viewer, resource: &Resource, ids: &[i64]) -> Result<Vec<media::Model>> {
    let ids = &ids[..ids.len().min(2 * MAX_FILES)];
    let mut rows = queries::find_many(app.db.latest(), ids).await?;
    let sees_all = resource.access.own_only(viewer).is_none();
    rows.retain(|row| (sees_all || row.user_id == Some(viewer.id)) && row.content_type.starts_with("image/"));
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    if rows.is_empty() { Err(Error::NotFound) } else { Ok(rows) }
}

fn open<'a>(app: &'a App, viewer: &Viewer) -> Result<&'a Resource> {
    viewer.demand(Permission::UploadMedia)?;
    app.admin.open(viewer, NAME)
}

fn wants_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}
