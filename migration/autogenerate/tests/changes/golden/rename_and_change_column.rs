//! Rename and change column.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("users").rename_column("note", "about").take()).await?;
        TableChange::of("users").change_column(ColumnDef::new("about").text()).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("users").rename_column("about", "note").take()).await?;
        // Loses data: what is in users.note may not fit.
        TableChange::of("users").change_column(ColumnDef::new("note").string_len(100)).run(manager).await
    }
}
