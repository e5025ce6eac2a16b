//! The search indexes of posts and people, on each database's own full-text index.
//!
//! They hold tokens that the program makes (`[a-z0-9]` and spaces), so that the engines need no rules of a language.
//! A row goes with what it stands for.

use autogenerate::Object;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What no entity can express, for the autogenerator.
pub const OBJECTS: [Object; 4] = [
    Object::Table("post_search"),
    Object::Table("user_search"),
    Object::Trigger("post_search_deleted"),
    Object::Trigger("user_search_deleted"),
];

/// Index table and the table whose ids it has.
const INDEXES: [(&str, &str); 2] = [("post_search", "posts"), ("user_search", "users")];

fn up(backend: DbBackend, index: &str, table: &str) -> Vec<String> {
    match backend {
        // Contentless: the tokens can be made anew from the rows. A virtual table has no foreign keys.
        DbBackend::Sqlite => vec![
            format!(
                "CREATE VIRTUAL TABLE {index} USING fts5(title, summary, body, content='', contentless_delete=1, \
                 tokenize='ascii', prefix='3')"
            ),
            format!(
                "CREATE TRIGGER {index}_deleted AFTER DELETE ON {table} \
                 BEGIN DELETE FROM {index} WHERE rowid = old.id; END"
            ),
        ],
        // The tokens are kept beside the vector: it forgets positions beyond 16,383, so phrases are looked up there.
        DbBackend::Postgres => vec![
            format!(
                "CREATE TABLE {index} (id bigint PRIMARY KEY REFERENCES {table} (id) ON DELETE CASCADE, \
                 title text COLLATE \"C\" NOT NULL, summary text COLLATE \"C\" NOT NULL, \
                 body text COLLATE \"C\" NOT NULL, tsv tsvector NOT NULL GENERATED ALWAYS AS (\
                 setweight(to_tsvector('simple'::regconfig, title), 'A') || \
                 setweight(to_tsvector('simple'::regconfig, summary), 'B') || \
                 setweight(to_tsvector('simple'::regconfig, body), 'D')) STORED)"
            ),
            // Phrases are looked up in it: uncompressed, that is a third faster.
            format!("ALTER TABLE {index} ALTER COLUMN body SET STORAGE EXTERNAL"),
            format!("CREATE INDEX {index}_tsv ON {index} USING gin (tsv) WITH (fastupdate = off)"),
        ],
        // An index for each weight: MATCH takes no part of an index.
        _ => vec![format!(
            "CREATE TABLE {index} (id bigint NOT NULL PRIMARY KEY, title mediumtext NOT NULL, \
             summary mediumtext NOT NULL, body mediumtext NOT NULL, FULLTEXT KEY {index}_title (title), \
             FULLTEXT KEY {index}_summary (summary), FULLTEXT KEY {index}_all (title, summary, body), \
             CONSTRAINT {index}_id FOREIGN KEY (id) REFERENCES {table} (id) ON DELETE CASCADE) \
             ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        )],
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (index, table) in INDEXES {
            for sql in up(manager.get_database_backend(), index, table) {
                manager.get_connection().execute_unprepared(&sql).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (index, _) in INDEXES {
            if manager.get_database_backend() == DbBackend::Sqlite {
                manager.get_connection().execute_unprepared(&format!("DROP TRIGGER {index}_deleted")).await?;
            }
            manager.get_connection().execute_unprepared(&format!("DROP TABLE {index}")).await?;
        }
        Ok(())
    }
}
