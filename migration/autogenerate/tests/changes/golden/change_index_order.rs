//! Change index order.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_posts_status_views").table("posts").to_owned()).await?;
        manager
            .create_index(Index::create().name("idx_posts_status").table("posts").col("status").take())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_views_status")
                    .table("posts")
                    .col("views")
                    .col("status")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_posts_status").table("posts").to_owned()).await?;
        manager.drop_index(Index::drop().name("idx_posts_views_status").table("posts").to_owned()).await?;
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
