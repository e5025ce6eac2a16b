//! Users: who signs in and who is named as an author.

use sea_orm_migration::prelude::*;

use crate::columns::{id, instant, long_text, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "users")
                    .col(id())
                    .col(ColumnDef::new("username").string_len(40).not_null().unique_key())
                    .col(ColumnDef::new("email").string_len(254).not_null().unique_key())
                    .col(ColumnDef::new("display_name").string_len(80).not_null())
                    .col(long_text(manager, "bio"))
                    .col(ColumnDef::new("role").string_len(16).not_null().default("author"))
                    .col(ColumnDef::new("password_hash").string_len(255))
                    .col(ColumnDef::new("is_active").boolean().not_null().default(true))
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("users").take()).await
    }
}
