//! First country city.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("countries")
                    .col(ColumnDef::new("code").string_len(2).not_null().primary_key())
                    .col(ColumnDef::new("iso").string_len(3).not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_countries_iso").table("countries").col("iso").unique().take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("cities")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("country").string_len(2).not_null())
                    .foreign_key(ForeignKey::create().from("cities", "country").to("countries", "code"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of cities go.
        manager.drop_table(Table::drop().table("cities").take()).await?;
        // Loses data: the rows of countries go.
        manager.drop_table(Table::drop().table("countries").take()).await
    }
}
