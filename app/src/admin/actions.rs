//! `POST /admin/{resource}/actions`: something is done with several rows, those that were ticked or the whole result
//! of a list. All of it or nothing: one transaction, step by step.

use std::collections::HashMap;

use sea_orm::DatabaseTransaction;

use super::{
    Action, Values,
    action::STEP,
    column::Kind,
    delete::{self, Asking},
    log::{self, Changed, Entry},
    query::{self, InTrash, ListQuery, MAX_IDS, Scope},
    resource::Source,
    rows, shell, trash,
    views::{ActionChoice, Confirm, Link, Message, Shell},
};
use crate::{
    auth,
    db::Db,
    web::{
        App, Error, Result,
        forms::{Field, FieldErrors, Submitted, complaints},
        pagination::page_count,
    },
};

/// The engine's own: deletes the rows, after a page that says what goes too.
pub const DELETE: &str = "delete";
/// The key that deletes, where other actions have keys.
const DELETE_KEY: char = 'd';
/// The engine's own: brings rows back from the trash.
pub const RESTORE: &str = "restore";
/// The engine's own: exports the rows.
pub const CSV: &str = "csv";
/// Rows that a page of confirmation names.
const MAX_TARGETS: usize = 10;

/// What comes of it.
#[derive(Debug)]
pub enum Outcome {
    /// Back to the list, or to the export.
    Go(String, Option<Message>),
    /// Something must be answered first.
    Ask(Box<Confirm>),
}

/// What was sent, understood.
#[derive(Debug)]
struct Order<'a> {
    form: &'a Submitted,
    /// The list that it came from.
    list: ListQuery,
    /// The rows.
    rows: ListQuery,
    /// Whether they are the whole result.
    is_all: bool,
}

/// What the viewer can do with several rows of a list; with those in the trash, little.
pub fn choices(scope: &Scope<'_>, list: &ListQuery) -> Vec<ActionChoice> {
    let resource = scope.resource;
    let own = |name: &str, label: &str, is_destructive| ActionChoice {
        name: name.to_owned(),
        label: label.to_owned(),
        is_destructive,
        key: None,
        argument: None,
    };
    let mut choices: Vec<ActionChoice> = Vec::new();
    let is_trash = list.is_of_trash(scope);
    if is_trash && scope.viewer.may(resource.access.change) {
        choices.push(own(RESTORE, "Bring back", false));
    }
    for action in resource.actions.iter().filter(|action| !is_trash && may(scope, action)) {
        choices.push(ActionChoice {
            key: action.key,
            argument: action.argument.clone(),
            ..own(action.name, action.label, false)
        });
    }
    choices.push(own(CSV, "Export as CSV", false));
    if scope.viewer.may(resource.access.delete) {
        let label = if is_trash { "Delete for good" } else { "Delete" };
        let has_keys = resource.actions.iter().any(|action| action.key.is_some());
        choices.push(ActionChoice {
            key: has_keys.then_some(DELETE_KEY),
            ..own(DELETE, label, is_trash || resource.trash.is_none())
        });
    }
    choices
}

fn may(scope: &Scope<'_>, action: &Action) -> bool {
    scope.viewer.may(action.permission.unwrap_or(scope.resource.access.change))
}

/// Does what a form asks for.
///
/// # Errors
/// 403 for what the viewer may not do, 400 for rows that are none.
pub async fn run(app: &App, scope: &Scope<'_>, form: &Submitted) -> Result<Outcome> {
    let order = read(scope, form)?;
    let refuse = |text: &str| {
        let message = Message { text: text.to_owned(), url: String::new(), is_error: true };
        Ok(Outcome::Go(back(scope, &order), Some(message)))
    };
    let name = form.text("action");
    let action = scope.resource.actions.iter().find(|action| action.name == name);
    let is_own = [CSV, DELETE].contains(&name) || name == RESTORE && scope.resource.trash.is_some();
    if action.is_none() && !is_own {
        return refuse("Choose what is to be done.");
    }
    if !order.is_all && order.rows.ids.as_ref().is_none_or(Vec::is_empty) {
        return refuse(&format!("No {} were selected.", scope.resource.nouns));
    }
    match action {
        Some(action) if !may(scope, action) => Err(Error::Forbidden),
        Some(action) => declared(app, scope, action, &order).await,
        None if name == CSV => Ok(Outcome::Go(export_url(scope, &order), None)),
        None if name == RESTORE => restore(app, scope, &order).await,
        None => delete(app, scope, &order).await,
    }
}

/// Which rows: the ticked ones, or all that the list's address leaves.
fn read<'a>(scope: &Scope<'_>, form: &'a Submitted) -> Result<Order<'a>> {
    let list = ListQuery::from_pairs(scope, &Submitted::parse(form.text("query").as_bytes())?)?;
    let is_all = !form.text("all").is_empty();
    let rows = if is_all {
        list.clone()
    } else {
        let keys: Result<Vec<i64>, _> = form.all("id").map(|id| id.trim().parse()).collect();
        let mut keys = keys.map_err(|_| Error::BadRequest("Rows are named by numbers.".to_owned()))?;
        keys.sort_unstable();
        keys.dedup();
        if keys.len() > MAX_IDS {
            return Err(Error::BadRequest(format!("At most {MAX_IDS} rows can be selected.")));
        }
        ListQuery::of_keys(scope, keys)
    };
    Ok(Order { form, list, rows, is_all })
}

fn back(scope: &Scope<'_>, order: &Order<'_>) -> String {
    query::address(&shell::list_url(scope.resource), &order.list.pairs_of_page(order.list.page.get()))
}

/// Brings the rows back from the trash.
async fn restore(app: &App, scope: &Scope<'_>, order: &Order<'_>) -> Result<Outcome> {
    let resource = scope.resource;
    let rows = ListQuery { trash: InTrash::Only, ..order.rows.clone() };
    let keys = rows.all_keys(app.db.latest(), scope).await?;
    let number = trash::restore(app, scope.viewer, resource, &keys).await?;
    let text = format!("Brought back {}.", shell::counted(resource, number));
    let message = Message { text, url: String::new(), is_error: false };
    Ok(Outcome::Go(back_after(&app.db, scope, order).await?, Some(message)))
}

/// Back to the list: to its last page, if there are fewer now.
async fn back_after(db: &Db, scope: &Scope<'_>, order: &Order<'_>) -> Result<String> {
    let page = order.list.page.get();
    let pages = if page > 1 {
        page_count(order.list.count(db.latest(), scope).await?, order.list.per_page)
    } else {
        1
    };
    Ok(query::address(&shell::list_url(scope.resource), &order.list.pairs_of_page(page.min(pages))))
}

fn export_url(scope: &Scope<'_>, order: &Order<'_>) -> String {
    query::address(
        &format!("{}/export.csv", shell::list_url(scope.resource)),
        &order.rows.pairs_without(&["sort", "per_page"]),
    )
}

/// An action of the resource: asks for what it must be told, then does it.
async fn declared(app: &App, scope: &Scope<'_>, action: &Action, order: &Order<'_>) -> Result<Outcome> {
    let argument = action.argument.as_ref();
    let told = argument.map(|argument| order.form.text(&argument.name)).unwrap_or_default();
    if let Some(argument) = argument.filter(|argument| argument.required && told.is_empty()) {
        let errors = FieldErrors::of(&argument.name, "This is needed.");
        return ask(app, scope, action, argument, order, &errors).await;
    }
    match all_steps(app, scope, action, order, told).await {
        Ok(changed) => {
            let text = format!("{} {}.", action.done, shell::counted(scope.resource, changed));
            let message = Message { text, url: String::new(), is_error: false };
            Ok(Outcome::Go(back_after(&app.db, scope, order).await?, Some(message)))
        }
        Err(Error::Invalid(errors)) => match argument {
            Some(argument) => ask(app, scope, action, argument, order, &errors).await,
            None => Ok(Outcome::Go(back(scope, order), Some(refusal(&errors)))),
        },
        Err(error) => Err(error),
    }
}

/// Why something was not done, in one message.
fn refusal(errors: &FieldErrors) -> Message {
    let text = errors.0.values().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
    Message { text, url: String::new(), is_error: true }
}

async fn all_steps(
    app: &App,
    scope: &Scope<'_>,
    action: &Action,
    order: &Order<'_>,
    argument: &str,
) -> Result<u64> {
    let transaction = app.db.begin().await?;
    auth::still(&transaction, scope.viewer).await?;
    let (mut after, mut changed) = (None, 0);
    // What is in the trash is left alone.
    let rows = ListQuery { trash: InTrash::LeftOut, ..order.rows.clone() };
    loop {
        let keys = rows.keys(&transaction, scope, after, STEP).await?;
        let Some(last) = keys.last() else { break };
        after = Some(*last);
        let before = remembered(&transaction, scope, &keys).await?;
        let done = action.run.run(&transaction, scope.viewer, &keys, argument).await?;
        if !done.is_empty() {
            log(&transaction, scope, action, &done, &before, argument).await?;
        }
        changed += done.len() as u64;
    }
    transaction.commit().await?;
    Ok(changed)
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
    argument: &str,
) -> Result<()> {
    let after = remembered(transaction, scope, keys).await?;
    let pairs: Vec<(i64, &Values, &Values)> =
        keys.iter().filter_map(|key| Some((*key, before.get(key)?, after.get(key)?))).collect();
    let states: Vec<(&Values, &Values)> = pairs.iter().map(|(_, before, after)| (*before, *after)).collect();
    let changes = log::differences(transaction, scope.admin, scope.resource, &states).await?;
    let told = action.argument.as_ref().map(|field| Changed::new(&field.name, &field.label, "", argument));
    let entries = pairs.into_iter().zip(changes).filter_map(|((key, _, after), mut changes)| {
        changes.extend(told.clone());
        let title = rows::title(scope.resource, key, after);
        (!changes.is_empty()).then(|| Entry { key: key.to_string(), title, changes })
    });
    let name = scope.resource.name;
    Ok(log::record_many(transaction, scope.viewer, name, action.name, entries.collect()).await?)
}

/// A page that asks for what an action must be told.
async fn ask(
    app: &App,
    scope: &Scope<'_>,
    action: &Action,
    argument: &Field,
    order: &Order<'_>,
    errors: &FieldErrors,
) -> Result<Outcome> {
    let field = argument.clone().filled(order.form, errors);
    let complaints = complaints([&field], errors);
    let confirm = confirm(app, scope, order, action.name, action.label).await?;
    Ok(Outcome::Ask(Box::new(Confirm { fields: vec![field], complaints, ..confirm })))
}

/// A page about the rows, with the form that does it.
async fn confirm(
    app: &App,
    scope: &Scope<'_>,
    order: &Order<'_>,
    name: &str,
    label: &str,
) -> Result<Confirm> {
    let (resource, db) = (scope.resource, app.db.latest());
    let total = order.rows.count(db, scope).await?;
    let keys = order.rows.keys(db, scope, None, MAX_TARGETS as u64).await?;
    let titles = super::names::titles(db, resource, &keys).await?;
    let targets = keys.iter().filter_map(|key| {
        let label = titles.get(key)?.clone();
        Some(Link { label, url: shell::row_url(resource, *key), current: false })
    });
    let path = shell::list_url(resource);
    let title = format!("{label}: {}", shell::counted(resource, total));
    let heading = shell::heading(&resource.nouns);
    let url = format!("{path}/actions");
    Ok(Confirm {
        shell: Shell::new(scope.admin, scope.viewer, &[(&heading, &path), (&title, &url)], Vec::new()),
        sentence: String::new(),
        targets: targets.collect(),
        more: total.saturating_sub(MAX_TARGETS as u64),
        consequences: Vec::new(),
        fields: Vec::new(),
        complaints: Vec::new(),
        action: url,
        hidden: hidden(order, name),
        submit: label.to_owned(),
        is_destructive: false,
        is_possible: total > 0,
        back_url: back(scope, order),
        title,
    })
}

/// Deletes the rows once that is confirmed; asks before, and says what goes too.
async fn delete(app: &App, scope: &Scope<'_>, order: &Order<'_>) -> Result<Outcome> {
    let (viewer, resource) = (scope.viewer, scope.resource);
    viewer.demand(resource.access.delete)?;
    let keys = order.rows.all_keys(app.db.latest(), scope).await?;
    let mut errors = FieldErrors::default();
    // Searching is not confirming.
    let is_confirmed = !order.form.text("confirmed").is_empty() && !order.form.has("_find");
    let number = keys.len().to_string();
    if is_confirmed && order.is_all && order.form.text("count") != number {
        // A result is what the list finds now: it was confirmed for what it found then.
        errors = FieldErrors::of("", "There are more or fewer now than before: confirm it again.");
    } else if is_confirmed {
        let for_good = order.form.has(delete::FOR_GOOD);
        let deleted = match delete::heir(order.form) {
            Ok(heir) => delete::delete_as_told(app, viewer, resource, &keys, heir, for_good).await,
            Err(error) => Err(error),
        };
        match deleted {
            Ok(deleted) => {
                let text = deleted.sentence(resource);
                let message = Message { text, url: String::new(), is_error: false };
                return Ok(Outcome::Go(back_after(&app.db, scope, order).await?, Some(message)));
            }
            Err(Error::Invalid(complaints)) => errors = complaints,
            Err(error) => return Err(error),
        }
    }
    if keys.is_empty() {
        let text = format!("These {} are not there any more.", resource.nouns);
        let message = Message { text, url: String::new(), is_error: true };
        return Ok(Outcome::Go(back(scope, order), Some(message)));
    }
    let mut hidden = hidden(order, DELETE);
    if order.is_all {
        hidden.push(("count".to_owned(), number));
    }
    let asking = Asking {
        action: format!("{}/actions", shell::list_url(resource)),
        hidden,
        back_url: back(scope, order),
    };
    let page = delete::page_of(app, viewer, resource, &keys, asking, order.form, errors).await?;
    Ok(Outcome::Ask(Box::new(page)))
}

/// What a form that asks sends along: the same rows.
fn hidden(order: &Order<'_>, action: &str) -> Vec<(String, String)> {
    let mut hidden = vec![("action", action.to_owned()), ("query", order.list.query_string())];
    match &order.rows.ids {
        Some(ids) if !order.is_all => hidden.extend(ids.iter().map(|id| ("id", id.to_string()))),
        _ => hidden.push(("all", "1".to_owned())),
    }
    hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
