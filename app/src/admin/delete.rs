//! Deleting rows: the page that asks first, to whom what hangs on them can be handed over, and doing it.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, ExprTrait,
    sea_query::{Expr, Query},
};

pub use super::consequences::consequences;
use super::{
    Admin, Resource,
    action::STEP,
    column::iden,
    farewell,
    log::{Actor, Changed},
    lookup::{self, HEIR},
    names, shell, store, stored, trash,
    value::Values,
    views::{Confirm, Link, Shell},
};
use crate::{
    auth::{self, Viewer},
    db::{self, Failure},
    web::{
        App, Error, Result,
        forms::{Field, FieldErrors, Submitted, Widget, complaints},
    },
};

/// The most rows that are named.
const SAMPLES: usize = 5;

/// What a form sends along whose page said that it deletes for good: without it, what is in the trash stays there.
pub const FOR_GOOD: &str = "for_good";

/// How many rows were deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Those that are in the trash now.
    pub trashed: u64,
    /// Those that are gone.
    pub gone: u64,
}

impl Deleted {
    /// All of them.
    pub fn total(self) -> u64 {
        self.trashed + self.gone
    }

    /// "Moved 3 posts to the trash."
    pub fn sentence(self, resource: &Resource) -> String {
        let counted = |number| shell::counted(resource, number);
        match self {
            Self { trashed: 0, gone } => format!("Deleted {}.", counted(gone)),
            Self { trashed, gone: 0 } => format!("Moved {} to the trash.", counted(trashed)),
            Self { trashed, gone } => {
                format!("Moved {} to the trash, and deleted {} for good.", counted(trashed), counted(gone))
            }
        }
    }
}

/// Where a page that asks first sends its form.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Where the form goes.
    pub action: String,
    /// What it sends along.
    pub hidden: Vec<(String, String)>,
    /// Where it is not done.
    pub back_url: String,
}

/// The page that asks before a row is deleted.
///
/// # Errors
/// 403 for those who may not, 404 for a row that is not there or not the viewer's.
pub async fn page(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    key: i64,
    submitted: &Submitted,
    errors: FieldErrors,
) -> Result<Confirm> {
    let row = shell::row_url(resource, key);
    let asking = Asking { action: format!("{row}/delete"), hidden: Vec::new(), back_url: row };
    page_of(app, viewer, resource, &[key], asking, submitted, errors).await
}

/// The page that asks before several rows are deleted.
///
/// # Errors
/// 403 for those who may not, 404 where none of the rows is there and the viewer's.
pub async fn page_of(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    asking: Asking,
    submitted: &Submitted,
    errors: FieldErrors,
) -> Result<Confirm> {
    viewer.demand(resource.access.delete)?;
    let db = app.db.latest();
    let keys = names::existing(db, viewer, resource, &keys.iter().copied().collect()).await?;
    let keys: Vec<i64> = keys.into_iter().collect();
    if keys.is_empty() {
        return Err(Error::NotFound);
    }
    let first = &keys[..keys.len().min(SAMPLES)];
    let titles = names::titles(db, resource, first).await?;
    let targets: Vec<Link> = first
        .iter()
        .map(|key| Link {
            label: titles.get(key).cloned().unwrap_or_else(|| format!("#{key}")),
            url: shell::row_url(resource, *key),
            current: false,
        })
        .collect();
    let count = keys.len() as u64;
    let what = shell::counted(resource, count);
    let in_trash = trash::trashed(db, resource, &keys).await?;
    let ending: Vec<i64> = match resource.trash {
        Some(_) => in_trash.iter().copied().collect(),
        None => keys.clone(),
    };
    let for_good = if in_trash.len() == keys.len() { " for good" } else { "" };
    let (title, submit) = match (&targets[..], count) {
        ([only], 1) => (
            format!("Delete “{}”{for_good}?", only.label),
            format!("Delete this {}{for_good}", resource.noun),
        ),
        _ => (format!("Delete {what}{for_good}?"), format!("Delete {what}{for_good}")),
    };
    let mut hidden = asking.hidden;
    if !in_trash.is_empty() {
        hidden.push((FOR_GOOD.to_owned(), "1".to_owned()));
    }
    let mut consequences = consequences(db, &app.admin, viewer, resource, &ending).await?;
    consequences.extend(resource.hooks.consequences(app, viewer, &ending).await?);
    let refusal = refusal(app, viewer, resource, &ending).await?;
    let mut fields = Vec::new();
    if refusal.is_none() {
        fields = heirs(app, viewer, resource, &keys, submitted, &errors).await?;
    }
    let list_url = shell::list_url(resource);
    let heading = shell::heading(&resource.nouns);
    let crumbs = [(heading.as_str(), list_url.as_str()), (title.as_str(), asking.action.as_str())];
    Ok(Confirm {
        shell: Shell::new(&app.admin, viewer, &crumbs, Vec::new()),
        is_possible: refusal.is_none(),
        sentence: refusal.unwrap_or_else(|| sentence_of_page(resource, keys.len(), in_trash.len())),
        complaints: complaints(&fields, &errors),
        more: count - targets.len() as u64,
        targets,
        consequences,
        fields,
        action: asking.action,
        hidden,
        submit,
        is_destructive: true,
        back_url: asking.back_url,
        title,
    })
}

/// What deleting rows means, some of them in the trash already.
fn sentence_of_page(resource: &Resource, all: usize, in_trash: usize) -> String {
    let Some(trash) = &resource.trash else {
        return "This cannot be undone. What is deleted stays readable in the history.".to_owned();
    };
    let it = if all == 1 { "It" } else { "They" };
    let days = trash.days;
    match in_trash {
        0 => format!("{it} can be brought back for {days} days."),
        _ if in_trash == all => "This cannot be undone. The text is gone then.".to_owned(),
        _ => {
            let in_trash = shell::counted(resource, in_trash as u64);
            format!(
                "{in_trash} of these, already in the trash, cannot be brought back then. The others can, for {days} days."
            )
        }
    }
}

/// Why the resource refuses to delete some of these rows, if it does: it is asked, and what it did is undone.
async fn refusal(app: &App, viewer: &Viewer, resource: &Resource, keys: &[i64]) -> Result<Option<String>> {
    let mut refused = Ok(());
    for step in keys.chunks(STEP as usize) {
        refused = resource.hooks.may_delete(app.db.latest().into(), viewer, step).await;
        if refused.is_err() {
            break;
        }
    }
    match refused {
        Ok(()) => Ok(None),
        Err(Error::Invalid(errors)) => {
            Ok(Some(errors.0.values().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")))
        }
        Err(error) => Err(error),
    }
}

/// The choice of a row that others are handed over to, where the resource has it.
async fn heirs(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    submitted: &Submitted,
    errors: &FieldErrors,
) -> Result<Vec<Field>> {
    if resource.handed_over.is_empty() {
        return Ok(Vec::new());
    }
    let nouns: Vec<&str> = resource.handed_over.iter().map(|over| over.nouns).collect();
    let mut field = Field::new(HEIR, &format!("Hand the {} over to", nouns.join(" and ")), Widget::Related);
    field = field.help("Without a choice they are deleted too.");
    field.errors = errors.about(HEIR).to_vec();
    field.lookup = Some(format!("{}/lookup/{HEIR}", shell::list_url(resource)));
    lookup::fill(app.db.latest(), &mut field, resource, viewer, submitted, keys).await?;
    Ok(vec![field])
}

/// The row that others are to be handed over to.
///
/// # Errors
/// 422 for what is no key, and for a search that nobody was chosen from.
pub fn heir(submitted: &Submitted) -> Result<Option<i64>> {
    lookup::chosen(submitted, HEIR)
}

/// Deletes rows, in one transaction; where the resource has a trash, they go there, and those that are in it already
/// are deleted for good. Those that are not there, or not the viewer's, are left out. With an heir, what the resource
/// says is handed over to that row before.
///
/// # Errors
/// 403 for those who may not; 422 for an heir that cannot be one, and where something still refers to a row.
pub async fn delete(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    heir: Option<i64>,
) -> Result<Deleted> {
    delete_as_told(app, viewer, resource, keys, heir, true).await
}

/// As [`delete`]; what is in the trash is left there unless whoever confirmed was told that it goes for good: a form may
/// be sent twice, and two may delete the same.
///
/// # Errors
/// As [`delete`].
pub async fn delete_as_told(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    heir: Option<i64>,
    for_good: bool,
) -> Result<Deleted> {
    viewer.demand(resource.access.delete)?;
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    let how = How { heir, for_good };
    match attempt(app, viewer, resource, &keys, how).await {
        Err(Error::Unavailable(error)) if db::is_deadlock(&error) => {
            attempt(app, viewer, resource, &keys, how).await
        }
        result => result,
    }
}

#[derive(Clone, Copy)]
struct How {
    heir: Option<i64>,
    for_good: bool,
}

async fn attempt(app: &App, viewer: &Viewer, resource: &Resource, keys: &[i64], how: How) -> Result<Deleted> {
    let transaction = app.db.begin().await?;
    match steps(&transaction, &app.admin, viewer, resource, keys, how).await {
        Ok(deleted) => {
            transaction.commit().await?;
            resource.hooks.deleted(app).await;
            Ok(deleted)
        }
        Err(error) => {
            transaction.rollback().await.ok();
            Err(explain(error, how.heir))
        }
    }
}

async fn steps(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    how: How,
) -> Result<Deleted> {
    auth::still(transaction, viewer).await?;
    let table = &resource.table;
    if let Some(heir) = how.heir {
        let row = store::read(transaction, table, heir, true).await?;
        let is_one = row.is_some_and(|row| stored::is_for(resource, viewer, &row));
        let refuse = |message: &str| Err(Error::Invalid(FieldErrors::of(HEIR, message)));
        if resource.handed_over.is_empty() {
            return refuse("There is nothing to hand over.");
        }
        if !is_one {
            return refuse("This one is not there.");
        }
        if keys.contains(&heir) {
            return refuse("This one is deleted too.");
        }
    }
    let by = Actor::from(viewer);
    let mut deleted = Deleted::default();
    for step in keys.chunks(STEP as usize) {
        let mut rows = store::read_many(transaction, table, step, true).await?;
        rows.retain(|_, row| stored::is_for(resource, viewer, row));
        if resource.trash.is_some() {
            let (in_trash, live): (BTreeMap<_, _>, BTreeMap<_, _>) =
                rows.into_iter().partition(|(_, row)| resource.is_trashed(row));
            if !live.is_empty() {
                trash::put(transaction, admin, by, resource, &live).await?;
            }
            deleted.trashed += live.len() as u64;
            rows = in_trash;
            if !how.for_good {
                // It is where it was to go.
                deleted.trashed += rows.len() as u64;
                continue;
            }
        }
        let keys: Vec<i64> = rows.keys().copied().collect();
        if keys.is_empty() {
            continue;
        }
        let handed_over = match how.heir {
            Some(heir) => Some(farewell::hand_over(transaction, admin, viewer, resource, &keys, heir).await?),
            None => None,
        };
        resource.hooks.may_delete(transaction.into(), viewer, &keys).await?;
        resource.hooks.deleting(transaction, viewer, &keys).await?;
        end(transaction, admin, by, resource, rows, handed_over).await?;
        deleted.gone += keys.len() as u64;
    }
    Ok(deleted)
}

/// Deletes rows for good and remembers who did, and what went with them.
///
/// # Errors
/// When something still refers to a row, or the database does not answer.
pub async fn end(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    by: Actor<'_>,
    resource: &Resource,
    rows: BTreeMap<i64, Values>,
    handed_over: Option<Changed>,
) -> Result<()> {
    let keys: Vec<i64> = rows.keys().copied().collect();
    farewell::remember(transaction, admin, by, resource, rows, handed_over).await?;
    let mut delete = Query::delete();
    delete.from_table(iden(resource.table.name));
    delete.and_where(Expr::col(iden(resource.table.key)).is_in(keys));
    transaction.execute(&delete).await?;
    Ok(())
}

fn explain(error: Error, heir: Option<i64>) -> Error {
    let failure = match &error {
        Error::Internal(cause) => cause.downcast_ref::<DbErr>().map(db::classify),
        _ => None,
    };
    match (failure, heir) {
        (Some(Failure::Duplicate), Some(_)) => {
            Error::Invalid(FieldErrors::of(HEIR, "This one has some of what would be handed over already."))
        }
        (Some(Failure::MissingReference), _) => {
            Error::Invalid(FieldErrors::of("", "Something still refers to this, so it cannot be deleted."))
        }
        _ => error,
    }
}
