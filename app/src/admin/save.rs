//! Storing a row: the one way for the admin's forms and for the API.

use std::collections::BTreeMap;

use sea_orm::{DatabaseTransaction, DbErr};

use super::{
    Admin, Draft, Resource, check,
    column::Kind,
    inline::Plan,
    links::{self, Wanted},
    log::{self, Changed},
    names,
    resource::Source,
    store,
    stored::{self, Stored},
    taken,
    value::{Datum, Values},
};
use crate::{
    auth::{self, Viewer},
    db::{self, version::Writing},
    web::{
        App, Error, Result,
        forms::FieldErrors,
        idempotency::{Claim, Once},
    },
};

/// What somebody wants a row to be. What is not among it stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// Values by field.
    pub values: Values,
    /// The rows that are to be linked, by n–m field.
    pub links: BTreeMap<&'static str, Wanted>,
    /// Inline rows, by inline. Those that are not among them stay as they are.
    pub inlines: BTreeMap<&'static str, Vec<InlineInput>>,
    /// [`Stored::fingerprint`] of the row that the person saw; without it, whatever is stored is changed.
    pub version: Option<String>,
    /// The form that makes a new row.
    pub once: Option<Once>,
}

/// What somebody wants an inline row to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InlineInput {
    /// Its key; none for a new one. A row of another parent is refused.
    pub key: Option<i64>,
    /// Values by field.
    pub values: Values,
    /// Its place, where rows have an order.
    pub order: Option<i64>,
    /// Whether it is to go.
    pub is_deleted: bool,
    /// What errors call it: `{inline}.{place}.{field}`.
    pub place: usize,
}

/// A row that was stored.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Its key.
    pub key: i64,
    /// What it is called now.
    pub title: String,
    /// What it has now: its columns.
    pub values: Values,
    /// What was changed; empty when nothing was.
    pub changes: Vec<Changed>,
}

/// Why a row was not stored.
#[derive(Debug)]
pub enum Refusal {
    /// Somebody else changed it since the person saw it; this is what they stored.
    Stale(Box<Stored>),
    /// It is in the trash.
    Trashed,
    /// The form has made its row already.
    Twice,
    /// Anything else.
    Other(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        Self::Other(error.into())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Stale(_) => Self::Conflict("Somebody else changed this meanwhile.".to_owned()),
            // Whoever asks for it finds nothing either.
            Refusal::Trashed => Self::NotFound,
            Refusal::Twice => Self::Conflict("This form was sent and saved already.".to_owned()),
            Refusal::Other(error) => error,
        }
    }
}

/// Stores a row: a new one without a key.
///
/// # Errors
/// 403 without the permission, 404 for a row that is not there or somebody else's where one has to do with one's own
/// only, 422 by field, [`Refusal::Stale`] for another version than the stored one, [`Refusal::Twice`] for a form that was
/// saved already.
pub async fn save(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    key: Option<i64>,
    input: &Input,
) -> Result<Saved, Refusal> {
    match attempt(app, viewer, resource, key, input).await {
        // Two were in each other's way, and the database let the other one go first.
        Err(Refusal::Other(Error::Unavailable(error))) if db::is_deadlock(&error) => {
            attempt(app, viewer, resource, key, input).await
        }
        result => result,
    }
}

async fn attempt(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    key: Option<i64>,
    input: &Input,
) -> Result<Saved, Refusal> {
    resource.access.demand_write(viewer, key)?;
    let before = match load(app, viewer, resource, key).await? {
        Some(row) if resource.is_trashed(&row.values) => return Err(Refusal::Trashed),
        // What is wrong with it may be what somebody else did.
        Some(theirs) if is_stale(resource, viewer, &theirs, input.version.as_deref()) => {
            return Err(Refusal::Stale(Box::new(theirs)));
        }
        before => before,
    };
    let (mut work, errors) = check_input(app, viewer, resource, key, before.as_ref(), input).await?;
    errors.or(())?;
    resource.hooks.prepare(app, &mut work.draft).await?;
    let transaction = app.db.begin().await?;
    let result = write(&transaction, &app.admin, resource, &mut work, input.version.as_deref()).await;
    end(app, resource, &work, transaction, result).await
}

/// Stores a new row that was checked and prepared; and with it, in the transaction, that the request of `claim` is done.
///
/// # Errors
/// As [`save`]; 409 where somebody else has taken the claim over.
pub async fn put(
    app: &App,
    resource: &Resource,
    work: &mut Work,
    claim: Option<&Claim>,
) -> Result<Saved, Refusal> {
    match put_once(app, resource, work, claim).await {
        Err(Refusal::Other(Error::Unavailable(error))) if db::is_deadlock(&error) => {
            put_once(app, resource, work, claim).await
        }
        result => result,
    }
}

async fn put_once(
    app: &App,
    resource: &Resource,
    work: &mut Work,
    claim: Option<&Claim>,
) -> Result<Saved, Refusal> {
    let transaction = app.db.begin().await?;
    let result = match (write(&transaction, &app.admin, resource, work, None).await, claim) {
        (Ok(saved), Some(claim)) => {
            claim.settle(&transaction, saved.key).await.map(|()| saved).map_err(Refusal::from)
        }
        (result, _) => result,
    };
    end(app, resource, work, transaction, result).await
}

async fn end(
    app: &App,
    resource: &Resource,
    work: &Work,
    transaction: Writing,
    result: Result<Saved, Refusal>,
) -> Result<Saved, Refusal> {
    match result {
        Ok(saved) => {
            transaction.commit().await?;
            resource.hooks.committed(app, &work.draft).await;
            Ok(saved)
        }
        Err(refusal) => {
            transaction.rollback().await.ok();
            Err(taken::explain(app, resource, work, refusal).await?)
        }
    }
}

/// Whether a stored row is another version than the one that a person saw.
pub fn is_stale(resource: &Resource, viewer: &Viewer, stored: &Stored, version: Option<&str>) -> bool {
    version.is_some_and(|version| version != stored.fingerprint(resource, viewer))
}

/// A row as it is stored, with what hooks keep; none for a new one.
///
/// # Errors
/// 404 for one that is not there or not the viewer's.
pub async fn load(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    key: Option<i64>,
) -> Result<Option<Stored>> {
    let Some(key) = key else { return Ok(None) };
    // From where it is written: a replica may not know of the latest change yet.
    let mut stored = Stored::read(app.db.latest(), resource, key, false).await?.ok_or(Error::NotFound)?;
    if !stored.is_for(resource, viewer) {
        return Err(Error::NotFound);
    }
    let mut hooked = resource.hooks.read(app.db.latest().into(), &[key]).await?;
    stored.values.extend(hooked.remove(&key).unwrap_or_default());
    Ok(Some(stored))
}

/// A row on its way, checked.
#[derive(Clone, Debug)]
pub struct Work {
    /// Its own values.
    pub draft: Draft,
    /// Its links.
    pub links: BTreeMap<&'static str, Wanted>,
    /// Its inline rows.
    pub inlines: BTreeMap<&'static str, Vec<InlineInput>>,
    /// The form that makes it, if it is a new one.
    pub once: Option<Once>,
}

/// Checks what was sent, as far as that can be done before it is stored, and says all that is wrong.
///
/// # Errors
/// When the database does not answer.
pub async fn check_input(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    key: Option<i64>,
    before: Option<&Stored>,
    input: &Input,
) -> Result<(Work, FieldErrors)> {
    let (values, mut errors) = check::values(resource, viewer, before, input);
    let (inlines, wrong) = check::rows(resource, viewer, before, input);
    errors.extend(wrong);
    let stored = before.map(|stored| stored.values.clone()).unwrap_or_default();
    let draft = Draft { viewer: viewer.clone(), key, before: stored, values };
    let work = Work { draft, links: input.links.clone(), inlines, once: input.once.clone() };
    errors.extend(check::references(app, resource, before, &work).await?);
    Ok((work, errors))
}

/// A new row has a text in each column of texts: where nobody said one, an empty one.
fn fill(resource: &Resource, draft: &mut Draft) {
    if !draft.is_new() {
        return;
    }
    for column in &resource.table.columns {
        let is_text = matches!(column.kind, Kind::Text(_) | Kind::LongText);
        if is_text && !column.is_nullable && !column.has_default {
            draft.values.entry(column.name).or_insert_with(|| Datum::Text(String::new()));
        }
    }
}

async fn write(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    resource: &Resource,
    work: &mut Work,
    version: Option<&str>,
) -> Result<Saved, Refusal> {
    let viewer = work.draft.viewer.clone();
    fill(resource, &mut work.draft);
    auth::still(transaction, &viewer).await?;
    let claim = match work.once.as_ref().filter(|_| work.draft.is_new()) {
        Some(once) => Some(once.claim(transaction, viewer.id).await?.ok_or(Refusal::Twice)?),
        None => None,
    };
    let mut before = Stored::default();
    if let Some(key) = work.draft.key {
        before = Stored::read(transaction, resource, key, true).await?.ok_or(Error::NotFound)?;
        if !before.is_for(resource, &viewer) {
            return Err(Error::NotFound.into());
        }
        if resource.is_trashed(&before.values) {
            return Err(Refusal::Trashed);
        }
        // Under the lock of the row: what was read before it may be what somebody else has changed since.
        let mut hooked = resource.hooks.read(transaction.into(), &[key]).await?;
        before.values.extend(hooked.remove(&key).unwrap_or_default());
        if is_stale(resource, &viewer, &before, version) {
            return Err(Refusal::Stale(Box::new(before)));
        }
        work.draft.before = before.values.clone();
    }
    let key = resource.hooks.store(transaction, resource, &work.draft).await?;
    let mut more = Vec::new();
    for field in resource.fields() {
        let (Source::Through(through), Some(wanted)) = (&field.source, work.links.get(field.name)) else {
            continue;
        };
        let linked = before.links.get(field.name).map_or(&[][..], Vec::as_slice);
        let diff = links::write(transaction, through, key, linked, &wanted.of(linked)).await?;
        let target = field.related.and_then(|target| admin.find(target));
        for (keys, what) in [(diff.added, "added"), (diff.removed, "removed")] {
            if keys.is_empty() {
                continue;
            }
            let titles = match target {
                Some(target) => names::titles(transaction, target, &keys).await?,
                None => Default::default(),
            };
            let title = |key: &i64| titles.get(key).cloned().unwrap_or_else(|| format!("#{key}"));
            let titles: Vec<String> = keys.iter().map(title).collect();
            let (old, new) =
                if what == "added" { ("", &*titles.join(", ")) } else { (&*titles.join(", "), "") };
            more.push(Changed::new(field.name, &format!("{} {what}", field.label), old, new));
        }
    }
    for inline in &resource.inlines {
        let Some(sent) = work.inlines.get(inline.name) else { continue };
        let stored = before.inlines.get(inline.name).map_or(&[][..], Vec::as_slice);
        let plan = Plan::new(inline, stored, sent);
        if !plan.is_empty() {
            plan.carry_out(transaction, inline, key).await?;
            more.extend(log::of_rows(transaction, admin, inline, stored, key).await?);
        }
    }
    resource.hooks.stored(transaction, key, &work.draft).await?;
    let values = store::read(transaction, &resource.table, key, false).await?.ok_or(Error::NotFound)?;
    let mut after = values.clone();
    keep_hooked(resource, &work.draft.before, &mut after);
    keep_hooked(resource, &work.draft.values, &mut after);
    let mut changes = log::differences(transaction, admin, resource, &[(&before.values, &after)])
        .await?
        .pop()
        .unwrap_or_default();
    changes.append(&mut more);
    let title = stored::title(resource, key, &values);
    let action = if work.draft.is_new() { log::CREATE } else { log::CHANGE };
    if work.draft.is_new() || !changes.is_empty() {
        let entry = log::Entry { key: key.to_string(), title: title.clone(), changes: changes.clone() };
        log::record(transaction, &viewer, resource.name, action, entry).await?;
    }
    if let Some(claim) = claim {
        claim.settle(transaction, key).await?;
    }
    Ok(Saved { key, title, values, changes })
}

/// Takes over what hooks keep: it is in no column.
fn keep_hooked(resource: &Resource, from: &Values, to: &mut Values) {
    for field in resource.fields().filter(|field| matches!(field.source, Source::Hooks(_))) {
        if let Some(value) = from.get(field.name) {
            to.insert(field.name, value.clone());
        }
    }
}
