//! Drop one of two keys.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("orders")
            .drop_foreign_key(&["customer_id"])
            .drop_foreign_key(&["customer_id"])
            .add_foreign_key(ForeignKey::create().from("orders", "customer_id").to("customers", "id"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("orders")
            .add_foreign_key(ForeignKey::create().from("orders", "customer_id").to("people", "id"))
            .run(manager)
            .await
    }
}
