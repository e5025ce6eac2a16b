//! Who changed what: the table `admin_log`, written in the transaction of the change.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Utc;
use chrono_tz::Tz;
use entity::{admin_log, user};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use serde::{Deserialize, Serialize};

use super::{
    Admin, Resource,
    column::{Column, Kind},
    inline, names,
    resource::{FieldOf, InlineOf, Source},
    store,
    stored::{self, StoredRow},
    value::{Datum, Values},
};
use crate::{auth::Viewer, web::forms::Widget};

/// The most characters of a changed value that are remembered.
const MAX_TEXT: usize = 2_000;
/// Longer texts than these together are not in one statement: the databases bound its length.
const MAX_LENGTH: usize = 1 << 20;
/// Columns for more characters than these hold parts of a text.
const SHORT: u32 = 300;
/// What stands for a secret.
const SECRET: &str = "•••";
/// The action of a row that is made.
pub const CREATE: &str = "create";
/// The action of a row that is changed.
pub const CHANGE: &str = "change";
/// The action of a row that is deleted.
pub const DELETE: &str = "delete";
/// The action of a row that is thrown away.
pub const TRASH: &str = "trash";
/// The action of a row that is brought back.
pub const RESTORE: &str = "restore";

/// A field that was changed, as it is remembered. An instant is in RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its name; empty for what is no field.
    pub field: String,
    /// What it is called.
    pub label: String,
    /// Before; empty for nothing.
    pub old: String,
    /// After.
    pub new: String,
}

impl Changed {
    /// A change; long texts are cut.
    pub fn new(field: &str, label: &str, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            label: label.to_owned(),
            old: cut(old.into(), MAX_TEXT),
            new: cut(new.into(), MAX_TEXT),
        }
    }
}

/// What was done to one row.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The row's key.
    pub key: String,
    /// What it was called.
    pub title: String,
    /// The changed fields.
    pub changes: Vec<Changed>,
}

/// Who did something.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    id: Option<i64>,
    name: &'a str,
}

/// Whoever works on the command line.
pub const COMMAND_LINE: Actor<'static> = Actor { id: None, name: "command line" };
/// The site itself, at an appointed time.
pub const SITE: Actor<'static> = Actor { id: None, name: "Lectern" };

impl<'a> Actor<'a> {
    /// Somebody who proved who they are without a session: by a link out of a mail.
    pub fn user(id: i64, name: &'a str) -> Self {
        Self { id: Some(id), name }
    }
}

impl<'a> From<&'a Viewer> for Actor<'a> {
    fn from(viewer: &'a Viewer) -> Self {
        Self { id: Some(viewer.id), name: &viewer.display_name }
    }
}

impl<'a> From<&'a user::Model> for Actor<'a> {
    fn from(user: &'a user::Model) -> Self {
        Self { id: Some(user.id), name: &user.display_name }
    }
}

/// Remembers what was done to a row. `action` has at most 20 characters.
///
/// # Errors
/// When the database does not answer.
pub async fn record(
    db: &impl ConnectionTrait,
    actor: impl Into<Actor<'_>>,
    resource: &str,
    action: &str,
    entry: Entry,
) -> Result<(), DbErr> {
    record_many(db, actor, resource, action, vec![entry]).await
}

/// As [`record`], for several rows, with one statement for a few hundred.
///
/// # Errors
/// When the database does not answer.
pub async fn record_many(
    db: &impl ConnectionTrait,
    actor: impl Into<Actor<'_>>,
    resource: &str,
    action: &str,
    entries: Vec<Entry>,
) -> Result<(), DbErr> {
    let (now, actor) = (Utc::now(), actor.into());
    let mut rows = Vec::new();
    let mut length = 0;
    for Entry { key, title, changes } in entries {
        length += changes.iter().map(|changed| changed.old.len() + changed.new.len()).sum::<usize>();
        if !rows.is_empty() && (length > MAX_LENGTH || rows.len() == store::CHUNK) {
            let full = std::mem::take(&mut rows);
            admin_log::Entity::insert_many(full).exec_without_returning(db).await?;
            length = 0;
        }
        rows.push(admin_log::ActiveModel {
            at: Set(now),
            user_id: Set(actor.id),
            user_name: Set(cut(actor.name.to_owned(), 80)),
            resource: Set(resource.to_owned()),
            row_id: Set(cut(key, 60)),
            row_title: Set(cut(title, 200)),
            action: Set(cut(action.to_owned(), 20)),
            changes: Set(serde_json::to_value(changes).map_err(|error| DbErr::Json(error.to_string()))?),
            ..Default::default()
        });
    }
    if !rows.is_empty() {
        admin_log::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// A row as it is, for [`record_change`] after something else than a form changed it; locked until then.
///
/// # Errors
/// When the database does not answer.
pub async fn before(db: &impl ConnectionTrait, resource: &Resource, key: i64) -> Result<Values, DbErr> {
    Ok(store::read(db, &resource.table, key, true).await?.unwrap_or_default())
}

/// Remembers what of a row is not as it was; nothing where all is. One that had no values before is a new one.
///
/// # Errors
/// When the database does not answer.
pub async fn record_change(
    db: &impl ConnectionTrait,
    actor: impl Into<Actor<'_>>,
    admin: &Admin,
    resource: &Resource,
    (key, before): (i64, &Values),
) -> Result<(), DbErr> {
    let Some(after) = store::read(db, &resource.table, key, false).await? else { return Ok(()) };
    let changes = differences(db, admin, resource, &[(before, &after)]).await?.pop().unwrap_or_default();
    if changes.is_empty() {
        return Ok(());
    }
    let entry = Entry { key: key.to_string(), title: stored::title(resource, key, &after), changes };
    let action = if before.is_empty() { CREATE } else { CHANGE };
    record(db, actor, resource.name, action, entry).await
}

/// What differs between two states of rows, field by field; one state of a row that is new or gone is empty. What
/// related rows are called is asked once for all of them.
///
/// # Errors
/// When the database does not answer.
pub async fn differences(
    db: &impl ConnectionTrait,
    admin: &Admin,
    resource: &Resource,
    rows: &[(&Values, &Values)],
) -> Result<Vec<Vec<Changed>>, DbErr> {
    let fields: Vec<&FieldOf> = resource.fields().filter(|field| field.kind().is_some()).collect();
    let mut related: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for field in &fields {
        let Some(target) = field.related else { continue };
        for (before, after) in rows.iter().filter(|(before, after)| differs(field.name, before, after)) {
            let keys = [before, after].into_iter().filter_map(|row| row.get(field.name)?.as_integer());
            related.entry(target).or_default().extend(keys);
        }
    }
    let titles = names::of_all(db, admin, &related).await?;
    let text = |field: &FieldOf, values: &Values| {
        let value = values.get(field.name).unwrap_or(&Datum::Null);
        match (field.related, value.as_integer()) {
            _ if field.is_secret() && !value.is_blank() => SECRET.to_owned(),
            (Some(target), Some(key)) => names::one(&titles, target, key),
            _ => logged(value, field.values()),
        }
    };
    let of_row = |(before, after): &(&Values, &Values)| {
        let changed = fields.iter().filter(|field| differs(field.name, before, after));
        let changed = changed
            .map(|field| Changed::new(field.name, &field.label, text(field, before), text(field, after)));
        let mut changed: Vec<Changed> =
            changed.filter(|changed| !(changed.old.is_empty() && changed.new.is_empty())).collect();
        changed.extend(secrets(resource, before, after, &changed));
        changed
    };
    Ok(rows.iter().map(of_row).collect())
}

/// Columns with secrets that no form shows and that differ: the hash of a password. That they did is told, under the
/// name of the field that they were made from.
fn secrets(resource: &Resource, before: &Values, after: &Values, told: &[Changed]) -> Vec<Changed> {
    let columns = resource.table.columns.iter().filter(|column| {
        is_secret(column) && resource.field(column.name).is_none() && differs(column.name, before, after)
    });
    let dots = |values: &Values, name: &str| match values.get(name) {
        Some(value) if !value.is_blank() => SECRET,
        _ => "",
    };
    let changed = columns.map(|column| {
        let mut fields = resource.fields();
        let field = fields.find(|field| field.is_secret() && column.name.starts_with(field.name));
        let (name, label) = match field {
            Some(field) => (field.name, field.label.clone()),
            None => (column.name, column.label()),
        };
        Changed::new(name, &label, dots(before, column.name), dots(after, column.name))
    });
    let is_new = |changed: &Changed| {
        let is_told = told.iter().any(|told| told.field == changed.field);
        !is_told && [&changed.old, &changed.new].iter().any(|text| !text.is_empty())
    };
    changed.filter(is_new).collect()
}

/// What became of inline rows: all of them before and all of them now, in their order, a line for each; none where
/// both read the same.
///
/// # Errors
/// When the database does not answer.
pub async fn of_rows(
    db: &impl ConnectionTrait,
    admin: &Admin,
    of: &InlineOf,
    before: &[StoredRow],
    parent: i64,
) -> Result<Option<Changed>, DbErr> {
    let after = inline::read(db, of, parent).await?;
    let mut related: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for field in &of.fields {
        let Some(target) = field.related else { continue };
        let keys = before.iter().chain(&after).filter_map(|row| row.values.get(field.name)?.as_integer());
        related.entry(target).or_default().extend(keys);
    }
    let titles = names::of_all(db, admin, &related).await?;
    let lines = |rows: &[StoredRow]| {
        let lines: Vec<String> = rows.iter().map(|row| describe(of, &row.values, &titles)).collect();
        lines.join("\n")
    };
    let (before, after) = (lines(before), lines(&after));
    Ok((before != after).then(|| Changed::new(of.name, of.label, before, after)))
}

/// An inline row in one line.
pub fn describe(inline: &InlineOf, row: &Values, titles: &names::Titles) -> String {
    let texts = inline.fields.iter().map(|field| {
        let value = row.get(field.name).unwrap_or(&Datum::Null);
        match (field.related, value.as_integer()) {
            _ if field.is_secret() => String::new(),
            (Some(target), Some(key)) => names::one(titles, target, key),
            _ => logged(value, field.values()),
        }
    });
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// All that a row was, its undeclared columns too and long texts whole: for one that is deleted. Of one that was in a
/// trash its short columns only: what nobody brought back is really gone.
pub fn remains(resource: &Resource, row: &Values) -> Vec<Changed> {
    let is_trashed = resource.is_trashed(row);
    let columns = resource.table.columns.iter().filter(|column| {
        let is_long = match column.kind {
            Kind::LongText | Kind::Json => true,
            Kind::Text(length) => length.is_none_or(|length| length > SHORT),
            _ => false,
        };
        column.name != resource.table.key && !(is_long && is_trashed)
    });
    let kept = columns.filter_map(|column| {
        let value = row.get(column.name).filter(|value| !value.is_blank())?;
        let field = resource.field(column.name);
        let label = field.map_or_else(|| column.label(), |field| field.label.clone());
        let text = if is_secret(column) || field.is_some_and(FieldOf::is_secret) {
            SECRET.to_owned()
        } else {
            logged(value, resource.choices(column.name))
        };
        Some(gone(column.name, &label, text))
    });
    let hooked = resource.fields().filter(|field| matches!(field.source, Source::Hooks(_)));
    let hooked = hooked.filter_map(|field| {
        let value = row.get(field.name).filter(|value| !value.is_blank())?;
        let text = if field.is_secret() { SECRET.to_owned() } else { logged(value, field.values()) };
        Some(gone(field.name, &field.label, text))
    });
    kept.chain(hooked).collect()
}

/// Something that goes with its row; whole, however long.
pub fn gone(field: &str, label: &str, old: String) -> Changed {
    Changed { field: field.to_owned(), label: label.to_owned(), old, new: String::new() }
}

fn differs(name: &str, before: &Values, after: &Values) -> bool {
    let nothing = &Datum::Null;
    before.get(name).unwrap_or(nothing) != after.get(name).unwrap_or(nothing)
}

/// As it is remembered.
fn logged<'a>(value: &Datum, mut choices: impl Iterator<Item = &'a (String, String)>) -> String {
    match value {
        Datum::DateTime(time) => time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        Datum::Text(text) => {
            let chosen = choices.find(|(value, _)| value == text);
            chosen.map_or_else(|| text.clone(), |(_, label)| label.clone())
        }
        other => other.to_text(Tz::UTC),
    }
}

/// Whether a column holds what nobody should read, by its name.
fn is_secret(column: &Column) -> bool {
    ["password", "secret", "token"].iter().any(|word| column.name.contains(word))
}

impl FieldOf {
    /// Whether its value is remembered by dots only.
    pub fn is_secret(&self) -> bool {
        self.widget == Widget::Password
    }
}

/// At most so many characters, an ellipsis for what is left out.
pub fn cut(text: String, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text;
    }
    text.chars().take(characters - 1).chain(['…']).collect()
}
