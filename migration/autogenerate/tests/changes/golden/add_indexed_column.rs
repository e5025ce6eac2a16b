//! Add indexed column.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("users").add_column(ColumnDef::new("born_on").date()).take())
            .await?;
        manager
            .create_index(Index::create().name("idx_users_born_on").table("users").col("born_on").take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_users_born_on").table("users").to_owned()).await?;
        // Loses data: what is in users.born_on goes.
        manager.alter_table(Table::alter().table("users").drop_column("born_on").take()).await
    }
}
