//! Drop enum default.

use autogenerate::{TableChange, change_enum};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        change_enum(manager, "role", &["editor"]).await?;
        // Loses data: what is in users.role may not fit.
        TableChange::of("users")
            .change_column(
                ColumnDef::new("role").enumeration("role", ["editor"]).not_null().default("editor"),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        change_enum(manager, "role", &["member", "editor"]).await?;
        TableChange::of("users")
            .change_column(
                ColumnDef::new("role").enumeration("role", ["member", "editor"]).not_null().default("member"),
            )
            .run(manager)
            .await
    }
}
