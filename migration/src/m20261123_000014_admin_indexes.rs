//! Indexes for the admin's list of posts. What it filters, counts, sorts and searches by is read from them alone: the
//! rows themselves hold whole texts, and reading past these is what takes time.

use sea_orm_migration::prelude::*;

use crate::columns::index;

/// In the order of what narrows most; the last two are searched.
const FILTERED: [&str; 7] = ["user_id", "status", "pinned", "published_at", "updated_at", "title", "slug"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("posts", "changed", &["updated_at", "id"])).await?;
        manager.create_index(index("posts", "admin", &FILTERED)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["idx_posts_admin", "idx_posts_changed"] {
            manager.drop_index(Index::drop().name(name).table("posts").to_owned()).await?;
        }
        Ok(())
    }
}
