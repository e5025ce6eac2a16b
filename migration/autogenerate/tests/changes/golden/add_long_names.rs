//! Add long names.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .add_column(
                ColumnDef::new("reviewer_who_said_that_it_could_be_shown_to_everyone_first").big_integer(),
            )
            .add_column(
                ColumnDef::new("reviewer_who_said_that_it_could_be_shown_to_everyone_later").big_integer(),
            )
            .add_foreign_key(
                ForeignKey::create()
                    .from("posts", "reviewer_who_said_that_it_could_be_shown_to_everyone_first")
                    .to("users", "id"),
            )
            .add_foreign_key(
                ForeignKey::create()
                    .from("posts", "reviewer_who_said_that_it_could_be_shown_to_everyone_later")
                    .to("users", "id"),
            )
            .run(manager)
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_reviewer_who_said_that_it_could_be_shown_to__69dd4694")
                    .table("posts")
                    .col("reviewer_who_said_that_it_could_be_shown_to_everyone_first")
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_reviewer_who_said_that_it_could_be_shown_to__413e3588")
                    .table("posts")
                    .col("reviewer_who_said_that_it_could_be_shown_to_everyone_later")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.reviewer_who_said_that_it_could_be_shown_to_everyone_first goes.
        // Loses data: what is in posts.reviewer_who_said_that_it_could_be_shown_to_everyone_later goes.
        TableChange::of("posts")
            .drop_foreign_key(&["reviewer_who_said_that_it_could_be_shown_to_everyone_first"])
            .drop_foreign_key(&["reviewer_who_said_that_it_could_be_shown_to_everyone_later"])
            .drop_index("idx_posts_reviewer_who_said_that_it_could_be_shown_to__69dd4694")
            .drop_index("idx_posts_reviewer_who_said_that_it_could_be_shown_to__413e3588")
            .drop_column("reviewer_who_said_that_it_could_be_shown_to_everyone_first")
            .drop_column("reviewer_who_said_that_it_could_be_shown_to_everyone_later")
            .run(manager)
            .await
    }
}
