//! Which student completed which lesson.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, index, instant, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "lesson_completions";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, TABLE)
                    .col(reference("student_id").not_null())
                    .col(reference("lesson_id").not_null())
                    .col(instant(manager, "completed_at").not_null())
                    .primary_key(Index::create().col("student_id").col("lesson_id"))
                    .foreign_key(&mut foreign_key(TABLE, "student_id", "students", ForeignKeyAction::Cascade))
                    .foreign_key(&mut foreign_key(TABLE, "lesson_id", "lessons", ForeignKeyAction::Cascade))
                    .take(),
            )
            .await?;
        manager.create_index(index(TABLE, "lesson_id", &["lesson_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).take()).await
    }
}
