//! Change primary key.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::MySql {
            manager
                .drop_index(Index::drop().name("idx_post_tags_tag_id").table("post_tags").to_owned())
                .await?;
        }
        TableChange::of("post_tags").primary_key(&["tag_id", "post_id"]).run(manager).await?;
        if !manager.has_index("post_tags", "idx_post_tags_post_id").await? {
            manager
                .create_index(
                    Index::create().name("idx_post_tags_post_id").table("post_tags").col("post_id").take(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::MySql {
            manager
                .drop_index(Index::drop().name("idx_post_tags_post_id").table("post_tags").to_owned())
                .await?;
        }
        TableChange::of("post_tags").primary_key(&["post_id", "tag_id"]).run(manager).await?;
        if !manager.has_index("post_tags", "idx_post_tags_tag_id").await? {
            manager
                .create_index(
                    Index::create().name("idx_post_tags_tag_id").table("post_tags").col("tag_id").take(),
                )
                .await?;
        }
        Ok(())
    }
}
