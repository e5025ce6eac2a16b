//! Posts that are related to one: by tags that they share, and by words of their titles and beginnings.
//!
//! Two statements, whatever a site holds: candidates come from indexes alone, the newest few for each tag and for the
//! words of the title; the best of them are read and compared here. A tag counts the more the fewer posts have it, and
//! so does a word.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{post, post_tag, tag};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, FromQueryResult, Order, QueryFilter, QuerySelect,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};

use super::queries::{Full, Titled, published};
use crate::search::{self, Index, tokens::tokens};

/// Related posts that are shown.
const SHOWN: usize = 3;
/// Tags of a post that are looked at.
const MAX_TAGS: usize = 10;
/// Words of a title that are looked for.
const MAX_WORDS: usize = 6;
/// The newest posts for each tag, and for the words, that are candidates.
const NEWEST: u64 = 50;
/// Candidates that are read.
const READ: usize = 20;
/// Encoded tokens that are shorter say little; they have two letters of their own before the word's.
const MIN_TOKEN: usize = 6;
/// How much of what a post is about another must share, of at most 1, without a tag in common.
const MIN_LIKENESS: f64 = 0.15;

/// A candidate's words.
#[derive(Clone, Debug, FromQueryResult)]
struct Row {
    id: i64,
    title: String,
    slug: String,
    excerpt: String,
}

/// The public posts that are most like this one, the best first; at most three, and never itself.
///
/// # Errors
/// When the database does not answer.
pub async fn related(
    db: &impl ConnectionTrait,
    to: &Full,
    tags: &[tag::Model],
) -> Result<Vec<Titled>, DbErr> {
    let tags: Vec<i64> = tags.iter().take(MAX_TAGS).map(|tag| tag.id).collect();
    let Some(statement) = candidates(db, to, &tags) else { return Ok(Vec::new()) };
    let rows = db.query_all_raw(db.get_database_backend().build(&statement)).await?;
    let mut found: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for row in rows {
        let (id, tag): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if id != to.id {
            found.entry(id).or_default().extend((tag != 0).then_some(tag));
        }
    }
    let by_tags = by_tags(&tags, &found);
    let ids = best(&found, &by_tags);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    use post::Column as P;
    let rows: Vec<Row> = published()
        .select_only()
        .columns([P::Id, P::Title, P::Slug, P::Excerpt])
        .filter(P::Id.is_in(ids))
        .into_model()
        .all(db)
        .await?;
    Ok(ranked(to, rows, &by_tags))
}

/// What finds candidates: ids, each with a tag that is shared, or with 0 for a word. None where there is nothing to go
/// by.
fn candidates(db: &impl ConnectionTrait, to: &Full, tags: &[i64]) -> Option<SelectStatement> {
    let mut words: Vec<String> = words(&to.title).into_iter().collect();
    // Long words are rare ones.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.truncate(MAX_WORDS);
    let by_words = (!words.is_empty()).then(|| {
        let holding = search::index::holding_any(db.get_database_backend(), Index::Posts, &words, NEWEST);
        Query::select().column("id").expr_as(Expr::val(0_i64), "tag").from_subquery(holding, "words").take()
    });
    let by_tags = tags.iter().map(|tag| {
        let newest = Query::select()
            .columns([post_tag::Column::PostId, post_tag::Column::TagId])
            .from(post_tag::Entity)
            .and_where(post_tag::Column::TagId.eq(*tag))
            .and_where(post_tag::Column::PostId.ne(to.id))
            .order_by(post_tag::Column::PostId, Order::Desc)
            .limit(NEWEST)
            .take();
        Query::select().columns(["post_id", "tag_id"]).from_subquery(newest, "tagged").take()
    });
    by_words.into_iter().chain(by_tags).reduce(|mut all, one| all.union(UnionType::All, one).take())
}

/// How much of its tags a post shares with each candidate, from 0 to 1.
fn by_tags(tags: &[i64], found: &BTreeMap<i64, Vec<i64>>) -> HashMap<i64, f64> {
    let weight = |tag: &i64| {
        let posts = found.values().filter(|shared| shared.contains(tag)).count();
        1.0 / (1.0 + (posts.max(1) as f64).ln())
    };
    let weights: HashMap<i64, f64> = tags.iter().map(|tag| (*tag, weight(tag))).collect();
    let all: f64 = weights.values().sum();
    let share = |shared: &Vec<i64>| {
        let sum: f64 = shared.iter().filter_map(|tag| weights.get(tag)).sum();
        if all > 0.0 { sum / all } else { 0.0 }
    };
    found.iter().map(|(id, shared)| (*id, share(shared))).collect()
}

/// The candidates that are worth reading: those that share the most of the tags, and the newest of equal ones.
fn best(found: &BTreeMap<i64, Vec<i64>>, by_tags: &HashMap<i64, f64>) -> Vec<i64> {
    let mut ids: Vec<i64> = found.keys().rev().copied().collect();
    let share = |id: &i64| by_tags.get(id).copied().unwrap_or_default();
    ids.sort_by(|one, other| share(other).total_cmp(&share(one)));
    ids.truncate(READ);
    ids
}

/// The best of the candidates, by tags and words together.
fn ranked(to: &Full, rows: Vec<Row>, by_tags: &HashMap<i64, f64>) -> Vec<Titled> {
    let own = words(&format!("{} {}", to.title, to.excerpt));
    let theirs: Vec<HashSet<String>> = rows
        .iter()
        .map(|row| words(&format!("{} {}", row.title, row.excerpt)).into_iter().collect())
        .collect();
    // A word that all of them have says nothing of any.
    let weight = |word: &String| {
        let holders = 1 + theirs.iter().filter(|words| words.contains(word)).count();
        ((theirs.len() as f64 + 2.0) / holders as f64).ln()
    };
    let weights: HashMap<&String, f64> = own.iter().map(|word| (word, weight(word))).collect();
    let all: f64 = weights.values().sum();
    let mut scored: Vec<(f64, Row)> = rows
        .into_iter()
        .zip(&theirs)
        .filter_map(|(row, words)| {
            let shared: f64 =
                weights.iter().filter(|(word, _)| words.contains(**word)).map(|(_, weight)| weight).sum();
            let likeness = if all > 0.0 { shared / all } else { 0.0 };
            let tags = by_tags.get(&row.id).copied().unwrap_or_default();
            (tags > 0.0 || likeness >= MIN_LIKENESS).then_some((tags + likeness, row))
        })
        .collect();
    scored.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(b.id.cmp(&a.id)));
    scored
        .into_iter()
        .take(SHOWN)
        .map(|(_, row)| Titled { id: row.id, title: row.title, slug: row.slug })
        .collect()
}

/// The words of a text that say something, as the search index spells them.
fn words(text: &str) -> BTreeSet<String> {
    tokens(text).map(|token| token.encoded).filter(|encoded| encoded.len() >= MIN_TOKEN).collect()
}
