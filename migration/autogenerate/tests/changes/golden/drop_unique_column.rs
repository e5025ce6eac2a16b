//! Drop unique column.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_users_username").table("users").to_owned()).await?;
        // Loses data: what is in users.username goes.
        manager.alter_table(Table::alter().table("users").drop_column("username").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: users.username must have a value: the rows that are there get their id.
        TableChange::of("users")
            .add_column(ColumnDef::new("username").string_len(40).not_null())
            .fill("username", Expr::col("id"))
            .run(manager)
            .await?;
        manager
            .create_index(
                Index::create().name("idx_users_username").table("users").col("username").unique().take(),
            )
            .await
    }
}
