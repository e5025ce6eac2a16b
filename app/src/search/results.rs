//! A page of results: ids from the index, then the rows that they stand for.

use sea_orm::{ConnectionTrait, DbErr};

use super::{Document, Index, Query, count, find, index};
use crate::{
    content,
    db::Db,
    posts::queries::{self as posts, Summary},
    users::queries as users,
    web::{
        Error, Result,
        pagination::{self, PageNumber, PageOf},
    },
};

/// People shown beside the first page of posts.
const MAX_PEOPLE: u64 = 10;
/// The length of a snippet, in characters.
const SNIPPET_CHARS: usize = 240;
/// Rows of a step when the index is rebuilt.
const REINDEX_STEP: u64 = 100;

/// A post that was found, with the text around the words.
#[derive(Debug)]
pub struct Found {
    /// The post.
    pub post: Summary,
    /// Where the words stand: escaped, with them in `<mark>`.
    pub snippet: String,
}

/// A page of the posts that match, best first.
///
/// # Errors
/// 404 beyond the last page.
pub async fn posts(db: &Db, query: &Query, number: PageNumber, per_page: u64) -> Result<PageOf<Found>> {
    let name = format!("posts that hold {query:?}");
    let total = db.total(&name, async |db| count(db, Index::Posts, query).await).await?;
    pagination::check(number, total, per_page)?;
    let db = db.read();
    let ids = index::find_of(db, Index::Posts, query, total, per_page, number.offset(per_page)).await?;
    let rows = posts::by_ids(db, &ids).await?;
    let bodies = posts::bodies(db, &ids).await?;
    let page = PageOf::new(rows, total, number, per_page)?;
    let query = query.clone();
    // Ten long texts keep a core busy for longer than an async worker may be.
    let found = tokio::task::spawn_blocking(move || {
        page.map(|post| {
            let text = bodies.get(&post.id).map(|html| content::plain_text(html)).unwrap_or_default();
            Found { snippet: super::html(&super::snippet(&text, &query, SNIPPET_CHARS)), post }
        })
    });
    found.await.map_err(|error| Error::Internal(error.into()))
}

/// Whether more posts may match than are counted.
pub fn is_at_least(db: &Db, total: u64) -> bool {
    index::is_at_least(db.write().get_database_backend(), total)
}

/// The people who match best, at most [`MAX_PEOPLE`].
///
/// # Errors
/// When the database does not answer.
pub async fn people(db: &impl ConnectionTrait, query: &Query) -> Result<Vec<entity::user::Model>, DbErr> {
    let ids = find(db, Index::People, query, MAX_PEOPLE, 0).await?;
    users::by_ids(db, &ids).await
}

/// Empties both indexes and fills them again, in the caller's transaction. `progress` hears of each step's rows.
/// Returns the numbers of posts and people.
///
/// # Errors
/// When the database does not answer.
pub async fn reindex(db: &impl ConnectionTrait, progress: impl Fn(u64)) -> Result<(u64, u64), DbErr> {
    index::clear(db, Index::Posts).await?;
    index::clear(db, Index::People).await?;
    let mut last = 0;
    let mut indexed = 0;
    loop {
        let Some((rows, reached)) = posts::walk(db, last, REINDEX_STEP).await? else { break };
        last = reached;
        let bodies: Vec<String> = rows.iter().map(|row| content::plain_text(&row.html)).collect();
        let documents: Vec<Document<'_>> = rows
            .iter()
            .zip(&bodies)
            .map(|(row, body)| Document { id: row.id, title: &row.title, summary: &row.summary, body })
            .collect();
        index::put_many(db, Index::Posts, &documents).await?;
        indexed += rows.len() as u64;
        progress(rows.len() as u64);
    }
    let people: Vec<_> = users::all(db).await?.into_iter().filter(|user| user.is_active).collect();
    let names: Vec<String> = people.iter().map(users::names).collect();
    let documents: Vec<Document<'_>> =
        people.iter().zip(&names).map(|(user, names)| users::document(user, names)).collect();
    index::put_many(db, Index::People, &documents).await?;
    Ok((indexed, people.len() as u64))
}
