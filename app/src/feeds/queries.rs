//! What feeds read. The texts come last, and only for those who do not have them yet.

use chrono::{DateTime, Utc};
use entity::{post, user};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait, FromQueryResult, QueryFilter, QuerySelect,
    prelude::Json,
    sea_query::{Expr, Func},
};
use std::collections::HashMap;

use super::{ENTRIES, MAX_CHARS};
use crate::posts::queries::{self as posts, List};

/// A public post as feeds tell of it, without its text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its permalink's last part.
    pub slug: String,
    /// The summary, or else the text's beginning.
    pub excerpt: String,
    /// Set for every post that is public.
    pub published_at: Option<DateTime<Utc>>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The address of the picture above the text; may be empty.
    pub cover: String,
    /// What to say instead of the cover; may be empty.
    pub cover_alt: String,
    /// Holds the names of further authors, and what the post was called elsewhere.
    pub extra: Json,
    /// Its author's name in addresses.
    pub username: String,
    /// Its author's name for readers.
    pub display_name: String,
}

/// The newest posts of a list, at most [`ENTRIES`].
///
/// # Errors
/// When the database does not answer.
pub async fn newest(db: &impl ConnectionTrait, list: List) -> Result<Vec<Row>, DbErr> {
    use post::Column as P;
    let ids = posts::newest_ids(db, list, ENTRIES).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = posts::published()
        .select_only()
        .columns([P::Id, P::Title, P::Slug, P::Excerpt, P::PublishedAt, P::UpdatedAt])
        .columns([P::Cover, P::CoverAlt, P::Extra])
        .columns([user::Column::Username, user::Column::DisplayName])
        .inner_join(user::Entity)
        .filter(P::Id.is_in(ids.iter().copied()))
        .into_model()
        .all(db)
        .await?;
    let mut rows: HashMap<i64, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
}

/// The texts of these posts, in their order until they would be more than [`MAX_CHARS`]; one that is too long by
/// itself does not keep the others out.
///
/// # Errors
/// When the database does not answer.
pub async fn texts(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, String>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let lengths: Vec<(i64, i64)> = posts::published()
        .select_only()
        .column(post::Column::Id)
        // The sum is a 64-bit number on every database.
        .expr(Expr::expr(Func::char_length(Expr::col(post::Column::Html))).add(0_i64))
        .filter(post::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let lengths: HashMap<i64, i64> = lengths.into_iter().collect();
    let mut room = MAX_CHARS;
    let fitting: Vec<i64> = ids
        .iter()
        .copied()
        .filter(|id| match lengths.get(id) {
            Some(length) if *length <= room => {
                room -= length;
                true
            }
            _ => false,
        })
        .collect();
    posts::bodies(db, &fitting).await
}
