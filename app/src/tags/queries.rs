//! Reading tags.

use entity::{post_tag, tag};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, Order, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func, Query},
};

use crate::{
    db::Db,
    posts::queries as posts,
    web::{
        Result,
        pagination::{self, PageNumber, PageOf},
    },
};

/// A tag with the number of public posts under it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TagRow {
    /// The row's key.
    pub id: i64,
    /// As first written.
    pub name: String,
    /// Its address's last part.
    pub slug: String,
    /// Public posts.
    #[sea_orm(skip)]
    pub posts: i64,
}

/// The tags that public posts have. Each is asked for the newest: for `EXISTS` MariaDB would read the tags of all posts, and
/// for any one PostgreSQL might.
pub fn in_use() -> Select<tag::Entity> {
    let public = Query::select()
        .column(post_tag::Column::PostId)
        .from(post_tag::Entity)
        .and_where(
            Expr::col((post_tag::Entity, post_tag::Column::TagId)).equals((tag::Entity, tag::Column::Id)),
        )
        .and_where(post_tag::Column::PublishedAt.is_not_null())
        .order_by(post_tag::Column::PublishedAt, Order::Desc)
        .limit(1)
        .take();
    tag::Entity::find().filter(Expr::SubQuery(None, Box::new(public.into())).is_not_null())
}

/// A page of the tags that public posts have, by name.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(db: &Db, number: PageNumber, per_page: u64) -> Result<PageOf<TagRow>> {
    let count = async |db: &_| {
        let tags = in_use().select_only().column_as(tag::Column::Id.count(), "n");
        let count: Option<i64> = tags.into_tuple().one(db).await?;
        Ok(count.unwrap_or_default().unsigned_abs())
    };
    let total = db.total("tags", count).await?;
    pagination::check(number, total, per_page)?;
    let mut rows: Vec<TagRow> = in_use()
        .select_only()
        .columns([tag::Column::Id, tag::Column::Name, tag::Column::Slug])
        .order_by(Func::lower(Expr::col((tag::Entity, tag::Column::Name))), Order::Asc)
        .order_by(tag::Column::Id, Order::Asc)
        .limit(per_page)
        .offset(number.offset(per_page))
        .into_model()
        .all(db.read())
        .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let totals = posts::totals_by_tag(db, &ids).await?;
    for (row, total) in rows.iter_mut().zip(totals.iter()) {
        row.posts = *total as i64;
    }
    PageOf::new(rows, total, number, per_page)
}

/// The tag with this slug.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<tag::Model>, DbErr> {
    let tag = tag::Entity::find().filter(tag::Column::Slug.eq(slug)).one(db).await?;
    // Once more: MySQL and MariaDB overlook blanks at the end.
    Ok(tag.filter(|tag| tag.slug == slug))
}
