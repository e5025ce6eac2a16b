//! What repeated requests were answered the first time.

use sea_orm::entity::prelude::*;

/// A row of `idempotency_keys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who sent it; a key is theirs alone.
    #[sea_orm(unique_key = "user_key")]
    pub user_id: i64,
    /// SHA-256 of the header's value, in hexadecimal.
    #[sea_orm(unique_key = "user_key", column_type = "String(StringLen::N(64))")]
    pub key_hash: String,
    /// SHA-256 of method, path and body, in hexadecimal: the key of one request is not another's.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub request_hash: String,
    /// The status that it was answered with; none while that is being found out.
    pub status: Option<i32>,
    /// The body that it was answered with.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When it was first sent.
    #[sea_orm(indexed)]
    pub created_at: DateTimeUtc,
    /// Who sent it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
