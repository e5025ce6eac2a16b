//! Create tables of unique.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(Index::create().name("idx_users_age").table("users").col("age").unique().take())
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("badges")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("label").string_len(50).not_null())
                    .col(ColumnDef::new("user_age").integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("badges", "user_age")
                            .to("users", "age")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_badges_label").table("badges").col("label").unique().take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("awards")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("badge_label").string_len(50).not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("awards", "badge_label")
                            .to("badges", "label")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("badges").drop_foreign_key(&["user_age"]).run(manager).await?;
        manager.drop_index(Index::drop().name("idx_users_age").table("users").to_owned()).await?;
        // Loses data: the rows of awards go.
        manager.drop_table(Table::drop().table("awards").take()).await?;
        // Loses data: the rows of badges go.
        manager.drop_table(Table::drop().table("badges").take()).await
    }
}
