//! Add keys to new unique.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter().table("tags").add_column(ColumnDef::new("slug").string_len(50)).take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_tags_slug").table("tags").col("slug").unique().take())
            .await?;
        TableChange::of("users")
            .add_column(ColumnDef::new("tag_slug").string_len(50))
            .add_foreign_key(
                ForeignKey::create()
                    .from("users", "tag_slug")
                    .to("tags", "slug")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .run(manager)
            .await?;
        TableChange::of("posts")
            .add_column(ColumnDef::new("tag_slug").string_len(50))
            .add_foreign_key(
                ForeignKey::create()
                    .from("posts", "tag_slug")
                    .to("tags", "slug")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").drop_foreign_key(&["tag_slug"]).run(manager).await?;
        TableChange::of("users").drop_foreign_key(&["tag_slug"]).run(manager).await?;
        manager.drop_index(Index::drop().name("idx_tags_slug").table("tags").to_owned()).await?;
        // Loses data: what is in tags.slug goes.
        manager.alter_table(Table::alter().table("tags").drop_column("slug").take()).await?;
        // Loses data: what is in users.tag_slug goes.
        manager.alter_table(Table::alter().table("users").drop_column("tag_slug").take()).await?;
        // Loses data: what is in posts.tag_slug goes.
        manager.alter_table(Table::alter().table("posts").drop_column("tag_slug").take()).await
    }
}
