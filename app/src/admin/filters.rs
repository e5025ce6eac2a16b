//! The filters of a list: what each can be set to, and how many rows that would leave.

use std::collections::BTreeSet;

use chrono::{NaiveDate, Utc};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Asterisk, Condition, Expr, Func, Order, Query},
};

use super::{
    Datum, FilterOn,
    column::{Column, Kind, iden},
    days::{self, Days},
    lookup,
    narrow::{counted, sub_query, through_column},
    query::{ListQuery, Scope, Set},
    rows::Titles,
    shell,
    views::{ActiveFilter, DateSteps, Filter, FilterOption, Link},
};
use crate::web::{Result, forms::Choice};

/// The rows that a filter of related rows offers at once.
const MAX_OPTIONS: usize = 10;

/// What a filter of days offers: what it is called, and as an address says it.
const SPANS: [(&str, &str); 4] =
    [("Today", "today"), ("This week", "week"), ("This month", "month"), ("This year", "year")];

/// A filter with the numbers of its values.
#[derive(Debug)]
pub struct Numbers {
    on: FilterOn,
    counts: Vec<(Datum, u64)>,
    found: Vec<Choice>,
}

impl Numbers {
    fn of(&self, wanted: &Datum) -> u64 {
        self.counts.iter().find(|(value, _)| value == wanted).map_or(0, |(_, count)| *count)
    }
}

/// Counts the rows for each value of each filter: those that the search and the other filters leave. One statement
/// for each filter.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &impl ConnectionTrait, scope: &Scope<'_>, query: &ListQuery) -> Result<Vec<Numbers>> {
    let table = &scope.resource.table;
    let mut numbers = Vec::new();
    for on in scope.filters() {
        let name = on.name();
        let target = target(scope, &on);
        let column = match on {
            FilterOn::Linked(name) => {
                scope.linked(name).and_then(|(_, through)| through.table.column(through.there))
            }
            _ => table.column(name),
        };
        let Some(column) = column else { continue };
        if is_of_days(scope, &on) {
            // The date hierarchy alone is in no side bar.
            if scope.resource.filters.contains(&on) {
                let counts = count_days(db, scope, query, &on, column).await?;
                numbers.push(Numbers { on, counts, found: Vec::new() });
            }
            continue;
        }
        let mut condition = query.condition(scope, Some(&on));
        let mut select = Query::select();
        let value = if let FilterOn::Linked(name) = on
            && let Some((_, through)) = scope.linked(name)
        {
            select.from(iden(through.table.name));
            // Where nothing narrows the rows, each link leads to one that counts. Not a join: the rows that are left are read
            // from an index then, and not one by one, whole, for each of their links.
            if !condition.is_empty() {
                let mut left = Query::select();
                left.column((iden(table.name), iden(table.key))).from(iden(table.name));
                left.cond_where(std::mem::replace(&mut condition, Condition::all()));
                select.and_where(through_column(through, through.here).in_subquery(left));
            }
            select.and_where_option(counted(through));
            (iden(through.table.name), iden(through.there))
        } else {
            select.from(iden(table.name));
            (iden(table.name), iden(name))
        };
        select.column(value.clone()).expr(Func::count(Expr::col(Asterisk)));
        select.cond_where(condition).group_by_col(value.clone());
        let chosen = query.set(&on).map(|chosen| &chosen.set);
        if target.is_some() {
            // The most frequent ones, the chosen one before them.
            if let Some(Set::Row(Some(key)) | Set::Linked(key)) = chosen {
                select.order_by_expr(Expr::col(value.clone()).ne(*key), Order::Asc);
            }
            select.order_by_expr(Func::count(Expr::col(Asterisk)).into(), Order::Desc);
            select.order_by(value, Order::Asc).limit(MAX_OPTIONS as u64 + 1);
        }
        let rows = db.query_all(&select).await?;
        let mut counts = Vec::new();
        for row in &rows {
            let count: i64 = row.try_get_by_index(1)?;
            counts.push((Datum::read(row, column)?, count.unsigned_abs()));
        }
        let found = match (&query.finding, target.and_then(|target| scope.admin.find(target))) {
            (Some((of, text)), Some(target)) if *of == name => {
                lookup::search(db, target, text, scope.viewer).await?.results
            }
            _ => Vec::new(),
        };
        numbers.push(Numbers { on, counts, found });
    }
    Ok(numbers)
}

/// Asks for the titles of the related rows that filters offer, and of those that they are set to.
pub fn want(scope: &Scope<'_>, query: &ListQuery, numbers: &[Numbers], titles: &mut Titles) {
    for numbers in numbers {
        let Some(target) = target(scope, &numbers.on) else { continue };
        let chosen = match query.set(&numbers.on).map(|chosen| &chosen.set) {
            Some(Set::Row(Some(key)) | Set::Linked(key)) => Some(*key),
            _ => None,
        };
        let shown = numbers.counts.iter().take(MAX_OPTIONS).filter_map(|(value, _)| value.as_integer());
        shown.chain(chosen).for_each(|key| titles.want(target, key));
    }
}

/// How many rows lie in each of [`SPANS`], by the word of the address. The spans overlap: what is counted is the pieces
/// between their edges, so that each row is looked at once, as a range of the column's index.
async fn count_days(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
    query: &ListQuery,
    on: &FilterOn,
    column: &Column,
) -> Result<Vec<(Datum, u64)>> {
    let table = &scope.resource.table;
    let today = Utc::now().with_timezone(&scope.zone).date_naive();
    let spans = SPANS.iter().filter_map(|(_, word)| Some((*word, Days::parse(word, today)?)));
    let spans: Vec<(&str, Days)> = spans.collect();
    let edges = spans.iter().flat_map(|(_, days)| [days.from, days.to.and_then(|day| day.succ_opt())]);
    let edges: BTreeSet<NaiveDate> = edges.flatten().collect();
    let starts: Vec<NaiveDate> = edges.into_iter().collect();
    let value = Expr::col((iden(table.name), column.iden()));
    let mut select = Query::select();
    for piece in starts.windows(2) {
        let days = Days { from: Some(piece[0]), to: piece[1].pred_opt(), step: None };
        let mut inside = Query::select();
        inside.expr(Func::count(Expr::col(Asterisk))).from(iden(table.name));
        inside.cond_where(query.condition(scope, Some(on)));
        inside.and_where_option(days.contain(value.clone(), column.kind, scope.zone));
        select.expr(sub_query(inside));
    }
    let row = db.query_one(&select).await?;
    let mut pieces = Vec::new();
    for (place, start) in starts.iter().enumerate().take(starts.len().saturating_sub(1)) {
        let count: i64 = row.as_ref().map_or(Ok(0), |row| row.try_get_by_index(place))?;
        pieces.push((*start, count.unsigned_abs()));
    }
    let of = |days: &Days| {
        let within = |start: NaiveDate| {
            days.from.is_none_or(|from| from <= start) && days.to.is_none_or(|to| start <= to)
        };
        pieces.iter().filter(|(start, _)| within(*start)).map(|(_, count)| count).sum()
    };
    Ok(spans.iter().map(|(word, days)| (Datum::Text((*word).to_owned()), of(days))).collect())
}

/// How many rows the list has, where the numbers of a filter say it already: one look at all rows less. None where they do
/// not.
pub fn total(scope: &Scope<'_>, query: &ListQuery, numbers: &[Numbers]) -> Option<u64> {
    let in_trash = |name: &str| scope.resource.trash.as_ref().is_some_and(|trash| trash.column == name);
    let whole = numbers.iter().find(|numbers| match numbers.on {
        // Those of other kinds name the most frequent rows only, or overlap.
        FilterOn::Column(name) => !is_of_days(scope, &numbers.on) && !in_trash(name),
        FilterOn::Related(..) | FilterOn::Linked(_) => false,
    })?;
    match query.set(&whole.on).map(|chosen| &chosen.set) {
        None => Some(whole.counts.iter().map(|(_, count)| count).sum()),
        Some(Set::Choice(value)) => Some(whole.of(&Datum::Text(value.clone()))),
        Some(Set::Flag(flag)) => Some(whole.of(&Datum::Boolean(*flag))),
        Some(_) => None,
    }
}

/// The resource whose rows a filter is set to.
pub fn target(scope: &Scope<'_>, on: &FilterOn) -> Option<&'static str> {
    match on {
        FilterOn::Column(_) => None,
        FilterOn::Related(_, resource) => Some(resource),
        FilterOn::Linked(name) => scope.linked(name).and_then(|(field, _)| field.related),
    }
}

/// The filters of the side bar.
pub fn views(scope: &Scope<'_>, query: &ListQuery, numbers: &[Numbers], titles: &Titles) -> Vec<Filter> {
    let declared = numbers.iter().filter(|numbers| scope.resource.filters.contains(&numbers.on));
    declared.map(|numbers| view(scope, query, numbers, titles)).collect()
}

fn view(scope: &Scope<'_>, query: &ListQuery, numbers: &Numbers, titles: &Titles) -> Filter {
    let on = &numbers.on;
    let (path, name) = (shell::list_url(scope.resource), on.name());
    let (from, to) = (format!("{name}_from"), format!("{name}_to"));
    let chosen = query.set(on);
    let option = |label: String, value: &str, count: Option<u64>| FilterOption {
        label,
        url: query.url_with(&path, &[(name, value), (&from, ""), (&to, "")]),
        count,
        current: match chosen {
            None => value.is_empty(),
            Some(chosen) => chosen.pairs.iter().any(|(known, set)| known == name && set == value),
        },
    };
    let mut options = vec![option("All".to_owned(), "", None)];
    let column = scope.resource.table.column(name);
    let mut lookup = None;
    match on {
        FilterOn::Column(_) if is_of_days(scope, on) => {
            for (label, value) in SPANS {
                let count = numbers.of(&Datum::Text(value.to_owned()));
                options.push(option(label.to_owned(), value, Some(count)));
            }
        }
        FilterOn::Column(_) if column.is_some_and(|column| column.kind == Kind::Boolean) => {
            for (label, value, flag) in [("Yes", "yes", true), ("No", "no", false)] {
                options.push(option(label.to_owned(), value, Some(numbers.of(&Datum::Boolean(flag)))));
            }
        }
        FilterOn::Column(_) => {
            for (value, label) in scope.resource.choices(name) {
                options.push(option(label.clone(), value, Some(numbers.of(&Datum::Text(value.clone())))));
            }
        }
        FilterOn::Related(..) | FilterOn::Linked(_) => {
            let target = target(scope, on).unwrap_or_default();
            let mut shown: Vec<(i64, u64)> = Vec::new();
            for (value, count) in numbers.counts.iter().take(MAX_OPTIONS) {
                shown.extend(value.as_integer().map(|key| (key, *count)));
            }
            if let Some(Set::Row(Some(key)) | Set::Linked(key)) = chosen.map(|chosen| &chosen.set)
                && !shown.iter().any(|(known, _)| known == key)
            {
                shown.push((*key, 0));
            }
            shown.sort_by_key(|(key, count)| (u64::MAX - count, *key));
            for (key, count) in shown {
                options.push(option(titles.get(target, key), &key.to_string(), Some(count)));
            }
            for choice in &numbers.found {
                if !options.iter().any(|option| option.url == query.url_with(&path, &[(name, &choice.value)]))
                {
                    options.push(option(choice.label.clone(), &choice.value, None));
                }
            }
            let without = numbers.of(&Datum::Null);
            let is_none = chosen.is_some_and(|chosen| chosen.set == Set::Row(None));
            if without > 0 || is_none {
                options.push(option("None".to_owned(), "none", Some(without)));
            }
            if numbers.counts.len() > MAX_OPTIONS {
                lookup = Some(format!("{path}/lookup/{name}"));
            }
        }
    }
    let typed = |wanted: &str| {
        let pairs = chosen.into_iter().flat_map(|chosen| &chosen.pairs);
        pairs.filter(|(known, _)| known == wanted).map(|(_, value)| value.clone()).collect::<String>()
    };
    Filter {
        name: name.to_owned(),
        label: scope.resource.label(name),
        kind: if is_of_days(scope, on) { "dates" } else { "links" },
        options,
        query: match &query.finding {
            Some((of, text)) if *of == name => text.clone(),
            _ => String::new(),
        },
        from: typed(&from),
        to: typed(&to),
        kept: query.pairs_without(&[name, &from, &to]),
        lookup,
        is_active: chosen.is_some(),
    }
}

fn is_of_days(scope: &Scope<'_>, on: &FilterOn) -> bool {
    let kind = scope.resource.table.column(on.name()).map(|column| column.kind);
    matches!(on, FilterOn::Column(_)) && matches!(kind, Some(Kind::Date | Kind::DateTime))
}

/// The filters that are on, each with where it is off.
pub fn active(scope: &Scope<'_>, query: &ListQuery, titles: &Titles) -> Vec<ActiveFilter> {
    let path = shell::list_url(scope.resource);
    let filters = query.chosen.iter().map(|chosen| {
        let name = chosen.on.name();
        let target = target(scope, &chosen.on).unwrap_or_default();
        let value = match &chosen.set {
            Set::Choice(value) => {
                let choice = scope.resource.choices(name).find(|(known, _)| known == value);
                choice.map_or_else(|| value.clone(), |(_, label)| label.clone())
            }
            Set::Flag(flag) => if *flag { "Yes" } else { "No" }.to_owned(),
            Set::Days(days) => days.label(),
            Set::Row(None) => "None".to_owned(),
            Set::Row(Some(key)) | Set::Linked(key) => titles.get(target, *key),
        };
        let off = [name.to_owned(), format!("{name}_from"), format!("{name}_to")];
        let off = off.each_ref().map(|name| (name.as_str(), ""));
        ActiveFilter {
            label: format!("{}: {value}", scope.resource.label(name)),
            clear_url: query.url_with(&path, &off),
        }
    });
    let ids = query.ids.as_ref().map(|ids| ActiveFilter {
        label: format!("Selected: {}", shell::counted(scope.resource, ids.len() as u64)),
        clear_url: query.url_with(&path, &[("ids", "")]),
    });
    filters.chain(ids).collect()
}

/// The years that have rows, or the months of the chosen year, or the days of the chosen month: one statement.
///
/// # Errors
/// When the database does not answer.
pub async fn dates(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
    query: &ListQuery,
) -> Result<Option<DateSteps>> {
    let table = &scope.resource.table;
    let column =
        scope.resource.dates.filter(|column| scope.shows(column)).and_then(|name| table.column(name));
    let Some(column) = column else { return Ok(None) };
    let on = FilterOn::Column(column.name);
    let chosen = query.set(&on).and_then(|chosen| match &chosen.set {
        Set::Days(days) if days.step.is_some() => Some(*days),
        _ => None,
    });
    let steps = Days::down(chosen.as_ref());
    let starts: Vec<_> = steps.iter().filter_map(|step| step.from).collect();
    let end = steps.last().and_then(|step| step.to).and_then(|day| day.succ_opt());
    let value = Expr::col((iden(table.name), column.iden()));
    // Within the chosen year or month; one statement for a day too, that finds nothing.
    let within =
        Days { from: starts.first().copied(), to: steps.last().and_then(|step| step.to), step: None };
    let mut inner = Query::select();
    inner.expr_as(days::period_of(value.clone(), column.kind, scope.zone, &starts, end), iden("period"));
    inner.from(iden(table.name)).cond_where(query.condition(scope, Some(&on)));
    inner.and_where_option(within.contain(value, column.kind, scope.zone));
    let mut select = Query::select();
    select.column(iden("period")).from_subquery(inner.take(), iden("periods"));
    select.group_by_col(iden("period")).order_by(iden("period"), Order::Asc);
    let mut down = Vec::new();
    let path = shell::list_url(scope.resource);
    let (from, to) = (format!("{}_from", column.name), format!("{}_to", column.name));
    let link = |label: String, value: &str| Link {
        label,
        url: query.url_with(&path, &[(column.name, value), (&from, ""), (&to, "")]),
        current: false,
    };
    if !steps.is_empty() {
        for row in db.query_all(&select).await? {
            let period: Option<i32> = row.try_get_by_index(0)?;
            let step = period.and_then(|period| steps.get(usize::try_from(period).ok()?));
            down.extend(step.map(|step| link(step.label(), &step.name())));
        }
    }
    let up = chosen.map(|chosen| match chosen.up() {
        Some(up) => link(up.label(), &up.name()),
        None => link("All dates".to_owned(), ""),
    });
    Ok(Some(DateSteps { up, here: chosen.map(|chosen| chosen.label()).unwrap_or_default(), down }))
}
