//! Files in the texts of courses, of pages and of revisions, which `post_media` does not know.

use std::collections::BTreeSet;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{JsonValue, QueryResult},
    sea_query::{Expr, ExprTrait, ForeignKeyAction, Query},
};

use crate::{
    columns::{foreign_key, id, index, reference, table},
    m20261124_000018_media_library::names_in,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Rows that are read at once: all their texts are in memory.
const STEP: u64 = 50;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let key = |column, target| foreign_key("text_media", column, target, ForeignKeyAction::Cascade);
        // Each step may be there already: MySQL and MariaDB keep what a migration did before it was broken off.
        manager
            .create_table(
                table(manager, "text_media")
                    .if_not_exists()
                    .col(id())
                    .col(reference("course_id"))
                    .col(reference("page_id"))
                    .col(reference("revision_id"))
                    .col(ColumnDef::new("name").string_len(64).not_null())
                    .foreign_key(&mut key("course_id", "courses"))
                    .foreign_key(&mut key("page_id", "pages"))
                    .foreign_key(&mut key("revision_id", "post_revisions"))
                    .take(),
            )
            .await?;
        for column in ["course_id", "page_id", "revision_id", "name"] {
            if !manager.has_index("text_media", format!("idx_text_media_{column}")).await? {
                manager.create_index(index("text_media", column, &[column])).await?;
            }
        }
        let db = manager.get_connection();
        db.execute(Query::delete().from_table("text_media")).await?;
        record_all(db, "courses", &["html"], "course_id", |row| row.try_get("", "html")).await?;
        record_all(db, "pages", &["html"], "page_id", |row| row.try_get("", "html")).await?;
        record_all(db, "post_revisions", &["content", "fields"], "revision_id", |row| {
            let (content, fields): (String, JsonValue) =
                (row.try_get("", "content")?, row.try_get("", "fields")?);
            let cover = fields.get("cover").and_then(JsonValue::as_str).unwrap_or_default();
            Ok(format!("{content}\n{cover}"))
        })
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("text_media").take()).await
    }
}

/// Finds the files in the texts that are there.
async fn record_all(
    db: &SchemaManagerConnection<'_>,
    from: &'static str,
    columns: &[&'static str],
    owner: &'static str,
    text: impl Fn(&QueryResult) -> Result<String, DbErr>,
) -> Result<(), DbErr> {
    let mut after = 0_i64;
    loop {
        let mut select = Query::select();
        select.column("id").columns(columns.iter().copied()).from(from);
        select.and_where(Expr::col("id").gt(after)).order_by("id", Order::Asc).limit(STEP);
        let rows = db.query_all(&select).await?;
        let mut found = Vec::new();
        for row in &rows {
            after = row.try_get("", "id")?;
            let names: BTreeSet<String> = names_in(&text(row)?).collect();
            found.extend(names.into_iter().map(|name| [after.into(), name.into()]));
        }
        for found in found.chunks(500) {
            let mut insert = Query::insert();
            insert.into_table("text_media").columns([owner, "name"]);
            for values in found {
                insert.values(values.clone()).map_err(|error| DbErr::Custom(error.to_string()))?;
            }
            db.execute(&insert).await?;
        }
        if (rows.len() as u64) < STEP {
            return Ok(());
        }
    }
}
