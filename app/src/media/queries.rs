//! The table of stored files.

use chrono::Utc;
use entity::media;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder,
};

use super::{kind, leftovers, name::StoredName};

/// A file to be known.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// The name it came with, at most 255 characters.
    pub filename: String,
    /// What its content shows it to be.
    pub content_type: String,
    /// Bytes, as stored.
    pub size: u64,
    /// Of what is stored; hexadecimal.
    pub sha256: String,
    /// Of what was sent; hexadecimal.
    pub sent_sha256: String,
    /// Pixels.
    pub dimensions: Option<(u32, u32)>,
    /// What to say instead of it.
    pub alt: String,
    /// Who brought it.
    pub user_id: i64,
}

impl NewMedia {
    /// What its file is called.
    pub fn name(&self) -> StoredName {
        StoredName::new(&self.sha256, self.dimensions, kind::extension_of(&self.content_type))
    }
}

/// Whether a picture still wants words.
pub fn needs_alt(content_type: &str, alt: &str) -> bool {
    content_type.starts_with("image/") && alt.trim().is_empty()
}

/// The rows of a content, be it as it was sent or as it is stored; oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_content(db: &impl ConnectionTrait, sha256: &str) -> Result<Vec<media::Model>, DbErr> {
    let either =
        Condition::any().add(media::Column::Sha256.eq(sha256)).add(media::Column::SentSha256.eq(sha256));
    media::Entity::find().filter(either).order_by_asc(media::Column::Id).all(db).await
}

/// The rows with these ids, in no order.
///
/// # Errors
/// When the database does not answer.
pub async fn find_many(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<media::Model>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    media::Entity::find().filter(media::Column::Id.is_in(ids.iter().copied())).all(db).await
}

/// What became of an attempt to make a row.
#[derive(Debug)]
pub enum Made {
    /// A new row.
    New(media::Model),
    /// The person has the file already.
    Known(media::Model),
    /// The file may be gone: somebody deleted it meanwhile. Store it again.
    Gone,
}

/// Makes a row for a file that was announced and stored, unless its owner has one; in a transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn make(db: &impl ConnectionTrait, new: &NewMedia) -> Result<Made, DbErr> {
    let name = new.name();
    // First of all: two who bring the same file take turns here.
    let was_announced = leftovers::strike_out(db, &name).await?;
    let rows = media::Entity::find().filter(media::Column::Name.eq(name.as_str())).all(db).await?;
    if let Some(known) = rows.iter().find(|row| row.user_id == Some(new.user_id)) {
        return Ok(Made::Known(known.clone()));
    }
    if !was_announced && rows.is_empty() {
        return Ok(Made::Gone);
    }
    insert(db, new, &name).await.map(Made::New)
}

/// As [`make`], for an import: whoever has a row for the file, there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure(db: &impl ConnectionTrait, new: &NewMedia) -> Result<(), DbErr> {
    let name = new.name();
    leftovers::strike_out(db, &name).await?;
    let known = media::Entity::find().filter(media::Column::Name.eq(name.as_str())).one(db).await?;
    match known {
        Some(_) => Ok(()),
        None => insert(db, new, &name).await.map(|_| ()),
    }
}

async fn insert(db: &impl ConnectionTrait, new: &NewMedia, name: &StoredName) -> Result<media::Model, DbErr> {
    let row = media::ActiveModel {
        filename: Set(new.filename.chars().take(255).collect()),
        content_type: Set(new.content_type.clone()),
        size: Set(i64::try_from(new.size).unwrap_or(i64::MAX)),
        sha256: Set(new.sha256.clone()),
        sent_sha256: Set(new.sent_sha256.clone()),
        name: Set(name.as_str().to_owned()),
        width: Set(new.dimensions.and_then(|(width, _)| i32::try_from(width).ok())),
        height: Set(new.dimensions.and_then(|(_, height)| i32::try_from(height).ok())),
        needs_alt: Set(needs_alt(&new.content_type, &new.alt)),
        alt: Set(new.alt.clone()),
        user_id: Set(Some(new.user_id)),
        created_at: Set(Utc::now()),
        ..Default::default()
    };
    row.insert(db).await
}
