//! Add key to own unique.

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
            .alter_table(
                Table::alter().table("tags").add_column(ColumnDef::new("parent_slug").string_len(50)).take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_tags_slug").table("tags").col("slug").unique().take())
            .await?;
        TableChange::of("tags")
            .add_foreign_key(
                ForeignKey::create()
                    .from("tags", "parent_slug")
                    .to("tags", "slug")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in tags.slug goes.
        // Loses data: what is in tags.parent_slug goes.
        TableChange::of("tags")
            .drop_foreign_key(&["parent_slug"])
            .drop_unique(&["slug"])
            .drop_column("slug")
            .drop_column("parent_slug")
            .run(manager)
            .await
    }
}
