//! Rename table beside new.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("posts", "articles").take()).await?;
        manager
            .create_table(
                Table::create()
                    .table("posts")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("title").string_len(200).not_null())
                    .col(ColumnDef::new("status").string_len(16).not_null())
                    .col(ColumnDef::new("user_id").big_integer().not_null())
                    .foreign_key(
                        ForeignKey::create()
                            .from("posts", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_posts_status").table("posts").col("status").take())
            .await?;
        manager
            .create_index(Index::create().name("idx_posts_user_id_2").table("posts").col("user_id").take())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_user_title_2")
                    .table("posts")
                    .col("title")
                    .col("user_id")
                    .unique()
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("posts", "posts_before").take()).await?;
        manager.rename_table(Table::rename().table("articles", "posts").take()).await?;
        // Loses data: the rows of posts_before go.
        manager.drop_table(Table::drop().table("posts_before").take()).await
    }
}
