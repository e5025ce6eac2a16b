//! Rename beside new column.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("posts").rename_column("body", "content").take()).await?;
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("body").text()).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("posts").rename_column("body", "body_before").take())
            .await?;
        manager.alter_table(Table::alter().table("posts").rename_column("content", "body").take()).await?;
        // Loses data: what is in posts.body_before goes.
        manager.alter_table(Table::alter().table("posts").drop_column("body_before").take()).await
    }
}
