//! Create table with enum.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend, sea_query::extension::postgres::Type};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.create_type(Type::create().as_enum("mood").values(["calm", "wild"]).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("invitations")
                    .col(ColumnDef::new("id").integer().not_null().auto_increment().primary_key())
                    .col(ColumnDef::new("role").enumeration("role", ["member", "editor"]).not_null())
                    .col(ColumnDef::new("mood").enumeration("mood", ["calm", "wild"]).not_null())
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: the rows of invitations go.
        manager.drop_table(Table::drop().table("invitations").take()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.drop_type(Type::drop().name("mood").to_owned()).await?;
        }
        Ok(())
    }
}
