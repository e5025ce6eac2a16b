//! What becomes of a post: shown to some before it is public, thrown away and brought back; and its cover.

use sea_orm_migration::prelude::*;

use crate::columns::{index, instant};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            instant(manager, "trashed_at"),
            ColumnDef::new("preview_key").string_len(64).take(),
            ColumnDef::new("cover").string_len(300).not_null().default("").take(),
            ColumnDef::new("cover_alt").string_len(500).not_null().default("").take(),
        ];
        // SQLite adds one column at a time.
        for column in columns {
            manager.alter_table(Table::alter().table("posts").add_column(column).take()).await?;
        }
        manager.create_index(index("posts", "trashed_at", &["trashed_at"])).await?;
        manager.create_index(index("posts", "preview_key", &["preview_key"]).unique().take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["idx_posts_trashed_at", "idx_posts_preview_key"] {
            manager.drop_index(Index::drop().name(name).table("posts").to_owned()).await?;
        }
        for column in ["trashed_at", "preview_key", "cover", "cover_alt"] {
            manager.alter_table(Table::alter().table("posts").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
