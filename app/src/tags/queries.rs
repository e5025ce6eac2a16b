//! Reading tags.

use entity::{
    post::{self, PostStatus},
    post_tag, tag,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, Order,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
    sea_query::{Expr, Func},
};

use crate::web::{
    Result,
    pagination::{PageNumber, PageOf},
};

/// A tag with the number of public posts under it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TagRow {
    /// As first written.
    pub name: String,
    /// Its address's last part.
    pub slug: String,
    /// Public posts.
    pub posts: i64,
}

fn in_use() -> Select<tag::Entity> {
    tag::Entity::find()
        .join_rev(JoinType::InnerJoin, post_tag::Relation::Tag.def())
        .join(JoinType::InnerJoin, post_tag::Relation::Post.def())
        .filter(post::Column::Status.eq(PostStatus::Published))
}

/// A page of the tags that public posts have, by name.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(db: &impl ConnectionTrait, number: PageNumber, per_page: u64) -> Result<PageOf<TagRow>> {
    let rows = in_use()
        .select_only()
        .columns([tag::Column::Name, tag::Column::Slug])
        .column_as(post::Column::Id.count(), "posts")
        .group_by(tag::Column::Id)
        .order_by(Func::lower(Expr::col((tag::Entity, tag::Column::Name))), Order::Asc)
        .order_by(tag::Column::Id, Order::Asc)
        .limit(per_page)
        .offset(number.offset(per_page))
        .into_model()
        .all(db)
        .await?;
    let total: Option<i64> = in_use()
        .select_only()
        .column_as(Expr::col((tag::Entity, tag::Column::Id)).count_distinct(), "n")
        .into_tuple()
        .one(db)
        .await?;
    PageOf::new(rows, total.unwrap_or_default() as u64, number, per_page)
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
