//! What the owner of the site decided.

use sea_orm::entity::prelude::*;

/// A row of `settings`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
pub struct Model {
    /// The setting's name, at most 60 characters.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub key: String,
    /// Its value.
    #[sea_orm(column_type = "Json")]
    pub value: Json,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
