//! Rows of another resource, found while somebody types: for fields and filters that refer to them.

use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{CaseStatement, Condition, Expr, Order, Query},
};

use super::{
    Datum, FilterOn, Resource,
    column::{Column, Kind, iden},
    filters, names,
    narrow::{begins, contains},
    query::{MAX_SEARCH, Scope},
    rows, store,
    views::LookupResults,
};
use crate::{
    auth::Viewer,
    web::{
        Error, Result,
        forms::{Choice, Field, FieldErrors, Submitted},
    },
};

/// The most rows of an answer.
const MAX_RESULTS: usize = 20;
/// The name under which a resource looks up its own rows: those that others can be handed over to.
pub const HEIR: &str = "heir";
/// What is said of a search that nothing was chosen from.
pub const CHOOSE: &str = "Choose one of these, or empty the search.";

/// The resource whose rows a field of the form (`user_id`, of an inline `lessons.post_id`) or a filter refers to.
///
/// # Errors
/// 404 where there is no such field, 403 where the viewer may not see the rows.
pub fn target<'a>(scope: &Scope<'a>, name: &str) -> Result<&'a Resource> {
    let resource = scope.resource;
    let field = match name.split_once('.') {
        Some((inline, name)) => {
            let inline = resource.inlines.iter().find(|known| known.name == inline);
            inline.and_then(|inline| inline.fields.iter().find(|field| field.name == name))
        }
        None => resource.field(name),
    };
    let field = field.filter(|field| field.is_for(scope.viewer)).and_then(|field| field.related);
    let filter = || -> Option<&'static str> {
        let filter = |filter: &&FilterOn| filter.name() == name && !matches!(filter, FilterOn::Column(_));
        resource.filters.iter().find(filter).and_then(|filter| filters::target(scope, filter))
    };
    let heir = || (name == HEIR && !resource.handed_over.is_empty()).then_some(resource.name);
    let target = field.or_else(filter).or_else(heir).ok_or(Error::NotFound)?;
    scope.admin.referable(scope.viewer, target).ok_or(Error::Forbidden)
}

/// Rows of a resource whose title, or another short text that its list's search looks at, contains `text`: at most
/// twenty, those whose title begins with it first. Without a text the first ones of its list.
///
/// # Errors
/// 400 for a text that is too long.
pub async fn search(
    db: &impl ConnectionTrait,
    target: &Resource,
    text: &str,
    viewer: &Viewer,
) -> Result<LookupResults> {
    let text = text.trim();
    if text.chars().count() > MAX_SEARCH {
        return Err(Error::BadRequest(format!("A search has at most {MAX_SEARCH} characters.")));
    }
    let table = &target.table;
    let is_line = |column: &&Column| matches!(column.kind, Kind::Text(_));
    let title = table.column(target.title).filter(is_line);
    let mut select = Query::select();
    select.column(iden(table.key)).column(iden(target.title)).from(iden(table.name));
    if let Some(own) = target.access.own_only(viewer) {
        select.and_where(Expr::col(iden(own)).eq(viewer.id));
    }
    if let Some(trash) = &target.trash {
        select.and_where(trash.rows(table, false));
    }
    if text.is_empty() {
        let (column, down) = target.order;
        select.order_by(iden(column), if down { Order::Desc } else { Order::Asc });
    } else {
        // Whoever may not see the rows finds them by what they are called only.
        let may_see = viewer.may(target.access.see);
        let shown = |name: &&str| may_see && target.field(name).is_none_or(|field| field.is_for(viewer));
        let searched = target.searched.iter().copied().filter(shown).filter_map(|name| table.column(name));
        let texts = searched.filter(is_line).filter(|column| column.name != target.title).chain(title);
        let mut any =
            texts.fold(Condition::any(), |any, column| any.add(contains(Expr::col(column.iden()), text)));
        if let Ok(key) = text.trim_start_matches('#').parse::<i64>() {
            any = any.add(Expr::col(iden(table.key)).eq(key));
        }
        select.cond_where(if any.is_empty() { Condition::all().add(Expr::val(1).eq(2)) } else { any });
    }
    if let Some(title) = title.filter(|_| !text.is_empty()) {
        let first = begins(Expr::col(title.iden()), text);
        let rank = CaseStatement::new().case(first, Expr::cust("0")).finally(Expr::cust("1"));
        select.order_by_expr(rank.into(), Order::Asc).order_by(title.iden(), Order::Asc);
    }
    select.order_by(iden(table.key), Order::Asc).limit(MAX_RESULTS as u64 + 1);
    let title = table.column(target.title);
    let mut results = Vec::new();
    for row in db.query_all(&select).await? {
        let key = store::key(&row, table)?;
        let title = title.map_or(Ok(Datum::Null), |title| Datum::read(&row, title))?;
        let values = [(target.title, title)].into();
        results.push(Choice {
            value: key.to_string(),
            label: rows::title(target, key, &values),
            selected: false,
        });
    }
    let more = results.len() > MAX_RESULTS;
    results.truncate(MAX_RESULTS);
    Ok(LookupResults { results, more })
}

/// The row that a form says of a field that picks one, if any.
///
/// # Errors
/// 422 for what is no key, and for a search that nothing was chosen from.
pub fn chosen(submitted: &Submitted, name: &str) -> Result<Option<i64>> {
    match submitted.text(name) {
        "" if submitted.text(&format!("{name}__q")).is_empty() => Ok(None),
        "" => Err(Error::Invalid(FieldErrors::of(name, CHOOSE))),
        key => match key.parse() {
            Ok(key) => Ok(Some(key)),
            Err(_) => Err(Error::Invalid(FieldErrors::of(name, "This one is not there."))),
        },
    }
}

/// Fills a field that picks one row of a resource: what is chosen, and what its search step finds, without some rows.
///
/// # Errors
/// 400 for a search that is too long.
pub async fn fill(
    db: &impl ConnectionTrait,
    field: &mut Field,
    target: &Resource,
    viewer: &Viewer,
    submitted: &Submitted,
    without: &[i64],
) -> Result<()> {
    field.query = submitted.text(&format!("{}__q", field.name)).to_owned();
    let chosen = chosen(submitted, &field.name);
    if let Ok(Some(chosen)) = chosen {
        let titles = names::titles(db, target, &[chosen]).await?;
        let choice = |(key, label): (i64, String)| Choice { value: key.to_string(), label, selected: true };
        field.choices.extend(titles.into_iter().map(choice));
    }
    if submitted.get("_find") == Some(&*field.name) || chosen.is_err() && !field.query.is_empty() {
        let mut found = search(db, target, &field.query, viewer).await?;
        found.results.retain(|choice| choice.value.parse().is_ok_and(|key: i64| !without.contains(&key)));
        field.found(found.results, found.more);
    }
    Ok(())
}
