//! Widen key to itself.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("Category")
            .drop_foreign_key(&["parent_id"])
            .change_column(ColumnDef::new("id").big_integer().not_null().auto_increment())
            .change_column(ColumnDef::new("order").big_integer().not_null())
            .change_column(ColumnDef::new("parent_id").big_integer())
            .add_foreign_key(ForeignKey::create().from("Category", "parent_id").to("Category", "id"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in Category.id may not fit.
        // Loses data: what is in Category.order may not fit.
        // Loses data: what is in Category.parent_id may not fit.
        TableChange::of("Category")
            .drop_foreign_key(&["parent_id"])
            .change_column(ColumnDef::new("id").integer().not_null().auto_increment())
            .change_column(ColumnDef::new("order").integer().not_null())
            .change_column(ColumnDef::new("parent_id").integer())
            .add_foreign_key(ForeignKey::create().from("Category", "parent_id").to("Category", "id"))
            .run(manager)
            .await
    }
}
