//! First kind member.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend, sea_query::extension::postgres::Type};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.create_type(Type::create().as_enum("kind").values(["a", "b"]).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("kinds")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("kind").enumeration("kind", ["a", "b"]).not_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_kinds_kind").table("kinds").col("kind").unique().take())
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("members")
                    .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("kind").enumeration("kind", ["a", "b"]).not_null())
                    .foreign_key(ForeignKey::create().from("members", "kind").to("kinds", "kind"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of members go.
        manager.drop_table(Table::drop().table("members").take()).await?;
        // Loses data: the rows of kinds go.
        manager.drop_table(Table::drop().table("kinds").take()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.drop_type(Type::drop().name("kind").to_owned()).await?;
        }
        Ok(())
    }
}
