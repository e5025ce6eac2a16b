//! Rows of a list, found by their keys: a few statements for any number of rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, ExprTrait,
    sea_query::{Expr, Order, Query},
};

use super::{
    Admin, Datum, Resource, Values,
    column::{Column, TableOf, iden},
    names,
    query::Scope,
    resource::{Listed, ListedWhat},
    shell, store,
    views::Cell,
};
use crate::web::Result;

/// The most characters of a cell.
const MAX_CELL: usize = 200;

/// Some columns of some rows, by the rows' keys.
///
/// # Errors
/// When the database does not answer.
pub async fn read(
    db: &impl ConnectionTrait,
    table: &TableOf,
    columns: &BTreeSet<&'static str>,
    keys: &[i64],
) -> Result<HashMap<i64, Values>, DbErr> {
    read_some(db, table, columns, keys, false).await
}

/// As [`read`], and nobody else changes these rows until the transaction ends. What they are now is read, whatever the
/// transaction has seen before.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    db: &DatabaseTransaction,
    table: &TableOf,
    columns: &BTreeSet<&'static str>,
    keys: &[i64],
) -> Result<HashMap<i64, Values>, DbErr> {
    read_some(db, table, columns, keys, true).await
}

async fn read_some(
    db: &impl ConnectionTrait,
    table: &TableOf,
    columns: &BTreeSet<&'static str>,
    keys: &[i64],
    locks: bool,
) -> Result<HashMap<i64, Values>, DbErr> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = |column: &&Column| column.name == table.key || columns.contains(column.name);
    let columns: Vec<&Column> = table.columns.iter().filter(wanted).collect();
    let mut select = Query::select();
    select.columns(columns.iter().map(|column| column.iden())).from(iden(table.name));
    select.and_where(Expr::col(iden(table.key)).is_in(keys.iter().copied()));
    if locks {
        // In one order by all, or two might wait for each other.
        select.order_by(iden(table.key), Order::Asc).lock_exclusive();
    }
    let rows = db.query_all(&select).await?;
    let row = |row| {
        let values = columns.iter().map(|column| Ok((column.name, Datum::read(row, column)?)));
        Ok((store::key(row, table)?, values.collect::<Result<Values, DbErr>>()?))
    };
    rows.iter().map(row).collect()
}

/// What a row is called: its title, or its number where it has none.
pub fn title(resource: &Resource, key: i64, values: &Values) -> String {
    let text = match values.get(resource.title) {
        Some(Datum::Text(text)) => text.trim().to_owned(),
        Some(Datum::Null) | None => String::new(),
        Some(other) => other.to_text(chrono_tz::Tz::UTC),
    };
    if text.is_empty() { format!("#{key}") } else { text }
}

/// Titles of rows of several resources: first all that are wanted, then one statement for each resource.
#[derive(Debug, Default)]
pub struct Titles {
    wanted: BTreeMap<&'static str, BTreeSet<i64>>,
    known: names::Titles,
}

impl Titles {
    /// Asks for a title.
    pub fn want(&mut self, resource: &'static str, key: i64) {
        self.wanted.entry(resource).or_default().insert(key);
    }

    /// Reads what was asked for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(&mut self, db: &impl ConnectionTrait, admin: &Admin) -> Result<(), DbErr> {
        self.known.extend(names::of_all(db, admin, &std::mem::take(&mut self.wanted)).await?);
        Ok(())
    }

    /// A title that was asked for.
    pub fn get(&self, resource: &str, key: i64) -> String {
        names::one(&self.known, resource, key)
    }
}

/// How many rows of a table refer by a column to each of some rows.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(
    db: &impl ConnectionTrait,
    admin: &Admin,
    resource: &Resource,
    (table, column): (&'static str, &'static str),
    keys: &[i64],
) -> Result<HashMap<i64, i64>, DbErr> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = Query::select();
    select.column(iden(column)).expr(Expr::col(iden(column)).count()).from(iden(table));
    select.and_where(Expr::col(iden(column)).is_in(keys.iter().copied()));
    for only in resource.counted(admin, table, column) {
        select.and_where(only);
    }
    select.group_by_col(iden(column));
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The columns that a list reads: those it shows, what they refer to, the title, and what actions ask for.
pub fn columns(resource: &Resource, listed: &[Listed]) -> BTreeSet<&'static str> {
    let shown = listed.iter().flat_map(|listed| match &listed.what {
        ListedWhat::Column(name) | ListedWhat::Related(name, _) => std::slice::from_ref(name),
        ListedWhat::Count { .. } => &[],
        ListedWhat::Made(columns, _) => columns,
    });
    let thumbnail = resource.thumbnail.map(|(column, _)| column);
    shown.copied().chain([resource.title]).chain(thumbnail).chain(resource.changed_at()).collect()
}

/// The key of the row that a column refers to.
pub fn reference(values: &Values, column: &str) -> Option<i64> {
    values.get(column).and_then(Datum::as_integer)
}

/// A cell that shows a column.
pub fn cell(scope: &Scope<'_>, name: &str, value: &Datum) -> Cell {
    let text = value.to_text(scope.zone);
    let choice = scope.resource.choices(name).find(|(known, _)| *known == text);
    let (kind, text, value) = match value {
        Datum::Text(_) if choice.is_some() => {
            ("choice", choice.map_or_else(String::new, |(_, label)| label.clone()), text)
        }
        Datum::Integer(_) | Datum::Double(_) => ("number", text, String::new()),
        Datum::Boolean(_) => ("flag", text, String::new()),
        Datum::DateTime(_) => ("time", text, value.to_json().as_str().unwrap_or_default().to_owned()),
        Datum::Date(date) => ("date", text, date.to_string()),
        _ => ("text", cut(&text), String::new()),
    };
    Cell { text, kind, value, url: None }
}

/// A cell that shows another row, with a link for those who may open it.
pub fn related_cell(scope: &Scope<'_>, resource: &str, key: Option<i64>, titles: &Titles) -> Cell {
    let target = scope.admin.visible(scope.viewer, resource);
    let target = target.filter(|target| target.access.own_only(scope.viewer).is_none());
    Cell {
        text: key.map(|key| cut(&titles.get(resource, key))).unwrap_or_default(),
        kind: "text",
        value: String::new(),
        url: key.zip(target).map(|(key, target)| shell::row_url(target, key)),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
