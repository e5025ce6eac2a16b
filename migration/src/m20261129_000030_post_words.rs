//! The words of the titles of public posts, each by itself: what related posts are looked for by.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
    sea_query::ForeignKeyAction,
};

use crate::columns::{foreign_key, index, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Those of the titles that are there: the search index has them, taken apart. Shorter ones, which are left out, say little; two of
/// their letters are the search's own.
fn filled(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        // A contentless index gives no column back, but its words one by one.
        DbBackend::Sqlite => &[
            "CREATE VIRTUAL TABLE temp.post_search_words USING fts5vocab(main, post_search, instance)",
            "INSERT INTO post_words (word, post_id) SELECT DISTINCT term, doc FROM temp.post_search_words \
             WHERE col = 'title' AND LENGTH(term) >= 6 AND doc IN (SELECT id FROM posts)",
            "DROP TABLE temp.post_search_words",
        ],
        DbBackend::Postgres => &["INSERT INTO post_words (word, post_id) SELECT DISTINCT word, id \
             FROM post_search, UNNEST(STRING_TO_ARRAY(title, ' ')) AS word WHERE LENGTH(word) >= 6"],
        // IGNORE: the words are distinct for whoever does not sort millions of them first.
        _ => &["INSERT IGNORE INTO post_words (word, post_id) SELECT word, id FROM post_search, \
             JSON_TABLE(CONCAT('[\"', REPLACE(TRIM(title), ' ', '\",\"'), '\"]'), '$[*]' \
             COLUMNS (word varchar(80) PATH '$')) AS words WHERE CHAR_LENGTH(word) >= 6"],
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // MySQL and MariaDB may have been broken off before all words were in.
        if !manager.has_table("post_words").await? {
            let mut key = Index::create().col("word").col("post_id").take();
            let mut post = foreign_key("post_words", "post_id", "posts", ForeignKeyAction::Cascade);
            let words = table(manager, "post_words")
                .col(ColumnDef::new("word").string_len(80).not_null())
                .col(reference("post_id").not_null())
                .primary_key(&mut key)
                .foreign_key(&mut post)
                .take();
            manager.create_table(words).await?;
        }
        if !manager.has_index("post_words", "idx_post_words_post_id").await? {
            manager.create_index(index("post_words", "post_id", &["post_id"])).await?;
        }
        for sql in filled(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("post_words").take()).await
    }
}
