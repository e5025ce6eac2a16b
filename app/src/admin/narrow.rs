//! A list's address as SQL: the rows that it leaves, counted, page by page, or step by step.

use sea_orm::{
    ConnectionTrait, DbBackend, ExprTrait,
    sea_query::{
        Alias, Asterisk, Condition, Expr, Func, LikeExpr, NullOrdering, Order, Query, SelectStatement,
    },
};

use super::{
    Admin, FilterOn, Resource,
    column::{Kind, iden},
    query::{InTrash, ListQuery, Scope, Set},
    resource::{ListedWhat, Source, Through},
    store,
};
use crate::web::Result;

/// The most words of a search; further ones are left out.
const MAX_WORDS: usize = 10;
/// The most rows that are named by their keys in place of a search.
const MAX_FOUND: usize = 500;

impl ListQuery {
    /// What the rows must fulfil; one filter can be left out.
    pub fn condition(&self, scope: &Scope<'_>, without: Option<&FilterOn>) -> Condition {
        let table = &scope.resource.table;
        let column = |name: &'static str| Expr::col((iden(table.name), iden(name)));
        let mut condition = Condition::all();
        if let Some((own, viewer)) = self.own {
            condition = condition.add(column(own).eq(viewer));
        }
        if let Some(ids) = &self.ids {
            condition = condition.add(column(table.key).is_in(ids.iter().copied()));
        }
        if let Some(trash) = &scope.resource.trash {
            let on = FilterOn::Column(trash.column);
            // Whoever narrows the list to a state says which.
            let is_said = self.set(&on).is_some() || without == Some(&on);
            condition = condition.add_option(match self.trash {
                InTrash::LeftOut if !is_said => Some(trash.rows(table, false)),
                InTrash::LeftOut | InTrash::Alike => None,
                InTrash::Only => Some(trash.rows(table, true)),
            });
        }
        for chosen in self.chosen.iter().filter(|chosen| Some(&chosen.on) != without) {
            let name = chosen.on.name();
            condition = condition.add_option(match &chosen.set {
                Set::Choice(value) => Some(column(name).eq(value.as_str())),
                Set::Flag(value) => Some(column(name).eq(*value)),
                Set::Row(Some(key)) => Some(column(name).eq(*key)),
                Set::Row(None) => Some(column(name).is_null()),
                Set::Days(days) => {
                    let kind = table.column(name).map_or(Kind::DateTime, |column| column.kind);
                    days.contain(column(name), kind, self.zone)
                }
                Set::Linked(key) => scope.linked(name).map(|(_, through)| {
                    let mut links = Query::select();
                    links.expr(Expr::val(1)).from(iden(through.table.name));
                    links.and_where(
                        through_column(through, through.here).equals((iden(table.name), iden(table.key))),
                    );
                    links.and_where(through_column(through, through.there).eq(*key));
                    links.and_where_option(counted(through));
                    Expr::exists(links.take())
                }),
            });
        }
        if let Some(found) = &self.found {
            return condition.add(column(table.key).is_in(found.iter().copied()));
        }
        for word in self.search.split_whitespace().take(MAX_WORDS) {
            let any = self
                .searched
                .iter()
                .fold(Condition::any(), |any, name| any.add(contains(column(name), word)));
            // A search in nothing finds nothing.
            condition = condition.add(if any.is_empty() { Expr::val(1).eq(2).into() } else { any });
        }
        condition
    }

    /// The same list, with the rows named that its search finds where they are few. A page of a list counts its rows in as
    /// many ways as it has filters: so a search looks at each text once, and not once for each of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn searched_once(&self, db: &impl ConnectionTrait, scope: &Scope<'_>) -> Result<Self> {
        let mut query = self.clone();
        if self.search.trim().is_empty() {
            return Ok(query);
        }
        let search_alone = Self { chosen: Vec::new(), trash: InTrash::Alike, ..self.clone() };
        let mut select = search_alone.select_keys(scope, None);
        select.limit(MAX_FOUND as u64 + 1);
        let found = read_keys(db, &select, scope).await?;
        query.found = Some(found).filter(|found| found.len() <= MAX_FOUND);
        Ok(query)
    }

    /// Selects the keys of all rows, in no order; one filter can be left out.
    pub fn select_keys(&self, scope: &Scope<'_>, without: Option<&FilterOn>) -> SelectStatement {
        let table = &scope.resource.table;
        let mut select = Query::select();
        select.column((iden(table.name), iden(table.key))).from(iden(table.name));
        select.cond_where(self.condition(scope, without));
        select
    }

    /// The keys of this page's rows, in the list's order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn page_keys(&self, db: &impl ConnectionTrait, scope: &Scope<'_>) -> Result<Vec<i64>> {
        let table = &scope.resource.table;
        let mut select = self.select_keys(scope, None);
        let (name, down) = self.sort.unwrap_or(scope.resource.order);
        let order = |down| if down { Order::Desc } else { Order::Asc };
        let (sorted, is_nullable) = sorted(scope, name);
        // Nothing counts as less than anything, as it does on SQLite and MySQL by themselves.
        if is_nullable && db.get_database_backend() == DbBackend::Postgres {
            let nulls = if down { NullOrdering::Last } else { NullOrdering::First };
            select.order_by_expr_with_nulls(sorted, order(down), nulls);
        } else {
            select.order_by_expr(sorted, order(down));
        }
        if name != table.key {
            select.order_by((iden(table.name), iden(table.key)), order(down));
        }
        select.limit(self.per_page).offset(self.page.offset(self.per_page));
        read_keys(db, &select, scope).await
    }

    /// The next rows' keys after one, in the order of the keys: for what is done step by step.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys(
        &self,
        db: &impl ConnectionTrait,
        scope: &Scope<'_>,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<i64>> {
        let table = &scope.resource.table;
        let key = (iden(table.name), iden(table.key));
        let mut select = self.select_keys(scope, None);
        select.and_where_option(after.map(|after| Expr::col(key.clone()).gt(after)));
        select.order_by(key, Order::Asc).limit(limit);
        read_keys(db, &select, scope).await
    }

    /// The keys of all rows, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_keys(&self, db: &impl ConnectionTrait, scope: &Scope<'_>) -> Result<Vec<i64>> {
        self.keys(db, scope, None, i64::MAX.unsigned_abs()).await
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count(&self, db: &impl ConnectionTrait, scope: &Scope<'_>) -> Result<u64> {
        let table = &scope.resource.table;
        let mut select = Query::select();
        select.expr(Func::count(Expr::col(Asterisk))).from(iden(table.name));
        select.cond_where(self.condition(scope, None));
        read_count(db, &select).await
    }

    /// How many rows there are, counted no further than to one more than `most`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_to(&self, db: &impl ConnectionTrait, scope: &Scope<'_>, most: u64) -> Result<u64> {
        let count = counted_to(self.select_keys(scope, None), most);
        read_count(db, Query::select().expr(count)).await
    }
}

async fn read_count(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<u64> {
    let row = db.query_one(select).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(count.unsigned_abs())
}

/// What rows are sorted by, and whether that may be nothing: a column, what the related row is called, or how many rows
/// refer to it; the latter two asked for each row, so that the number of statements stays what it is.
fn sorted(scope: &Scope<'_>, name: &'static str) -> (Expr, bool) {
    let table = &scope.resource.table;
    let own = |name: &'static str| Expr::col((iden(table.name), iden(name)));
    let inner = Alias::new("sorted");
    match scope.sortable().find(|what| what.sort_name() == name) {
        Some(ListedWhat::Related(column, target)) if scope.admin.find(target).is_some() => {
            let mut select = Query::select();
            if let Some(target) = scope.admin.find(target) {
                select.column((inner.clone(), iden(target.title)));
                select.from_as(iden(target.table.name), inner.clone());
                select.and_where(Expr::col((inner, iden(target.table.key))).eq(own(column)));
            }
            (sub_query(select), true)
        }
        Some(ListedWhat::Count { table: counted_in, column }) => {
            let mut select = Query::select();
            select.expr(Func::count(Expr::col(Asterisk)));
            let inner = if counted_in == table.name { inner } else { Alias::new(counted_in) };
            select.from_as(iden(counted_in), inner.clone());
            select.and_where(Expr::col((inner, iden(column))).eq(own(table.key)));
            for only in scope.resource.counted(scope.admin, counted_in, column) {
                select.and_where(only);
            }
            (sub_query(select), false)
        }
        _ => (own(name), table.column(name).is_some_and(|column| column.is_nullable)),
    }
}

/// How many rows a statement selects, as a value: counted no further than to one more than `most`.
pub fn counted_to(mut rows: SelectStatement, most: u64) -> Expr {
    rows.limit(most.saturating_add(1));
    let mut count = Query::select();
    count.expr(Func::count(Expr::col(Asterisk))).from_subquery(rows, iden("counted"));
    sub_query(count)
}

/// A statement as a value.
fn sub_query(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(select.into()))
}

impl Resource {
    /// Which rows that refer by a column to a row count: what is a link of the form counts only where it counts there,
    /// and nothing that is in a trash does, or leads to what is.
    pub fn counted(&self, admin: &Admin, table: &'static str, column: &str) -> Vec<Expr> {
        let of_table = admin.resources.iter().find(|of| of.table.name == table && table != self.table.name);
        let trash = of_table.and_then(|of| Some(of.trash.as_ref()?.rows(&of.table, false)));
        let there = self.counted_at.filter(|(of, ..)| *of == table).and_then(|(_, there, target)| {
            let target = admin.find(target)?;
            let mut kept = Query::select();
            kept.column(iden(target.table.key)).from(iden(target.table.name));
            kept.and_where(target.trash.as_ref()?.rows(&target.table, false));
            Some(Expr::col((iden(table), iden(there))).in_subquery(kept))
        });
        [trash, there, self.counted_links(table, column)].into_iter().flatten().collect()
    }

    fn counted_links(&self, table: &str, column: &str) -> Option<Expr> {
        let through = self.fields().find_map(|field| match &field.source {
            Source::Through(through) if through.table.name == table && through.here == column => {
                Some(through)
            }
            _ => None,
        });
        through.and_then(counted)
    }
}

async fn read_keys(
    db: &impl ConnectionTrait,
    select: &SelectStatement,
    scope: &Scope<'_>,
) -> Result<Vec<i64>> {
    let rows = db.query_all(select).await?;
    let keys = rows.iter().map(|row| store::key(row, &scope.resource.table));
    Ok(keys.collect::<Result<_, _>>()?)
}

/// A column of a table of links.
pub fn through_column(through: &Through, name: &'static str) -> Expr {
    Expr::col((iden(through.table.name), iden(name)))
}

/// Which rows of a table of links count.
pub fn counted(through: &Through) -> Option<Expr> {
    let (column, values) = through.counted.as_ref()?;
    Some(through_column(through, column).is_in(values.iter().copied()))
}

/// Whether `column` contains a word, whatever the case of its letters. `lower` of some databases knows the letters of
/// English only: those of the word are lowered one by one.
pub fn contains(column: Expr, word: &str) -> Expr {
    matches(column, word, "%")
}

/// Whether `column` begins with a text, whatever the case of its letters.
pub fn begins(column: Expr, text: &str) -> Expr {
    matches(column, text, "")
}

fn matches(column: Expr, text: &str, before: &str) -> Expr {
    let mut column: Expr = Func::lower(column).into();
    let (mut pattern, mut seen) = (before.to_owned(), Vec::new());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let mut upper = letter.to_uppercase();
        if let (Some(upper), None) = (upper.next(), upper.next())
            && !letter.is_ascii()
            && upper != letter
            && !seen.contains(&letter)
        {
            seen.push(letter);
            let [upper, letter] = [upper, letter].map(|letter| Expr::val(letter.to_string()));
            column = Func::cust("replace").arg(column).arg(upper).arg(letter).into();
        }
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    column.like(LikeExpr::new(format!("{pattern}%")).escape('!'))
}
