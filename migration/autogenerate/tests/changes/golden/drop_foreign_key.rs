//! Drop foreign key.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").drop_foreign_key(&["user_id"]).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .add_foreign_key(
                ForeignKey::create()
                    .from("posts", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .run(manager)
            .await
    }
}
