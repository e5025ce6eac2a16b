//! Uploaded and imported files.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, instant, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "media")
                    .col(id())
                    .col(ColumnDef::new("filename").string_len(255).not_null())
                    .col(ColumnDef::new("content_type").string_len(100).not_null())
                    .col(ColumnDef::new("size").big_integer().not_null())
                    .col(ColumnDef::new("sha256").char_len(64).not_null().unique_key())
                    .col(ColumnDef::new("width").integer())
                    .col(ColumnDef::new("height").integer())
                    .col(ColumnDef::new("alt").string_len(500).not_null())
                    .col(reference("user_id"))
                    .col(instant(manager, "created_at").not_null())
                    .foreign_key(&mut foreign_key("media", "user_id", "users", ForeignKeyAction::SetNull))
                    .take(),
            )
            .await?;
        manager.create_index(index("media", "user_id", &["user_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("media").take()).await
    }
}
