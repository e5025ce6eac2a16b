//! Create tables in a circle.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("chickens")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("egg_id").big_integer())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("eggs")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("chicken_id").big_integer())
                    .foreign_key(
                        ForeignKey::create()
                            .from("eggs", "chicken_id")
                            .to("chickens", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        TableChange::of("chickens")
            .add_foreign_key(
                ForeignKey::create()
                    .from("chickens", "egg_id")
                    .to("eggs", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("chickens").drop_foreign_key(&["egg_id"]).run(manager).await?;
        // Loses data: the rows of eggs go.
        manager.drop_table(Table::drop().table("eggs").take()).await?;
        // Loses data: the rows of chickens go.
        manager.drop_table(Table::drop().table("chickens").take()).await
    }
}
