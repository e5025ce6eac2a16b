//! Actions that a resource declares: asked for what they must be told, done step by step in one transaction, remembered.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt::Write as _,
};

use sea_orm::{DatabaseTransaction, DbErr};

use super::{
    Action, Resource, Values,
    action::{Does, STEP},
    actions::{self, Order, Outcome},
    column::{self, Kind},
    links,
    log::{self, Changed, Entry},
    lookup, names,
    query::{InTrash, ListQuery, Scope},
    resource::{FieldOf, Source, Through},
    rows, shell, store, stored,
    views::{Confirm, Link, Message, Shell},
};
use crate::{
    auth, db,
    web::{
        App, Error, Result,
        forms::{Field, FieldErrors, Widget, complaints},
    },
};

/// Rows that a page that asks names.
const MAX_TARGETS: usize = 10;

/// Of an action that makes or takes away links.
struct Linking<'a> {
    field: &'a FieldOf,
    through: &'a Through,
    /// Whose rows can be linked.
    target: &'a Resource,
    makes: bool,
}

/// What came of it.
struct Done {
    /// Rows that were changed.
    changed: u64,
    /// Rows that were left as they are: they changed since they were shown.
    left: u64,
}

/// What an action links, where it does and the viewer may.
fn linking<'a>(scope: &Scope<'a>, action: &Action) -> Option<Linking<'a>> {
    let Does::Link { field, makes } = action.does else { return None };
    let field = scope.resource.field(field).filter(|field| field.may_change(scope.viewer))?;
    let target = scope.admin.referable(scope.viewer, field.related?)?;
    match &field.source {
        Source::Through(through) => Some(Linking { field, through, target, makes }),
        _ => None,
    }
}

/// Whether the viewer may do something.
pub(super) fn may(scope: &Scope<'_>, action: &Action) -> bool {
    let can_be = !matches!(action.does, Does::Link { .. }) || linking(scope, action).is_some();
    can_be && scope.viewer.may(action.permission.unwrap_or(scope.resource.access.change))
}

/// What an action must be told. Rows are found on the page that asks.
fn argument(scope: &Scope<'_>, action: &Action) -> Option<Field> {
    let row = |of: Linking<'_>| {
        let mut field = Field::new(of.field.name, &column::label(of.target.noun), Widget::Related).required();
        field.lookup = Some(format!("{}/lookup/{}", shell::list_url(scope.resource), of.field.name));
        field
    };
    action.argument.clone().or_else(|| linking(scope, action).map(row))
}

/// Asks for what an action must be told, then does it.
///
/// # Errors
/// 403 for who may no more, and those of the action.
pub(super) async fn run(app: &App, scope: &Scope<'_>, action: &Action, order: &Order<'_>) -> Result<Outcome> {
    let argument = argument(scope, action);
    if order.is_unseen() {
        return ask(app, scope, action, argument.as_ref(), order, &FieldErrors::default()).await;
    }
    if let Some(argument) = &argument {
        let is_row = argument.widget == Widget::Related;
        if is_row && !order.is_confirmed() {
            return ask(app, scope, action, Some(argument), order, &FieldErrors::default()).await;
        }
        let told = if is_row { lookup::chosen(order.form, &argument.name).map(drop) } else { Ok(()) };
        let errors = match told {
            Err(Error::Invalid(errors)) => errors,
            Err(error) => return Err(error),
            Ok(()) if order.form.text(&argument.name).is_empty() => {
                FieldErrors::of(&argument.name, "This is needed.")
            }
            Ok(()) => FieldErrors::default(),
        };
        if !errors.is_empty() {
            return ask(app, scope, action, Some(argument), order, &errors).await;
        }
    }
    let changed = match all_steps(app, scope, action, argument.as_ref(), order).await {
        Err(Error::Unavailable(error)) if db::is_deadlock(&error) => {
            all_steps(app, scope, action, argument.as_ref(), order).await
        }
        result => result,
    };
    match (changed, argument) {
        (Ok(done), _) => {
            let mut text = format!("{} {}.", action.done, shell::counted(scope.resource, done.changed));
            if done.left > 0 {
                let left = shell::counted(scope.resource, done.left);
                let _ = write!(text, " Left as it is: {left}, changed since you saw it. Look again.");
            }
            let message = Message { text, url: String::new(), is_error: done.left > 0 };
            Ok(Outcome::Go(actions::back_after(&app.db, scope, order).await?, Some(message)))
        }
        // What asked is shown again.
        (Err(Error::Invalid(errors)), argument) if argument.is_some() || order.is_confirmed() => {
            ask(app, scope, action, argument.as_ref(), order, &errors).await
        }
        (Err(Error::Invalid(errors)), _) => {
            Ok(Outcome::Go(actions::back_after(&app.db, scope, order).await?, Some(refusal(&errors))))
        }
        (Err(error), _) => Err(error),
    }
}

/// Why something was not done, in one message.
fn refusal(errors: &FieldErrors) -> Message {
    let text = errors.0.values().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
    Message { text, url: String::new(), is_error: true }
}

/// The rows of an order: what is in the trash is left alone.
fn rows_of(order: &Order<'_>) -> ListQuery {
    ListQuery { trash: InTrash::LeftOut, ..order.rows.clone() }
}

async fn all_steps(
    app: &App,
    scope: &Scope<'_>,
    action: &Action,
    argument: Option<&Field>,
    order: &Order<'_>,
) -> Result<Done> {
    let transaction = app.db.begin().await?;
    auth::still(&transaction, scope.viewer).await?;
    let keys = rows_of(order).all_keys(&transaction, scope).await?;
    // Locked: what is looked at is what is changed.
    let rows = seen(action, &keys, async |columns, keys| {
        rows::lock(&transaction, &scope.resource.table, columns, keys).await
    });
    let rows = rows.await?;
    order.still_finds(&rows)?;
    let left = if action.changed_at.is_some() { order.changed(&rows) } else { HashSet::new() };
    let keys: Vec<i64> = rows.into_iter().map(|(key, _)| key).filter(|key| !left.contains(key)).collect();
    let text = argument.map(|argument| order.form.text(&argument.name)).unwrap_or_default();
    let linking = linking(scope, action);
    let (mut there, mut told) = (0, argument.map(|field| Changed::new(&field.name, &field.label, "", text)));
    if let Some(linking) = &linking {
        let (key, change) = linked(&transaction, scope, linking, text).await?;
        (there, told) = (key, Some(change));
    }
    let mut changed = 0;
    for keys in keys.chunks(STEP as usize) {
        let before = remembered(&transaction, scope, keys).await?;
        let done = match (&action.does, &linking) {
            (Does::Run(run), _) => run.run(&transaction, scope.viewer, keys, text).await?,
            (_, Some(linking)) => {
                // Locked, so that none is deleted meanwhile.
                let rows = store::read_many(&transaction, &scope.resource.table, keys, true).await?;
                let keys: Vec<i64> = rows.into_keys().collect();
                links::set_one(&transaction, linking.through, &keys, there, linking.makes).await?
            }
            (_, None) => return Err(Error::Forbidden),
        };
        if !done.is_empty() {
            log(&transaction, scope, action, &done, &before, told.clone()).await?;
        }
        changed += done.len() as u64;
    }
    transaction.commit().await?;
    Ok(Done { changed, left: left.len() as u64 })
}

/// The rows that are there, and when they last changed where the action decides on what they say.
async fn seen(
    action: &Action,
    keys: &[i64],
    read: impl AsyncFn(&BTreeSet<&'static str>, &[i64]) -> Result<HashMap<i64, Values>, DbErr>,
) -> Result<Vec<(i64, i64)>> {
    let columns: BTreeSet<&'static str> = action.changed_at.into_iter().collect();
    let mut seen = Vec::with_capacity(keys.len());
    for keys in keys.chunks(STEP as usize) {
        let rows = read(&columns, keys).await?;
        let changed_at = |values: &Values| {
            action.changed_at.and_then(|column| values.get(column)).map_or(0, actions::instant)
        };
        seen.extend(keys.iter().filter_map(|key| Some((*key, changed_at(rows.get(key)?)))));
    }
    Ok(seen)
}

/// The row that is to be linked, locked; and what the history says of that, as it does of a form's.
async fn linked(
    transaction: &DatabaseTransaction,
    scope: &Scope<'_>,
    linking: &Linking<'_>,
    text: &str,
) -> Result<(i64, Changed)> {
    let Linking { field, target, makes, .. } = linking;
    let key = text.parse().unwrap_or(i64::MIN);
    let row = store::read(transaction, &target.table, key, true).await?;
    let is_one = |row: &Values| stored::is_for(target, scope.viewer, row) && !target.is_trashed(row);
    let Some(row) = row.filter(is_one) else {
        return Err(Error::Invalid(FieldErrors::of(field.name, "This one is not there.")));
    };
    let title = stored::title(target, key, &row);
    let change = if *makes {
        Changed::new(field.name, &format!("{} added", field.label), "", title)
    } else {
        Changed::new(field.name, &format!("{} removed", field.label), title, "")
    };
    Ok((key, change))
}

/// The columns of rows whose changes the log tells of: those of the form, but for long texts.
async fn remembered(
    transaction: &DatabaseTransaction,
    scope: &Scope<'_>,
    keys: &[i64],
) -> Result<HashMap<i64, Values>> {
    let columns = scope.resource.fields().filter_map(|field| match &field.source {
        Source::Column(column) if !matches!(column.kind, Kind::LongText | Kind::Json) => Some(column.name),
        _ => None,
    });
    let columns = columns.chain([scope.resource.title]).collect();
    Ok(rows::read(transaction, &scope.resource.table, &columns, keys).await?)
}

/// Writes down what an action did to the rows that it changed: their columns, and what it was told.
async fn log(
    transaction: &DatabaseTransaction,
    scope: &Scope<'_>,
    action: &Action,
    keys: &[i64],
    before: &HashMap<i64, Values>,
    told: Option<Changed>,
) -> Result<()> {
    let after = remembered(transaction, scope, keys).await?;
    let pairs: Vec<(i64, &Values, &Values)> =
        keys.iter().filter_map(|key| Some((*key, before.get(key)?, after.get(key)?))).collect();
    let states: Vec<(&Values, &Values)> = pairs.iter().map(|(_, before, after)| (*before, *after)).collect();
    let changes = log::differences(transaction, scope.admin, scope.resource, &states).await?;
    let entries = pairs.into_iter().zip(changes).filter_map(|((key, _, after), mut changes)| {
        changes.extend(told.clone());
        let title = rows::title(scope.resource, key, after);
        (!changes.is_empty()).then(|| Entry { key: key.to_string(), title, changes })
    });
    let name = scope.resource.name;
    Ok(log::record_many(transaction, scope.viewer, name, action.name, entries.collect()).await?)
}

/// A page about the rows, with a form that does it once it is told what it must be.
async fn ask(
    app: &App,
    scope: &Scope<'_>,
    action: &Action,
    argument: Option<&Field>,
    order: &Order<'_>,
    errors: &FieldErrors,
) -> Result<Outcome> {
    let (resource, db) = (scope.resource, app.db.latest());
    let mut field = argument.map(|argument| argument.clone().filled(order.form, errors));
    if let Some((field, linking)) = field.as_mut().zip(linking(scope, action)) {
        lookup::fill(db, field, linking.target, scope.viewer, order.form, &[]).await?;
    }
    let keys = rows_of(order).all_keys(db, scope).await?;
    let shown =
        seen(action, &keys, async |columns, keys| rows::read(db, &resource.table, columns, keys).await);
    let shown = shown.await?;
    let first = &keys[..keys.len().min(MAX_TARGETS)];
    let titles = names::titles(db, resource, first).await?;
    let targets = first.iter().filter_map(|key| {
        let label = titles.get(key)?.clone();
        Some(Link { label, url: shell::row_url(resource, *key), current: false })
    });
    let (path, label) = (shell::list_url(resource), action.label.trim_end_matches('…'));
    let title = format!("{label}: {}", shell::counted(resource, keys.len() as u64));
    let heading = shell::heading(&resource.nouns);
    let url = format!("{path}/actions");
    Ok(Outcome::Ask(Box::new(Confirm {
        shell: Shell::new(scope.admin, scope.viewer, &[(&heading, &path), (&title, &url)], Vec::new()),
        sentence: String::new(),
        targets: targets.collect(),
        more: keys.len().saturating_sub(MAX_TARGETS) as u64,
        consequences: Vec::new(),
        complaints: complaints(&field, errors),
        fields: field.into_iter().collect(),
        action: url,
        hidden: order.hidden(action.name, &shown),
        submit: label.to_owned(),
        is_destructive: false,
        is_possible: !keys.is_empty(),
        back_url: actions::back_after(&app.db, scope, order).await?,
        title,
    })))
}
