//! Drop indexed column.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_posts_status_views").table("posts").to_owned()).await?;
        // Loses data: what is in posts.status goes.
        manager.alter_table(Table::alter().table("posts").drop_column("status").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("posts")
                    .add_column(ColumnDef::new("status").string_len(16).not_null().default("draft"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_status_views")
                    .table("posts")
                    .col("status")
                    .col("views")
                    .take(),
            )
            .await
    }
}
