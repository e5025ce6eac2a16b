//! Change key that others refer to.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("cities").drop_foreign_key(&["country"]).run(manager).await?;
        TableChange::of("countries").drop_unique(&["iso"]).primary_key(&["iso"]).run(manager).await?;
        manager
            .create_index(
                Index::create().name("idx_countries_code").table("countries").col("code").unique().take(),
            )
            .await?;
        TableChange::of("cities")
            .add_foreign_key(ForeignKey::create().from("cities", "country").to("countries", "code"))
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        TableChange::of("cities").drop_foreign_key(&["country"]).run(manager).await?;
        TableChange::of("countries").drop_unique(&["code"]).primary_key(&["code"]).run(manager).await?;
        manager
            .create_index(
                Index::create().name("idx_countries_iso").table("countries").col("iso").unique().take(),
            )
            .await?;
        TableChange::of("cities")
            .add_foreign_key(ForeignKey::create().from("cities", "country").to("countries", "code"))
            .run(manager)
            .await
    }
}
