//! Instant to date.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.published_at may not fit.
        TableChange::of("posts").change_column(ColumnDef::new("published_at").date()).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .change_column(ColumnDef::new("published_at").timestamp_with_time_zone())
            .run(manager)
            .await
    }
}
