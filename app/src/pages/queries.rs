//! Reading pages.

use chrono::{DateTime, Utc};
use entity::page::{self, Column as C};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

/// A public page, as a site map lists it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Public {
    /// Its address's only part.
    pub slug: String,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// All public pages, by their slugs.
///
/// # Errors
/// When the database does not answer.
pub async fn public(db: &impl ConnectionTrait) -> Result<Vec<Public>, DbErr> {
    page::Entity::find()
        .select_only()
        .columns([C::Slug, C::UpdatedAt])
        .filter(C::IsPublished.eq(true))
        .order_by_asc(C::Slug)
        .into_model()
        .all(db)
        .await
}

/// The page with this slug, be it public or a draft.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<page::Model>, DbErr> {
    let page = page::Entity::find().filter(C::Slug.eq(slug)).one(db).await?;
    // Once more: MySQL and MariaDB overlook blanks at the end.
    Ok(page.filter(|page| page.slug == slug))
}

/// The slugs of some pages.
///
/// # Errors
/// When the database does not answer.
pub async fn slugs(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<String>, DbErr> {
    let ids = C::Id.is_in(ids.iter().copied());
    page::Entity::find().select_only().column(C::Slug).filter(ids).into_tuple().all(db).await
}

/// Whether a draft has this slug.
///
/// # Errors
/// When the database does not answer.
pub async fn is_draft(db: &impl ConnectionTrait, slug: &str) -> Result<bool, DbErr> {
    let id: Option<i64> = page::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::Slug.eq(slug))
        .filter(C::IsPublished.eq(false))
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.is_some())
}
