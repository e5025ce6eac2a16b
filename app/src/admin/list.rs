//! `/admin/{resource}`: a list. First the keys of the page's rows, then the few columns that are shown of these; the
//! number of statements does not depend on the number of rows.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::{
    Datum, actions, filters,
    query::{ListQuery, SIZES, Scope},
    resource::{Listed, ListedWhat},
    rows::{self, Titles},
    shell,
    views::{Cell, Link, List, ListColumn, ListRow, Message, Shell, Spark},
};
use crate::web::{
    App, Result,
    pagination::{PageOf, Pagination},
};

/// A page of a list.
///
/// # Errors
/// 404 beyond the last page.
pub async fn show(app: &App, scope: &Scope<'_>, query: &ListQuery, messages: Vec<Message>) -> Result<List> {
    let resource = scope.resource;
    let listed = listed(scope);
    let db = app.db.latest();
    let counted = app.counts.of(&app.db, scope, query).await?;
    let query = &ListQuery { found: counted.found.clone(), ..query.clone() };
    let keys = query.page_keys(db, scope).await?;
    let page = PageOf::new(keys, counted.total, query.page, query.per_page)?;
    let mut titles = Titles::default();
    let numbers = &counted.numbers;
    filters::want(scope, query, numbers, &mut titles);
    let mut rows = read(db, scope, &listed, &page.rows, &mut titles).await?;
    let numbers_drawn = match resource.drawn {
        Some(_) => resource.hooks.drawn(db.into(), &page.rows, scope.zone).await?,
        None => None,
    };
    for row in &mut rows {
        let key = row.id.parse().unwrap_or_default();
        row.drawn =
            numbers_drawn.as_ref().and_then(|all: &HashMap<i64, _>| all.get(&key)).map(|row| Spark::new(row));
    }

    let path = shell::list_url(resource);
    let title = shell::heading(&resource.nouns);
    let kept = query.pairs_without(&[]);
    let pairs: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let searched: Vec<String> =
        query.searched.iter().map(|column| resource.label(column).to_lowercase()).collect();
    let clear: Vec<(String, String)> =
        kept.iter().filter(|(name, _)| matches!(name.as_str(), "sort" | "per_page")).cloned().collect();
    let size = |size: &u64| Link {
        label: size.to_string(),
        url: query.url_with(&path, &[("per_page", &size.to_string())]),
        current: *size == query.per_page,
    };
    Ok(List {
        shell: Shell::new(scope.admin, scope.viewer, &[(&title, &path)], messages),
        resource: resource.name.to_owned(),
        about: resource.about.to_owned(),
        noun: resource.noun.to_owned(),
        nouns: resource.nouns.clone(),
        new_url: resource.access.may_add(scope.viewer).then(|| format!("{path}/new")),
        new_label: resource.add_label(),
        first_label: resource
            .added_by
            .map_or_else(|| format!("Make the first {}", resource.noun), str::to_owned),
        has_thumbnails: resource.thumbnail.is_some(),
        export_url: super::query::address(
            &format!("{path}/export.csv"),
            &query.pairs_without(&["sort", "per_page"]),
        ),
        query: query.search.clone(),
        searched: (!searched.is_empty()).then(|| searched.join(", ")),
        kept: query.pairs_without(&["q"]),
        filters: filters::views(scope, query, numbers, &titles),
        active: filters::active(scope, query, &titles),
        clear_url: super::query::address(&path, &clear),
        dates: counted.dates.clone(),
        columns: listed.iter().map(|listed| head(scope, query, &path, listed)).collect(),
        drawn: resource.drawn.filter(|_| numbers_drawn.is_some()),
        rows,
        actions: actions::choices(scope, query),
        actions_url: format!("{path}/actions"),
        query_string: query.query_string(),
        pagination: Pagination { is_more: counted.is_more, ..page.links(&path, &pairs) },
        sizes: if page.total > SIZES[0] { SIZES.iter().map(size).collect() } else { Vec::new() },
        is_narrowed: query.is_narrowed(),
        trash_url: resource
            .trash
            .as_ref()
            .filter(|_| !query.is_of_trash(scope))
            .map(|trash| super::query::address(&path, &[(trash.column.to_owned(), trash.value.clone())])),
        title,
    })
}

/// The columns that the viewer sees.
pub fn listed(scope: &Scope<'_>) -> Vec<Listed> {
    let mut listed = scope.resource.listed();
    listed.retain(|listed| match listed.what {
        ListedWhat::Column(name) | ListedWhat::Related(name, _) => scope.shows(name),
        ListedWhat::Count { .. } => true,
        ListedWhat::Made(columns, _) => columns.iter().all(|name| scope.shows(name)),
    });
    listed
}

/// The rows of a page: one statement for their columns, and one for each column of titles or numbers.
///
/// # Errors
/// When the database does not answer.
pub async fn read(
    db: &impl ConnectionTrait,
    scope: &Scope<'_>,
    listed: &[Listed],
    keys: &[i64],
    titles: &mut Titles,
) -> Result<Vec<ListRow>> {
    let resource = scope.resource;
    let values = rows::read(db, &resource.table, &rows::columns(resource, listed), keys).await?;
    let mut counts: HashMap<(&str, &str), HashMap<i64, i64>> = HashMap::new();
    for listed in listed {
        match listed.what {
            ListedWhat::Column(_) | ListedWhat::Made(..) => {}
            ListedWhat::Related(column, target) => {
                let keys = values.values().filter_map(|values| rows::reference(values, column));
                keys.for_each(|key| titles.want(target, key));
            }
            ListedWhat::Count { table, column } => {
                counts.insert(
                    (table, column),
                    rows::counts(db, scope.admin, resource, (table, column), keys).await?,
                );
            }
        }
    }
    titles.load(db, scope.admin).await?;
    let row = |key: &i64| {
        // A row that somebody deleted since its key was found.
        let values = values.get(key)?;
        let url = shell::row_url(resource, *key);
        let mut cells: Vec<Cell> = Vec::new();
        for listed in listed {
            cells.push(match listed.what {
                ListedWhat::Column(name) => rows::cell(scope, name, values.get(name).unwrap_or(&Datum::Null)),
                ListedWhat::Related(column, target) => {
                    rows::related_cell(scope, target, rows::reference(values, column), titles)
                }
                ListedWhat::Count { table, column } => {
                    let count = counts.get(&(table, column)).and_then(|counts| counts.get(key));
                    rows::cell(scope, "", &Datum::Integer(count.copied().unwrap_or_default()))
                }
                ListedWhat::Made(_, text) => rows::cell(scope, "", &Datum::Text(text(values))),
            });
        }
        if let Some(first) = cells.first_mut() {
            first.url = Some(url.clone());
        }
        let title = rows::title(resource, *key, values);
        let thumbnail = resource
            .thumbnail
            .and_then(|(column, address)| address(values.get(column).and_then(Datum::as_text)?));
        let changed_at = resource.changed_at().and_then(|column| values.get(column));
        let was = changed_at.map(|changed_at| actions::was(*key, actions::instant(changed_at)));
        Some(ListRow { id: key.to_string(), was, title, url, thumbnail, cells, drawn: None })
    };
    Ok(keys.iter().filter_map(row).collect())
}

fn head(scope: &Scope<'_>, query: &ListQuery, path: &str, listed: &Listed) -> ListColumn {
    use super::column::Kind;
    let (sorted_by, down) = query.sort.unwrap_or(scope.resource.order);
    let column = match listed.what {
        ListedWhat::Column(name) => scope.resource.table.column(name),
        _ => None,
    };
    let name = listed.what.sort_name();
    let is_sortable = scope.sortable().any(|what| what.sort_name() == name);
    let is_sorted = is_sortable && name == sorted_by;
    let way = if is_sorted && !down { "-" } else { "" };
    let sort_url = is_sortable.then(|| query.url_with(path, &[("sort", &format!("{way}{name}"))]));
    ListColumn {
        label: listed.label.clone(),
        sort_url,
        sorted: match (is_sorted, down) {
            (true, true) => "descending",
            (true, false) => "ascending",
            _ => "",
        },
        is_number: matches!(listed.what, ListedWhat::Count { .. })
            || column
                .is_some_and(|column| matches!(column.kind, Kind::Integer | Kind::BigInteger | Kind::Double)),
    }
}
