//! Create join table.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("bookmarks")
                    .col(ColumnDef::new("user_id").big_integer().not_null())
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .primary_key(Index::create().col("user_id").col("post_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("bookmarks", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("bookmarks", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_bookmarks_post_id").table("bookmarks").col("post_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of bookmarks go.
        manager.drop_table(Table::drop().table("bookmarks").take()).await
    }
}
