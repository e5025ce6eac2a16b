//! Add default.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .change_column(ColumnDef::new("title").string_len(200).not_null().default("Untitled"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .change_column(ColumnDef::new("title").string_len(200).not_null())
            .run(manager)
            .await
    }
}
