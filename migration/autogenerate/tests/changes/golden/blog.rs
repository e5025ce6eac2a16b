//! Blog.

use sea_orm_migration::{
    prelude::*,
    sea_orm::DbBackend,
    sea_query::{ForeignKeyAction, extension::postgres::Type},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .create_type(Type::create().as_enum("role").values(["member", "editor"]).to_owned())
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("tags")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("name").string_len(50).not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_tags_name").table("tags").col("name").unique().take())
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("users")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("username").string_len(40).not_null())
                    .col(ColumnDef::new("note").string_len(100))
                    .col(ColumnDef::new("age").integer().not_null())
                    .col(ColumnDef::new("is_active").boolean().not_null().default(true))
                    .col(
                        ColumnDef::new("role")
                            .enumeration("role", ["member", "editor"])
                            .not_null()
                            .default("member"),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_users_username").table("users").col("username").unique().take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("posts")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("title").string_len(200).not_null())
                    .col(ColumnDef::new("body").text().not_null())
                    .col(ColumnDef::new("views").integer().not_null().default(0))
                    .col(ColumnDef::new("size").big_integer().not_null())
                    .col(ColumnDef::new("status").string_len(16).not_null().default("draft"))
                    .col(ColumnDef::new("published_at").timestamp_with_time_zone())
                    .col(ColumnDef::new("user_id").big_integer().not_null())
                    .col(ColumnDef::new("editor_id").big_integer())
                    .foreign_key(
                        ForeignKey::create()
                            .from("posts", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_posts_editor_id").table("posts").col("editor_id").take())
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
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_posts_status_views")
                    .table("posts")
                    .col("status")
                    .col("views")
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("post_tags")
                    .col(ColumnDef::new("post_id").big_integer().not_null())
                    .col(ColumnDef::new("tag_id").big_integer().not_null())
                    .primary_key(Index::create().col("post_id").col("tag_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_tags", "post_id")
                            .to("posts", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("post_tags", "tag_id")
                            .to("tags", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("idx_post_tags_tag_id").table("post_tags").col("tag_id").take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of post_tags go.
        manager.drop_table(Table::drop().table("post_tags").take()).await?;
        // Loses data: the rows of posts go.
        manager.drop_table(Table::drop().table("posts").take()).await?;
        // Loses data: the rows of users go.
        manager.drop_table(Table::drop().table("users").take()).await?;
        // Loses data: the rows of tags go.
        manager.drop_table(Table::drop().table("tags").take()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.drop_type(Type::drop().name("role").to_owned()).await?;
        }
        Ok(())
    }
}
