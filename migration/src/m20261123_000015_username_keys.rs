//! What usernames are known by, in capitals or not. The program folds them, for all databases alike: SQLite's `lower()`
//! knows no letters but those of ASCII.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // 40 letters, of which each may become three.
        let key = ColumnDef::new("username_key").string_len(120).take();
        manager.alter_table(Table::alter().table("users").add_column(key).take()).await?;
        let db = manager.get_connection();
        let users =
            Query::select().columns(["id", "username"]).from("users").order_by("id", Order::Asc).take();
        let mut keys = std::collections::HashSet::new();
        for user in db.query_all(&users).await? {
            let (id, username): (i64, String) = (user.try_get("", "id")?, user.try_get("", "username")?);
            let key = username.to_lowercase();
            // Of those who differ in capitals alone the first one has it; all are found by their names as they are.
            if keys.insert(key.clone()) {
                let update = Query::update()
                    .table("users")
                    .value("username_key", key)
                    .and_where(Expr::col("id").eq(id))
                    .take();
                db.execute(&update).await?;
            }
        }
        let unique =
            Index::create().name("idx_users_username_key").table("users").col("username_key").unique().take();
        manager.create_index(unique).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("idx_users_username_key").table("users").to_owned();
        manager.drop_index(index).await?;
        manager.alter_table(Table::alter().table("users").drop_column("username_key").take()).await
    }
}
