//! What was typed and never saved, offered to whoever typed it.

use actix_web::{HttpRequest, HttpResponse, web::Path};
use entity::post_revision::Model;

use super::{
    Loaded, RESOURCE, UNSAVED,
    autosave::WHERE,
    queries::{self, BEGINNING, Glimpse},
    views,
};
use crate::{
    admin::{
        Datum, conflict,
        form::Form,
        form_page::Opened,
        log,
        sent::{Reader, Sent},
        shell,
        views::{Message, Shell},
    },
    auth::{self, Viewer, sessions},
    web::{AppData, Error, Result, forms::Submitted, links, render, see_other},
};

/// The list of all that a writer left unsaved.
pub const URL: &str = "/admin/posts/unsaved";

/// `GET /admin/posts/unsaved`: everything that the viewer typed and did not save.
///
/// # Errors
/// 403 for those who write no posts.
pub async fn list(app: AppData, request: HttpRequest, viewer: Viewer) -> Result<HttpResponse> {
    let resource = app.admin.open(&viewer, RESOURCE)?;
    let site = app.site().await?;
    let rows = queries::glimpses(app.db.latest(), viewer.id).await?;
    let unsaved = rows.into_iter().map(|row| shown(row, site.time_zone, URL)).collect();
    let crumbs =
        [(&*shell::heading(&resource.nouns), &*shell::list_url(resource)), (views::UnsavedList::TITLE, URL)];
    let shell = Shell::new(&app.admin, &viewer, &crumbs, sessions::take_messages(&request));
    let page = views::UnsavedList { shell, title: views::UnsavedList::TITLE, unsaved };
    render::page_of_site(&app, &request, &site, &page)
}

/// `POST /admin/posts/unsaved/{id}/discard`: throws one away. `next` says where to go on.
///
/// # Errors
/// 404 for what is not there or somebody else's.
pub async fn discard(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    id: Path<i64>,
    submitted: Submitted,
) -> Result<HttpResponse> {
    app.admin.open(&viewer, RESOURCE)?;
    if !queries::discard(app.db.write(), viewer.id, *id).await? {
        return Err(Error::NotFound);
    }
    let text = "What was not saved is thrown away.".to_owned();
    auth::flash(&request, Message { text, url: String::new(), is_error: false });
    let next = submitted.get("next").filter(|next| links::is_local(next) && next.starts_with("/admin/"));
    Ok(see_other(next.unwrap_or(URL)))
}

/// A text as its form would send it.
pub fn typed_in(row: Model) -> Submitted {
    let loaded = Loaded::of(&row);
    let mut pairs = vec![
        ("_version".to_owned(), row.base),
        (UNSAVED.to_owned(), loaded.to_string()),
        ("title".to_owned(), row.title),
        ("content".to_owned(), row.content),
    ];
    if let serde_json::Value::Object(fields) = row.fields {
        let texts = fields.into_iter().filter(|(name, _)| name != WHERE);
        pairs.extend(texts.filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))));
    }
    pairs.into_iter().collect()
}

/// Texts with what differs from the stored post.
///
/// # Errors
/// When the database does not answer.
pub async fn with_differences(opened: Opened<'_>, rows: Vec<Model>) -> Result<Vec<views::Unsaved>> {
    let Opened { app, viewer, resource, zone, key, stored, .. } = opened;
    let new = || format!("{}/new", shell::list_url(resource));
    let here = key.map_or_else(new, |key| shell::row_url(resource, key));
    let version = stored.map(|stored| stored.fingerprint(resource, viewer));
    let reader = Reader { viewer, resource, zone };
    let mut texts = Vec::new();
    let mut forms = Vec::new();
    for row in rows {
        // What its history had come to stands behind the fingerprint.
        let base = row.base.split('-').next();
        let is_stale = version.as_deref().is_some_and(|version| Some(version) != base);
        texts.push(views::Unsaved { is_stale, ..shown(glimpse(&row), zone, &here) });
        let typed = typed_in(row);
        let filled = reader.of_sent(&Sent::new(&typed), stored);
        forms.push(Form::new(app, reader, key, stored, filled));
    }
    let differences = conflict::differences_to_stored(app, &forms).await?;
    for (text, differences) in texts.iter_mut().zip(differences) {
        text.differences = differences;
    }
    Ok(texts)
}

fn glimpse(row: &Model) -> Glimpse {
    Glimpse {
        id: row.id,
        post_id: row.post_id,
        title: row.title.clone(),
        beginning: row.content.chars().take(BEGINNING + 1).collect(),
        fields: row.fields.clone(),
        updated_at: row.updated_at,
    }
}

fn shown(row: Glimpse, zone: chrono_tz::Tz, next: &str) -> views::Unsaved {
    let form = row.post_id.map_or_else(|| "/admin/posts/new".to_owned(), |id| format!("/admin/posts/{id}"));
    let title = row.title.trim();
    views::Unsaved {
        id: row.id,
        title: if title.is_empty() { "Untitled".to_owned() } else { title.chars().take(200).collect() },
        at: row.updated_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        when: Datum::DateTime(row.updated_at).to_text(zone),
        place: row.fields.get(WHERE).and_then(|place| place.as_str()).unwrap_or_default().to_owned(),
        is_new: row.post_id.is_none(),
        is_stale: false,
        url: format!("{form}?unsaved={}", row.id),
        discard_url: format!("{URL}/{}/discard", row.id),
        next: next.to_owned(),
        differences: Vec::new(),
        beginning: log::cut(row.beginning, BEGINNING),
    }
}
