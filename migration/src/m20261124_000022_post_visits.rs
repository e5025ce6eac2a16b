//! How often posts are read.

use sea_orm_migration::{prelude::*, sea_query::ForeignKeyAction};

use crate::columns::{foreign_key, index, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table(manager, "post_visits")
                    .col(reference("post_id").not_null())
                    .col(ColumnDef::new("day").date().not_null())
                    .col(ColumnDef::new("count").big_integer().not_null())
                    .primary_key(Index::create().col("post_id").col("day"))
                    .foreign_key(&mut foreign_key(
                        "post_visits",
                        "post_id",
                        "posts",
                        ForeignKeyAction::Cascade,
                    ))
                    .take(),
            )
            .await?;
        // The dashboard reads the last days of all posts, the count out of the index.
        manager.create_index(index("post_visits", "day", &["day", "post_id", "count"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("post_visits").take()).await
    }
}
