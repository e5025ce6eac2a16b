//! The admin's list of all comments says which posts the newest ones are on: by time, with the post, from an index alone.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, "created_at", "newest", &["created_at", "id", "post_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, "newest", "created_at", &["created_at", "id"]).await
    }
}

/// The new one is made first: on PostgreSQL nobody reads the table from when an index of it is dropped until the transaction's end. MariaDB
/// and MySQL may have been broken off in between.
async fn replace(
    manager: &SchemaManager<'_>,
    old: &str,
    new: &str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let [old_name, new_name] = [old, new].map(|name| format!("idx_comments_{name}"));
    if !manager.has_index("comments", new_name).await? {
        manager.create_index(index("comments", new, columns)).await?;
    }
    if manager.has_index("comments", old_name.clone()).await? {
        manager.drop_index(Index::drop().name(old_name).table("comments").to_owned()).await?;
    }
    Ok(())
}
