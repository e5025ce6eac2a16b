//! What is known of long lists until the content changes: how many rows they have, and which row stands at every
//! [`STEP`]th place. To count is to look at every row, and so is to skip them; pages of a long list cost what the first
//! one does that way, wherever they are.
//!
//! Of short lists nothing is remembered: to count them costs less than a page's other statements, and they are right
//! even where somebody writes past this program.

use std::sync::Arc;

use moka::future::Cache;
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, TryGetable, Value,
    sea_query::{Expr, Query, SelectStatement},
};
use tokio::sync::Mutex;

use super::{Db, Reader};

/// Rows from which on a list is long.
const LONG: u64 = 1_000;
/// Rows between two marks.
const STEP: u64 = 2_500;
/// Long lists of which something is known.
const MOST: u64 = 1_000;

/// What a statement of ids calls them.
const ROW_ID: &str = "row_id";

/// What is known of lists, by their names.
#[derive(Clone, Debug)]
pub(super) struct Lists(Cache<String, Arc<Known>>);

/// Each with the version of the content that it was found at.
#[derive(Debug, Default)]
struct Known {
    totals: Mutex<Option<(u64, Arc<[u64]>)>>,
    marks: Mutex<(u64, Vec<Mark>)>,
}

/// The two columns that a list is sorted by, of one of its rows.
type Mark = (Value, i64);

impl Default for Lists {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

/// How a list is sorted: by a column, and by an id where that is the same; both in one direction.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// The column, which is null nowhere.
    pub by: Expr,
    /// The id.
    pub id: Expr,
    /// Up or down.
    pub order: Order,
}

impl Db {
    /// How many rows a list has, as `count` finds out; of a long list it is asked once until the content changes, and
    /// by one at a time. `list` names it, with all that its rows depend on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn total(
        &self,
        list: &str,
        count: impl AsyncFnOnce(&Reader) -> Result<u64, DbErr>,
    ) -> Result<u64, DbErr> {
        let total = self.totals(list, async |db| Ok(vec![count(db).await?])).await?;
        Ok(total.iter().sum())
    }

    /// As [`Self::total`], for several lists that are counted together.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn totals(
        &self,
        lists: &str,
        count: impl AsyncFnOnce(&Reader) -> Result<Vec<u64>, DbErr>,
    ) -> Result<Arc<[u64]>, DbErr> {
        // Before anything is counted: what is written meanwhile makes it old.
        let version = self.known.now();
        let Some(known) = self.lists.0.get(lists).await else {
            let totals: Arc<[u64]> = count(self.read()).await?.into();
            if totals.iter().sum::<u64>() >= LONG {
                let known = self.lists.0.get_with(lists.to_owned(), async { Arc::default() }).await;
                *known.totals.lock().await = Some((version, totals.clone()));
            }
            return Ok(totals);
        };
        let mut remembered = known.totals.lock().await;
        let version = self.known.now();
        if let Some((_, totals)) = remembered.as_ref().filter(|(at, _)| *at == version) {
            return Ok(totals.clone());
        }
        let totals: Arc<[u64]> = count(self.read()).await?.into();
        *remembered = Some((version, totals.clone()));
        if totals.iter().sum::<u64>() < LONG {
            self.lists.0.invalidate(lists).await;
        }
        Ok(totals)
    }

    /// What selects the ids of a list's rows from `offset` on, at most `limit`, in its order; none where it has ended before.
    /// `rows` finds the list's rows in any order; `T` is the type of the column that they are sorted by. See [`Self::in_page`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ids_of_page<E: EntityTrait, T: TryGetable + Into<Value> + Send>(
        &self,
        list: &str,
        rows: Select<E>,
        sorted: &Sorted,
        limit: u64,
        offset: u64,
    ) -> Result<Option<Select<E>>, DbErr> {
        let rows = match offset / STEP {
            0 => rows,
            steps => match self.mark::<E, T>(list, &rows, sorted, steps).await? {
                Some(mark) => sorted.from(rows, &mark),
                None => return Ok(None),
            },
        };
        Ok(Some(sorted.ids(rows).limit(limit).offset(offset % STEP)))
    }

    /// The row after so many steps, if the list is that long. Whoever comes first walks there and leaves marks; others
    /// wait for these.
    async fn mark<E: EntityTrait, T: TryGetable + Into<Value> + Send>(
        &self,
        list: &str,
        rows: &Select<E>,
        sorted: &Sorted,
        steps: u64,
    ) -> Result<Option<Mark>, DbErr> {
        let known = self.lists.0.get_with(list.to_owned(), async { Arc::default() }).await;
        let mut marks = known.marks.lock().await;
        let version = self.known.now();
        if marks.0 != version {
            *marks = (version, Vec::new());
        }
        while (marks.1.len() as u64) < steps {
            let from = match marks.1.last() {
                Some(mark) => sorted.from(rows.clone(), mark),
                None => rows.clone(),
            };
            let next = sorted.ids(from).expr_as(sorted.by.clone(), "sorted_by").limit(1).offset(STEP);
            let Some((id, by)) = next.into_tuple::<(i64, T)>().one(self.read()).await? else {
                return Ok(None);
            };
            marks.1.push((by.into(), id));
        }
        Ok(usize::try_from(steps).ok().and_then(|steps| marks.1.get(steps - 1).cloned()))
    }

    /// The rows of a page, by what selects their ids, at most `limit`. They come in no order: one statement walks an index to the page and
    /// fetches the page's few rows, and to sort these is not worth another one.
    pub fn in_page<E: EntityTrait>(&self, id: Expr, ids: Select<E>, limit: u64) -> Expr {
        let page = |ids: SelectStatement| Query::select().column(ROW_ID).from_subquery(ids, "page").take();
        let mut ids = ids.into_query();
        if self.read().get_database_backend() == DbBackend::MySql {
            // MariaDB takes the rows that are passed over for rows of the page too, unless told again how many these are. Of that many it
            // would rather look at all posts.
            ids = page(ids).limit(limit).take();
        }
        // MySQL limits no statement within IN, but one within that.
        id.in_subquery(page(ids))
    }
}

impl Sorted {
    /// Newest first, or whatever `by` has most of.
    pub fn down(by: Expr, id: Expr) -> Self {
        Self { by, id, order: Order::Desc }
    }

    /// From A to Z, or whatever `by` has least of first.
    pub fn up(by: Expr, id: Expr) -> Self {
        Self { by, id, order: Order::Asc }
    }

    /// The rows' ids in this order.
    pub fn ids<E: EntityTrait>(&self, rows: Select<E>) -> Select<E> {
        rows.select_only()
            .expr_as(self.id.clone(), ROW_ID)
            .order_by(self.by.clone(), self.order.clone())
            .order_by(self.id.clone(), self.order.clone())
    }

    /// The rows from a mark on. The bound on the first column alone is what lets an index begin in the right place, on
    /// all databases; not all of them see that in a comparison of pairs.
    fn from<E: EntityTrait>(&self, rows: Select<E>, (by, id): &Mark) -> Select<E> {
        let (first, second) = (self.by.clone(), self.id.clone());
        let (bound, beyond, rest) = match self.order {
            Order::Asc => (first.clone().gte(by.clone()), first.gt(by.clone()), second.gte(*id)),
            _ => (first.clone().lte(by.clone()), first.lt(by.clone()), second.lte(*id)),
        };
        rows.filter(bound).filter(Condition::any().add(beyond).add(rest))
    }
}
