//! Integer to big integer.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .change_column(ColumnDef::new("views").big_integer().not_null().default(0))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.views may not fit.
        TableChange::of("posts")
            .change_column(ColumnDef::new("views").integer().not_null().default(0))
            .run(manager)
            .await
    }
}
