//! Rename all.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("customers", "clients").take()).await?;
        manager.rename_table(Table::rename().table("orders", "purchases").take()).await?;
        manager.alter_table(Table::alter().table("clients").rename_column("id", "key").take()).await?;
        manager.alter_table(Table::alter().table("clients").rename_column("email", "mail").take()).await?;
        manager
            .alter_table(Table::alter().table("purchases").rename_column("customer_id", "client_id").take())
            .await?;
        manager
            .alter_table(Table::alter().table("clients").add_column(ColumnDef::new("email").string()).take())
            .await?;
        manager
            .create_index(
                Index::create().name("idx_clients_email").table("clients").col("email").unique().take(),
            )
            .await?;
        TableChange::of("purchases")
            .drop_foreign_key(&["client_id"])
            .add_column(ColumnDef::new("customer_id").big_integer())
            .add_foreign_key(
                ForeignKey::create()
                    .from("purchases", "client_id")
                    .to("clients", "key")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .add_foreign_key(ForeignKey::create().from("purchases", "customer_id").to("clients", "key"))
            .run(manager)
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_purchases_customer_id")
                    .table("purchases")
                    .col("customer_id")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.rename_table(Table::rename().table("clients", "customers").take()).await?;
        manager.rename_table(Table::rename().table("purchases", "orders").take()).await?;
        manager.alter_table(Table::alter().table("customers").rename_column("key", "id").take()).await?;
        manager
            .alter_table(Table::alter().table("customers").rename_column("email", "email_before").take())
            .await?;
        manager.alter_table(Table::alter().table("customers").rename_column("mail", "email").take()).await?;
        manager
            .alter_table(
                Table::alter().table("orders").rename_column("customer_id", "customer_id_before").take(),
            )
            .await?;
        manager
            .alter_table(Table::alter().table("orders").rename_column("client_id", "customer_id").take())
            .await?;
        manager.drop_index(Index::drop().name("idx_clients_email").table("customers").to_owned()).await?;
        // Loses data: what is in customers.email_before goes.
        manager.alter_table(Table::alter().table("customers").drop_column("email_before").take()).await?;
        // Loses data: what is in orders.customer_id_before goes.
        TableChange::of("orders")
            .drop_foreign_key(&["customer_id"])
            .drop_foreign_key(&["customer_id_before"])
            .drop_index("idx_purchases_customer_id")
            .drop_column("customer_id_before")
            .add_foreign_key(ForeignKey::create().from("orders", "customer_id").to("customers", "id"))
            .run(manager)
            .await
    }
}
