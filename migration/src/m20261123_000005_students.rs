//! Students and their enrolments.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, instant, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "students")
                    .col(id())
                    .col(ColumnDef::new("name").string_len(80).not_null())
                    .col(ColumnDef::new("email").string_len(254).unique_key())
                    .col(reference("user_id").unique_key())
                    .col(instant(manager, "created_at").not_null())
                    .col(instant(manager, "updated_at").not_null())
                    .foreign_key(&mut foreign_key("students", "user_id", "users", ForeignKeyAction::SetNull))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table(manager, "enrollments")
                    .col(reference("student_id").not_null())
                    .col(reference("course_id").not_null())
                    .col(ColumnDef::new("status").string_len(16).not_null().default("active"))
                    .col(ColumnDef::new("source").string_len(16).not_null().default("roster"))
                    .col(instant(manager, "enrolled_at").not_null())
                    .col(instant(manager, "completed_at"))
                    .col(reference("last_lesson_id"))
                    .primary_key(Index::create().col("student_id").col("course_id"))
                    .foreign_key(&mut foreign_key(
                        "enrollments",
                        "student_id",
                        "students",
                        ForeignKeyAction::Cascade,
                    ))
                    .foreign_key(&mut foreign_key(
                        "enrollments",
                        "course_id",
                        "courses",
                        ForeignKeyAction::Cascade,
                    ))
                    .foreign_key(&mut foreign_key(
                        "enrollments",
                        "last_lesson_id",
                        "lessons",
                        ForeignKeyAction::SetNull,
                    ))
                    .take(),
            )
            .await?;
        manager.create_index(index("enrollments", "roster", &["course_id", "status", "student_id"])).await?;
        manager.create_index(index("enrollments", "last_lesson_id", &["last_lesson_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("enrollments").take()).await?;
        manager.drop_table(Table::drop().table("students").take()).await
    }
}
