//! Change default.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .change_column(ColumnDef::new("status").string_len(16).not_null().default("idea"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .change_column(ColumnDef::new("status").string_len(16).not_null().default("draft"))
            .run(manager)
            .await
    }
}
