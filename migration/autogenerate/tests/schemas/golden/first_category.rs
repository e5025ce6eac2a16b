//! First category.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("Category")
                    .col(ColumnDef::new("id").integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("order").integer().not_null())
                    .col(ColumnDef::new("parent_id").integer())
                    .foreign_key(ForeignKey::create().from("Category", "parent_id").to("Category", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_Category_parent_id").table("Category").col("parent_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of Category go.
        manager.drop_table(Table::drop().table("Category").take()).await
    }
}
