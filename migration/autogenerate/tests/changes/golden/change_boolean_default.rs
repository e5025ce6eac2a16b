//! Change boolean default.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("users")
            .change_column(ColumnDef::new("is_active").boolean().not_null().default(false))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("users")
            .change_column(ColumnDef::new("is_active").boolean().not_null().default(true))
            .run(manager)
            .await
    }
}
