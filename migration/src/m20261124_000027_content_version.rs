//! How often what readers see may have changed: what is kept of pages is kept by this number.

use sea_orm_migration::prelude::*;

use crate::columns::table;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "content_version")
                    .col(ColumnDef::new("id").big_integer().not_null().primary_key())
                    .col(ColumnDef::new("version").big_integer().not_null())
                    .take(),
            )
            .await?;
        let row = Query::insert()
            .into_table("content_version")
            .columns(["id", "version"])
            .values_panic([1_i64.into(), 1_i64.into()])
            // Where it was broken off after this.
            .on_conflict(OnConflict::column("id").do_nothing_on(["id"]).to_owned())
            .take();
        manager.execute(row).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("content_version").take()).await
    }
}
