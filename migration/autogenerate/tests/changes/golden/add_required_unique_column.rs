//! Add required unique column.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: users.email must have a value: the rows that are there get their id.
        TableChange::of("users")
            .add_column(ColumnDef::new("email").string_len(254).not_null())
            .fill("email", Expr::col("id"))
            .run(manager)
            .await?;
        manager
            .create_index(Index::create().name("idx_users_email").table("users").col("email").unique().take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_users_email").table("users").to_owned()).await?;
        // Loses data: what is in users.email goes.
        manager.alter_table(Table::alter().table("users").drop_column("email").take()).await
    }
}
