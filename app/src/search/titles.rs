//! Which words stand in the titles of public posts (`post_words`). A full-text index finds all that hold a word before it gives the
//! newest of them, on MariaDB for a third of a second where most of 100,000 posts do; this table gives the newest at once.

use std::collections::{BTreeMap, BTreeSet};

use entity::post_word;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, sea_query::OnConflict,
};

use super::tokens::tokens;

/// Encoded tokens that are shorter say little; they have two letters of their own before the word's.
const MIN_TOKEN: usize = 6;
/// The rows of a statement that inserts.
const BATCH_ROWS: usize = 1_000;
/// The posts of one that deletes: a title has at most 200 characters, and so many words.
const BATCH_POSTS: usize = 100;

/// The words of a text that say something, as the search index spells them.
pub fn words(text: &str) -> BTreeSet<String> {
    tokens(text).map(|token| token.encoded).filter(|encoded| encoded.len() >= MIN_TOKEN).collect()
}

/// Of a title as the search index stores it.
pub(super) fn words_of(stored: &str) -> BTreeSet<String> {
    stored.split(' ').filter(|token| token.len() >= MIN_TOKEN).map(str::to_owned).collect()
}

/// Keeps these words of each post and no others: at most a few hundred posts at once, from the lowest id on, as everybody locks them. A
/// transaction that began before another one wrote the same post may leave a word of before: whoever reads the post sees its title.
pub(super) async fn keep(
    conn: &impl ConnectionTrait,
    mut wanted: BTreeMap<i64, BTreeSet<String>>,
) -> Result<(), DbErr> {
    use post_word::Column as W;
    let there: Vec<(i64, String)> = post_word::Entity::find()
        .select_only()
        .columns([W::PostId, W::Word])
        .filter(W::PostId.is_in(wanted.keys().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    let mut gone: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (post, word) in there {
        if !wanted.get_mut(&post).is_some_and(|words| words.remove(&word)) {
            gone.entry(post).or_default().push(word);
        }
    }
    // None where none is there: that would lock the gap that others write into, on MySQL and MariaDB.
    let mut gone: Vec<_> = gone.into_iter().collect();
    for posts in gone.chunks_mut(BATCH_POSTS) {
        let of = |(post, words): &mut (i64, Vec<String>)| {
            W::PostId.eq(*post).and(W::Word.is_in(std::mem::take(words)))
        };
        let any = posts.iter_mut().map(of).fold(Condition::any(), Condition::add);
        post_word::Entity::delete_many().filter(any).exec(conn).await?;
    }
    let new = wanted
        .into_iter()
        .flat_map(|(post, words)| words.into_iter().map(move |word| (word, post)))
        .map(|(word, post)| post_word::ActiveModel { word: Set(word), post_id: Set(post) });
    let new: Vec<_> = new.collect();
    for rows in new.chunks(BATCH_ROWS) {
        let are_there = OnConflict::columns([W::Word, W::PostId]).do_nothing_on([W::Word]).to_owned();
        post_word::Entity::insert_many(rows.to_vec())
            .on_conflict(are_there)
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}
