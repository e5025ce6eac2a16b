//! The tags of posts, and what their links say of these.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    post::{self, PostStatus},
    post_tag, tag,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};

use super::MAX_TAG;
use crate::content;

/// Puts tags on posts, made where they are not there yet.
///
/// # Errors
/// When the database does not answer.
pub async fn add_tags(db: &impl ConnectionTrait, posts: &[i64], names: &[String]) -> Result<(), DbErr> {
    let tags = tags_by_slug(db, names).await?;
    let links = posts.iter().flat_map(|post_id| {
        let link = |tag_id: i64| post_tag::ActiveModel {
            post_id: Set(*post_id),
            tag_id: Set(tag_id),
            published_at: Set(None),
        };
        tags.iter().map(move |(_, tag_id)| link(*tag_id))
    });
    post_tag::Entity::insert_many(links)
        .on_conflict(
            OnConflict::columns([post_tag::Column::PostId, post_tag::Column::TagId])
                .do_nothing_on([post_tag::Column::PostId])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    relist(db, posts).await
}

/// Tells the tags of posts whether these are public and since when, so that the posts under a tag are a walk along an
/// index. To be called in each transaction that changes that.
///
/// # Errors
/// When the database does not answer.
pub async fn relist(db: &impl ConnectionTrait, posts: &[i64]) -> Result<(), DbErr> {
    use post::Column as P;
    let published_at = Query::select()
        .column((post::Entity, P::PublishedAt))
        .from(post::Entity)
        .and_where(P::Status.eq(PostStatus::Published))
        .and_where(Expr::col((post::Entity, P::Id)).equals((post_tag::Entity, post_tag::Column::PostId)))
        .take();
    post_tag::Entity::update_many()
        .col_expr(post_tag::Column::PublishedAt, Expr::SubQuery(None, Box::new(published_at.into())))
        .filter(post_tag::Column::PostId.is_in(posts.iter().copied()))
        .exec(db)
        .await
        .map(drop)
}

/// As [`add_tags`], for those posts only that lack one of the tags. Gives which these are.
///
/// # Errors
/// When the database does not answer.
pub async fn add_missing_tags(
    db: &impl ConnectionTrait,
    posts: &[i64],
    names: &[String],
) -> Result<Vec<i64>, DbErr> {
    let tags: BTreeSet<i64> = tags_by_slug(db, names).await?.into_iter().map(|(_, id)| id).collect();
    let links: Vec<i64> = post_tag::Entity::find()
        .select_only()
        .column(post_tag::Column::PostId)
        .filter(post_tag::Column::PostId.is_in(posts.iter().copied()))
        .filter(post_tag::Column::TagId.is_in(tags.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut known: HashMap<i64, usize> = HashMap::new();
    for post in links {
        *known.entry(post).or_default() += 1;
    }
    let lacks = |post: &&i64| known.get(*post).copied().unwrap_or_default() < tags.len();
    let posts: Vec<i64> = posts.iter().filter(lacks).copied().collect();
    if !posts.is_empty() {
        // Whoever publishes one of them meanwhile would not see the new link, nor this one the publishing.
        lock(db, &posts).await?;
        add_tags(db, &posts, names).await?;
    }
    Ok(posts)
}

async fn lock(db: &impl ConnectionTrait, posts: &[i64]) -> Result<(), DbErr> {
    let rows = post::Entity::find()
        .select_only()
        .column(post::Column::Id)
        .filter(post::Column::Id.is_in(posts.iter().copied()))
        .order_by_asc(post::Column::Id)
        .lock_exclusive();
    rows.into_tuple::<i64>().all(db).await.map(drop)
}

/// Gives a post these tags and no others.
///
/// # Errors
/// When the database does not answer.
pub async fn set_tags(db: &impl ConnectionTrait, id: i64, names: &[String]) -> Result<(), DbErr> {
    post_tag::Entity::delete_many().filter(post_tag::Column::PostId.eq(id)).exec(db).await?;
    add_tags(db, &[id], names).await
}

/// The slug of a tag; names without any letter or digit are no tags.
pub fn tag_slug(name: &str) -> Option<String> {
    let slug: String = content::slugify(name)?.chars().take(MAX_TAG).collect();
    Some(slug.trim_end_matches('-').to_owned())
}

/// Slugs and ids of tags by name, made where they are not there yet. Names with one slug are one tag.
pub(super) async fn tags_by_slug(
    db: &impl ConnectionTrait,
    names: &[String],
) -> Result<Vec<(String, i64)>, DbErr> {
    let mut wanted: BTreeMap<String, &String> = BTreeMap::new();
    for name in names {
        if let Some(slug) = tag_slug(name) {
            wanted.entry(slug).or_insert(name);
        }
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rows = wanted.iter().map(|(slug, name)| tag::ActiveModel {
        name: Set((*name).clone()),
        slug: Set(slug.clone()),
        ..Default::default()
    });
    tag::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(tag::Column::Slug).do_nothing_on([tag::Column::Id]).to_owned())
        .exec_without_returning(db)
        .await?;
    tag::Entity::find()
        .select_only()
        .columns([tag::Column::Slug, tag::Column::Id])
        .filter(tag::Column::Slug.is_in(wanted.into_keys()))
        .into_tuple()
        .all(db)
        .await
}
