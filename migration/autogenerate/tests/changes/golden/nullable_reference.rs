//! Nullable reference.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts").change_column(ColumnDef::new("user_id").big_integer()).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: rows without posts.user_id get the first users.id.
        TableChange::of("posts")
            .change_column(ColumnDef::new("user_id").big_integer().not_null())
            .fill_reference("user_id", "users", "id")
            .run(manager)
            .await
    }
}
