//! First customer profile indexed.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("customers")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("name").string().not_null())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("profiles")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("customer_id").big_integer().not_null())
                    .foreign_key(ForeignKey::create().from("profiles", "customer_id").to("customers", "id"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_profiles_customer_id").table("profiles").col("customer_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of profiles go.
        manager.drop_table(Table::drop().table("profiles").take()).await?;
        // Loses data: the rows of customers go.
        manager.drop_table(Table::drop().table("customers").take()).await
    }
}
