//! Drop enum.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend, sea_query::extension::postgres::Type};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in users.role goes.
        manager.alter_table(Table::alter().table("users").drop_column("role").take()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.drop_type(Type::drop().name("role").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .create_type(Type::create().as_enum("role").values(["member", "editor"]).to_owned())
                .await?;
        }
        manager
            .alter_table(
                Table::alter()
                    .table("users")
                    .add_column(
                        ColumnDef::new("role")
                            .enumeration("role", ["member", "editor"])
                            .not_null()
                            .default("member"),
                    )
                    .take(),
            )
            .await
    }
}
