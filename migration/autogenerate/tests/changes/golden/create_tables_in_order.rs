//! Create tables in order.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("units")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("position").integer().not_null())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("quizzes")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("unit_id").big_integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("quizzes", "unit_id")
                            .to("units", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("attempts")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("quiz_id").big_integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("attempts", "quiz_id")
                            .to("quizzes", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of attempts go.
        manager.drop_table(Table::drop().table("attempts").take()).await?;
        // Loses data: the rows of quizzes go.
        manager.drop_table(Table::drop().table("quizzes").take()).await?;
        // Loses data: the rows of units go.
        manager.drop_table(Table::drop().table("units").take()).await
    }
}
