//! Required to nullable.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").change_column(ColumnDef::new("body").text()).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: rows without posts.body get "".
        TableChange::of("posts")
            .change_column(ColumnDef::new("body").text().not_null())
            .fill("body", "")
            .run(manager)
            .await
    }
}
