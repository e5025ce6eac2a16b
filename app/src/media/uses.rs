//! Which posts show which files: written down when a post is saved.

use std::collections::{BTreeSet, HashMap};

use entity::{
    media,
    post::{self, PostStatus},
    post_media,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::name::StoredName;
use crate::auth::{Permission, Viewer};

/// The most posts that are named.
pub const SHOWN: u64 = 20;

/// Writes down which files a post shows, in the transaction that saves it: those whose addresses stand in its HTML, and
/// its cover.
///
/// # Errors
/// When the database does not answer.
pub async fn record(db: &impl ConnectionTrait, post_id: i64, html: &str, cover: &str) -> Result<(), DbErr> {
    record_many(db, &[(post_id, html, cover)]).await
}

/// As [`record`], for several posts: their ids, HTML and covers.
///
/// # Errors
/// When the database does not answer.
pub async fn record_many(db: &impl ConnectionTrait, posts: &[(i64, &str, &str)]) -> Result<(), DbErr> {
    if posts.is_empty() {
        return Ok(());
    }
    let ids = posts.iter().map(|(id, _, _)| *id);
    post_media::Entity::delete_many().filter(post_media::Column::PostId.is_in(ids)).exec(db).await?;
    let rows = posts.iter().flat_map(|(id, html, cover)| {
        let names: BTreeSet<String> = names_in(html).chain(names_in(cover)).collect();
        names.into_iter().map(|name| post_media::ActiveModel { post_id: Set(*id), name: Set(name) })
    });
    let rows: Vec<_> = rows.collect();
    for rows in rows.chunks(500) {
        post_media::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The names of files whose addresses stand in a text. One that is only written about counts too: whoever deletes a
/// file is better warned once too often.
fn names_in(text: &str) -> impl Iterator<Item = String> + '_ {
    let names = text.match_indices("/media/").filter_map(|(at, _)| StoredName::at_start_of(&text[at..]));
    names.map(|name| name.as_str().to_owned())
}

/// A post that shows a file.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Use {
    /// Its id.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// Where it is in its life.
    pub status: PostStatus,
    /// Whose it is.
    pub user_id: i64,
}

/// The posts that show a file, as somebody may know of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Those that they may open, newest first, at most [`SHOWN`].
    pub posts: Vec<Use>,
    /// How many more there are, others' drafts among them.
    pub more: u64,
}

/// Which posts show a file. Others' drafts are only counted for those who may not open them.
///
/// # Errors
/// When the database does not answer.
pub async fn of(db: &impl ConnectionTrait, viewer: &Viewer, name: &str) -> Result<Uses, DbErr> {
    use sea_orm::PaginatorTrait;
    let uses = post::Entity::find().filter(post::Column::Id.in_subquery(users_of(name)));
    let total = uses.clone().count(db).await?;
    let mut visible = Condition::all();
    if !viewer.may(Permission::EditAllPosts) {
        visible = visible.add(
            Condition::any()
                .add(post::Column::UserId.eq(viewer.id))
                .add(post::Column::Status.eq(PostStatus::Published)),
        );
    }
    let posts: Vec<Use> = uses
        .filter(visible)
        .select_only()
        .columns([post::Column::Id, post::Column::Title, post::Column::Status, post::Column::UserId])
        .order_by_desc(post::Column::Id)
        .limit(SHOWN)
        .into_model()
        .all(db)
        .await?;
    let more = total.saturating_sub(posts.len() as u64);
    Ok(Uses { posts, more })
}

fn users_of(name: &str) -> sea_orm::sea_query::SelectStatement {
    let posts = post_media::Entity::find().select_only().column(post_media::Column::PostId);
    let mut posts = posts.filter(post_media::Column::Name.eq(name));
    QuerySelect::query(&mut posts).to_owned()
}

/// How many posts show each of some rows' files, by the rows' ids; those that none shows are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, (String, u64)>, DbErr> {
    let rows: Vec<(i64, String, String)> = media::Entity::find()
        .select_only()
        .columns([media::Column::Id, media::Column::Filename, media::Column::Name])
        .filter(media::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let names: BTreeSet<&str> = rows.iter().map(|(_, _, name)| name.as_str()).collect();
    let numbers: Vec<(String, i64)> = post_media::Entity::find()
        .select_only()
        .column(post_media::Column::Name)
        .column_as(post_media::Column::PostId.count(), "posts")
        .filter(post_media::Column::Name.is_in(names))
        .group_by(post_media::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    let numbers: HashMap<String, i64> = numbers.into_iter().collect();
    let row = |(id, filename, name): (i64, String, String)| {
        Some((id, (filename, numbers.get(&name)?.unsigned_abs())))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_texts_and_covers() {
        let name = format!("ab/ab{}-1600x900.jpg", "0".repeat(30));
        for text in [
            format!("<p><img src=\"/media/{name}\" alt=\"\"></p>"),
            format!("<a href=\"https://blog.example/media/{name}\">x</a>"),
            format!("<img srcset=\"/media/w480/{name} 480w, /media/{name} 1600w\">"),
            format!("/media/{name}"),
        ] {
            assert!(names_in(&text).all(|found| found == name) && names_in(&text).count() > 0, "{text}");
        }
        assert_eq!(names_in("<img src=\"/media/x.png\"> /media/ /media").count(), 0);
    }
}
