//! The numbers in the database.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    post::{self, PostStatus},
    post_visit::{self, Column as V},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, Order,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    sea_query::{Alias, Expr, OnConflict},
};

use crate::db::Db;

/// Rows of a statement: SQLite takes 32,766 values at once, and each has three.
const CHUNK: usize = 5_000;

/// Adds views to what is there: the post, the day, how many. One statement for some thousands.
///
/// # Errors
/// A missing reference where one of the posts is not there: then nothing is added.
pub async fn add(db: &Db, rows: &[(i64, NaiveDate, u64)]) -> Result<(), DbErr> {
    let new = |(post, day, count): &(i64, NaiveDate, u64)| post_visit::ActiveModel {
        post_id: Set(*post),
        day: Set(*day),
        count: Set(i64::try_from(*count).unwrap_or(i64::MAX)),
    };
    if rows.len() <= CHUNK {
        return insert(db.write(), rows.iter().map(new).collect()).await;
    }
    let transaction = db.begin_aside().await?;
    for rows in rows.chunks(CHUNK) {
        insert(&transaction, rows.iter().map(new).collect()).await?;
    }
    transaction.commit().await
}

async fn insert(db: &impl ConnectionTrait, rows: Vec<post_visit::ActiveModel>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    // What was to be inserted goes by two names.
    let given = match db.get_database_backend() {
        DbBackend::MySql => Expr::cust("VALUES(`count`)"),
        _ => Expr::col((Alias::new("excluded"), V::Count)),
    };
    let sum = Expr::col((post_visit::Entity, V::Count)).add(given);
    let again = OnConflict::columns([V::PostId, V::Day]).value(V::Count, sum).to_owned();
    post_visit::Entity::insert_many(rows).on_conflict(again).exec_without_returning(db).await.map(drop)
}

/// Which of these posts are there.
///
/// # Errors
/// When the database does not answer.
pub async fn there(db: &impl ConnectionTrait, posts: &[i64]) -> Result<HashSet<i64>, DbErr> {
    let ids: Vec<i64> = post::Entity::find()
        .select_only()
        .column(post::Column::Id)
        .filter(post::Column::Id.is_in(posts.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().collect())
}

/// The views of some posts from a day on, by post: each day's.
///
/// # Errors
/// When the database does not answer.
pub async fn of_posts(
    db: &impl ConnectionTrait,
    posts: &[i64],
    from: NaiveDate,
) -> Result<HashMap<i64, Vec<(NaiveDate, i64)>>, DbErr> {
    let mut all: HashMap<i64, Vec<(NaiveDate, i64)>> = HashMap::new();
    if posts.is_empty() {
        return Ok(all);
    }
    let rows: Vec<(i64, NaiveDate, i64)> = post_visit::Entity::find()
        .select_only()
        .columns([V::PostId, V::Day, V::Count])
        .filter(V::PostId.is_in(posts.iter().copied()))
        .filter(V::Day.gte(from))
        .into_tuple()
        .all(db)
        .await?;
    for (post, day, count) in rows {
        all.entry(post).or_default().push((day, count));
    }
    Ok(all)
}

/// The views of all posts together from a day on, by day; only those of one author's posts where one is named.
///
/// # Errors
/// When the database does not answer.
pub async fn by_day(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    author: Option<i64>,
) -> Result<Vec<(NaiveDate, i64)>, DbErr> {
    let mut query = post_visit::Entity::find().select_only().column(V::Day);
    if let Some(author) = author {
        query = query
            .join(JoinType::InnerJoin, post_visit::Relation::Post.def())
            .filter(post::Column::UserId.eq(author));
    }
    query.expr_as(sum(db), "views").filter(V::Day.gte(from)).group_by(V::Day).into_tuple().all(db).await
}

/// A post and how often it was read.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Read {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// How often.
    pub views: i64,
}

/// The public posts that were read most from a day on; only one author's where one is named.
///
/// # Errors
/// When the database does not answer.
pub async fn most_read(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    author: Option<i64>,
    limit: u64,
) -> Result<Vec<Read>, DbErr> {
    let mut query = post_visit::Entity::find()
        .select_only()
        .columns([post::Column::Id, post::Column::Title])
        .expr_as(sum(db), "views")
        .join(JoinType::InnerJoin, post_visit::Relation::Post.def())
        .filter(V::Day.gte(from))
        .filter(post::Column::Status.eq(PostStatus::Published));
    if let Some(author) = author {
        query = query.filter(post::Column::UserId.eq(author));
    }
    query
        .group_by(post::Column::Id)
        .group_by(post::Column::Title)
        .order_by(sum(db), Order::Desc)
        .order_by(post::Column::Id, Order::Desc)
        .limit(limit)
        .into_model()
        .all(db)
        .await
}

/// A sum of whole numbers is a NUMERIC on PostgreSQL and a DECIMAL on MySQL: made a whole number again.
fn sum(db: &impl ConnectionTrait) -> Expr {
    let kind = if db.get_database_backend() == DbBackend::MySql { "signed" } else { "bigint" };
    Expr::col((post_visit::Entity, V::Count)).sum().cast_as(kind)
}
