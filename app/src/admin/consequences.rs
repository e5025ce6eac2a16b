//! What becomes of other rows when some are deleted: those that go too, and those that lose a reference.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Alias, Asterisk, Expr, Func, Order, Query, SelectStatement},
};

use super::{
    Admin, Reference, Resource,
    column::{self, iden},
    shell, store,
    value::Datum,
    views::Consequence,
};
use crate::auth::Viewer;

/// The most rows of a kind that are named.
const SAMPLES: u64 = 5;
/// References from rows that go to rows that go with them are followed so far.
const MAX_DEPTH: usize = 5;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several() {
        let shown = ["posts", "entries of the history", "uses of tags", "API tokens"].map(singular);
        assert_eq!(shown, ["post", "entry of the history", "use of tags", "API token"]);
    }
}
