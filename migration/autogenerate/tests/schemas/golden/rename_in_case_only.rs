//! Rename in case only.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("Things", "things_before").take()).await?;
        manager.rename_table(Table::rename().table("things_before", "things").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("things", "Things_before").take()).await?;
        manager.rename_table(Table::rename().table("Things_before", "Things").take()).await
    }
}
