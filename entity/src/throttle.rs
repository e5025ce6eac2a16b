//! How often something was tried lately.

use sea_orm::entity::prelude::*;

/// A row of `throttles`: one counter of the generic cell rate algorithm (ITU-T I.371), which is one number.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttles")]
pub struct Model {
    /// What is counted, and whose: at most 80 characters.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(80))")]
    pub key: String,
    /// The theoretical arrival time: when the counter is empty again, in milliseconds since 1970.
    #[sea_orm(indexed)]
    pub free_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
