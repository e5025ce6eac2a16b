//! Storing the same values in several rows, for the API.

use std::collections::BTreeMap;

use sea_orm::{DatabaseTransaction, DbErr};

use super::{
    Admin, Draft, Resource, check, log,
    save::{Input, Work},
    store,
    stored::{self, Stored},
    taken,
    value::Values,
};
use crate::{
    auth::{self, Viewer},
    web::{App, Error, Result, forms::FieldErrors},
};

/// Gives several rows the same values, in one transaction. Rows that are not there or not the viewer's are left out;
/// what hooks keep is not read for each. Gives how many were changed.
///
/// # Errors
/// As [`super::save::save`]; nothing is changed then.
pub async fn change(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    values: &Values,
) -> Result<u64> {
    viewer.demand(resource.access.change)?;
    let input = Input { values: values.clone(), ..Input::default() };
    let mut drafts = Vec::new();
    let mut references_checked = false;
    for step in keys.chunks(STEP) {
        for (key, row) in store::read_many(app.db.latest(), &resource.table, step, false).await? {
            if !stored::is_for(resource, viewer, &row) || resource.is_trashed(&row) {
                continue;
            }
            let before = Stored { values: row, ..Stored::default() };
            let (values, mut errors) = check::values(resource, viewer, Some(&before), &input);
            let draft = Draft { viewer: viewer.clone(), key: Some(key), before: before.values, values };
            let mut work = Work { draft, links: BTreeMap::new(), inlines: BTreeMap::new(), once: None };
            if !references_checked {
                errors.extend(check::references(app, resource, None, &work).await?);
                references_checked = !work.draft.values.is_empty();
            }
            errors.or(())?;
            let draft = &mut work.draft;
            if draft.values.is_empty() {
                continue;
            }
            resource.hooks.prepare(app, draft).await?;
            // Thousands of whole rows are not held: each is read again when it is its turn.
            draft.before = Values::new();
            drafts.push(work.draft);
        }
    }
    let together = |group: &&Vec<&str>| group.iter().all(|name| values.contains_key(name));
    if let (Some(group), true) = (resource.table.unique.iter().find(together), drafts.len() > 1) {
        let message = format!("Several {} cannot have the same.", resource.nouns);
        return Err(Error::Invalid(FieldErrors::of(group.first().copied().unwrap_or_default(), message)));
    }
    let transaction = app.db.begin().await?;
    auth::still(&transaction, viewer).await?;
    let mut failed = None;
    let mut count = 0;
    for step in drafts.chunks_mut(STEP) {
        match change_step(&transaction, &app.admin, viewer, resource, step).await {
            Ok(changed) => count += changed,
            Err((draft, error)) => {
                failed = Some((draft, error));
                break;
            }
        }
    }
    let Some((draft, error)) = failed else {
        transaction.commit().await?;
        for draft in &drafts {
            resource.hooks.committed(app, draft).await;
        }
        return Ok(count);
    };
    transaction.rollback().await.ok();
    let Some(draft) = draft else { return Err(error) };
    let work = Work { draft: *draft, links: BTreeMap::new(), inlines: BTreeMap::new(), once: None };
    Err(taken::explain(app, resource, &work, error.into()).await?.into())
}

/// Rows of one step of [`change`].
const STEP: usize = super::action::STEP as usize;

async fn change_step(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    viewer: &Viewer,
    resource: &Resource,
    drafts: &mut [Draft],
) -> Result<u64, (Option<Box<Draft>>, Error)> {
    let plain = |error: DbErr| (None, Error::from(error));
    let keys: Vec<i64> = drafts.iter().filter_map(|draft| draft.key).collect();
    let before = store::read_many(transaction, &resource.table, &keys, true).await.map_err(plain)?;
    for draft in drafts {
        let Some((key, row)) = draft.key.and_then(|key| before.get_key_value(&key)) else { continue };
        if resource.is_trashed(row) {
            continue;
        }
        draft.before = row.clone();
        let stored = match resource.hooks.store(transaction, resource, draft).await {
            Ok(_) => resource.hooks.stored(transaction, *key, draft).await,
            Err(error) => Err(error),
        };
        stored.map_err(|error| (Some(Box::new(draft.clone())), error))?;
    }
    let after = store::read_many(transaction, &resource.table, &keys, false).await.map_err(plain)?;
    let pairs: Vec<(i64, (&Values, &Values))> =
        after.iter().filter_map(|(key, row)| Some((*key, (before.get(key)?, row)))).collect();
    let rows: Vec<(&Values, &Values)> = pairs.iter().map(|(_, pair)| *pair).collect();
    let changes = log::differences(transaction, admin, resource, &rows).await.map_err(plain)?;
    let entries = pairs.iter().zip(changes).filter(|(_, changes)| !changes.is_empty());
    let entries: Vec<log::Entry> = entries
        .map(|((key, (_, row)), changes)| log::Entry {
            key: key.to_string(),
            title: stored::title(resource, *key, row),
            changes,
        })
        .collect();
    let count = entries.len() as u64;
    log::record_many(transaction, viewer, resource.name, log::CHANGE, entries).await.map_err(plain)?;
    Ok(count)
}
