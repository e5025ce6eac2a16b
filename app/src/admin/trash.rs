//! The trash of a resource: rows that somebody deleted and that can be brought back for some time. They are where they
//! were, in a state of their own; lists, counts and lookups leave them out unless they are asked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, ExprTrait,
    sea_query::{Expr, Query},
};
use serde::Serialize;

use super::{
    Admin, Datum, Resource, Values,
    action::STEP,
    column::{TableOf, iden},
    log::{self, Actor, Entry},
    names,
    resource::RowPage,
    shell, store,
    stored::{self, Stored},
    views::{Form, Link},
};
use crate::{
    auth::{self, Viewer},
    db,
    web::{App, Error, Result, render::Page},
};

/// What says that a row is in the trash.
#[derive(Clone, Debug)]
pub struct Trash {
    /// The column that says so.
    pub column: &'static str,
    /// Its value then.
    pub value: String,
    /// The column that says since when.
    pub since: &'static str,
    /// How many days rows stay.
    pub days: i64,
}

impl Trash {
    /// Whether a row is in it.
    pub fn holds(&self, row: &Values) -> bool {
        row.get(self.column).and_then(Datum::as_text) == Some(&self.value)
    }

    /// The rows that are in it, or those that are not.
    pub fn rows(&self, table: &TableOf, are_in_it: bool) -> Expr {
        let column = Expr::col((iden(table.name), iden(self.column)));
        if are_in_it { column.eq(self.value.as_str()) } else { column.ne(self.value.as_str()) }
    }
}

impl Resource {
    /// Whether a row is in the trash.
    pub fn is_trashed(&self, row: &Values) -> bool {
        self.trash.as_ref().is_some_and(|trash| trash.holds(row))
    }
}

/// Which of these rows are in the trash.
///
/// # Errors
/// When the database does not answer.
pub async fn trashed(
    db: &impl ConnectionTrait,
    resource: &Resource,
    keys: &[i64],
) -> Result<BTreeSet<i64>, DbErr> {
    let mut found = BTreeSet::new();
    let Some(trash) = &resource.trash else { return Ok(found) };
    for keys in keys.chunks(store::CHUNK) {
        let mut select = Query::select();
        select.column(iden(resource.table.key)).from(iden(resource.table.name));
        select.and_where(Expr::col(iden(resource.table.key)).is_in(keys.iter().copied()));
        select.and_where(trash.rows(&resource.table, true));
        for row in db.query_all(&select).await? {
            found.insert(store::key(&row, &resource.table)?);
        }
    }
    Ok(found)
}

/// Moves rows into the trash and remembers who did.
///
/// # Errors
/// Those of the feature's hook.
pub(super) async fn put(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    by: Actor<'_>,
    resource: &Resource,
    rows: &BTreeMap<i64, Values>,
) -> Result<()> {
    let keys: Vec<i64> = rows.keys().copied().collect();
    resource.hooks.trash(transaction, &keys).await?;
    remember(transaction, admin, by, resource, rows, log::TRASH).await
}

/// Brings rows back, in one transaction. Those that are not in the trash, or not the viewer's, are left out. Gives how
/// many were.
///
/// # Errors
/// 403 for those who may not change these rows, 404 where the resource has no trash.
pub async fn restore(app: &App, viewer: &Viewer, resource: &Resource, keys: &[i64]) -> Result<u64> {
    viewer.demand(resource.access.change)?;
    if resource.trash.is_none() {
        return Err(Error::NotFound);
    }
    match attempt(app, viewer, resource, keys).await {
        Err(Error::Unavailable(error)) if db::is_deadlock(&error) => {
            attempt(app, viewer, resource, keys).await
        }
        result => result,
    }
}

async fn attempt(app: &App, viewer: &Viewer, resource: &Resource, keys: &[i64]) -> Result<u64> {
    let transaction = app.db.begin().await?;
    auth::still(&transaction, viewer).await?;
    let mut count = 0;
    for keys in keys.chunks(STEP as usize) {
        let mut rows = store::read_many(&transaction, &resource.table, keys, true).await?;
        rows.retain(|_, row| resource.is_trashed(row) && stored::is_for(resource, viewer, row));
        let keys: Vec<i64> = rows.keys().copied().collect();
        if keys.is_empty() {
            continue;
        }
        resource.hooks.restore(&transaction, &keys).await?;
        remember(&transaction, &app.admin, viewer.into(), resource, &rows, log::RESTORE).await?;
        count += keys.len() as u64;
    }
    transaction.commit().await?;
    Ok(count)
}

/// Writes down what changed of rows.
async fn remember(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    by: Actor<'_>,
    resource: &Resource,
    before: &BTreeMap<i64, Values>,
    action: &str,
) -> Result<()> {
    let keys: Vec<i64> = before.keys().copied().collect();
    let after = store::read_many(transaction, &resource.table, &keys, false).await?;
    let states = before.iter().filter_map(|(key, row)| Some((row, after.get(key)?)));
    let states: Vec<(&Values, &Values)> = states.collect();
    let changes = log::differences(transaction, admin, resource, &states).await?;
    let kept = before.iter().filter(|(key, _)| after.contains_key(key));
    let entries = kept.zip(changes).map(|((key, row), changes)| Entry {
        key: key.to_string(),
        title: stored::title(resource, *key, row),
        changes,
    });
    Ok(log::record_many(transaction, by, resource.name, action, entries.collect()).await?)
}

/// `/admin/{resource}/{id}` of a row in the trash, instead of its form: what it is, and the way back.
#[derive(Debug, Serialize)]
pub struct Trashed {
    /// The form, to be looked at.
    #[serde(flatten)]
    form: Form,
    since: String,
    until: String,
    /// Where it is brought back, for those who may.
    restore_url: Option<String>,
    trash_url: String,
}

impl Page for Trashed {
    const TEMPLATE: &'static str = "admin/trashed.html";

    fn title(&self) -> Option<String> {
        self.form.title()
    }
}

/// The page of a row in the trash; none for one that is not.
pub fn page(
    viewer: &Viewer,
    resource: &Resource,
    (key, stored): (i64, &Stored),
    zone: Tz,
    form: Form,
) -> Option<Trashed> {
    let trash = resource.trash.as_ref().filter(|trash| trash.holds(&stored.values))?;
    let since = match stored.values.get(trash.since) {
        Some(Datum::DateTime(since)) => Some(*since),
        _ => None,
    };
    let text = |instant| Datum::DateTime(instant).to_text(zone);
    let row = shell::row_url(resource, key);
    Some(Trashed {
        since: since.map(text).unwrap_or_default(),
        until: since.map(|since| text(since + TimeDelta::days(trash.days))).unwrap_or_default(),
        restore_url: viewer.may(resource.access.change).then(|| format!("{row}/restore")),
        trash_url: format!("{}?{}={}", shell::list_url(resource), trash.column, trash.value),
        form,
    })
}

/// The feature's further pages about a row.
pub fn row_pages(resource: &Resource, key: i64, is_trashed: bool) -> Vec<Link> {
    let row = shell::row_url(resource, key);
    let page = |page: &RowPage| Link {
        label: page.label.to_owned(),
        url: format!("{row}/{}", page.path),
        current: false,
    };
    resource.row_pages.iter().filter(|page| !is_trashed || page.is_of_trash).map(page).collect()
}

/// What is said of a row that cannot be changed because it is in the trash.
pub fn refusal(resource: &Resource) -> String {
    format!("Somebody threw this {} away meanwhile. Bring it back, then save again.", resource.noun)
}

/// Which rows that somebody refers to are in the trash, for those who may refer to it at all: nothing new leads there.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn existing(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    target: &Resource,
    keys: &BTreeSet<i64>,
) -> Result<BTreeSet<i64>, DbErr> {
    let mut found = names::existing(db, viewer, target, keys).await?;
    if target.trash.is_some() && !found.is_empty() {
        let all: Vec<i64> = found.iter().copied().collect();
        let gone = trashed(db, target, &all).await?;
        found.retain(|key| !gone.contains(key));
    }
    Ok(found)
}
