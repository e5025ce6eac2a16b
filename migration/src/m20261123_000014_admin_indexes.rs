//! Indexes for the admin's list of posts. What it filters, counts, sorts and searches by is read from them alone: the
//! rows themselves hold whole texts, and reading past these is what takes time.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// By the last change, by author, by state: each with all that the list reads of posts that it does not show.
const INDEXES: [(&str, &[&str]); 3] = [
    ("changed", &["updated_at", "id", "status", "user_id", "pinned", "published_at", "title", "slug"]),
    ("admin_author", &["user_id", "status", "pinned", "published_at", "updated_at", "title", "slug"]),
    ("admin_status", &["status", "user_id", "pinned", "published_at", "updated_at", "title", "slug"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in INDEXES {
            manager.create_index(index("posts", name, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let name = format!("idx_posts_{name}");
            manager.drop_index(Index::drop().name(name).table("posts").to_owned()).await?;
        }
        Ok(())
    }
}
