//! Unique reference to indexed.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("profiles").drop_unique(&["customer_id"]).run(manager).await?;
        if !manager.has_index("profiles", "idx_profiles_customer_id_2").await? {
            manager
                .create_index(
                    Index::create()
                        .name("idx_profiles_customer_id_2")
                        .table("profiles")
                        .col("customer_id")
                        .take(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::MySql {
            manager
                .drop_index(Index::drop().name("idx_profiles_customer_id_2").table("profiles").to_owned())
                .await?;
        }
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
