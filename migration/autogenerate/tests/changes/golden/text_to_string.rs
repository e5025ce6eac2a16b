//! Text to string.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.body may not fit.
        TableChange::of("posts")
            .change_column(ColumnDef::new("body").string_len(500).not_null())
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").change_column(ColumnDef::new("body").text().not_null()).run(manager).await
    }
}
