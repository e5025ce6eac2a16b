//! Links sent by mail that prove who reads a mailbox.

use sea_orm::entity::prelude::*;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Purpose {
    /// Choosing a new password.
    #[sea_orm(string_value = "reset")]
    Reset,
    /// Finishing a sign-up.
    #[sea_orm(string_value = "signup")]
    SignUp,
}

/// A row of `mail_tokens`; it is deleted when it is used.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_tokens")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// SHA-256 of the token in the link, in hexadecimal.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub token_hash: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Whom it concerns; none before there is an account.
    #[sea_orm(indexed)]
    pub user_id: Option<i64>,
    /// What was typed before the mail went out.
    #[sea_orm(column_type = "Json")]
    pub payload: Json,
    /// When it was sent.
    pub created_at: DateTimeUtc,
    /// When it ends.
    #[sea_orm(indexed)]
    pub expires_at: DateTimeUtc,
    /// Whom it concerns.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
