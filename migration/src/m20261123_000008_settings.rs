//! What the owner of the site decided.

use sea_orm_migration::prelude::*;

use crate::columns::{instant, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "settings")
                    .col(ColumnDef::new("key").string_len(60).not_null().primary_key())
                    .col(ColumnDef::new("value").json().not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("settings").take()).await
    }
}
