//! What was done, as the table `admin_log` remembers it: to a row, be it gone, and on the whole site.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpRequest;
use chrono::{DateTime, SecondsFormat};
use chrono_tz::Tz;
use entity::admin_log;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{
    Resource,
    column::Kind,
    log::{self, Changed},
    names,
    resource::FieldOf,
    shell, store, stored,
    value::Datum,
    views::{Change, History, LogEntry, Shell},
};
use crate::{
    auth::{Permission, Viewer},
    web::{
        App, Error, Result,
        forms::Submitted,
        pagination::{PageNumber, PageOf},
    },
};

/// Entries in a page.
const PER_PAGE: u64 = 50;

/// `?page=` of an address.
///
/// # Errors
/// 400 for what is no page's number.
pub fn page_number(request: &HttpRequest) -> Result<PageNumber> {
    PageNumber::parse(Submitted::parse(request.query_string().as_bytes())?.get("page"))
}

/// The history of a row.
///
/// # Errors
/// 404 for a row that never was, or that is not the viewer's; of one that is gone, those who see their own rows only
/// may see it if they deleted it.
pub async fn of_row(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    key: i64,
    number: PageNumber,
) -> Result<History> {
    let db = app.db.latest();
    let entries = admin_log::Entity::find()
        .filter(admin_log::Column::Resource.eq(resource.name))
        .filter(admin_log::Column::RowId.eq(key.to_string()));
    let row = store::read(db, &resource.table, key, false).await?;
    let title = match &row {
        Some(row) if stored::is_for(resource, viewer, row) => stored::title(resource, key, row),
        Some(_) => return Err(Error::NotFound),
        None => {
            let last = entries.clone().order_by_desc(admin_log::Column::Id).one(db).await?;
            let last = last.ok_or(Error::NotFound)?;
            let was_theirs = last.action == log::DELETE && last.user_id == Some(viewer.id);
            if resource.access.own_only(viewer).is_some() && !was_theirs {
                return Err(Error::NotFound);
            }
            last.row_title
        }
    };
    let url = shell::row_url(resource, key);
    let here = format!("{url}/history");
    let (heading, list_url) = (shell::heading(&resource.nouns), shell::list_url(resource));
    let row_step = if row.is_some() { url.as_str() } else { here.as_str() };
    let mut crumbs = vec![(heading.as_str(), list_url.as_str()), (title.as_str(), row_step)];
    crumbs.push(("History", &here));
    let shell = Shell::new(&app.admin, viewer, &crumbs, Vec::new());
    let back_url = if row.is_some() { url.clone() } else { list_url.clone() };
    page(app, viewer, entries, number, (&here, format!("History of {title}"), back_url, shell)).await
}

/// The newest entry about a row.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(app: &App, resource: &Resource, key: i64) -> Result<Option<admin_log::Model>, DbErr> {
    admin_log::Entity::find()
        .filter(admin_log::Column::Resource.eq(resource.name))
        .filter(admin_log::Column::RowId.eq(key.to_string()))
        .order_by_desc(admin_log::Column::Id)
        .one(app.db.latest())
        .await
}

/// The history of the site: of what the viewer may see all of.
///
/// # Errors
/// 403 for those who may not see it.
pub async fn of_site(app: &App, viewer: &Viewer, number: PageNumber) -> Result<History> {
    viewer.demand(Permission::EnterAdmin)?;
    viewer.demand(Permission::SeeHistory)?;
    let here = "/admin/history";
    let shell = Shell::new(&app.admin, viewer, &[("History", here)], Vec::new());
    page(app, viewer, all(app, viewer), number, (here, "History".to_owned(), shell::HOME.to_owned(), shell))
        .await
}

/// The latest entries of the site's history, for the dashboard; none for those who may not see it.
///
/// # Errors
/// When the database does not answer.
pub async fn recent(app: &App, viewer: &Viewer, zone: Tz, limit: u64) -> Result<Vec<LogEntry>> {
    if !viewer.may(Permission::SeeHistory) {
        return Ok(Vec::new());
    }
    let rows =
        all(app, viewer).order_by_desc(admin_log::Column::Id).limit(limit).all(app.db.latest()).await?;
    Ok(entries(app, viewer, zone, rows).await?)
}

/// What nobody says who may see is nobody's to see: entries tell values.
fn all(app: &App, viewer: &Viewer) -> Select<admin_log::Entity> {
    let seen = app
        .admin
        .resources
        .iter()
        .filter(|resource| viewer.may(resource.access.see) && resource.access.own_only(viewer).is_none());
    let told = app.admin.told.iter().filter(|(_, permission)| viewer.may(*permission)).map(|(name, _)| *name);
    let names: Vec<&str> = seen.map(|resource| resource.name).chain(told).collect();
    admin_log::Entity::find().filter(admin_log::Column::Resource.is_in(names))
}

async fn page(
    app: &App,
    viewer: &Viewer,
    select: Select<admin_log::Entity>,
    number: PageNumber,
    (here, title, back_url, shell): (&str, String, String, Shell),
) -> Result<History> {
    let db = app.db.latest();
    let total = select.clone().count(db).await?;
    let rows = select
        .order_by_desc(admin_log::Column::Id)
        .offset(number.offset(PER_PAGE))
        .limit(PER_PAGE)
        .all(db)
        .await?;
    let zone = app.site().await?.time_zone;
    let page = PageOf::new(rows, total, number, PER_PAGE)?;
    let pagination = page.links(here, &[]);
    let entries = entries(app, viewer, zone, page.rows).await?;
    Ok(History { shell, title, entries, pagination, back_url })
}

/// Entries for people. Which rows are still there is asked once for each resource among them.
async fn entries(
    app: &App,
    viewer: &Viewer,
    zone: Tz,
    rows: Vec<admin_log::Model>,
) -> Result<Vec<LogEntry>, DbErr> {
    let mut keys: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for row in &rows {
        if let (Some(resource), Ok(key)) = (app.admin.find(&row.resource), row.row_id.parse()) {
            keys.entry(resource.name).or_default().insert(key);
        }
    }
    let mut there: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for (name, keys) in keys {
        if let Some(resource) = app.admin.visible(viewer, name) {
            there.insert(name, names::existing(app.db.latest(), viewer, resource, &keys).await?);
        }
    }
    let entry = |row: admin_log::Model| {
        let resource = app.admin.find(&row.resource);
        let key: Option<i64> = row.row_id.parse().ok();
        let is_there =
            key.is_some_and(|key| there.get(row.resource.as_str()).is_some_and(|keys| keys.contains(&key)));
        let url = resource.zip(key).map(|(resource, key)| shell::row_url(resource, key));
        let changes: Vec<Changed> = serde_json::from_value(row.changes).unwrap_or_default();
        let is_for = |field: &FieldOf| field.is_for(viewer);
        let shown = changes.into_iter().filter(|changed| {
            resource.and_then(|resource| resource.field(&changed.field)).is_none_or(is_for)
        });
        LogEntry {
            at: row.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            when: Datum::DateTime(row.at).to_text(zone),
            who: row.user_name,
            verb: verb(resource, &row.action),
            noun: resource.map_or_else(|| row.resource.clone(), |resource| resource.noun.to_owned()),
            row: row.row_title,
            history_url: url.as_ref().map(|url| format!("{url}/history")).unwrap_or_default(),
            url: url.filter(|_| is_there),
            changes: shown.map(|changed| change(resource, changed, zone)).collect(),
        }
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn verb(resource: Option<&Resource>, action: &str) -> String {
    match action {
        log::CREATE => "added".to_owned(),
        log::CHANGE => "changed".to_owned(),
        log::DELETE => "deleted".to_owned(),
        log::TRASH => "threw away".to_owned(),
        log::RESTORE => "brought back".to_owned(),
        // Of the few things that are no change of a field and no action of a list.
        "share" => "made a preview link for".to_owned(),
        "unshare" => "revoked the preview link of".to_owned(),
        other => {
            let known = resource.and_then(|of| of.actions.iter().find(|known| known.name == other));
            known.map_or_else(|| "changed".to_owned(), |known| known.done.to_lowercase())
        }
    }
}

/// An instant is remembered as machines write it, and shown in the site's zone.
fn change(resource: Option<&Resource>, changed: Changed, zone: Tz) -> Change {
    let kind = resource.and_then(|resource| resource.table.column(&changed.field)).map(|column| column.kind);
    let text = |text: String| match DateTime::parse_from_rfc3339(&text) {
        Ok(time) if kind == Some(Kind::DateTime) => Datum::DateTime(time.to_utc()).to_text(zone),
        _ => text,
    };
    Change { label: changed.label, old: text(changed.old), new: text(changed.new) }
}
