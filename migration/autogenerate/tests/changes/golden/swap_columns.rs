//! Swap columns.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("posts").rename_column("size", "size_before").take())
            .await?;
        manager.alter_table(Table::alter().table("posts").rename_column("views", "size").take()).await?;
        manager.alter_table(Table::alter().table("posts").rename_column("size_before", "views").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("posts").rename_column("views", "views_before").take())
            .await?;
        manager.alter_table(Table::alter().table("posts").rename_column("size", "views").take()).await?;
        manager.alter_table(Table::alter().table("posts").rename_column("views_before", "size").take()).await
    }
}
