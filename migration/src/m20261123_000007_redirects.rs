//! Where old addresses lead.

use sea_orm_migration::prelude::*;

use crate::columns::{id, instant, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "redirects")
                    .col(id())
                    .col(ColumnDef::new("old_path").string_len(500).not_null().unique_key())
                    .col(ColumnDef::new("new_path").string_len(500).not_null())
                    .col(instant(manager, "created_at").not_null())
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("redirects").take()).await
    }
}
