//! Integer to string.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in users.age may not fit.
        TableChange::of("users")
            .change_column(ColumnDef::new("age").string_len(10).not_null())
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in users.age may not fit.
        TableChange::of("users").change_column(ColumnDef::new("age").integer().not_null()).run(manager).await
    }
}
