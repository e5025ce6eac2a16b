//! Drop wide index with reference.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in notes.number goes.
        TableChange::of("notes").drop_index("idx_notes_number").drop_column("number").run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: notes.number must have a value: the rows that are there get 0.
        TableChange::of("notes")
            .add_column(ColumnDef::new("number").integer().not_null())
            .fill("number", 0)
            .run(manager)
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_notes_number")
                    .table("notes")
                    .col("customer_id")
                    .col("number")
                    .take(),
            )
            .await
    }
}
