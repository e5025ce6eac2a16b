//! Nullable to required.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: rows without users.note get "".
        TableChange::of("users")
            .change_column(ColumnDef::new("note").string_len(100).not_null())
            .fill("note", "")
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("users").change_column(ColumnDef::new("note").string_len(100)).run(manager).await
    }
}
