//! Drop foreign key column.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.user_id goes.
        TableChange::of("posts")
            .drop_foreign_key(&["user_id"])
            .drop_index("idx_posts_user_id")
            .drop_unique(&["title", "user_id"])
            .drop_column("user_id")
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: posts.user_id must have a value: the rows that are there get the first users.id.
        TableChange::of("posts")
            .add_column(ColumnDef::new("user_id").big_integer().not_null())
            .fill_reference("user_id", "users", "id")
            .add_foreign_key(
                ForeignKey::create()
                    .from("posts", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .run(manager)
            .await?;
        manager
            .create_index(Index::create().name("idx_posts_user_id").table("posts").col("user_id").take())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_user_title")
                    .table("posts")
                    .col("title")
                    .col("user_id")
                    .unique()
                    .take(),
            )
            .await
    }
}
