//! What programs sign in with.

use sea_orm::entity::prelude::*;

/// What a token may be used for; never more than its user may do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Scope {
    /// Reading.
    #[sea_orm(string_value = "read")]
    Read,
    /// Reading and writing.
    #[sea_orm(string_value = "write")]
    Write,
}

/// A row of `api_tokens`. The token itself is shown once and never stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_tokens")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose it is; tokens go with them.
    #[sea_orm(indexed)]
    pub user_id: i64,
    /// What it is for, in its owner's words; at most 80 characters.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    pub name: String,
    /// SHA-256 of the token, in hexadecimal.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub token_hash: String,
    /// What it may be used for.
    pub scope: Scope,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last used, to a few minutes.
    pub last_used_at: Option<DateTimeUtc>,
    /// When it ends; none for one that does not.
    pub expires_at: Option<DateTimeUtc>,
    /// Whose it is.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
