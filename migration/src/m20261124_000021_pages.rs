//! Pages that are no posts: about, imprint.

use sea_orm_migration::prelude::*;

use crate::columns::{id, instant, long_text, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "pages")
                    .col(id())
                    .col(ColumnDef::new("title").string_len(200).not_null())
                    .col(ColumnDef::new("slug").string_len(200).not_null().unique_key())
                    .col(ColumnDef::new("summary").string_len(500).not_null())
                    .col(long_text(manager, "content"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("excerpt").string_len(500).not_null())
                    .col(ColumnDef::new("is_published").boolean().not_null().default(false))
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("pages").take()).await
    }
}
