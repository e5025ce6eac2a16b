//! What the site's nodes share and nobody else knows.

use sea_orm::entity::prelude::*;

/// A row of `secrets`. Never shown, never exported.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "secrets")]
pub struct Model {
    /// What it is, at most 40 characters.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(40))")]
    pub name: String,
    /// The secret, or its hash; at most 255 characters.
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub value: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
