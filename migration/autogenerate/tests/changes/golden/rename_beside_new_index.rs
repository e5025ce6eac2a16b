//! Rename beside new index.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("posts").rename_column("editor_id", "reviewer_id").take())
            .await?;
        manager
            .alter_table(
                Table::alter().table("posts").add_column(ColumnDef::new("editor_id").integer()).take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_posts_editor_id_2").table("posts").col("editor_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("posts").rename_column("editor_id", "editor_id_before").take())
            .await?;
        manager
            .alter_table(Table::alter().table("posts").rename_column("reviewer_id", "editor_id").take())
            .await?;
        manager.drop_index(Index::drop().name("idx_posts_editor_id_2").table("posts").to_owned()).await?;
        // Loses data: what is in posts.editor_id_before goes.
        manager.alter_table(Table::alter().table("posts").drop_column("editor_id_before").take()).await
    }
}
