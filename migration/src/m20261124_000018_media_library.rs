//! The media library: several people may have a row for one file, and posts know which files they show.

use std::collections::BTreeSet;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, ExprTrait},
    sea_query::{Expr, ForeignKeyAction, Query},
};

use crate::columns::{foreign_key, id, index, instant, reference, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Rows that are read at once.
const STEP: u64 = 100;
const OLD: [&str; 9] =
    ["id", "filename", "content_type", "size", "sha256", "width", "height", "alt", "user_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        // `sha256` was unique, and SQLite cannot take that back: the table is made anew there.
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                rebuild(manager, true).await?;
            }
            backend => {
                let drop = match backend {
                    DbBackend::MySql => "ALTER TABLE media DROP INDEX sha256",
                    _ => "ALTER TABLE media DROP CONSTRAINT media_sha256_key",
                };
                db.execute_unprepared(drop).await?;
                for mut column in [
                    ColumnDef::new("sent_sha256").char_len(64).not_null().default("").take(),
                    ColumnDef::new("name").string_len(64).not_null().default("").take(),
                    ColumnDef::new("needs_alt").boolean().not_null().default(false).take(),
                ] {
                    manager.alter_table(Table::alter().table("media").add_column(&mut column).take()).await?;
                }
            }
        }
        for column in ["sha256", "sent_sha256", "name", "created_at"] {
            manager.create_index(index("media", column, &[column])).await?;
        }
        name_all(db).await?;
        manager
            .create_table(
                table(manager, "post_media")
                    .col(reference("post_id").not_null())
                    .col(ColumnDef::new("name").string_len(64).not_null())
                    .primary_key(Index::create().col("post_id").col("name"))
                    .foreign_key(&mut foreign_key(
                        "post_media",
                        "post_id",
                        "posts",
                        ForeignKeyAction::Cascade,
                    ))
                    .take(),
            )
            .await?;
        manager.create_index(index("post_media", "name", &["name"])).await?;
        record_all(db).await?;
        manager
            .create_table(
                table(manager, "media_leftovers")
                    .col(ColumnDef::new("name").string_len(64).not_null().primary_key())
                    .col(instant(manager, "due").not_null())
                    .take(),
            )
            .await?;
        manager.create_index(index("media_leftovers", "due", &["due"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        manager.drop_table(Table::drop().table("media_leftovers").take()).await?;
        manager.drop_table(Table::drop().table("post_media").take()).await?;
        // One row for each file, the oldest.
        let mut first = Query::select();
        first.expr(Expr::col("id").min()).from("media").group_by_col("sha256");
        let mut kept = Query::select();
        // Once more in brackets: MySQL does not read from a table that it deletes from.
        kept.expr(Expr::col(Asterisk)).from_subquery(first, "firsts");
        let mut delete = Query::delete();
        delete.from_table("media").and_where(Expr::col("id").not_in_subquery(kept));
        db.execute(&delete).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            return rebuild(manager, false).await;
        }
        for column in ["sha256", "sent_sha256", "name", "created_at"] {
            let name = format!("idx_media_{column}");
            manager.drop_index(Index::drop().name(name).table("media").to_owned()).await?;
        }
        for column in ["sent_sha256", "name", "needs_alt"] {
            manager.alter_table(Table::alter().table("media").drop_column(column).take()).await?;
        }
        let unique = match manager.get_database_backend() {
            DbBackend::MySql => "ALTER TABLE media ADD UNIQUE KEY sha256 (sha256)",
            _ => "ALTER TABLE media ADD CONSTRAINT media_sha256_key UNIQUE (sha256)",
        };
        db.execute_unprepared(unique).await.map(|_| ())
    }
}

/// SQLite: makes the table anew, as it is from now on or as it was before, with what is in it.
async fn rebuild(manager: &SchemaManager<'_>, new: bool) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut sha256 = ColumnDef::new("sha256").char_len(64).not_null().take();
    let mut other = table(manager, "media_other");
    if !new {
        sha256.unique_key();
    }
    other
        .col(id())
        .col(ColumnDef::new("filename").string_len(255).not_null())
        .col(ColumnDef::new("content_type").string_len(100).not_null())
        .col(ColumnDef::new("size").big_integer().not_null())
        .col(sha256)
        .col(ColumnDef::new("width").integer())
        .col(ColumnDef::new("height").integer())
        .col(ColumnDef::new("alt").string_len(500).not_null())
        .col(reference("user_id"))
        .col(instant(manager, "created_at").not_null());
    if new {
        other
            .col(ColumnDef::new("sent_sha256").char_len(64).not_null().default(""))
            .col(ColumnDef::new("name").string_len(64).not_null().default(""))
            .col(ColumnDef::new("needs_alt").boolean().not_null().default(false));
    }
    other.foreign_key(&mut foreign_key("media", "user_id", "users", ForeignKeyAction::SetNull));
    manager.create_table(other).await?;
    let columns = || OLD.into_iter().chain(["created_at"]);
    let mut rows = Query::select();
    rows.columns(columns()).from("media");
    let mut copy = Query::insert();
    copy.into_table("media_other").columns(columns());
    copy.select_from(rows).map_err(|error| DbErr::Custom(error.to_string()))?;
    db.execute(&copy).await?;
    manager.drop_table(Table::drop().table("media").take()).await?;
    manager.rename_table(Table::rename().table("media_other", "media").take()).await?;
    manager.create_index(index("media", "user_id", &["user_id"])).await
}

/// Gives the rows that are there their names. What was stored so far is what was sent.
async fn name_all(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut after = 0_i64;
    loop {
        let mut select = Query::select();
        select.columns(["id", "sha256", "content_type", "width", "height", "alt"]).from("media");
        select.and_where(Expr::col("id").gt(after)).order_by("id", Order::Asc).limit(STEP);
        let rows = db.query_all(&select).await?;
        for row in &rows {
            after = row.try_get("", "id")?;
            let sha256: String = row.try_get("", "sha256")?;
            let content_type: String = row.try_get("", "content_type")?;
            let size: (Option<i32>, Option<i32>) = (row.try_get("", "width")?, row.try_get("", "height")?);
            let alt: String = row.try_get("", "alt")?;
            let mut update = Query::update();
            update.table("media").and_where(Expr::col("id").eq(after));
            update.value("sent_sha256", sha256.clone());
            update.value("name", name(sha256.trim(), &content_type, size));
            update.value("needs_alt", content_type.starts_with("image/") && alt.is_empty());
            db.execute(&update).await?;
        }
        if (rows.len() as u64) < STEP {
            return Ok(());
        }
    }
}

fn name(sha256: &str, content_type: &str, size: (Option<i32>, Option<i32>)) -> String {
    let extension = match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/svg+xml" => "svg",
        "application/pdf" => "pdf",
        _ => "bin",
    };
    let plausible = |side: &i32| (1..=99_999).contains(side);
    let size = match size {
        (Some(width), Some(height)) if plausible(&width) && plausible(&height) => {
            format!("-{width}x{height}")
        }
        _ => String::new(),
    };
    let short = sha256.get(..32).unwrap_or(sha256);
    format!("{}/{short}{size}.{extension}", short.get(..2).unwrap_or_default())
}

/// Finds the files that the posts show that are there. All of a step's texts are in memory, so that it is small.
async fn record_all(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut after = 0_i64;
    loop {
        let mut select = Query::select();
        select.columns(["id", "html", "cover"]).from("posts");
        select.and_where(Expr::col("id").gt(after)).order_by("id", Order::Asc).limit(STEP);
        let rows = db.query_all(&select).await?;
        let mut insert = Query::insert();
        insert.into_table("post_media").columns(["post_id", "name"]);
        let mut any = false;
        for row in &rows {
            after = row.try_get("", "id")?;
            let (html, cover): (String, String) = (row.try_get("", "html")?, row.try_get("", "cover")?);
            let names: BTreeSet<String> = names_in(&html).chain(names_in(&cover)).collect();
            for name in names {
                any = true;
                insert
                    .values([after.into(), name.into()])
                    .map_err(|error| DbErr::Custom(error.to_string()))?;
            }
        }
        if any {
            db.execute(&insert).await?;
        }
        if (rows.len() as u64) < STEP {
            return Ok(());
        }
    }
}

/// The names of files whose addresses stand in a text. There were no smaller versions yet.
pub(crate) fn names_in(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices("/media/").filter_map(|(at, found)| {
        let path = text.get(at + found.len()..)?;
        let end = path.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.')));
        let path = path.get(..end.unwrap_or(path.len()))?.trim_end_matches('.');
        let (folder, name) = path.split_once('/')?;
        let is_hash = name.get(..32).is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let fits = path.len() <= 64 && name.contains('.') && !name.contains('/');
        (fits && is_hash && name.get(..2) == Some(folder)).then(|| path.to_owned())
    })
}
