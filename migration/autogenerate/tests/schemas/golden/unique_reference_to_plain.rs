//! Unique reference to plain.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("profiles").drop_unique(&["customer_id"]).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(
                Index::create()
                    .name("idx_profiles_customer_id")
                    .table("profiles")
                    .col("customer_id")
                    .unique()
                    .take(),
            )
            .await
    }
}
