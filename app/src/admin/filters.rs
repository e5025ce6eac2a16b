//! The filters of a list: what each can be set to, and how many rows that would leave.

use std::collections::BTreeSet;

use chrono::{NaiveDate, Utc};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Asterisk, Expr, Func, Order, Query, SelectStatement},
};

use super::{
    Datum, FilterOn,
    column::{Kind, iden},
    days::{self, Days},
    lookup,
    narrow::{counted, counted_to, through_column},
    query::{ListQuery, Scope, Set},
    rows::Titles,
    shell,
    views::{ActiveFilter, DateSteps, Filter, FilterOption, Link},
};
use crate::web::{Result, forms::Choice};

/// The rows that a filter of related rows offers at once.
const MAX_OPTIONS: usize = 10;
/// The most rows that are counted for a value of a filter, or of a list beyond its pages: to count is to look at each, and
/// nobody needs to know by how much there are more.
pub const MAX_COUNTED: u64 = 500;

/// What a filter of days offers: what it is called, and as an address says it.
const SPANS: [(&str, &str); 4] =
    [("Today", "today"), ("This week", "week"), ("This month", "month"), ("This year", "year")];

/// A filter with the numbers of its values.
#[derive(Debug)]
pub struct Numbers {
    on: FilterOn,
    /// No further than to a little more than [`MAX_COUNTED`].
    counts: Vec<(Datum, u64)>,
    /// Whether there are more rows than were looked at: the values are those of the list's first rows then, and the numbers
    /// say which are frequent and no more.
    is_sample: bool,
    found: Vec<Choice>,
}

impl Numbers {
    fn of(&self, wanted: &Datum) -> u64 {
        self.counts.iter().find(|(value, _)| value == wanted).map_or(0, |(_, count)| *count)
    }
}

/// Counts the rows of a list, no further than to one more than `most`, and those that each value of each filter would leave.
/// One statement for the list and the values that are known beforehand, and one for each filter of days and of related rows.
///
/// # Errors
/// When the database does not answer.
pub async fn count(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
    query: &ListQuery,
    most: u64,
) -> Result<(u64, Vec<Numbers>)> {
    let filters: Vec<(FilterOn, Vec<Datum>)> =
        scope.filters().into_iter().map(|on| (on, known_values(scope, query, &on))).collect();
    let mut select = Query::select();
    select.expr(counted_to(query.select_keys(scope, None), most));
    for (on, values) in &filters {
        for value in values {
            let mut rows = query.select_keys(scope, Some(on));
            let column = Expr::col((iden(scope.resource.table.name), iden(on.name())));
            rows.and_where(match value {
                Datum::Boolean(flag) => column.eq(*flag),
                value => column.eq(value.as_text()),
            });
            select.expr(counted_to(rows, MAX_COUNTED));
        }
        if is_of_rows(scope, on, values) {
            if query.set(on).is_some() {
                select.expr(counted_to(query.select_keys(scope, Some(on)), MAX_COUNTED));
            }
            if let Some(column) = none_of(scope, on) {
                let mut rows = query.select_keys(scope, Some(on));
                rows.and_where(column.is_null());
                select.expr(counted_to(rows, MAX_COUNTED));
            }
        }
    }
    let mut counts = read_counts(db, &select).await?.into_iter();
    let total = counts.next().unwrap_or_default();
    let mut numbers = Vec::new();
    for (on, values) in filters {
        let mut of_filter = Numbers { on, counts: Vec::new(), is_sample: false, found: Vec::new() };
        if is_of_rows(scope, &on, &values) {
            // Without the filter set, its rows are the list's.
            let rows = if query.set(&on).is_some() { counts.next() } else { Some(total) };
            of_filter.is_sample = rows.is_some_and(|rows| rows > MAX_COUNTED);
            let none = none_of(scope, &on).and_then(|_| counts.next());
            of_filter.counts = most_frequent(db, scope, query, &on).await?;
            if let Some(none) = none {
                of_filter.counts.retain(|(value, _)| *value != Datum::Null);
                of_filter.counts.push((Datum::Null, none));
            }
        } else if !is_of_days(scope, &on) {
            of_filter.counts = values.into_iter().zip(counts.by_ref()).collect();
        } else if scope.resource.filters.contains(&on) {
            of_filter.counts = count_days(db, scope, query, &on).await?;
        } else {
            // The date hierarchy alone is in no side bar.
            continue;
        }
        if let (Some((of, text)), Some(target)) =
            (&query.finding, target(scope, &on).and_then(|target| scope.admin.find(target)))
            && *of == on.name()
        {
            of_filter.found = lookup::search(db, target, text, scope.viewer).await?.results;
        }
        numbers.push(of_filter);
    }
    Ok((total, numbers))
}

/// The column of a filter of related rows that may refer to none.
fn none_of(scope: &Scope<'_>, on: &FilterOn) -> Option<Expr> {
    let FilterOn::Related(name, _) = on else { return None };
    let table = &scope.resource.table;
    table.column(name).filter(|column| column.is_nullable).map(|_| Expr::col((iden(table.name), iden(name))))
}

/// Whether a filter's values are looked for in the rows themselves.
fn is_of_rows(scope: &Scope<'_>, on: &FilterOn, known: &[Datum]) -> bool {
    known.is_empty() && !is_of_days(scope, on)
}

/// What a column can be filtered by, where that is declared. Not where a search named its rows: they are looked up once
/// then, and not once for each value.
fn known_values(scope: &Scope<'_>, query: &ListQuery, on: &FilterOn) -> Vec<Datum> {
    let FilterOn::Column(name) = on else { return Vec::new() };
    match scope.resource.table.column(name).map(|column| column.kind) {
        _ if query.found.is_some() => Vec::new(),
        Some(Kind::Boolean) => vec![Datum::Boolean(true), Datum::Boolean(false)],
        Some(Kind::Date | Kind::DateTime) | None => Vec::new(),
        Some(_) => scope.resource.choices(name).map(|(value, _)| Datum::Text(value.clone())).collect(),
    }
}

/// A column's or a link's values with the number of their rows, the most frequent ones first, the chosen one before them:
/// those of the list's first rows, where it has more than are counted.
async fn most_frequent(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
    query: &ListQuery,
    on: &FilterOn,
) -> Result<Vec<(Datum, u64)>> {
    let table = &scope.resource.table;
    let through = match on {
        FilterOn::Linked(name) => scope.linked(name).map(|(_, through)| through),
        _ => None,
    };
    let column =
        through.map_or_else(|| table.column(on.name()), |through| through.table.column(through.there));
    let Some(column) = column else { return Ok(Vec::new()) };
    let value = || iden(column.name);
    let (first, down) = scope.resource.order;
    let mut rows = query.select_keys(scope, Some(on));
    let order = if down { Order::Desc } else { Order::Asc };
    rows.order_by((iden(table.name), iden(first)), order.clone());
    if first != table.key {
        rows.order_by((iden(table.name), iden(table.key)), order);
    }
    rows.limit(MAX_COUNTED + 1);
    let mut select = Query::select();
    let count = Func::count(Expr::col(Asterisk));
    if let Some(through) = through {
        // MySQL limits no statement within IN, but one within that.
        let mut keys = Query::select();
        keys.column(iden(table.key)).from_subquery(rows, iden("first_rows"));
        select
            .from(iden(through.table.name))
            .and_where(through_column(through, through.here).in_subquery(keys));
        select.and_where_option(counted(through));
    } else {
        rows.column((iden(table.name), value()));
        select.from_subquery(rows, iden("first_rows"));
    }
    select.column(value()).expr(count.clone()).group_by_col(value());
    if target(scope, on).is_some() {
        if let Some(Set::Row(Some(key)) | Set::Linked(key)) = query.set(on).map(|chosen| &chosen.set) {
            select.order_by_expr(Expr::col(value()).ne(*key), Order::Asc);
        }
        select.order_by_expr(count.into(), Order::Desc).order_by(value(), Order::Asc);
        select.limit(MAX_OPTIONS as u64 + 1);
    }
    let mut counts = Vec::new();
    for row in db.query_all(&select).await? {
        let count: i64 = row.try_get_by_index(1)?;
        counts.push((Datum::read(&row, column)?, count.unsigned_abs()));
    }
    Ok(counts)
}

/// The numbers of the one row that a statement selects.
async fn read_counts(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<Vec<u64>> {
    let Some(row) = db.query_one(select).await? else { return Ok(Vec::new()) };
    let count = |place| row.try_get_by_index(place).map(i64::unsigned_abs);
    Ok((0..row.column_names().len()).map(count).collect::<Result<_, _>>()?)
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
) -> Result<Vec<(Datum, u64)>> {
    let table = &scope.resource.table;
    let Some(column) = table.column(on.name()) else { return Ok(Vec::new()) };
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
        let mut inside = query.select_keys(scope, Some(on));
        inside.and_where_option(days.contain(value.clone(), column.kind, scope.zone));
        select.expr(counted_to(inside, MAX_COUNTED));
    }
    let pieces = read_counts(db, &select).await?;
    let pieces: Vec<(NaiveDate, u64)> = starts.into_iter().zip(pieces).collect();
    let of = |days: &Days| {
        let within = |start: NaiveDate| {
            days.from.is_none_or(|from| from <= start) && days.to.is_none_or(|to| start <= to)
        };
        pieces.iter().filter(|(start, _)| within(*start)).map(|(_, count)| count).sum()
    };
    Ok(spans.iter().map(|(word, days)| (Datum::Text((*word).to_owned()), of(days))).collect())
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
        count: count.map(|count| Ord::min(count, MAX_COUNTED)),
        is_more: count.is_some_and(|count| count > MAX_COUNTED),
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
            let known = |count: u64| Some(count).filter(|_| !numbers.is_sample);
            for (key, count) in shown {
                options.push(option(titles.get(target, key), &key.to_string(), known(count)));
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
            if numbers.counts.len() > MAX_OPTIONS || numbers.is_sample {
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
