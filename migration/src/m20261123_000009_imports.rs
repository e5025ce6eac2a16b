//! What an import brought in, so that importing again finds it.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, instant, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "imports")
                    .col(ColumnDef::new("source").char_len(64).not_null().primary_key())
                    .col(ColumnDef::new("digest").char_len(64).not_null())
                    .col(reference("post_id").not_null().unique_key())
                    .col(instant(manager, "imported_at").not_null())
                    .foreign_key(&mut foreign_key("imports", "post_id", "posts", ForeignKeyAction::Cascade))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("imports").take()).await
    }
}
