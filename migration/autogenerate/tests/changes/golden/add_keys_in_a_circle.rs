//! Add keys in a circle.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter().table("posts").add_column(ColumnDef::new("code").string_len(50)).take(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter().table("posts").add_column(ColumnDef::new("user_code").string_len(50)).take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_posts_code").table("posts").col("code").unique().take())
            .await?;
        TableChange::of("users")
            .add_column(ColumnDef::new("code").string_len(50))
            .add_column(ColumnDef::new("post_code").string_len(50))
            .add_foreign_key(
                ForeignKey::create()
                    .from("users", "post_code")
                    .to("posts", "code")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .run(manager)
            .await?;
        manager
            .create_index(Index::create().name("idx_users_code").table("users").col("code").unique().take())
            .await?;
        TableChange::of("posts")
            .add_foreign_key(
                ForeignKey::create()
                    .from("posts", "user_code")
                    .to("users", "code")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").drop_foreign_key(&["user_code"]).run(manager).await?;
        // Loses data: what is in users.code goes.
        // Loses data: what is in users.post_code goes.
        TableChange::of("users")
            .drop_foreign_key(&["post_code"])
            .drop_unique(&["code"])
            .drop_column("code")
            .drop_column("post_code")
            .run(manager)
            .await?;
        manager.drop_index(Index::drop().name("idx_posts_code").table("posts").to_owned()).await?;
        // Loses data: what is in posts.code goes.
        manager.alter_table(Table::alter().table("posts").drop_column("code").take()).await?;
        // Loses data: what is in posts.user_code goes.
        manager.alter_table(Table::alter().table("posts").drop_column("user_code").take()).await
    }
}
