//! Files that may lie in the store without a row.

use sea_orm::entity::prelude::*;

/// A row of `media_leftovers`: a file that is about to get its first row, or has lost its last one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "media_leftovers")]
pub struct Model {
    /// The file's name in the store, at most 64 characters.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(64))")]
    pub name: String,
    /// When it is to be removed, unless it has a row then.
    #[sea_orm(indexed)]
    pub due: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
