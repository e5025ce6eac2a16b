//! What a deletion leaves in the history beside the rows themselves: the rows that go with them, and those that are
//! handed over before.

use std::collections::BTreeSet;

use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, Order, Query, SelectStatement},
};

use super::{
    Admin, Datum, Resource, Values,
    action::STEP,
    column::{TableOf, iden},
    consequences,
    log::{self, By, Changed, Entry},
    names, shell, store, stored,
};
use crate::auth::Viewer;

/// Remembers the rows of declared resources that the database deletes with these, with all that they were. To be asked
/// before.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn remember_cascades(
    db: &impl ConnectionTrait,
    admin: &Admin,
    by: &By,
    resource: &Resource,
    keys: &[i64],
) -> Result<(), DbErr> {
    let touched = consequences::touched(admin, resource, keys);
    let tables: BTreeSet<&str> =
        touched.iter().map(|one| one.reference).filter(|one| one.cascades).map(|one| one.table).collect();
    for of in admin.resources.iter().filter(|of| tables.contains(of.table.name)) {
        let going = consequences::going(&touched, resource, keys, of.table.name, true);
        let mut after = None;
        loop {
            let rows = page(db, &of.table, going.clone(), after).await?;
            let Some((last, _)) = rows.last() else { break };
            after = Some(*last);
            let entries = rows.iter().map(|(key, row)| Entry {
                key: key.to_string(),
                title: stored::title(of, *key, row),
                changes: log::remains(of, row),
            });
            log::record_many(db, by, of.name, log::DELETE, entries.collect()).await?;
        }
    }
    Ok(())
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
) -> Result<Changed, DbErr> {
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
