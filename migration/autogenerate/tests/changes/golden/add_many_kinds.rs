//! Add many kinds.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("draft_on").date()).take())
            .await?;
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("at").time()).take())
            .await?;
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("seen").date_time()).take())
            .await?;
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("key").uuid()).take())
            .await?;
        manager
            .alter_table(
                Table::alter().table("posts").add_column(ColumnDef::new("price").decimal_len(10, 2)).take(),
            )
            .await?;
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("extra").json()).take())
            .await?;
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("data").blob()).take())
            .await?;
        manager
            .alter_table(
                Table::alter().table("posts").add_column(ColumnDef::new("language").char_len(2)).take(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter().table("posts").add_column(ColumnDef::new("tiny").small_integer()).take(),
            )
            .await?;
        manager
            .alter_table(Table::alter().table("posts").add_column(ColumnDef::new("ratio").float()).take())
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("posts")
                    .add_column(ColumnDef::new("weight").double().not_null().default(1.5))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.draft_on goes.
        manager.alter_table(Table::alter().table("posts").drop_column("draft_on").take()).await?;
        // Loses data: what is in posts.at goes.
        manager.alter_table(Table::alter().table("posts").drop_column("at").take()).await?;
        // Loses data: what is in posts.seen goes.
        manager.alter_table(Table::alter().table("posts").drop_column("seen").take()).await?;
        // Loses data: what is in posts.key goes.
        manager.alter_table(Table::alter().table("posts").drop_column("key").take()).await?;
        // Loses data: what is in posts.price goes.
        manager.alter_table(Table::alter().table("posts").drop_column("price").take()).await?;
        // Loses data: what is in posts.extra goes.
        manager.alter_table(Table::alter().table("posts").drop_column("extra").take()).await?;
        // Loses data: what is in posts.data goes.
        manager.alter_table(Table::alter().table("posts").drop_column("data").take()).await?;
        // Loses data: what is in posts.language goes.
        manager.alter_table(Table::alter().table("posts").drop_column("language").take()).await?;
        // Loses data: what is in posts.tiny goes.
        manager.alter_table(Table::alter().table("posts").drop_column("tiny").take()).await?;
        // Loses data: what is in posts.ratio goes.
        manager.alter_table(Table::alter().table("posts").drop_column("ratio").take()).await?;
        // Loses data: what is in posts.weight goes.
        manager.alter_table(Table::alter().table("posts").drop_column("weight").take()).await
    }
}
