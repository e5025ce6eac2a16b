//! Who changed what, and when.

use sea_orm::entity::prelude::*;

/// A row of `admin_log`. It outlives the row that it tells of, and the user who did it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "admin_log")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When.
    pub at: DateTimeUtc,
    /// Who, while they have an account.
    #[sea_orm(indexed)]
    pub user_id: Option<i64>,
    /// Who, by their name at the time; at most 80 characters.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    pub user_name: String,
    /// Of which kind the row is, as the admin's addresses name it; at most 40 characters.
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub resource: String,
    /// The row's primary key, as text of at most 60 characters.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub row_id: String,
    /// What the row was called at the time, at most 200 characters.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub row_title: String,
    /// `create`, `change`, `delete`, or the name of a bulk action; at most 20 characters.
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub action: String,
    /// The changed fields: `[{"field", "label", "old", "new"}]`; of a deleted row, all of them.
    #[sea_orm(column_type = "Json")]
    pub changes: Json,
    /// Who.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
