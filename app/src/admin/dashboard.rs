//! `/admin`: how the site stands. Numbers, a few rows of narrowed lists, the last twelve months, the last changes.

use chrono::{Datelike, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, Func, Query},
};

use super::{
    Datum, Resource,
    column::{Kind, iden},
    days::{self, Days},
    history,
    query::{self, ListQuery, Scope},
    resource::{ChartOf, PanelOf},
    rows, shell,
    views::{Bar, Chart, Count, Dashboard, FirstStep, Link, Message, Panel, PanelRow, Shell},
};
use crate::{
    auth::{Permission, Viewer},
    web::{App, Result, forms::Submitted},
};

/// Rows of a panel.
const PANEL_ROWS: usize = 5;
/// Changes that are shown.
const RECENT: u64 = 8;
/// Months of a chart.
const MONTHS: u32 = 12;

/// The dashboard, as far as the viewer may see what it shows. The number of statements depends on the declarations
/// only.
///
/// # Errors
/// 403 for those who may not enter the admin.
pub async fn show(app: &App, viewer: &Viewer, zone: Tz, messages: Vec<Message>) -> Result<Dashboard> {
    viewer.demand(Permission::EnterAdmin)?;
    let (db, admin) = (app.db.latest(), &app.admin);
    let mut page = Dashboard {
        shell: Shell::new(admin, viewer, &[], messages),
        counts: Vec::new(),
        panels: Vec::new(),
        charts: Vec::new(),
        recent: history::recent(app, viewer, zone, RECENT).await?,
        history_url: viewer.may(Permission::SeeHistory).then(|| "/admin/history".to_owned()),
        first_steps: Vec::new(),
        new: Vec::new(),
    };
    for resource in admin.resources.iter().filter(|resource| viewer.may(resource.access.see)) {
        let scope = Scope { admin, resource, viewer, zone };
        let number = ListQuery::all(&scope).count(db, &scope).await?;
        page.counts.push(Count {
            label: shell::heading(&resource.nouns),
            number,
            url: shell::list_url(resource),
        });
        if let Some(label) = resource.first_step.filter(|_| resource.access.may_add(viewer)) {
            let url = format!("{}/new", shell::list_url(resource));
            page.first_steps.push(FirstStep { label: label.to_owned(), url, is_done: number > 0 });
        }
        for declared in &resource.panels {
            page.panels.push(panel(db, &scope, declared).await?);
        }
        for declared in &resource.charts {
            page.charts.extend(chart(db, &scope, declared).await?);
        }
        let (panels, charts) = resource.hooks.dashboard(app, viewer, zone).await?;
        page.panels.extend(panels);
        page.charts.extend(charts);
        if resource.access.may_add(viewer) {
            let url = format!("{}/new", shell::list_url(resource));
            page.new.push(Link { label: resource.add_label(), url, current: false });
        }
    }
    if page.first_steps.iter().all(|step| step.is_done) {
        page.first_steps.clear();
    }
    Ok(page)
}

async fn panel(db: &impl ConnectionTrait, scope: &Scope<'_>, declared: &PanelOf) -> Result<Panel> {
    let resource = scope.resource;
    let mut query = ListQuery::from_pairs(scope, &Submitted::parse(declared.query.as_bytes())?)?;
    query.per_page = PANEL_ROWS as u64;
    let keys = query.page_keys(db, scope).await?;
    let note = note(resource, &query);
    let columns = [resource.title].into_iter().chain(note).collect();
    let values = rows::read(db, &resource.table, &columns, &keys).await?;
    let row = |key: &i64| {
        let values = values.get(key)?;
        let note = note.and_then(|column| values.get(column)).unwrap_or(&Datum::Null);
        Some(PanelRow {
            title: rows::title(resource, *key, values),
            url: shell::row_url(resource, *key),
            note: match note {
                Datum::DateTime(time) => {
                    Datum::Date(time.with_timezone(&scope.zone).date_naive()).to_text(scope.zone)
                }
                other => other.to_text(scope.zone),
            },
        })
    };
    query.per_page = query::DEFAULT_SIZE;
    Ok(Panel {
        title: declared.title.to_owned(),
        rows: keys.iter().filter_map(row).collect(),
        empty: declared.empty.to_owned(),
        url: query.url_with(&shell::list_url(resource), &[]),
        total: query.count(db, scope).await?,
    })
}

/// The column of a panel's quiet words: the time that its rows are sorted by, or else that of the date hierarchy.
fn note(resource: &Resource, query: &ListQuery) -> Option<&'static str> {
    let is_time = |name: &&'static str| {
        let kind = resource.table.column(name).map(|column| column.kind);
        matches!(kind, Some(Kind::Date | Kind::DateTime))
    };
    let (sorted_by, _) = query.sort.unwrap_or(resource.order);
    Some(sorted_by).filter(is_time).or(resource.dates).filter(is_time)
}

/// The numbers of rows in each of the last twelve months, in one statement.
async fn chart(db: &impl ConnectionTrait, scope: &Scope<'_>, declared: &ChartOf) -> Result<Option<Chart>> {
    let table = &declared.table;
    let is_own = *table == scope.resource.table;
    let today = Utc::now().with_timezone(&scope.zone).date_naive();
    let Some(column) = table.column(declared.column).filter(|column| !is_own || scope.shows(column.name))
    else {
        return Ok(None);
    };
    let starts = months(today);
    let next = today.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    let within = Days { from: starts.first().copied(), to: next.and_then(|day| day.pred_opt()), step: None };
    let value = Expr::col((iden(table.name), column.iden()));
    let mut inner = Query::select();
    inner.expr_as(days::period_of(value.clone(), column.kind, scope.zone, &starts, next), iden("period"));
    inner.from(iden(table.name));
    if is_own {
        let query = ListQuery::from_pairs(scope, &Submitted::parse(declared.query.as_bytes())?)?;
        inner.cond_where(query.condition(scope, None));
    }
    inner.and_where_option(within.contain(value, column.kind, scope.zone));
    let mut select = Query::select();
    select.column(iden("period")).expr(Func::count(Expr::val(1)));
    select.from_subquery(inner.take(), iden("periods")).group_by_col(iden("period"));
    let mut numbers = vec![0; starts.len()];
    for row in db.query_all(&select).await? {
        let (period, count): (Option<i32>, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let number = period.and_then(|period| numbers.get_mut(usize::try_from(period).ok()?));
        if let Some(number) = number {
            *number = count.unsigned_abs();
        }
    }
    let max = numbers.iter().copied().max().unwrap_or_default();
    let bars = starts.iter().zip(&numbers).map(|(month, number)| Bar {
        label: month.format("%b %Y").to_string(),
        number: *number,
        percent: (number * 100).checked_div(max).unwrap_or_default(),
    });
    Ok(Some(Chart {
        title: declared.title.to_owned(),
        bars: bars.collect(),
        max,
        total: numbers.iter().sum(),
    }))
}

/// The first days of the last twelve months, this one the last.
fn months(today: NaiveDate) -> Vec<NaiveDate> {
    let this = today.with_day(1).unwrap_or(today);
    (0..MONTHS).rev().filter_map(|back| this.checked_sub_months(Months::new(back))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_twelve_months() {
        let shown: Vec<String> =
            months("2026-03-31".parse().unwrap()).iter().map(ToString::to_string).collect();
        assert_eq!((shown.len(), shown[0].as_str(), shown[11].as_str()), (12, "2025-04-01", "2026-03-01"));
    }
}
