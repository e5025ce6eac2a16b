//! What posts were, and what is being typed.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, instant, long_text, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "post_revisions")
                    .col(id())
                    .col(reference("post_id"))
                    .col(reference("user_id"))
                    .col(ColumnDef::new("kind").string_len(16).not_null())
                    .col(ColumnDef::new("tab").string_len(64))
                    .col(ColumnDef::new("base").string_len(64).not_null())
                    .col(long_text(manager, "title"))
                    .col(long_text(manager, "content"))
                    .col(ColumnDef::new("fields").json().not_null())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .foreign_key(&mut foreign_key(
                        "post_revisions",
                        "post_id",
                        "posts",
                        ForeignKeyAction::Cascade,
                    ))
                    .foreign_key(&mut foreign_key(
                        "post_revisions",
                        "user_id",
                        "users",
                        ForeignKeyAction::SetNull,
                    ))
                    .take(),
            )
            .await?;
        manager.create_index(index("post_revisions", "post", &["post_id", "id"])).await?;
        // Of the rows without a tab there may be any number: nothing is like nothing.
        manager.create_index(index("post_revisions", "tab", &["user_id", "tab"]).unique().take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("post_revisions").take()).await
    }
}
