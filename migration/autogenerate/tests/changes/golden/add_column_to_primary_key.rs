//! Add column to primary key.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("post_tags")
            .add_column(ColumnDef::new("position").integer().not_null().default(0))
            .primary_key(&["post_id", "tag_id", "position"])
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in post_tags.position goes.
        TableChange::of("post_tags")
            .primary_key(&["post_id", "tag_id"])
            .drop_column("position")
            .run(manager)
            .await
    }
}
