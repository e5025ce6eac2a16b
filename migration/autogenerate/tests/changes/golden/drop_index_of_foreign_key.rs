//! Drop index of foreign key.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::MySql {
            manager.drop_index(Index::drop().name("idx_posts_user_id").table("posts").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !manager.has_index("posts", "idx_posts_user_id").await? {
            manager
                .create_index(Index::create().name("idx_posts_user_id").table("posts").col("user_id").take())
                .await?;
        }
        Ok(())
    }
}
