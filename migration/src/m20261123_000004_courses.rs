//! Courses and their lessons.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, instant, long_text, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "courses")
                    .col(id())
                    .col(ColumnDef::new("name").string_len(80).not_null())
                    .col(ColumnDef::new("slug").string_len(80).not_null().unique_key())
                    .col(ColumnDef::new("summary").string_len(500).not_null())
                    .col(long_text(manager, "description"))
                    .col(long_text(manager, "html"))
                    .col(ColumnDef::new("credits").double().not_null().default(0.0))
                    .col(ColumnDef::new("is_open").boolean().not_null().default(true))
                    .col(ColumnDef::new("starts_on").date())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "lessons")
                    .col(id())
                    .col(reference("course_id").not_null())
                    .col(reference("post_id").not_null())
                    .col(ColumnDef::new("position").integer().not_null().default(0))
                    .foreign_key(&mut foreign_key(
                        "lessons",
                        "course_id",
                        "courses",
                        ForeignKeyAction::Cascade,
                    ))
                    .foreign_key(&mut foreign_key("lessons", "post_id", "posts", ForeignKeyAction::Cascade))
                    .take(),
            )
            .await?;
        manager
            .create_index(index("lessons", "course_post", &["course_id", "post_id"]).unique().take())
            .await?;
        manager.create_index(index("lessons", "order", &["course_id", "position", "id"])).await?;
        manager.create_index(index("lessons", "post_id", &["post_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("lessons").take()).await?;
        manager.drop_table(Table::drop().table("courses").take()).await
    }
}
