//! The table of stored files.

use entity::media;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

/// A file to be known.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// The name it came with.
    pub filename: String,
    /// What its content shows it to be.
    pub content_type: &'static str,
    /// Bytes.
    pub size: u64,
    /// Hexadecimal.
    pub sha256: String,
    /// Pixels.
    pub dimensions: Option<(u32, u32)>,
    /// Who brought it.
    pub user_id: i64,
}

/// Makes a row for a file unless its content is known already.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure(db: &impl ConnectionTrait, new: NewMedia) -> Result<(), DbErr> {
    let known: Option<i64> = media::Entity::find()
        .select_only()
        .column(media::Column::Id)
        .filter(media::Column::Sha256.eq(&new.sha256))
        .into_tuple()
        .one(db)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let row = media::ActiveModel {
        filename: Set(new.filename.chars().take(255).collect()),
        content_type: Set(new.content_type.to_owned()),
        size: Set(i64::try_from(new.size).unwrap_or(i64::MAX)),
        sha256: Set(new.sha256),
        width: Set(new.dimensions.and_then(|(width, _)| i32::try_from(width).ok())),
        height: Set(new.dimensions.and_then(|(_, height)| i32::try_from(height).ok())),
        alt: Set(String::new()),
        user_id: Set(Some(new.user_id)),
        created_at: Set(chrono::Utc::now()),
        ..Default::default()
    };
    row.insert(db).await.map(|_| ())
}
