//! Deleting rows: what goes too, to whom it can be handed over, and doing it.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, ExprTrait,
    sea_query::{Alias, Asterisk, Expr, Func, Order, Query, SelectStatement},
};

use super::{
    Admin, Reference, Resource,
    action::STEP,
    column::{self, iden},
    farewell, log,
    lookup::{self, HEIR},
    names, shell, store, stored,
    value::{Datum, Values},
    views::{Confirm, Consequence, Link, Shell},
};
use crate::{
    auth::{self, Viewer},
    db::{self, Failure},
    web::{
        App, Error, Result,
        forms::{Choice, Field, FieldErrors, Submitted, Widget, complaints},
    },
};

/// The most rows of a kind that are named.
const SAMPLES: u64 = 5;
/// References from rows that go to rows that go with them are followed so far.
const MAX_DEPTH: usize = 5;

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
    let first = &keys[..keys.len().min(SAMPLES as usize)];
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
    let (title, submit) = match (&targets[..], count) {
        ([only], 1) => (format!("Delete “{}”?", only.label), format!("Delete this {}", resource.noun)),
        _ => (format!("Delete {what}?"), format!("Delete {what}")),
    };
    let mut consequences = consequences(db, &app.admin, viewer, resource, &keys).await?;
    consequences.extend(resource.hooks.consequences(app, viewer, &keys).await?);
    let refusal = refusal(app, viewer, resource, &keys).await?;
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
        sentence: refusal.unwrap_or_else(|| {
            "This cannot be undone. What is deleted stays readable in the history.".to_owned()
        }),
        complaints: complaints(&fields, &errors),
        more: count - targets.len() as u64,
        targets,
        consequences,
        fields,
        action: asking.action,
        hidden: asking.hidden,
        submit,
        is_destructive: true,
        back_url: asking.back_url,
        title,
    })
}

/// Why the resource refuses to delete some of these rows, if it does: it is asked, and what it did is undone.
async fn refusal(app: &App, viewer: &Viewer, resource: &Resource, keys: &[i64]) -> Result<Option<String>> {
    let transaction = app.db.begin().await?;
    let mut refused = Ok(());
    for step in keys.chunks(STEP as usize) {
        refused = resource.hooks.deleting(&transaction, viewer, step).await;
        if refused.is_err() {
            break;
        }
    }
    transaction.rollback().await.ok();
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
    field.query = submitted.text(&format!("{HEIR}__q")).to_owned();
    let db = app.db.latest();
    if let Ok(Some(chosen)) = heir(submitted) {
        let titles = names::titles(db, resource, &[chosen]).await?;
        let chosen =
            titles.into_iter().map(|(key, label)| Choice { value: key.to_string(), label, selected: true });
        field.choices.extend(chosen);
    }
    if submitted.get("_find") == Some(HEIR) || heir(submitted).is_err() && !field.query.is_empty() {
        field.searched = true;
        let found = lookup::search(db, resource, &field.query, viewer).await?.results;
        let is_new = |choice: &Choice| {
            !field.choices.contains(choice) && choice.value.parse().is_ok_and(|key: i64| !keys.contains(&key))
        };
        let found: Vec<Choice> = found.into_iter().filter(is_new).collect();
        field.choices.extend(found);
    }
    Ok(vec![field])
}

/// The row that others are to be handed over to.
///
/// # Errors
/// 422 for what is no key, and for a search that nobody was chosen from.
pub fn heir(submitted: &Submitted) -> Result<Option<i64>> {
    match submitted.text(HEIR) {
        "" if submitted.text(&format!("{HEIR}__q")).trim().is_empty() => Ok(None),
        "" => Err(Error::Invalid(FieldErrors::of(HEIR, lookup::CHOOSE))),
        key => match key.parse() {
            Ok(key) => Ok(Some(key)),
            Err(_) => Err(Error::Invalid(FieldErrors::of(HEIR, "This one is not there."))),
        },
    }
}

/// Rows that refer to rows that go: the kind of reference, and which.
pub(super) struct Touched<'a> {
    /// The kind.
    pub reference: &'a Reference,
    rows: Expr,
    /// Whether they stay as they are when what they hang on is handed over.
    is_handed_over: bool,
}

/// What else is deleted or emptied when these rows are deleted.
///
/// # Errors
/// When the database does not answer.
pub async fn consequences(
    db: &impl ConnectionTrait,
    admin: &Admin,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
) -> Result<Vec<Consequence>, DbErr> {
    let mut all: BTreeMap<usize, (u64, String, Vec<String>)> = BTreeMap::new();
    for keys in keys.chunks(store::CHUNK) {
        let touched = touched(admin, resource, keys);
        let mut tables: Vec<&'static str> = Vec::new();
        for (place, one) in touched.iter().enumerate() {
            let table = one.reference.table;
            let select = if one.reference.cascades {
                // A row that goes for two reasons goes once.
                if tables.contains(&table) {
                    continue;
                }
                tables.push(table);
                going(&touched, resource, keys, table, true)
            } else {
                let mut select = going(&touched, resource, keys, table, false);
                select.and_where(one.rows.clone());
                select
            };
            let number = count(db, &select).await?;
            if number == 0 {
                continue;
            }
            let entry = all.entry(place).or_default();
            entry.0 += number;
            let alike = |other: &&Touched<'_>| {
                one.reference.cascades && other.reference.cascades && other.reference.table == table
            };
            let is_handed_over =
                one.is_handed_over && touched.iter().filter(alike).all(|one| one.is_handed_over);
            entry.1 = sentence(admin, one, entry.0, is_handed_over);
            if entry.2.len() < SAMPLES as usize {
                entry.2.append(&mut samples(db, admin, viewer, table, select).await?);
                entry.2.truncate(SAMPLES as usize);
            }
        }
    }
    let of = |(number, text, samples): (u64, String, Vec<String>)| {
        let more = if samples.is_empty() { 0 } else { number - samples.len() as u64 };
        Consequence { text, samples, more }
    };
    Ok(all.into_values().map(of).collect())
}

/// All rows that refer to rows that go, by each reference.
pub(super) fn touched<'a>(admin: &'a Admin, resource: &Resource, keys: &[i64]) -> Vec<Touched<'a>> {
    let mut all = Vec::new();
    // Tables with rows that go: which, and by way of which tables.
    let mut going: Vec<(&'static str, Option<Expr>, Vec<&'static str>, bool)> =
        vec![(resource.table.name, None, vec![resource.table.name], false)];
    while let Some((table, rows, way, is_handed_over)) = going.pop() {
        for reference in admin.references.iter().filter(|reference| reference.to == table) {
            let column = Expr::col(Alias::new(&reference.column));
            let rows = match &rows {
                None => column.clone().is_in(keys.iter().copied()),
                Some(rows) => {
                    let mut select = Query::select();
                    select.column(iden(key_of(admin, table))).from(iden(table)).and_where(rows.clone());
                    column.clone().in_subquery(select)
                }
            };
            let is_handed_over = is_handed_over
                || way.len() == 1
                    && resource
                        .handed_over
                        .iter()
                        .any(|over| over.table == reference.table && over.column == reference.column);
            // Never unknown: `NOT` of it is used.
            let rows = column.is_not_null().and(rows);
            if reference.cascades && way.len() < MAX_DEPTH && !way.contains(&reference.table) {
                let mut way = way.clone();
                way.push(reference.table);
                going.push((reference.table, Some(rows.clone()), way, is_handed_over));
            }
            all.push(Touched { reference, rows, is_handed_over });
        }
    }
    all.sort_by_key(|one| !one.reference.cascades);
    all
}

/// The rows of a table that go with others, or those that do not.
pub(super) fn going(
    touched: &[Touched<'_>],
    resource: &Resource,
    keys: &[i64],
    table: &'static str,
    go: bool,
) -> SelectStatement {
    let reasons = touched.iter().filter(|one| one.reference.cascades && one.reference.table == table);
    let any = reasons.map(|one| one.rows.clone()).reduce(|any, one| any.or(one));
    let mut select = Query::select();
    select.from(iden(table));
    if let Some(any) = any {
        select.and_where(if go { any } else { any.not() });
    }
    if table == resource.table.name {
        select.and_where(Expr::col(iden(resource.table.key)).is_not_in(keys.iter().copied()));
    }
    select
}

async fn count(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<u64, DbErr> {
    let select = select.clone().expr(Func::count(Expr::col(Asterisk))).to_owned();
    let row = db.query_one(&select).await?;
    let number: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(number.unsigned_abs())
}

/// What some rows are called, if they are a resource's and the viewer sees all of it.
async fn samples(
    db: &impl ConnectionTrait,
    admin: &Admin,
    viewer: &Viewer,
    table: &str,
    mut select: SelectStatement,
) -> Result<Vec<String>, DbErr> {
    let Some(of) = admin.resources.iter().find(|resource| resource.table.name == table) else {
        return Ok(Vec::new());
    };
    let Some(title) = of.table.column(of.title) else { return Ok(Vec::new()) };
    if !viewer.may(of.access.see) || of.access.own_only(viewer).is_some() {
        return Ok(Vec::new());
    }
    select.column(title.iden()).order_by(iden(of.table.key), Order::Asc).limit(SAMPLES);
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| Ok(Datum::read(row, title)?.to_text(chrono_tz::Tz::UTC))).collect()
}

fn key_of(admin: &Admin, table: &str) -> &'static str {
    let of = admin.resources.iter().find(|resource| resource.table.name == table);
    of.map_or("id", |resource| resource.table.key)
}

/// "31 posts are deleted too", "2 students stay, without their user".
fn sentence(admin: &Admin, one: &Touched<'_>, number: u64, is_handed_over: bool) -> String {
    let reference = one.reference;
    let noun = admin.resources.iter().find(|known| known.table.name == reference.table);
    let noun = match noun {
        Some(known) => shell::counted(known, number),
        None if number == 1 => format!("1 {}", singular(reference.nouns)),
        None => format!("{number} {}", reference.nouns),
    };
    let unless = if is_handed_over { ", unless handed over" } else { "" };
    if !reference.cascades {
        let what = column::label(&reference.column).to_lowercase();
        return match number {
            1 => format!("{noun} stays, without its {what}{unless}"),
            _ => format!("{noun} stay, without their {what}{unless}"),
        };
    }
    let verb = if number == 1 { "is" } else { "are" };
    format!("{noun} {verb} deleted too{unless}")
}

/// "entries of the history" → "entry of the history".
fn singular(nouns: &str) -> String {
    let (word, rest) = nouns.split_at(nouns.find(' ').unwrap_or(nouns.len()));
    // "API tokens"
    if word.chars().all(char::is_uppercase) {
        return format!("{word} {}", singular(rest.trim_start()));
    }
    let word = match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    };
    word + rest
}

/// Deletes rows, in one transaction. Those that are not there, or not the viewer's, are left out. With an heir, what
/// the resource says is handed over to that row before. Gives how many were deleted.
///
/// # Errors
/// 403 for those who may not; 422 for an heir that cannot be one, and where something still refers to a row.
pub async fn delete(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    heir: Option<i64>,
) -> Result<u64> {
    viewer.demand(resource.access.delete)?;
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    match attempt(app, viewer, resource, &keys, heir).await {
        Err(Error::Unavailable(error)) if db::is_deadlock(&error) => {
            attempt(app, viewer, resource, &keys, heir).await
        }
        result => result,
    }
}

async fn attempt(
    app: &App,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    heir: Option<i64>,
) -> Result<u64> {
    let transaction = app.db.begin().await?;
    match steps(&transaction, &app.admin, viewer, resource, keys, heir).await {
        Ok(count) => {
            transaction.commit().await?;
            resource.hooks.deleted(app).await;
            Ok(count)
        }
        Err(error) => {
            transaction.rollback().await.ok();
            Err(explain(error, heir))
        }
    }
}

async fn steps(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    heir: Option<i64>,
) -> Result<u64> {
    auth::still(transaction, viewer).await?;
    let table = &resource.table;
    if let Some(heir) = heir {
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
    let mut count = 0;
    for step in keys.chunks(STEP as usize) {
        let rows = store::read_many(transaction, table, step, true).await?;
        let rows: BTreeMap<i64, Values> =
            rows.into_iter().filter(|(_, row)| stored::is_for(resource, viewer, row)).collect();
        let keys: Vec<i64> = rows.keys().copied().collect();
        if keys.is_empty() {
            continue;
        }
        let handed_over = match heir {
            Some(heir) => Some(farewell::hand_over(transaction, admin, viewer, resource, &keys, heir).await?),
            None => None,
        };
        resource.hooks.deleting(transaction, viewer, &keys).await?;
        farewell::remember_cascades(transaction, admin, viewer, resource, &keys).await?;
        let mut delete = Query::delete();
        delete.from_table(iden(table.name));
        delete.and_where(Expr::col(iden(table.key)).is_in(keys.iter().copied()));
        transaction.execute(&delete).await?;
        let entries = rows.iter().map(|(key, row)| log::Entry {
            key: key.to_string(),
            title: stored::title(resource, *key, row),
            changes: log::remains(resource, row).into_iter().chain(handed_over.clone()).collect(),
        });
        log::record_many(transaction, viewer, resource.name, log::DELETE, entries.collect()).await?;
        count += keys.len() as u64;
    }
    Ok(count)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several() {
        let shown = ["posts", "entries of the history", "uses of tags", "API tokens"].map(singular);
        assert_eq!(shown, ["post", "entry of the history", "use of tags", "API token"]);
    }
}
