//! Who is signed in where.

use sea_orm::entity::prelude::*;

/// A row of `sessions`. Its secret is only in the browser's cookie.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// SHA-256 of the session's key, in hexadecimal.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub key_hash: String,
    /// Who is signed in, if anybody; sessions go with them.
    #[sea_orm(indexed)]
    pub user_id: Option<i64>,
    /// What the session remembers, JSON.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// What the browser calls itself, at most 200 characters.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub user_agent: String,
    /// Where it began, at most 45 characters (an IPv6 address).
    #[sea_orm(column_type = "String(StringLen::N(45))")]
    pub address: String,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// When it was last used, to a few minutes.
    pub last_seen_at: DateTimeUtc,
    /// When it ends unless it is used before.
    #[sea_orm(indexed)]
    pub expires_at: DateTimeUtc,
    /// Who is signed in.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
