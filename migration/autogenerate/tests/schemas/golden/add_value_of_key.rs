//! Add value of key.

use autogenerate::{TableChange, change_enum};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("members").drop_foreign_key(&["kind"]).run(manager).await?;
        change_enum(manager, "kind", &["a", "b", "c"]).await?;
        TableChange::of("kinds")
            .change_column(ColumnDef::new("kind").enumeration("kind", ["a", "b", "c"]).not_null())
            .run(manager)
            .await?;
        TableChange::of("members")
            .change_column(ColumnDef::new("kind").enumeration("kind", ["a", "b", "c"]).not_null())
            .add_foreign_key(ForeignKey::create().from("members", "kind").to("kinds", "kind"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("members").drop_foreign_key(&["kind"]).run(manager).await?;
        change_enum(manager, "kind", &["a", "b"]).await?;
        // Loses data: what is in kinds.kind may not fit.
        TableChange::of("kinds")
            .change_column(ColumnDef::new("kind").enumeration("kind", ["a", "b"]).not_null())
            .run(manager)
            .await?;
        // Loses data: what is in members.kind may not fit.
        TableChange::of("members")
            .change_column(ColumnDef::new("kind").enumeration("kind", ["a", "b"]).not_null())
            .add_foreign_key(ForeignKey::create().from("members", "kind").to("kinds", "kind"))
            .run(manager)
            .await
    }
}
