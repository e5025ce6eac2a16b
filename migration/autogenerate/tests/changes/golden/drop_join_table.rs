//! Drop join table.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of post_tags go.
        manager.drop_table(Table::drop().table("post_tags").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("post_tags")
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(ColumnDef::new("tag_id").big_integer().not_null())
                    .primary_key(Index::create().col("post_id").col("tag_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_tags", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_tags", "tag_id")
                            .to("tags", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_post_tags_tag_id").table("post_tags").col("tag_id").take(),
            )
            .await
    }
}
