//! Change everything.

use autogenerate::TableChange;
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
        // Loses data: what is in users.role goes.
        TableChange::of("users")
            .add_column(ColumnDef::new("karma").integer().not_null().default(0))
            .change_column(ColumnDef::new("note").string_len(120))
            .change_column(ColumnDef::new("age").big_integer())
            .drop_column("role")
            .run(manager)
            .await?;
        manager
            .create_index(Index::create().name("idx_users_note").table("users").col("note").unique().take())
            .await?;
        // Loses data: posts.words must have a value: the rows that are there get 0.
        // Loses data: rows without posts.editor_id get 0.
        // Loses data: what is in posts.body goes.
        TableChange::of("posts")
            .drop_index("idx_posts_status_views")
            .add_column(ColumnDef::new("words").integer().not_null())
            .fill("words", 0)
            .change_column(ColumnDef::new("status").string_len(24).not_null().default("draft"))
            .change_column(ColumnDef::new("editor_id").big_integer().not_null())
            .fill("editor_id", 0)
            .drop_column("body")
            .run(manager)
            .await?;
        manager
            .create_index(Index::create().name("idx_posts_size").table("posts").col("size").take())
            .await?;
        // Loses data: the rows of post_tags go.
        manager.drop_table(Table::drop().table("post_tags").take()).await?;
        // Loses data: the rows of tags go.
        manager.drop_table(Table::drop().table("tags").take()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.drop_type(Type::drop().name("role").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
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
        // Loses data: what is in users.note may not fit.
        // Loses data: what is in users.age may not fit; rows without users.age get 0.
        // Loses data: what is in users.karma goes.
        TableChange::of("users")
            .drop_unique(&["note"])
            .add_column(
                ColumnDef::new("role").enumeration("role", ["member", "editor"]).not_null().default("member"),
            )
            .change_column(ColumnDef::new("note").string_len(100))
            .change_column(ColumnDef::new("age").integer().not_null())
            .fill("age", 0)
            .drop_column("karma")
            .run(manager)
            .await?;
        // Loses data: posts.body must have a value: the rows that are there get "".
        // Loses data: what is in posts.status may not fit.
        // Loses data: what is in posts.words goes.
        TableChange::of("posts")
            .drop_index("idx_posts_size")
            .add_column(ColumnDef::new("body").text().not_null())
            .fill("body", "")
            .change_column(ColumnDef::new("status").string_len(16).not_null().default("draft"))
            .change_column(ColumnDef::new("editor_id").big_integer())
            .drop_column("words")
            .run(manager)
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
}
