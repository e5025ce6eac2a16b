//! Create names that run together.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("pins")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("of_user_id").big_integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("pins", "of_user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_pins_of_user_id").table("pins").col("of_user_id").take())
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("pins_of")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("user_id").big_integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("pins_of", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_pins_of_user_id_2").table("pins_of").col("user_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of pins_of go.
        manager.drop_table(Table::drop().table("pins_of").take()).await?;
        // Loses data: the rows of pins go.
        manager.drop_table(Table::drop().table("pins").take()).await
    }
}
