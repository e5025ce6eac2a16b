//! First team worker.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("teams")
                    .col(ColumnDef::new("id").integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("lead_id").integer())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("workers")
                    .col(ColumnDef::new("id").integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("team_id").integer())
                    .foreign_key(ForeignKey::create().from("workers", "team_id").to("teams", "id"))
                    .take(),
            )
            .await?;
        TableChange::of("teams")
            .add_foreign_key(ForeignKey::create().from("teams", "lead_id").to("workers", "id"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("teams").drop_foreign_key(&["lead_id"]).run(manager).await?;
        // Loses data: the rows of workers go.
        manager.drop_table(Table::drop().table("workers").take()).await?;
        // Loses data: the rows of teams go.
        manager.drop_table(Table::drop().table("teams").take()).await
    }
}
