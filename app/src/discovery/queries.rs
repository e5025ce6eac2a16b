//! What sitemaps read: addresses and times, never a text. A part is a range of ids, so that the last one costs what the
//! first one does, and a new row changes one part alone.

use chrono::{DateTime, Utc};
use entity::{
    course,
    post::{self, PostStatus},
    tag, user,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait, Select, SelectGetableTuple, Selector, sea_query::Expr,
};

use crate::tags::queries as tags;

/// Ids of a part: far below the 50,000 addresses and 50 MB that a sitemap may have, whatever the slugs are.
pub const IDS: i64 = 5_000;

/// What has pages of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Public posts.
    Posts,
    /// Those who published something.
    Authors,
    /// The tags of public posts.
    Tags,
    /// All courses.
    Courses,
}

/// The last part of an address, and when what is there changed last, where that is known.
pub type Located = (String, Option<DateTime<Utc>>);

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Posts, Self::Authors, Self::Tags, Self::Courses];

    /// The id's column, as it is written in SQL.
    fn id(self) -> &'static str {
        match self {
            Self::Posts => "posts.id",
            Self::Authors => "posts.user_id",
            Self::Tags => "tags.id",
            Self::Courses => "courses.id",
        }
    }
}

/// The parts that have something in them, by number from 1, and when something in each changed last.
///
/// # Errors
/// When the database does not answer.
pub async fn parts(
    db: &impl ConnectionTrait,
    kind: Kind,
) -> Result<Vec<(i64, Option<DateTime<Utc>>)>, DbErr> {
    let is_public = post::Column::Status.eq(PostStatus::Published);
    // The last id of the part before. The remainder is the same on all databases; what a slash means is not.
    let before = || Expr::cust(format!("{0} - 1 - ({0} - 1) % {IDS}", kind.id()));
    let grouped = match kind {
        Kind::Posts => grouped(post::Entity::find().filter(is_public), before, post::Column::UpdatedAt.max()),
        Kind::Authors => {
            grouped(post::Entity::find().filter(is_public), before, post::Column::PublishedAt.max())
        }
        Kind::Tags => {
            // When these changed is not asked: that would read each post of each tag.
            let before: Vec<i64> = tags::in_use()
                .select_only()
                .column_as(before(), "part")
                .group_by(before())
                .order_by_asc(before())
                .into_tuple()
                .all(db)
                .await?;
            return Ok(before.into_iter().map(|before| (before / IDS + 1, None)).collect());
        }
        Kind::Courses => grouped(course::Entity::find(), before, course::Column::UpdatedAt.max()),
    };
    let rows = grouped.all(db).await?;
    Ok(rows.into_iter().map(|(before, changed)| (before / IDS + 1, changed)).collect())
}

type Times = Selector<SelectGetableTuple<(i64, Option<DateTime<Utc>>)>>;

/// Rows by their part, with the latest time of each.
fn grouped<E: EntityTrait>(rows: Select<E>, part: impl Fn() -> Expr, latest: Expr) -> Times {
    rows.select_only()
        .column_as(part(), "part")
        .column_as(latest, "changed")
        .group_by(part())
        .order_by_asc(part())
        .into_tuple()
}

/// What is in a part, by id.
///
/// # Errors
/// When the database does not answer.
pub async fn part(db: &impl ConnectionTrait, kind: Kind, number: i64) -> Result<Vec<Located>, DbErr> {
    // A part that no id reaches is empty.
    let (Some(last), true) = (number.checked_mul(IDS), number > 0) else { return Ok(Vec::new()) };
    let ids = last - IDS + 1..=last;
    let (first, last) = (*ids.start(), *ids.end());
    let is_public = post::Column::Status.eq(PostStatus::Published);
    match kind {
        Kind::Posts => {
            post::Entity::find()
                .filter(is_public)
                .filter(post::Column::Id.between(first, last))
                .select_only()
                .columns([post::Column::Slug, post::Column::UpdatedAt])
                .order_by_asc(post::Column::Id)
                .into_tuple()
                .all(db)
                .await
        }
        Kind::Authors => {
            user::Entity::find()
                .join_rev(JoinType::InnerJoin, post::Relation::User.def())
                .filter(is_public)
                .filter(user::Column::Id.between(first, last))
                .select_only()
                .column(user::Column::Username)
                .column_as(post::Column::PublishedAt.max(), "changed")
                .group_by(user::Column::Id)
                .group_by(user::Column::Username)
                .order_by_asc(user::Column::Id)
                .into_tuple()
                .all(db)
                .await
        }
        Kind::Tags => {
            let slugs: Vec<String> = tags::in_use()
                .filter(tag::Column::Id.between(first, last))
                .select_only()
                .column(tag::Column::Slug)
                .order_by_asc(tag::Column::Id)
                .into_tuple()
                .all(db)
                .await?;
            Ok(slugs.into_iter().map(|slug| (slug, None)).collect())
        }
        Kind::Courses => {
            course::Entity::find()
                .filter(course::Column::Id.between(first, last))
                .select_only()
                .columns([course::Column::Slug, course::Column::UpdatedAt])
                .order_by_asc(course::Column::Id)
                .into_tuple()
                .all(db)
                .await
        }
    }
}
