//! How often what readers see may have changed.

use sea_orm::entity::prelude::*;

/// The one row of `content_version`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "content_version")]
pub struct Model {
    /// Primary key: 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Raised by each transaction that may have changed it.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
