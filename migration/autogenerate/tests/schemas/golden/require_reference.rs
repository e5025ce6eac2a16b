//! Require reference.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: rows without orders.customer_id get the first customers.id.
        TableChange::of("orders")
            .drop_foreign_key(&["customer_id"])
            .change_column(ColumnDef::new("customer_id").big_integer().not_null())
            .fill_reference("customer_id", "customers", "id")
            .add_foreign_key(
                ForeignKey::create()
                    .from("orders", "customer_id")
                    .to("customers", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("orders")
            .drop_foreign_key(&["customer_id"])
            .change_column(ColumnDef::new("customer_id").big_integer())
            .add_foreign_key(
                ForeignKey::create()
                    .from("orders", "customer_id")
                    .to("customers", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .run(manager)
            .await
    }
}
