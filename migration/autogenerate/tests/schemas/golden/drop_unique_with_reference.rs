//! Drop unique with reference.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("notes").drop_unique(&["customer_id", "number"]).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(
                Index::create()
                    .name("idx_notes_cn")
                    .table("notes")
                    .col("customer_id")
                    .col("number")
                    .unique()
                    .take(),
            )
            .await
    }
}
