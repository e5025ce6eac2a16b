//! Swap tables.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("tags", "tags_before").take()).await?;
        manager.rename_table(Table::rename().table("users", "tags").take()).await?;
        manager.rename_table(Table::rename().table("tags_before", "users").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("users", "users_before").take()).await?;
        manager.rename_table(Table::rename().table("tags", "users").take()).await?;
        manager.rename_table(Table::rename().table("users_before", "tags").take()).await
    }
}
