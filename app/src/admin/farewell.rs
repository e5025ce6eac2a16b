//! What a deletion leaves in the history beside the rows themselves: the rows that go with them, and those that are
//! handed over before.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, ExprTrait,
    sea_query::{Expr, Order, Query, SelectStatement},
};

use super::{
    Admin, Datum, Resource, Values,
    action::STEP,
    column::{TableOf, iden},
    consequences, inline, links,
    log::{self, Actor, Changed, Entry},
    names,
    resource::Source,
    shell, store, stored,
};
use crate::{auth::Viewer, web::Result};

/// Remembers rows that are about to be deleted, and those of declared resources that the database deletes with them, with
/// all that they were. To be asked before, while whoever deletes themselves is still there.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn remember(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    by: Actor<'_>,
    resource: &Resource,
    rows: BTreeMap<i64, Values>,
    more: Option<Changed>,
) -> Result<()> {
    let keys: Vec<i64> = rows.keys().copied().collect();
    let touched = consequences::touched(admin, resource, &keys);
    let tables: BTreeSet<&str> =
        touched.iter().map(|one| one.reference).filter(|one| one.cascades).map(|one| one.table).collect();
    for of in admin.resources.iter().filter(|of| tables.contains(of.table.name)) {
        let going = consequences::going(&touched, resource, &keys, of.table.name, true);
        let mut after = None;
        loop {
            let rows = page(transaction, &of.table, going.clone(), after).await?;
            let Some((last, _)) = rows.last() else { break };
            after = Some(*last);
            let entries = remains(transaction, admin, of, rows.into_iter().collect()).await?;
            log::record_many(transaction, by, of.name, log::DELETE, entries).await?;
        }
    }
    let mut entries = remains(transaction, admin, resource, rows).await?;
    for entry in &mut entries {
        entry.changes.extend(more.clone());
    }
    Ok(log::record_many(transaction, by, resource.name, log::DELETE, entries).await?)
}

/// As [`remember`], of the one row that something else than the admin is about to delete. What is no resource leaves
/// nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn remember_one(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    viewer: &Viewer,
    resource: &str,
    key: i64,
) -> Result<()> {
    let Some(resource) = admin.find(resource) else { return Ok(()) };
    let rows = store::read_many(transaction, &resource.table, &[key], true).await?;
    remember(transaction, admin, viewer.into(), resource, rows, None).await
}

/// What the history keeps of rows: their columns, what hooks keep, their links and their inline rows.
async fn remains(
    transaction: &DatabaseTransaction,
    admin: &Admin,
    resource: &Resource,
    mut rows: BTreeMap<i64, Values>,
) -> Result<Vec<Entry>> {
    let keys: Vec<i64> = rows.keys().copied().collect();
    for (key, values) in resource.hooks.read(transaction.into(), &keys).await? {
        rows.entry(key).and_modify(|row| row.extend(values));
    }
    let mut wanted: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    let mut linked = Vec::new();
    for field in resource.fields() {
        let (Source::Through(through), Some(target)) = (&field.source, field.related) else { continue };
        let links = links::read_many(transaction, through, &keys).await?;
        wanted.entry(target).or_default().extend(links.values().flatten());
        linked.push((field, target, links));
    }
    let mut inner = Vec::new();
    for inline in &resource.inlines {
        let rows = inline::read_many(transaction, inline, &keys).await?;
        for field in &inline.fields {
            let Some(target) = field.related else { continue };
            let keys = rows.values().flatten().filter_map(|row| row.values.get(field.name)?.as_integer());
            wanted.entry(target).or_default().extend(keys);
        }
        inner.push((inline, rows));
    }
    let titles = names::of_all(transaction, admin, &wanted).await?;
    let entry = |(key, row): (&i64, &Values)| {
        let mut changes = log::remains(resource, row);
        for (field, target, links) in &linked {
            if let Some(links) = links.get(key) {
                let names: Vec<String> = links.iter().map(|key| names::one(&titles, target, *key)).collect();
                changes.push(log::gone(field.name, &field.label, names.join(", ")));
            }
        }
        for (inline, rows) in &inner {
            if let Some(rows) = rows.get(key) {
                let lines: Vec<String> =
                    rows.iter().map(|row| log::describe(inline, &row.values, &titles)).collect();
                changes.push(log::gone(inline.name, inline.label, lines.join("\n")));
            }
        }
        Entry { key: key.to_string(), title: stored::title(resource, *key, row), changes }
    };
    Ok(rows.iter().map(entry).collect())
}

/// Hands over what refers to these rows to another one, and remembers it of each row. Gives what is to be remembered
/// of the rows themselves.
///
/// # Errors
/// A duplicate, where the other one has the same already.
pub(super) async fn hand_over(
    db: &impl ConnectionTrait,
    admin: &Admin,
    viewer: &Viewer,
    resource: &Resource,
    keys: &[i64],
    heir: i64,
) -> Result<Changed> {
    let people: Vec<i64> = keys.iter().copied().chain([heir]).collect();
    let titles = names::titles(db, resource, &people).await?;
    let title = |key: i64| titles.get(&key).cloned().unwrap_or_else(|| format!("#{key}"));
    for over in &resource.handed_over {
        let theirs = || Expr::col(iden(over.column)).is_in(keys.iter().copied());
        if let Some(of) = admin.resources.iter().find(|of| of.table.name == over.table) {
            let mut select = Query::select();
            select.from(iden(over.table)).and_where(theirs());
            let mut after = None;
            loop {
                let rows = page(db, &of.table, select.clone(), after).await?;
                let Some((last, _)) = rows.last() else { break };
                after = Some(*last);
                let entries = rows.iter().map(|(key, row)| {
                    let owner = row.get(over.column).and_then(Datum::as_integer).map(&title);
                    let label = of.label(over.column);
                    let change = Changed::new(over.column, &label, owner.unwrap_or_default(), title(heir));
                    Entry { key: key.to_string(), title: stored::title(of, *key, row), changes: vec![change] }
                });
                log::record_many(db, viewer, of.name, log::CHANGE, entries.collect()).await?;
            }
        }
        let mut update = Query::update();
        update.table(iden(over.table)).value(iden(over.column), heir).and_where(theirs());
        db.execute(&update).await?;
    }
    let nouns: Vec<&str> = resource.handed_over.iter().map(|over| over.nouns).collect();
    let label = format!("{} handed over to", shell::heading(&nouns.join(" and ")));
    Ok(Changed::new("", &label, "", title(heir)))
}

/// The next rows of a selection, by key.
async fn page(
    db: &impl ConnectionTrait,
    table: &TableOf,
    mut select: SelectStatement,
    after: Option<i64>,
) -> Result<Vec<(i64, Values)>, DbErr> {
    select.columns(table.columns.iter().map(|column| column.iden()));
    if let Some(after) = after {
        select.and_where(Expr::col(iden(table.key)).gt(after));
    }
    select.order_by(iden(table.key), Order::Asc).limit(STEP);
    let rows = db.query_all(&select).await?;
    let row = |row| {
        let values = table.columns.iter().map(|column| Ok((column.name, Datum::read(row, column)?)));
        Ok((store::key(row, table)?, values.collect::<Result<Values, DbErr>>()?))
    };
    rows.iter().map(row).collect()
}
