//! Change key of two columns.

use autogenerate::TableChange;
use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("bills").rename_column("number", "nr").take()).await?;
        manager.alter_table(Table::alter().table("items").rename_column("bill", "bill_nr").take()).await?;
        TableChange::of("items").drop_foreign_key(&["tenant", "bill_nr"]).run(manager).await?;
        TableChange::of("bills")
            .change_column(ColumnDef::new("nr").big_integer().not_null())
            .run(manager)
            .await?;
        TableChange::of("items")
            .change_column(ColumnDef::new("bill_nr").big_integer().not_null())
            .add_foreign_key(
                ForeignKey::create()
                    .from("items", ("tenant", "bill_nr"))
                    .to("bills", ("tenant", "nr"))
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("bills").rename_column("nr", "number").take()).await?;
        manager.alter_table(Table::alter().table("items").rename_column("bill_nr", "bill").take()).await?;
        TableChange::of("items").drop_foreign_key(&["tenant", "bill"]).run(manager).await?;
        // Loses data: what is in bills.number may not fit.
        TableChange::of("bills")
            .change_column(ColumnDef::new("number").integer().not_null())
            .run(manager)
            .await?;
        // Loses data: what is in items.bill may not fit.
        TableChange::of("items")
            .change_column(ColumnDef::new("bill").integer().not_null())
            .add_foreign_key(
                ForeignKey::create()
                    .from("items", ("tenant", "bill"))
                    .to("bills", ("tenant", "number"))
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .run(manager)
            .await
    }
}
