//! Add required kinds.

use autogenerate::TableChange;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: posts.draft_on must have a value: the rows that are there get "1970-01-01".
        // Loses data: posts.extra must have a value: the rows that are there get "{}".
        // Loses data: posts.rank must have a value: the rows that are there get 0.
        // Loses data: posts.ratio must have a value: the rows that are there get 0.0.
        // Loses data: posts.is_pinned must have a value: the rows that are there get false.
        // Loses data: posts.html must have a value: the rows that are there get "".
        // Loses data: posts.seen_at must have a value: the rows that are there get the present time.
        TableChange::of("posts")
            .add_column(ColumnDef::new("draft_on").date().not_null())
            .fill("draft_on", "1970-01-01")
            .add_column(ColumnDef::new("extra").json().not_null())
            .fill("extra", "{}")
            .add_column(ColumnDef::new("rank").small_integer().not_null())
            .fill("rank", 0)
            .add_column(ColumnDef::new("ratio").double().not_null())
            .fill("ratio", 0.0)
            .add_column(ColumnDef::new("is_pinned").boolean().not_null())
            .fill("is_pinned", false)
            .add_column(ColumnDef::new("html").text().not_null())
            .fill("html", "")
            .add_column(ColumnDef::new("seen_at").timestamp_with_time_zone().not_null())
            .fill("seen_at", Expr::current_timestamp())
            .run(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Loses data: what is in posts.draft_on goes.
        manager.alter_table(Table::alter().table("posts").drop_column("draft_on").take()).await?;
        // Loses data: what is in posts.extra goes.
        manager.alter_table(Table::alter().table("posts").drop_column("extra").take()).await?;
        // Loses data: what is in posts.rank goes.
        manager.alter_table(Table::alter().table("posts").drop_column("rank").take()).await?;
        // Loses data: what is in posts.ratio goes.
        manager.alter_table(Table::alter().table("posts").drop_column("ratio").take()).await?;
        // Loses data: what is in posts.is_pinned goes.
        manager.alter_table(Table::alter().table("posts").drop_column("is_pinned").take()).await?;
        // Loses data: what is in posts.html goes.
        manager.alter_table(Table::alter().table("posts").drop_column("html").take()).await?;
        // Loses data: what is in posts.seen_at goes.
        manager.alter_table(Table::alter().table("posts").drop_column("seen_at").take()).await
    }
}
