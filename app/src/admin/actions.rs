//! `POST /admin/{resource}/actions`: something is done with several rows, those that were ticked or the whole result
//! of a list. All of it or nothing: one transaction. What is confirmed is confirmed for the rows that were there then.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::{
    Datum, declared,
    delete::{self, Asking},
    query::{self, InTrash, ListQuery, MAX_IDS, Scope},
    shell, trash,
    views::{ActionChoice, Confirm, Message},
};
use crate::{
    db::Db,
    web::{
        App, Error, Result,
        forms::{FieldErrors, Submitted},
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
/// What a page that asks sends along of a whole result: a hash of what its rows were.
const RESULT: &str = "result";
/// What a list sends along of each row where actions decide on what rows say: its key and when it had last changed.
const WAS: &str = "was";

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
pub struct Order<'a> {
    pub(super) form: &'a Submitted,
    /// The list that it came from.
    list: ListQuery,
    /// The rows.
    pub(super) rows: ListQuery,
    /// Whether they are the whole result.
    is_all: bool,
}

impl Order<'_> {
    /// Whether it comes from the page that asks. Searching there is not confirming.
    pub(super) fn is_confirmed(&self) -> bool {
        !self.form.text("confirmed").is_empty() && !self.form.has("_find")
    }

    /// Whether it is for a whole result that nobody has seen the extent of yet.
    pub(super) fn is_unseen(&self) -> bool {
        self.is_all && !self.is_confirmed()
    }

    /// A result is what the list finds now: it was confirmed for what it found then. Another number of rows is not all
    /// that can have changed: one may be gone, and one that nobody saw have come.
    ///
    /// # Errors
    /// 422 where these are not the rows that were confirmed.
    pub(super) fn still_finds(&self, rows: &[(i64, i64)]) -> Result<()> {
        if !self.is_all || self.form.text(RESULT) == fingerprint(rows) {
            return Ok(());
        }
        let message = "The list finds other rows now than before: look again, and confirm it again.";
        Err(Error::Invalid(FieldErrors::of("", message)))
    }

    /// The rows that are not what the list showed, as far as it said so.
    pub(super) fn changed(&self, rows: &[(i64, i64)]) -> HashSet<i64> {
        let shown: HashSet<&str> = self.form.all(WAS).collect();
        let known: HashSet<&str> = shown.iter().filter_map(|was| was.split(':').next()).collect();
        let is_other = |(key, changed_at): &&(i64, i64)| {
            known.contains(key.to_string().as_str()) && !shown.contains(was(*key, *changed_at).as_str())
        };
        rows.iter().filter(is_other).map(|(key, _)| *key).collect()
    }

    /// What a form that asks sends along: the same rows.
    pub(super) fn hidden(&self, action: &str, rows: &[(i64, i64)]) -> Vec<(String, String)> {
        let mut hidden = vec![("action", action.to_owned()), ("query", self.list.query_string())];
        match &self.rows.ids {
            Some(ids) if !self.is_all => hidden.extend(ids.iter().map(|id| ("id", id.to_string()))),
            _ => hidden.extend([("all", "1".to_owned()), (RESULT, fingerprint(rows))]),
        }
        hidden.extend(self.form.all(WAS).map(|was| (WAS, was.to_owned())));
        hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// What a list says of a row: its key and when it had last changed.
pub(super) fn was(key: i64, changed_at: i64) -> String {
    format!("{key}:{changed_at}")
}

/// An instant in microseconds, the finest that all databases keep; 0 for none.
pub(super) fn instant(value: &Datum) -> i64 {
    match value {
        Datum::DateTime(time) => time.timestamp_micros(),
        _ => 0,
    }
}

/// Rows of which nothing is known but their keys.
pub(super) fn by_key(keys: &[i64]) -> Vec<(i64, i64)> {
    keys.iter().map(|key| (*key, 0)).collect()
}

/// A hash of rows, in their order: of their keys, and of when they last changed where that is asked.
fn fingerprint(rows: &[(i64, i64)]) -> String {
    let mut hash = Sha256::new();
    for (key, changed_at) in rows {
        hash.update(key.to_be_bytes());
        hash.update(changed_at.to_be_bytes());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
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
    for action in resource.actions.iter().filter(|action| !is_trash && declared::may(scope, action)) {
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

/// Does what a form asks for.
///
/// # Errors
/// 403 for what the viewer may not do, 400 for rows that are none.
pub async fn run(app: &App, scope: &Scope<'_>, form: &Submitted) -> Result<Outcome> {
    let order = read(scope, form)?;
    let refuse = async |text: &str| {
        let message = Message { text: text.to_owned(), url: String::new(), is_error: true };
        Ok(Outcome::Go(back_after(&app.db, scope, &order).await?, Some(message)))
    };
    let name = form.text("action");
    let action = scope.resource.actions.iter().find(|action| action.name == name);
    let is_own = [CSV, DELETE].contains(&name) || name == RESTORE && scope.resource.trash.is_some();
    if action.is_none() && !is_own {
        return refuse("Choose what is to be done.").await;
    }
    if !order.is_all && order.rows.ids.as_ref().is_none_or(Vec::is_empty) {
        return refuse(&format!("No {} were selected.", scope.resource.nouns)).await;
    }
    match action {
        Some(action) if !declared::may(scope, action) => Err(Error::Forbidden),
        Some(action) => declared::run(app, scope, action, &order).await,
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
pub(super) async fn back_after(db: &Db, scope: &Scope<'_>, order: &Order<'_>) -> Result<String> {
    let page = order.list.page.get();
    let pages = if page > 1 {
        let end = order.list.page.offset(order.list.per_page).saturating_add(order.list.per_page);
        page_count(order.list.count_to(db.latest(), scope, end).await?, order.list.per_page)
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

/// Deletes the rows once that is confirmed; asks before, and says what goes too.
async fn delete(app: &App, scope: &Scope<'_>, order: &Order<'_>) -> Result<Outcome> {
    let (viewer, resource) = (scope.viewer, scope.resource);
    viewer.demand(resource.access.delete)?;
    let keys = order.rows.all_keys(app.db.latest(), scope).await?;
    let mut errors = FieldErrors::default();
    if order.is_confirmed() {
        let for_good = order.form.has(delete::FOR_GOOD);
        let heir = order.still_finds(&by_key(&keys)).and_then(|()| delete::heir(order.form));
        let deleted = match heir {
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
        return Ok(Outcome::Go(back_after(&app.db, scope, order).await?, Some(message)));
    }
    let asking = Asking {
        action: format!("{}/actions", shell::list_url(resource)),
        hidden: order.hidden(DELETE, &by_key(&keys)),
        back_url: back_after(&app.db, scope, order).await?,
    };
    let page = delete::page_of(app, viewer, resource, &keys, asking, order.form, errors).await?;
    Ok(Outcome::Ask(Box::new(page)))
}
