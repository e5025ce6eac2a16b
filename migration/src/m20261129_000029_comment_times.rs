//! The admin's list of all comments says which posts the newest ones are on: by time, with the post, from an index alone.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

const NAME: &str = "idx_comments_created_at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &["created_at", "id", "post_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &["created_at", "id"]).await
    }
}

/// MariaDB and MySQL may have been broken off in between.
async fn replace(manager: &SchemaManager<'_>, columns: &[&'static str]) -> Result<(), DbErr> {
    if manager.has_index("comments", NAME).await? {
        manager.drop_index(Index::drop().name(NAME).table("comments").to_owned()).await?;
    }
    manager.create_index(index("comments", "created_at", columns)).await
}
