//! Refer to another column.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("orders").drop_foreign_key(&["customer"]).run(manager).await?;
        TableChange::of("customers")
            .drop_unique(&["email"])
            .change_column(ColumnDef::new("email").string_len(90))
            .run(manager)
            .await?;
        // Loses data: what is in orders.customer goes.
        TableChange::of("orders")
            .add_column(ColumnDef::new("customer_id").big_integer())
            .drop_column("customer")
            .add_foreign_key(ForeignKey::create().from("orders", "customer_id").to("customers", "id"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in customers.email may not fit; rows without customers.email get their id.
        TableChange::of("customers")
            .change_column(ColumnDef::new("email").string_len(60).not_null())
            .fill("email", Expr::col("id"))
            .run(manager)
            .await?;
        manager
            .create_index(
                Index::create().name("idx_customers_email").table("customers").col("email").unique().take(),
            )
            .await?;
        // Loses data: orders.customer must have a value: the rows that are there get the first customers.email.
        // Loses data: what is in orders.customer_id goes.
        TableChange::of("orders")
            .drop_foreign_key(&["customer_id"])
            .add_column(ColumnDef::new("customer").string_len(60).not_null())
            .fill_reference("customer", "customers", "email")
            .drop_column("customer_id")
            .add_foreign_key(ForeignKey::create().from("orders", "customer").to("customers", "email"))
            .run(manager)
            .await
    }
}
