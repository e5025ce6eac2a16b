//! What lists of a million posts, and of fifty thousand people, are read from: the posts under a tag by their time, the
//! people by their name, those who are active. A list that joins or sorts all of its rows to show ten gets slower
//! with each of them.

use autogenerate::Object;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};

use crate::columns::{index, instant};

/// What no entity can express, for the autogenerator.
pub const OBJECTS: [Object; 1] = [Object::Column("users", "name_key")];

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str, &[&str]); 3] = [
    ("post_tags", "newest", &["tag_id", "published_at", "post_id"]),
    ("users", "name_key", &["name_key", "id"]),
    ("users", "active", &["is_active", "id", "username"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Each step may be done already: MySQL and MariaDB keep what a migration did before it was broken off.
        if !manager.has_column("post_tags", "published_at").await? {
            let newest =
                Table::alter().table("post_tags").add_column(instant(manager, "published_at")).take();
            manager.alter_table(newest).await?;
        }
        let (connection, backend) = (manager.get_connection(), manager.get_database_backend());
        let of_posts = "UPDATE post_tags SET published_at = (SELECT posts.published_at FROM posts \
                        WHERE posts.id = post_tags.post_id AND posts.status = 'published')";
        connection.execute_raw(Statement::from_string(backend, of_posts)).await?;
        if !manager.has_column("users", "name_key").await? {
            // PostgreSQL has long known no other kind, and SQLite adds no other. Wider than the name: a few letters have two
            // small ones.
            let kind = if backend == DbBackend::Postgres { "STORED" } else { "VIRTUAL" };
            let name_key = format!(
                "ALTER TABLE users ADD COLUMN name_key varchar(255) GENERATED ALWAYS AS (lower(display_name)) {kind}"
            );
            connection.execute_raw(Statement::from_string(backend, name_key)).await?;
        }
        for (table, name, columns) in INDEXES {
            if !manager.has_index(table, format!("idx_{table}_{name}")).await? {
                manager.create_index(index(table, name, columns)).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name, _) in INDEXES.into_iter().rev() {
            let name = format!("idx_{table}_{name}");
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        for (table, column) in [("users", "name_key"), ("post_tags", "published_at")] {
            manager.alter_table(Table::alter().table(table).drop_column(column).take()).await?;
        }
        Ok(())
    }
}
