//! What rows are called, for fields that refer to them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono_tz::Tz;
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, Query},
};

use super::{Admin, Resource, column::iden, store, value::Datum};
use crate::auth::Viewer;

/// Titles by key, by resource.
pub type Titles = BTreeMap<&'static str, HashMap<i64, String>>;

/// What the rows with these keys are called; those that are not there are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn titles(
    db: &impl ConnectionTrait,
    target: &Resource,
    keys: &[i64],
) -> Result<HashMap<i64, String>, DbErr> {
    let mut found = HashMap::new();
    let Some(column) = target.table.column(target.title) else { return Ok(found) };
    for keys in keys.chunks(store::CHUNK) {
        let mut select = Query::select();
        select.column(iden(target.table.key)).column(column.iden()).from(iden(target.table.name));
        select.and_where(Expr::col(iden(target.table.key)).is_in(keys.iter().copied()));
        for row in db.query_all(&select).await? {
            let key = store::key(&row, &target.table)?;
            let title = Datum::read(&row, column)?.to_text(Tz::UTC);
            found.insert(key, if title.trim().is_empty() { format!("#{key}") } else { title });
        }
    }
    Ok(found)
}

/// As [`titles`], for rows of several resources: one statement for each.
///
/// # Errors
/// When the database does not answer.
pub async fn of_all(
    db: &impl ConnectionTrait,
    admin: &Admin,
    wanted: &BTreeMap<&'static str, BTreeSet<i64>>,
) -> Result<Titles, DbErr> {
    let mut all = Titles::new();
    for (name, keys) in wanted {
        if let Some(target) = admin.find(name)
            && !keys.is_empty()
        {
            all.insert(name, titles(db, target, &keys.iter().copied().collect::<Vec<_>>()).await?);
        }
    }
    Ok(all)
}

/// What a row is called, by its key where that is not known.
pub fn one(titles: &Titles, target: &str, key: i64) -> String {
    let title = titles.get(target).and_then(|titles| titles.get(&key));
    title.cloned().unwrap_or_else(|| format!("#{key}"))
}

/// Which of these rows are there, and the viewer's where they have to do with their own only. Whether they may see or
/// refer to the resource's rows at all is the caller's to ask.
///
/// # Errors
/// When the database does not answer.
pub async fn existing(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    target: &Resource,
    keys: &BTreeSet<i64>,
) -> Result<BTreeSet<i64>, DbErr> {
    let mut found = BTreeSet::new();
    if !viewer.may(target.access.refer) {
        return Ok(found);
    }
    let keys: Vec<i64> = keys.iter().copied().collect();
    for keys in keys.chunks(store::CHUNK) {
        let mut select = Query::select();
        select.column(iden(target.table.key)).from(iden(target.table.name));
        select.and_where(Expr::col(iden(target.table.key)).is_in(keys.iter().copied()));
        if let Some(own) = target.access.own_only(viewer) {
            select.and_where(Expr::col(iden(own)).eq(viewer.id));
        }
        for row in db.query_all(&select).await? {
            found.insert(store::key(&row, &target.table)?);
        }
    }
    Ok(found)
}
