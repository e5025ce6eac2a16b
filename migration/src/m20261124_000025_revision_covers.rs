//! Revisions keep covers. What a post's latest revision says is what the post is, so that it gets the cover that the post
//! has; of older ones nobody knows.

use std::collections::BTreeSet;

use sea_orm_migration::{
    prelude::*,
    sea_orm::JsonValue,
    sea_query::{Expr, ExprTrait, Query},
};

use crate::m20261124_000018_media_library::names_in;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Posts that are looked at together.
const STEP: u64 = 100;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Rows that have a cover are passed over: broken off anywhere, it goes on from there.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let mut after = 0_i64;
        loop {
            let mut select = Query::select();
            select.column("post_id").expr(Expr::col("id").max()).from("post_revisions");
            select.and_where(Expr::col("kind").eq("saved")).and_where(Expr::col("post_id").gt(after));
            select.group_by_col("post_id").order_by("post_id", Order::Asc).limit(STEP);
            let rows = db.query_all(&select).await?;
            for row in &rows {
                after = row.try_get_by_index(0)?;
                complete(db, after, row.try_get_by_index(1)?).await?;
            }
            if (rows.len() as u64) < STEP {
                return Ok(());
            }
        }
    }

    /// Nothing: what has a cover more is read as before.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

async fn complete(db: &SchemaManagerConnection<'_>, post: i64, revision: i64) -> Result<(), DbErr> {
    let mut select = Query::select();
    select.columns(["cover", "cover_alt"]).from("posts").and_where(Expr::col("id").eq(post));
    let Some(row) = db.query_one(&select).await? else { return Ok(()) };
    let (cover, alt): (String, String) = (row.try_get("", "cover")?, row.try_get("", "cover_alt")?);
    let mut select = Query::select();
    select.column("fields").from("post_revisions").and_where(Expr::col("id").eq(revision));
    let Some(row) = db.query_one(&select).await? else { return Ok(()) };
    let mut fields: JsonValue = row.try_get("", "fields")?;
    let Some(known) = fields.as_object_mut().filter(|known| !known.contains_key("cover")) else {
        return Ok(());
    };
    // The files first: what has a cover is not looked at again.
    for name in names_in(&cover).collect::<BTreeSet<String>>() {
        let mut delete = Query::delete();
        delete.from_table("text_media").and_where(Expr::col("revision_id").eq(revision));
        db.execute(delete.and_where(Expr::col("name").eq(&*name))).await?;
        let mut insert = Query::insert();
        insert.into_table("text_media").columns(["revision_id", "name"]);
        let values = [revision.into(), name.into()];
        db.execute(insert.values(values).map_err(|error| DbErr::Custom(error.to_string()))?).await?;
    }
    known.insert("cover".to_owned(), cover.into());
    known.insert("cover_alt".to_owned(), alt.into());
    let mut update = Query::update();
    update.table("post_revisions").value("fields", fields).and_where(Expr::col("id").eq(revision));
    db.execute(&update).await.map(drop)
}
