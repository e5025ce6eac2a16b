//! First bill item.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("bills")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("tenant").big_integer().not_null())
                    .col(ColumnDef::new("number").integer().not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_bills_tn")
                    .table("bills")
                    .col("tenant")
                    .col("number")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("items")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("tenant").big_integer().not_null())
                    .col(ColumnDef::new("bill").integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("items", ("tenant", "bill"))
                            .to("bills", ("tenant", "number"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of items go.
        manager.drop_table(Table::drop().table("items").take()).await?;
        // Loses data: the rows of bills go.
        manager.drop_table(Table::drop().table("bills").take()).await
    }
}
