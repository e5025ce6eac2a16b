//! Big integer to integer.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.size may not fit.
        TableChange::of("posts").change_column(ColumnDef::new("size").integer().not_null()).run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("posts")
            .change_column(ColumnDef::new("size").big_integer().not_null())
            .run(manager)
            .await
    }
}
