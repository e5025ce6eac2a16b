//! Integer to required boolean.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.editor_id may not fit; rows without posts.editor_id get false.
        TableChange::of("posts")
            .change_column(ColumnDef::new("editor_id").boolean().not_null())
            .fill("editor_id", false)
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").change_column(ColumnDef::new("editor_id").big_integer()).run(manager).await
    }
}
