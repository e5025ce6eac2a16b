//! Narrow key.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").drop_foreign_key(&["user_id"]).run(manager).await?;
        // Loses data: what is in users.id may not fit.
        TableChange::of("users")
            .change_column(ColumnDef::new("id").integer().not_null().auto_increment())
            .run(manager)
            .await?;
        // Loses data: what is in posts.user_id may not fit.
        TableChange::of("posts")
            .change_column(ColumnDef::new("user_id").integer().not_null())
            .add_foreign_key(
                ForeignKey::create()
                    .from("posts", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").drop_foreign_key(&["user_id"]).run(manager).await?;
        TableChange::of("users")
            .change_column(ColumnDef::new("id").big_integer().not_null().auto_increment())
            .run(manager)
            .await?;
        TableChange::of("posts")
            .change_column(ColumnDef::new("user_id").big_integer().not_null())
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
