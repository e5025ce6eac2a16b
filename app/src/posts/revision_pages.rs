//! `/admin/posts/{id}/revisions`: what a post was, how that differs from what it is, and bringing it back.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Path, Query},
};
use chrono_tz::Tz;
use entity::post_revision::RevisionKind;
use serde::{Deserialize, Serialize};

use super::{
    revisions::{self, Listed, Revision},
    views::Cover,
};
use crate::{
    admin::{
        Datum, Resource, Values,
        save::{self, Input, Refusal},
        shell,
        stored::Stored,
        views::{Message, Shell},
    },
    auth::{Viewer, flash, sessions},
    web::{
        AppData, Error, Result,
        diff::{self, TextDiff},
        forms::{FieldErrors, Submitted},
        pagination::{ListQuery, PageNumber, Pagination},
        render::{self, Page},
        see_other,
    },
};

/// A revision in the list.
#[derive(Debug, Serialize)]
struct Row {
    url: String,
    at: String,
    when: String,
    who: String,
    /// The title, where it is another one than the post has now.
    title: String,
    is_present: bool,
}

#[derive(Debug, Serialize)]
struct Revisions {
    shell: Shell,
    title: String,
    rows: Vec<Row>,
    autosaves: Vec<Row>,
    pagination: Pagination,
    back_url: String,
}

impl Page for Revisions {
    const TEMPLATE: &'static str = "posts/revisions.html";

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }
}

fn when(at: chrono::DateTime<chrono::Utc>, zone: Tz) -> String {
    Datum::DateTime(at).to_text(zone)
}

/// `GET /admin/posts/{id}/revisions`
///
/// # Errors
/// 404 for a post that is not there or not the viewer's, and beyond the last page.
pub async fn list(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    id: Path<i64>,
    query: Query<ListQuery>,
) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, "posts")?;
    let number = PageNumber::parse(query.page.as_deref())?;
    let db = app.db.latest();
    let post = revisions::post(db, *id, resource.access.own_only(&viewer).map(|_| viewer.id));
    let post = post.await?.ok_or(Error::NotFound)?;
    let zone = app.site().await?.time_zone;
    let page = revisions::list(db, *id, number).await?;
    let autosaves = if number == PageNumber::FIRST {
        revisions::autosaves(db, *id, viewer.id).await?
    } else {
        Vec::new()
    };
    let url = shell::row_url(resource, *id);
    let here = format!("{url}/revisions");
    let pagination = page.links(&here, &[]);
    let row = |revision: Listed| Row {
        url: format!("{here}/{}", revision.id),
        at: revision.updated_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        when: when(revision.updated_at, zone),
        who: revision.display_name.unwrap_or_default(),
        title: if revision.title == post.title { String::new() } else { revision.title },
        is_present: false,
    };
    let mut rows: Vec<Row> = page.rows.into_iter().map(row).collect();
    if let (Some(first), true) = (rows.first_mut(), number == PageNumber::FIRST) {
        first.is_present = true;
    }
    let page = Revisions {
        shell: crumbs(&app, &viewer, resource, (&post.title, &url), ("Revisions", &here), &request),
        title: format!("Revisions of {}", post.title),
        rows,
        autosaves: autosaves.into_iter().map(row).collect(),
        pagination,
        back_url: url,
    };
    render::page_with_status(&app, &request, StatusCode::OK, &page).await
}

fn crumbs(
    app: &AppData,
    viewer: &Viewer,
    resource: &Resource,
    row: (&str, &str),
    here: (&str, &str),
    request: &HttpRequest,
) -> Shell {
    let (heading, list) = (shell::heading(&resource.nouns), shell::list_url(resource));
    let crumbs = [(heading.as_str(), list.as_str()), row, here];
    Shell::new(&app.admin, viewer, &crumbs, sessions::take_messages(request))
}

/// A field in two versions.
#[derive(Debug, Serialize)]
struct FieldDiff {
    label: &'static str,
    diff: TextDiff,
    /// The pictures, where they are addresses of some: what was taken away, and what was added.
    pictures: Vec<Pictured>,
}

/// A cover of one of the two versions.
#[derive(Debug, Serialize)]
struct Pictured {
    is_old: bool,
    cover: Cover,
}

#[derive(Debug, Serialize)]
struct RevisionPage {
    shell: Shell,
    title: String,
    when: String,
    who: String,
    is_autosave: bool,
    /// The fields whose versions differ.
    fields: Vec<FieldDiff>,
    /// Whether it is compared with the revision before it instead of the present post.
    is_of_save: bool,
    /// Where it is compared with the other one.
    other_url: Option<String>,
    /// Where it is brought back; none where that changes nothing, or is not to be.
    restore_url: Option<String>,
    version: String,
    complaint: String,
    back_url: String,
}

impl Page for RevisionPage {
    const TEMPLATE: &'static str = "posts/revision.html";

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }
}

/// Which two are compared.
#[derive(Debug, Default, Deserialize)]
pub struct With {
    with: Option<String>,
}

/// What the cover's address is called.
const COVER: &str = "Cover";

/// What is compared of a post.
struct Version<'a> {
    title: &'a str,
    summary: &'a str,
    tags: &'a str,
    content: &'a str,
    /// The cover's address and what it shows; none where they were not kept.
    cover: Option<(&'a str, &'a str)>,
}

impl<'a> Version<'a> {
    fn of_revision(revision: &'a Revision) -> Self {
        Self {
            title: &revision.title,
            summary: revision.field("summary"),
            tags: revision.field("tags"),
            content: &revision.content,
            cover: revision.kept("cover").map(|cover| (cover, revision.field("cover_alt"))),
        }
    }

    fn of_post(values: &'a Values) -> Self {
        let text = |name| values.get(name).and_then(Datum::as_text).unwrap_or_default();
        Self {
            title: text("title"),
            summary: text("summary"),
            tags: text("tags"),
            content: text("content"),
            cover: Some((text("cover"), text("cover_alt"))),
        }
    }

    async fn differences(&self, new: &Version<'_>) -> Result<Vec<FieldDiff>> {
        let mut fields = Vec::new();
        // What one of them does not tell does not differ.
        let ((old_cover, old_alt), (cover, alt)) = self.cover.zip(new.cover).unwrap_or_default();
        for (label, old, new) in [
            ("Title", self.title, new.title),
            ("Summary", self.summary, new.summary),
            ("Tags", self.tags, new.tags),
            (COVER, old_cover, cover),
            ("What the cover shows", old_alt, alt),
            ("Text", self.content, new.content),
        ] {
            let diff = diff::of(old.to_owned(), new.to_owned()).await?;
            if diff.is_same {
                continue;
            }
            let pictures = if label == COVER {
                let both = [(true, old, old_alt), (false, new, alt)].into_iter();
                both.filter_map(|(is_old, address, alt)| {
                    Some(Pictured { is_old, cover: Cover::new(address, alt)? })
                })
                .collect()
            } else {
                Vec::new()
            };
            fields.push(FieldDiff { label, diff, pictures });
        }
        Ok(fields)
    }
}

/// `GET /admin/posts/{id}/revisions/{revision}`
///
/// # Errors
/// 404 for a revision that is not there, or of a post that is not the viewer's.
pub async fn show(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(i64, i64)>,
    query: Query<With>,
) -> Result<HttpResponse> {
    let is_of_save = query.with.as_deref() == Some("before");
    answer(&app, &request, &viewer, *path, is_of_save, (StatusCode::OK, String::new())).await
}

async fn answer(
    app: &AppData,
    request: &HttpRequest,
    viewer: &Viewer,
    (id, revision): (i64, i64),
    is_of_save: bool,
    (status, complaint): (StatusCode, String),
) -> Result<HttpResponse> {
    let resource = app.admin.open(viewer, "posts")?;
    let db = app.db.latest();
    let post = save::load(app, viewer, resource, Some(id)).await?.ok_or(Error::NotFound)?;
    let revision = revisions::find(db, id, revision, viewer.id).await?.ok_or(Error::NotFound)?;
    let zone = app.site().await?.time_zone;
    let before = revisions::before(db, id, revision.id).await?;
    let this = Version::of_revision(&revision);
    let fields = match before.as_ref().filter(|_| is_of_save) {
        Some(before) => Version::of_revision(before).differences(&this).await?,
        // The first one: all of it was added.
        None if is_of_save => {
            let nothing = Version { title: "", summary: "", tags: "", content: "", cover: Some(("", "")) };
            nothing.differences(&this).await?
        }
        None => this.differences(&Version::of_post(&post.values)).await?,
    };
    let is_autosave = revision.kind == RevisionKind::Autosave;
    let url = shell::row_url(resource, id);
    let (list, here) = (format!("{url}/revisions"), format!("{url}/revisions/{}", revision.id));
    let when = when(revision.updated_at, zone);
    let can_restore = viewer.may(resource.access.change) && !resource.is_trashed(&post.values);
    let mut shell =
        crumbs(app, viewer, resource, (&post.title(resource, id), &url), ("Revisions", &list), request);
    shell.crumbs.push(crate::admin::views::Crumb { label: when.clone(), url: here.clone() });
    let page = RevisionPage {
        shell,
        title: format!("{}, {when}", post.title(resource, id)),
        when,
        who: revision.display_name.clone().unwrap_or_default(),
        is_autosave,
        restore_url: (can_restore && !is_of_save && !fields.is_empty()).then(|| format!("{here}/restore")),
        fields,
        is_of_save,
        other_url: match is_of_save {
            true => Some(here),
            false => (!is_autosave).then(|| format!("{here}?with=before")),
        },
        version: post.fingerprint(resource, viewer),
        complaint,
        back_url: list,
    };
    render::page_with_status(app, request, status, &page).await
}

/// `POST /admin/posts/{id}/revisions/{revision}/restore`: makes the post what the revision is, as a save like any other.
///
/// # Errors
/// 404 as [`show`]; 403 for those who may not change posts.
pub async fn restore(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    path: Path<(i64, i64)>,
    form: Submitted,
) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, "posts")?;
    viewer.demand(resource.access.change)?;
    let (id, number) = *path;
    let stored: Option<Stored> = save::load(&app, &viewer, resource, Some(id)).await?;
    if stored.is_none_or(|post| resource.is_trashed(&post.values)) {
        return Err(Error::NotFound);
    }
    let revision = revisions::find(app.db.latest(), id, number, viewer.id).await?.ok_or(Error::NotFound)?;
    let zone = app.site().await?.time_zone;
    let complain = |status, text: String| answer(&app, &request, &viewer, *path, false, (status, text));
    let saved = match values(resource, &revision) {
        Ok(values) => {
            let version = form.get("_version").map(str::to_owned);
            let input = Input { values, version, ..Input::default() };
            save::save(&app, &viewer, resource, Some(id), &input).await
        }
        Err(errors) => Err(Error::Invalid(errors).into()),
    };
    let text = match saved {
        Ok(saved) if saved.changes.is_empty() => {
            "Nothing was changed: the post is like this already.".to_owned()
        }
        Ok(_) => format!(
            "The post is again as it was on {}. What it was until now is among its revisions.",
            when(revision.updated_at, zone)
        ),
        Err(Refusal::Stale(_)) => {
            let text = "Somebody changed the post meanwhile, so nothing was done. Below is how this differs from it now.";
            return complain(StatusCode::CONFLICT, text.to_owned()).await;
        }
        Err(Refusal::Other(Error::Invalid(errors))) => {
            let all = errors.0.iter().flat_map(|(field, texts)| {
                let label = resource.field(field).map(|field| field.label.clone()).unwrap_or_default();
                texts.iter().map(move |text| format!("{label}: {text}"))
            });
            let text = all.collect::<Vec<_>>().join(" ");
            return complain(StatusCode::UNPROCESSABLE_ENTITY, text).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    flash(&request, Message { text, url: shell::row_url(resource, id), is_error: false });
    Ok(see_other(&format!("{}/revisions", shell::row_url(resource, id))))
}

/// What a revision says, checked as what is typed: an autosave may hold what cannot be saved.
fn values(resource: &Resource, revision: &Revision) -> Result<Values, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut values = Values::new();
    let texts = [
        ("title", &*revision.title),
        ("content", &*revision.content),
        ("summary", revision.field("summary")),
    ];
    let cover = ["cover", "cover_alt"].into_iter().filter_map(|name| Some((name, revision.kept(name)?)));
    for (name, text) in texts.into_iter().chain(cover) {
        let Some(column) = resource.table.column(name) else { continue };
        match Datum::parse(text, column, Tz::UTC) {
            Ok(value) => {
                values.insert(name, value);
            }
            Err(message) => errors.add(name, message),
        }
    }
    values.insert("tags", Datum::Text(revision.field("tags").to_owned()));
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}
