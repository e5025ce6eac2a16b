//! Where old addresses lead.

use sea_orm::entity::prelude::*;

/// A row of `redirects`: an old path of this site and the path that took its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redirects")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Unique, percent-decoded, with a leading and no trailing slash, at most 500 characters.
    #[sea_orm(unique, column_type = "String(StringLen::N(500))")]
    pub old_path: String,
    /// Of the same form.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub new_path: String,
    /// When the row was made.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
