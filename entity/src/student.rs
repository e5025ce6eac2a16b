//! People on a course's roster, with or without an account.

use sea_orm::entity::prelude::*;

/// A row of `students`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "students")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// At most 80 characters.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    pub name: String,
    /// Unique where known, lower-case, at most 254 characters. Never public.
    #[sea_orm(unique, column_type = "String(StringLen::N(254))", nullable)]
    pub email: Option<String>,
    /// The account this student signs in with; the student stays when the account goes.
    #[sea_orm(unique)]
    pub user_id: Option<i64>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The account.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<super::user::Entity>>,
    /// The student's courses.
    #[sea_orm(has_many, via = "enrollment")]
    pub courses: HasMany<super::course::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
