//! Lists of public posts: each is a walk along an index of its own.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use entity::{
    lesson,
    post::{self, PostStatus},
    post_tag,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait,
    Select, sea_query::Expr,
};

use super::{Summary, Titled, published, summaries};
use crate::{
    db::{Db, Reader, lists::Sorted},
    web::{
        Result,
        pagination::{PageNumber, PageOf, check},
    },
};

/// Which public posts, in which order.
#[derive(Clone, Copy, Debug)]
pub enum List {
    /// All, newest first, pinned ones before the others.
    Home,
    /// All, newest first.
    Archive,
    /// One author's, newest first.
    Author(i64),
    /// Those under one tag, newest first.
    Tag(i64),
    /// The lessons of one course, newest first.
    Course(i64),
}

impl List {
    /// What is remembered of it is remembered under this name. The home page counts what the archive does.
    fn name(self) -> String {
        match self {
            Self::Home | Self::Archive => "posts".to_owned(),
            Self::Author(id) => format!("posts of author {id}"),
            Self::Tag(id) => format!("posts under tag {id}"),
            Self::Course(id) => format!("posts of course {id}"),
        }
    }
}

/// The posts under a tag, by what their links say of them: a join would read or sort all of them.
fn tagged(tag: i64) -> Select<post_tag::Entity> {
    post_tag::Entity::find()
        .filter(post_tag::Column::TagId.eq(tag))
        .filter(post_tag::Column::PublishedAt.is_not_null())
}

fn of_list(list: List) -> Select<post::Entity> {
    match list {
        List::Author(user) => published().filter(post::Column::UserId.eq(user)),
        List::Course(course) => published()
            .join_rev(JoinType::InnerJoin, lesson::Relation::Post.def())
            .filter(lesson::Column::CourseId.eq(course)),
        List::Home | List::Archive | List::Tag(_) => published(),
    }
}

fn newest() -> Sorted {
    let column = |column: post::Column| Expr::col(column.as_column_ref());
    Sorted::down(column(post::Column::PublishedAt), column(post::Column::Id))
}

fn newest_tagged() -> Sorted {
    let column = |column: post_tag::Column| Expr::col(column.as_column_ref());
    Sorted::down(column(post_tag::Column::PublishedAt), column(post_tag::Column::PostId))
}

/// A page of a list.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(db: &Db, list: List, number: PageNumber, per_page: u64) -> Result<PageOf<Summary>> {
    let total = db.total(&list.name(), async |db| count(db, list).await).await?;
    check(number, total, per_page)?;
    let offset = number.offset(per_page);
    let mut rows = match ids(db, list, per_page, offset).await? {
        Some(ids) => summaries(ids).all(db.read()).await?,
        None => Vec::new(),
    };
    // A link to a tag says of its post that it is public: whoever wrote past this program may have left that behind.
    rows.retain(|row| row.status == PostStatus::Published);
    let is_first = |row: &Summary| matches!(list, List::Home) && row.pinned;
    rows.sort_by_key(|row| Reverse((is_first(row), row.published_at, row.id)));
    PageOf::new(rows, total, number, per_page)
}

/// What finds the posts of a page; none where the list has ended before.
async fn ids(db: &Db, list: List, limit: u64, offset: u64) -> Result<Option<Expr>, DbErr> {
    let (name, id) = (list.name(), Expr::col(post::Column::Id.as_column_ref()));
    if let List::Tag(tag) = list {
        let (rows, sorted) = (tagged(tag), newest_tagged());
        let ids = db.ids_of_page::<_, DateTime<Utc>>(&name, rows, &sorted, limit, offset).await?;
        return Ok(ids.map(|ids| db.in_page(id, ids, limit)));
    }
    let ids = match list {
        List::Home => home_ids(db, limit, offset).await?,
        _ => db.ids_of_page::<_, DateTime<Utc>>(&name, of_list(list), &newest(), limit, offset).await?,
    };
    Ok(ids.map(|ids| db.in_page(id, ids, limit)))
}

/// Pages that the pinned posts reach are of both kinds; those after them are a list of the others alone.
async fn home_ids(db: &Db, limit: u64, offset: u64) -> Result<Option<Select<post::Entity>>, DbErr> {
    const FEW: u64 = 100;
    let others = || published().filter(post::Column::Pinned.eq(false));
    if offset >= FEW {
        let pinned = published().filter(post::Column::Pinned.eq(true));
        let pinned = db.total("pinned posts", async |db| number(pinned, post::Column::Id, db).await).await?;
        if pinned <= offset {
            let name = "posts that are not pinned";
            return db
                .ids_of_page::<_, DateTime<Utc>>(name, others(), &newest(), limit, offset - pinned)
                .await;
        }
    }
    use sea_orm::{Order, QueryOrder};
    let all = published().order_by(post::Column::Pinned, Order::Desc);
    Ok(Some(newest().ids(all).limit(limit).offset(offset)))
}

/// The ids of the newest posts of a list, pinned or not.
///
/// # Errors
/// When the database does not answer.
pub async fn newest_ids(db: &impl ConnectionTrait, list: List, limit: u64) -> Result<Vec<i64>, DbErr> {
    match list {
        List::Tag(tag) => newest_tagged().ids(tagged(tag)).limit(limit).into_tuple().all(db).await,
        list => newest().ids(of_list(list)).limit(limit).into_tuple().all(db).await,
    }
}

/// The number of public posts.
///
/// # Errors
/// When the database does not answer.
pub async fn count_published(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    count(db, List::Archive).await
}

async fn count(db: &impl ConnectionTrait, list: List) -> Result<u64, DbErr> {
    match list {
        List::Tag(tag) => number(tagged(tag), post_tag::Column::PostId, db).await,
        list => number(of_list(list), post::Column::Id, db).await,
    }
}

async fn number<E: EntityTrait>(
    rows: Select<E>,
    id: impl ColumnTrait,
    db: &impl ConnectionTrait,
) -> Result<u64, DbErr> {
    let count: Option<i64> = rows.select_only().column_as(id.count(), "n").into_tuple().one(db).await?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

/// How many public posts each of these authors has, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn totals_by_author(db: &Db, authors: &[i64]) -> Result<Arc<[u64]>, DbErr> {
    use post::Column as P;
    let name = format!("posts of authors {authors:?}");
    let count = async |db: &Reader| {
        let rows = published()
            .filter(P::UserId.is_in(authors.iter().copied()))
            .select_only()
            .column(P::UserId)
            .column_as(P::Id.count(), "n")
            .group_by(P::UserId);
        Ok(in_order(authors, rows.into_tuple().all(db).await?))
    };
    db.totals(&name, count).await
}

/// How many public posts are under each of these tags, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn totals_by_tag(db: &Db, tags: &[i64]) -> Result<Arc<[u64]>, DbErr> {
    use post_tag::Column as T;
    let name = format!("posts under tags {tags:?}");
    let count = async |db: &Reader| {
        let rows = post_tag::Entity::find()
            .filter(T::TagId.is_in(tags.iter().copied()))
            .filter(T::PublishedAt.is_not_null())
            .select_only()
            .column(T::TagId)
            .column_as(T::PostId.count(), "n")
            .group_by(T::TagId);
        Ok(in_order(tags, rows.into_tuple().all(db).await?))
    };
    db.totals(&name, count).await
}

fn in_order(ids: &[i64], rows: Vec<(i64, i64)>) -> Vec<u64> {
    let numbers: HashMap<i64, i64> = rows.into_iter().collect();
    ids.iter().map(|id| numbers.get(id).map_or(0, |number| number.unsigned_abs())).collect()
}

/// A page of all public posts, newest first, by their titles.
///
/// # Errors
/// 404 beyond the last page.
pub async fn titles(db: &Db, number: PageNumber, per_page: u64) -> Result<PageOf<Titled>> {
    let page = list(db, List::Archive, number, per_page).await?;
    Ok(page.map(|row| Titled { id: row.id, title: row.title, slug: row.slug }))
}
