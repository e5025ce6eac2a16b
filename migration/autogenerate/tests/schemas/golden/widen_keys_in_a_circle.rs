//! Widen keys in a circle.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("teams").drop_foreign_key(&["lead_id"]).run(manager).await?;
        TableChange::of("workers").drop_foreign_key(&["team_id"]).run(manager).await?;
        TableChange::of("teams")
            .change_column(ColumnDef::new("id").big_integer().not_null().auto_increment())
            .change_column(ColumnDef::new("lead_id").big_integer())
            .run(manager)
            .await?;
        TableChange::of("workers")
            .change_column(ColumnDef::new("id").big_integer().not_null().auto_increment())
            .change_column(ColumnDef::new("team_id").big_integer())
            .add_foreign_key(ForeignKey::create().from("workers", "team_id").to("teams", "id"))
            .run(manager)
            .await?;
        TableChange::of("teams")
            .add_foreign_key(ForeignKey::create().from("teams", "lead_id").to("workers", "id"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("teams").drop_foreign_key(&["lead_id"]).run(manager).await?;
        TableChange::of("workers").drop_foreign_key(&["team_id"]).run(manager).await?;
        // Loses data: what is in teams.id may not fit.
        // Loses data: what is in teams.lead_id may not fit.
        TableChange::of("teams")
            .change_column(ColumnDef::new("id").integer().not_null().auto_increment())
            .change_column(ColumnDef::new("lead_id").integer())
            .run(manager)
            .await?;
        // Loses data: what is in workers.id may not fit.
        // Loses data: what is in workers.team_id may not fit.
        TableChange::of("workers")
            .change_column(ColumnDef::new("id").integer().not_null().auto_increment())
            .change_column(ColumnDef::new("team_id").integer())
            .add_foreign_key(ForeignKey::create().from("workers", "team_id").to("teams", "id"))
            .run(manager)
            .await?;
        TableChange::of("teams")
            .add_foreign_key(ForeignKey::create().from("teams", "lead_id").to("workers", "id"))
            .run(manager)
            .await
    }
}
