//! Indexes for the admin's list of comments: what it filters, counts and sorts by is read from them alone. The rows
//! themselves hold whole texts, and reading past these is what takes time.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The queue of all and of one author's posts, with the post that each comment is on; and an author's comments by time.
const INDEXES: [(&str, &[&str]); 3] = [
    ("queue", &["status", "created_at", "id", "post_id"]),
    ("owner", &["owner_id", "status", "created_at", "id", "post_id"]),
    ("owner_time", &["owner_id", "created_at", "id", "post_id"]),
];
/// The first two as they were before.
const BEFORE: [(&str, &[&str]); 2] =
    [("queue", &["status", "created_at", "id"]), ("owner", &["owner_id", "status", "created_at", "id"])];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in BEFORE {
            drop_index(manager, name).await?;
        }
        for (name, columns) in INDEXES {
            manager.create_index(index("comments", name, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            drop_index(manager, name).await?;
        }
        for (name, columns) in BEFORE {
            manager.create_index(index("comments", name, columns)).await?;
        }
        Ok(())
    }
}

async fn drop_index(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    let name = format!("idx_comments_{name}");
    manager.drop_index(Index::drop().name(name).table("comments").to_owned()).await
}
