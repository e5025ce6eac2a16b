//! Tags, and which post has which.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "tags")
                    .col(id())
                    .col(ColumnDef::new("name").string_len(50).not_null())
                    .col(ColumnDef::new("slug").string_len(50).not_null().unique_key())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "post_tags")
                    .col(reference("post_id").not_null())
                    .col(reference("tag_id").not_null())
                    .primary_key(Index::create().col("post_id").col("tag_id"))
                    .foreign_key(&mut foreign_key("post_tags", "post_id", "posts", ForeignKeyAction::Cascade))
                    .foreign_key(&mut foreign_key("post_tags", "tag_id", "tags", ForeignKeyAction::Cascade))
                    .take(),
            )
            .await?;
        manager.create_index(index("post_tags", "tag_id", &["tag_id", "post_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("post_tags").take()).await?;
        manager.drop_table(Table::drop().table("tags").take()).await
    }
}
