//! Where files are shown: which posts show them, and which other texts have them: courses, pages, what posts were before,
//! and what is not saved yet. It is written down when a text is stored.

use std::collections::BTreeSet;

use entity::{
    course, media, page,
    post::{self, PostStatus},
    post_media,
    post_revision::{self, RevisionKind},
    text_media,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{IntoCondition, SelectStatement, SimpleExpr},
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

/// A text beside the posts' own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A course's description.
    Course(i64),
    /// A page that is no post.
    Page(i64),
    /// A revision of a post, be it saved or not.
    Revision(i64),
}

/// Writes down which files a text has in it that was there before, in the transaction that stores it.
///
/// # Errors
/// When the database does not answer.
pub async fn record_again(db: &impl ConnectionTrait, owner: Owner, text: &str) -> Result<(), DbErr> {
    let is_this = match owner {
        Owner::Course(id) => text_media::Column::CourseId.eq(id),
        Owner::Page(id) => text_media::Column::PageId.eq(id),
        Owner::Revision(id) => text_media::Column::RevisionId.eq(id),
    };
    text_media::Entity::delete_many().filter(is_this).exec(db).await?;
    record_new(db, owner, text).await
}

/// As [`record_again`], for a text that is new: without a statement where it has none.
///
/// # Errors
/// When the database does not answer.
pub async fn record_new(db: &impl ConnectionTrait, owner: Owner, text: &str) -> Result<(), DbErr> {
    let (course_id, page_id, revision_id) = match owner {
        Owner::Course(id) => (Some(id), None, None),
        Owner::Page(id) => (None, Some(id), None),
        Owner::Revision(id) => (None, None, Some(id)),
    };
    let names: BTreeSet<String> = names_in(text).collect();
    let row = |name| text_media::ActiveModel {
        course_id: Set(course_id),
        page_id: Set(page_id),
        revision_id: Set(revision_id),
        name: Set(name),
        ..Default::default()
    };
    let rows: Vec<_> = names.into_iter().map(row).collect();
    for rows in rows.chunks(500) {
        text_media::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Whether a text has any file's address in it.
pub fn has_files(text: &str) -> bool {
    names_in(text).next().is_some()
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

/// Where a file is shown, as somebody may know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// The posts that they may open, newest first, at most [`SHOWN`].
    pub posts: Vec<Use>,
    /// How many more there are, others' drafts among them.
    pub more: u64,
    /// Posts that showed it in a version before, and do not now.
    pub older: Vec<Use>,
    /// How many more of those.
    pub more_older: u64,
    /// Courses with it in their description: ids and names, at most [`SHOWN`].
    pub courses: Vec<(i64, String)>,
    /// How many more of those.
    pub more_courses: u64,
    /// Pages with it that they may open, public ones among them: ids and titles, at most [`SHOWN`].
    pub pages: Vec<(i64, String)>,
    /// How many more of those, drafts that are not theirs to know among them.
    pub more_pages: u64,
    /// The viewer's own texts that are not saved: their ids, their posts, their titles.
    pub unsaved: Vec<(i64, Option<i64>, String)>,
    /// How many of those others have. What they are is theirs to know.
    pub unsaved_of_others: u64,
}

impl Uses {
    /// How many posts show it.
    pub fn posts(&self) -> u64 {
        self.posts.len() as u64 + self.more
    }
}

/// Where a file is shown, in as many statements for one use as for thousands. Others' drafts are only counted for those
/// who may not open them.
///
/// # Errors
/// When the database does not answer.
pub async fn of(db: &impl ConnectionTrait, viewer: &Viewer, name: &str) -> Result<Uses, DbErr> {
    let is_public = post::Column::Status.eq(PostStatus::Published);
    let shown = post::Column::Id.in_subquery(users_of(name));
    let (posts, more) = known(db, viewer, shown.clone().into_condition(), Some(is_public)).await?;
    let older = shown.not().and(post::Column::Id.in_subquery(owners_of(name, RevisionKind::Saved)));
    // What a post was is its writer's to know, be it public by now.
    let (older, more_older) = known(db, viewer, older.into_condition(), None).await?;
    let courses = course::Entity::find()
        .filter(course::Column::Id.in_subquery(in_text_of(name, text_media::Column::CourseId)));
    let total = courses.clone().count(db).await?;
    let courses: Vec<(i64, String)> = courses
        .select_only()
        .columns([course::Column::Id, course::Column::Name])
        .order_by_asc(course::Column::Name)
        .limit(SHOWN)
        .into_tuple()
        .all(db)
        .await?;
    let more_courses = total.saturating_sub(courses.len() as u64);
    let pages = page::Entity::find()
        .filter(page::Column::Id.in_subquery(in_text_of(name, text_media::Column::PageId)));
    let total = pages.clone().count(db).await?;
    let may_open = viewer.may(Permission::ManagePages);
    let pages: Vec<(i64, String)> = pages
        .filter(Condition::all().add_option((!may_open).then(|| page::Column::IsPublished.eq(true))))
        .select_only()
        .columns([page::Column::Id, page::Column::Title])
        .order_by_asc(page::Column::Title)
        .limit(SHOWN)
        .into_tuple()
        .all(db)
        .await?;
    let more_pages = total.saturating_sub(pages.len() as u64);
    let unsaved = post_revision::Entity::find()
        .filter(post_revision::Column::Kind.eq(RevisionKind::Autosave))
        .filter(post_revision::Column::Id.in_subquery(in_text_of(name, text_media::Column::RevisionId)));
    let unsaved_of_others =
        unsaved.clone().filter(post_revision::Column::UserId.ne(viewer.id)).count(db).await?;
    let unsaved = unsaved
        .filter(post_revision::Column::UserId.eq(viewer.id))
        .select_only()
        .columns([post_revision::Column::Id, post_revision::Column::PostId, post_revision::Column::Title])
        .order_by_desc(post_revision::Column::UpdatedAt)
        .into_tuple()
        .all(db)
        .await?;
    Ok(Uses {
        posts,
        more,
        older,
        more_older,
        courses,
        more_courses,
        pages,
        more_pages,
        unsaved,
        unsaved_of_others,
    })
}

/// The posts of a condition: those that somebody may know of, and how many more there are. `or` says which others' they
/// may know of too.
async fn known(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    which: Condition,
    or: Option<SimpleExpr>,
) -> Result<(Vec<Use>, u64), DbErr> {
    let uses = post::Entity::find().filter(which);
    let total = uses.clone().count(db).await?;
    let mut visible = Condition::all();
    if !viewer.may(Permission::EditAllPosts) {
        visible = visible.add(Condition::any().add(post::Column::UserId.eq(viewer.id)).add_option(or));
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
    Ok((posts, more))
}

/// The owners of a kind that have a file in their text.
fn in_text_of(name: &str, owner: text_media::Column) -> SelectStatement {
    let texts = text_media::Entity::find().select_only().column(owner);
    let mut texts = texts.filter(text_media::Column::Name.eq(name)).filter(owner.is_not_null());
    QuerySelect::query(&mut texts).to_owned()
}

/// The posts with a revision of a kind that has a file in its text.
fn owners_of(name: &str, kind: RevisionKind) -> SelectStatement {
    let revisions = post_revision::Entity::find().select_only().column(post_revision::Column::PostId);
    let mut revisions = revisions
        .filter(post_revision::Column::Kind.eq(kind))
        .filter(post_revision::Column::PostId.is_not_null())
        .filter(post_revision::Column::Id.in_subquery(in_text_of(name, text_media::Column::RevisionId)));
    QuerySelect::query(&mut revisions).to_owned()
}

fn users_of(name: &str) -> SelectStatement {
    let posts = post_media::Entity::find().select_only().column(post_media::Column::PostId);
    let mut posts = posts.filter(post_media::Column::Name.eq(name));
    QuerySelect::query(&mut posts).to_owned()
}

/// Which of some rows' files are shown anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The files' names of those that posts show.
    pub by_posts: Vec<String>,
    /// Those that no post shows, and that stand in another text.
    pub elsewhere: Vec<String>,
    /// The names in the store of all the rows.
    pub names: Vec<String>,
}

/// Of some rows, by their ids: whose files are shown anywhere.
///
/// # Errors
/// When the database does not answer.
pub async fn of_many(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Shown, DbErr> {
    let rows: Vec<(String, String)> = media::Entity::find()
        .select_only()
        .columns([media::Column::Filename, media::Column::Name])
        .filter(media::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(media::Column::Filename)
        .into_tuple()
        .all(db)
        .await?;
    let names: BTreeSet<&str> = rows.iter().map(|(_, name)| name.as_str()).collect();
    let by_posts: Vec<String> = post_media::Entity::find()
        .select_only()
        .column(post_media::Column::Name)
        .distinct()
        .filter(post_media::Column::Name.is_in(names.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let elsewhere: Vec<String> = text_media::Entity::find()
        .select_only()
        .column(text_media::Column::Name)
        .distinct()
        .filter(text_media::Column::Name.is_in(names))
        .into_tuple()
        .all(db)
        .await?;
    let all = rows.iter().map(|(_, name)| name.clone()).collect();
    let (by_posts, elsewhere) = (by_posts.into_iter().collect(), elsewhere.into_iter().collect());
    let (by_posts, elsewhere): (BTreeSet<String>, BTreeSet<String>) = (by_posts, elsewhere);
    let (shown, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, name)| by_posts.contains(name));
    let rest = rest.into_iter().filter(|(_, name)| elsewhere.contains(name));
    let filename = |(filename, _)| filename;
    Ok(Shown {
        by_posts: shown.into_iter().map(filename).collect(),
        elsewhere: rest.map(filename).collect(),
        names: all,
    })
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
