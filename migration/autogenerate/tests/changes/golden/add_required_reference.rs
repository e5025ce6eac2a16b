//! Add required reference.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: posts.reviewer_id must have a value: the rows that are there get the first users.id.
        TableChange::of("posts")
            .add_column(ColumnDef::new("reviewer_id").big_integer().not_null())
            .fill_reference("reviewer_id", "users", "id")
            .add_foreign_key(ForeignKey::create().from("posts", "reviewer_id").to("users", "id"))
            .run(manager)
            .await?;
        manager
            .create_index(
                Index::create().name("idx_posts_reviewer_id").table("posts").col("reviewer_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.reviewer_id goes.
        TableChange::of("posts")
            .drop_foreign_key(&["reviewer_id"])
            .drop_index("idx_posts_reviewer_id")
            .drop_column("reviewer_id")
            .run(manager)
            .await
    }
}
