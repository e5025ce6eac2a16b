//! What a post's page names beside the post: one statement for all of it.

use chrono::{DateTime, Utc};
use entity::{post::Column as P, post_tag, tag};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};

use super::{Titled, by_name, newest_first, published};

/// A post's tags, and its neighbours in the archive's order.
#[derive(Debug, Default)]
pub struct Around {
    /// By name.
    pub tags: Vec<tag::Model>,
    /// The public post before it.
    pub older: Option<Titled>,
    /// The public post after it.
    pub newer: Option<Titled>,
}

const TAG: i32 = 0;
const OLDER: i32 = 1;
const NEWER: i32 = 2;

/// What is around a post that went public, or would, at `published_at`.
///
/// # Errors
/// When the database does not answer.
pub async fn around(
    db: &impl ConnectionTrait,
    published_at: DateTime<Utc>,
    id: i64,
) -> Result<Around, DbErr> {
    let titled = || published().select_only().columns([P::Id, P::Title, P::Slug]).limit(1);
    // The bound on the time alone is what lets the index begin in the right place.
    let older = newest_first(titled())
        .filter(P::PublishedAt.lte(published_at))
        .filter(Condition::any().add(P::PublishedAt.lt(published_at)).add(P::Id.lt(id)));
    let newer = titled()
        .filter(P::PublishedAt.gte(published_at))
        .filter(Condition::any().add(P::PublishedAt.gt(published_at)).add(P::Id.gt(id)))
        .order_by(P::PublishedAt, Order::Asc)
        .order_by(P::Id, Order::Asc);
    let links = post_tag::Entity::find()
        .select_only()
        .column(post_tag::Column::TagId)
        .filter(post_tag::Column::PostId.eq(id));
    let tags = tag::Entity::find()
        .select_only()
        .column(tag::Column::Id)
        .column_as(tag::Column::Name, "title")
        .column(tag::Column::Slug)
        .filter(tag::Column::Id.in_subquery(links.into_query()));
    let mut statement = rows(TAG, tags.into_query());
    for (kind, post) in [(OLDER, older), (NEWER, newer)] {
        statement.union(UnionType::All, rows(kind, post.into_query()));
    }
    let mut around = Around::default();
    for row in db.query_all(&statement).await? {
        let (id, title, slug) =
            (row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        match row.try_get_by_index(0)? {
            TAG => around.tags.push(tag::Model { id, name: title, slug }),
            OLDER => around.older = Some(Titled { id, title, slug }),
            _ => around.newer = Some(Titled { id, title, slug }),
        }
    }
    by_name(&mut around.tags);
    Ok(around)
}

/// Rows of one kind; within a statement of their own, for a part of a union has no order and no end elsewhere.
fn rows(kind: i32, of: SelectStatement) -> SelectStatement {
    let mut rows = Query::select();
    rows.expr_as(Expr::val(kind), "kind")
        .columns(["id", "title", "slug"])
        .from_subquery(of, "rows_of_kind")
        .take()
}
