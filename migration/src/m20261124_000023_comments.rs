//! What readers say about posts, and whether a post takes comments.

use autogenerate::Object;
use sea_orm_migration::{
    prelude::*,
    sea_query::{ForeignKey, ForeignKeyAction},
};

use crate::columns::{foreign_key, id, index, instant, long_text, reference, table};

/// What no entity can express, for the autogenerator: a foreign key that takes the post's author along, and one to the
/// table itself, which reading comments has no use for.
pub const OBJECTS: [Object; 2] = [
    Object::ForeignKey("comments", &["post_id", "owner_id"]),
    Object::ForeignKey("comments", &["parent_id"]),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new("comments_open").boolean().not_null().default(true).take();
        manager.alter_table(Table::alter().table("posts").add_column(column).take()).await?;
        // What the key of two columns below refers to.
        manager.create_index(index("posts", "owner", &["id", "user_id"]).unique().take()).await?;
        manager
            .create_table(
                table(manager, "comments")
                    .col(id())
                    .col(reference("post_id").not_null())
                    .col(reference("owner_id").not_null())
                    .col(reference("parent_id"))
                    .col(ColumnDef::new("thread").big_integer().not_null().default(0))
                    .col(reference("user_id"))
                    .col(ColumnDef::new("author_name").string_len(80).not_null())
                    .col(ColumnDef::new("author_email").string_len(254).not_null().default(""))
                    .col(ColumnDef::new("key_hash").string_len(64))
                    .col(ColumnDef::new("sent_hash").string_len(64).not_null().unique_key())
                    .col(ColumnDef::new("text_hash").string_len(64).not_null())
                    .col(long_text(manager, "body"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("excerpt").string_len(200).not_null())
                    .col(ColumnDef::new("status").string_len(16).not_null().default("pending"))
                    .col(ColumnDef::new("reason").string_len(200).not_null().default(""))
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .col(instant(manager, "edited_at"))
                    // The owner follows the post: a post that is handed over takes its comments along.
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_comments_post_id")
                            .from("comments", ("post_id", "owner_id"))
                            .to("posts", ("id", "user_id"))
                            .on_delete(ForeignKeyAction::Cascade)
                            .on_update(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(&mut foreign_key(
                        "comments",
                        "parent_id",
                        "comments",
                        ForeignKeyAction::SetNull,
                    ))
                    .foreign_key(&mut foreign_key("comments", "user_id", "users", ForeignKeyAction::SetNull))
                    .take(),
            )
            .await?;
        for (name, columns) in [
            ("post", &["post_id", "owner_id"][..]),
            // A post's page walks along this one: thread by thread, each from its beginning.
            ("shown", &["post_id", "status", "thread", "id"]),
            ("parent_id", &["parent_id"]),
            // The queue, of all and of one author's posts.
            ("queue", &["status", "created_at", "id"]),
            ("owner", &["owner_id", "status", "created_at", "id"]),
            ("created_at", &["created_at", "id"]),
            // Whether somebody is known already; what a browser sent.
            ("user", &["user_id", "status"]),
            ("email", &["author_email", "status"]),
            ("key", &["key_hash", "post_id"]),
            ("text", &["text_hash", "status"]),
        ] {
            manager.create_index(index("comments", name, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("comments").take()).await?;
        manager.drop_index(Index::drop().name("idx_posts_owner").table("posts").to_owned()).await?;
        manager.alter_table(Table::alter().table("posts").drop_column("comments_open").take()).await
    }
}
