//! Who changed what, and when.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, id, index, instant, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "admin_log")
                    .col(id())
                    .col(instant(manager, "at").not_null())
                    .col(reference("user_id"))
                    .col(ColumnDef::new("user_name").string_len(80).not_null())
                    .col(ColumnDef::new("resource").string_len(40).not_null())
                    .col(ColumnDef::new("row_id").string_len(60).not_null())
                    .col(ColumnDef::new("row_title").string_len(200).not_null())
                    .col(ColumnDef::new("action").string_len(20).not_null())
                    .col(ColumnDef::new("changes").json().not_null())
                    .foreign_key(&mut foreign_key("admin_log", "user_id", "users", ForeignKeyAction::SetNull))
                    .take(),
            )
            .await?;
        manager.create_index(index("admin_log", "row", &["resource", "row_id", "id"])).await?;
        manager.create_index(index("admin_log", "user_id", &["user_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("admin_log").take()).await
    }
}
