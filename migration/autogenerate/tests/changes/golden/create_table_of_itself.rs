//! Create table of itself.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("folders")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("parent_id").big_integer())
                    .foreign_key(
                        ForeignKey::create()
                            .from("folders", "parent_id")
                            .to("folders", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_folders_parent_id").table("folders").col("parent_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of folders go.
        manager.drop_table(Table::drop().table("folders").take()).await
    }
}
