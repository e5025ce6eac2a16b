//! Rename table and column.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("tags", "labels").take()).await?;
        manager.alter_table(Table::alter().table("labels").rename_column("name", "title").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("labels", "tags").take()).await?;
        manager.alter_table(Table::alter().table("tags").rename_column("title", "name").take()).await
    }
}
