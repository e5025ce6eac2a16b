//! Uploaded and imported files.

use sea_orm::entity::prelude::*;

/// A row of `media`: somebody's file. Several people may have a row for one stored file.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The name it came with, for people; at most 255 characters, never a path.
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub filename: String,
    /// The media type that its content shows, at most 100 characters.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the content in lower-case hexadecimal: the same file is stored once, for whoever has a row for it.
    #[sea_orm(indexed, column_type = "Char(Some(64))")]
    pub sha256: String,
    /// SHA-256 of what was sent, before pictures were written anew.
    #[sea_orm(indexed, default_value = "", column_type = "Char(Some(64))")]
    pub sent_sha256: String,
    /// The file's name in the store, at most 64 characters: its address is `/media/{name}`.
    #[sea_orm(indexed, default_value = "", column_type = "String(StringLen::N(64))")]
    pub name: String,
    /// Pixels; none for what is no image.
    pub width: Option<i32>,
    /// Pixels; none for what is no image.
    pub height: Option<i32>,
    /// What to say instead of the image, at most 500 characters.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub alt: String,
    /// Whether it is a picture without an alternative text.
    #[sea_orm(default_value = false)]
    pub needs_alt: bool,
    /// Who brought it; the file stays when they go.
    #[sea_orm(indexed)]
    pub user_id: Option<i64>,
    /// When the row was made.
    #[sea_orm(indexed)]
    pub created_at: DateTimeUtc,
    /// Who brought it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
