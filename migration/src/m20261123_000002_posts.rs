//! Posts, with the indexes that their lists are read from.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, instant, long_text, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "posts")
                    .col(id())
                    .col(ColumnDef::new("title").string_len(200).not_null())
                    .col(ColumnDef::new("slug").string_len(200).not_null().unique_key())
                    .col(long_text(manager, "content"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("summary").string_len(500).not_null())
                    .col(ColumnDef::new("excerpt").string_len(500).not_null())
                    .col(ColumnDef::new("toc").json().not_null())
                    .col(ColumnDef::new("word_count").integer().not_null().default(0))
                    .col(ColumnDef::new("status").string_len(16).not_null().default("draft"))
                    .col(instant(manager, "published_at"))
                    .col(ColumnDef::new("pinned").boolean().not_null().default(false))
                    .col(ColumnDef::new("extra").json().not_null())
                    .col(reference("user_id").not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .foreign_key(&mut foreign_key("posts", "user_id", "users", ForeignKeyAction::Cascade))
                    .take(),
            )
            .await?;
        // Each list is a walk along one of these, backwards, that never touches the rows it skips: the home page,
        // the archive (and older/newer), an author's posts.
        for (name, columns) in [
            ("home", ["status", "pinned", "published_at", "id"]),
            ("author", ["user_id", "status", "published_at", "id"]),
        ] {
            manager.create_index(index("posts", name, &columns)).await?;
        }
        manager.create_index(index("posts", "archive", &["status", "published_at", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("posts").take()).await
    }
}
