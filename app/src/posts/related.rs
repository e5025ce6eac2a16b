//! Posts that are related to one: by tags that they share, or words of their titles; and the more so, the more words of titles and
//! beginnings they share.
//!
//! Two statements, whatever a site holds: candidates come from indexes alone, the newest few for each tag and for each
//! word of the title; the best of them are read and compared here. A tag counts the more the fewer posts have it, and
//! so does a word.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{post, post_tag, post_word, tag};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, FromQueryResult, Order, QueryFilter, QuerySelect,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};

use super::queries::{Full, Titled, published};
use crate::search::titles::words;

/// Related posts that are shown.
const SHOWN: usize = 3;
/// Tags of a post that are looked at.
const MAX_TAGS: usize = 10;
/// Words of a title that are looked for.
const MAX_WORDS: usize = 6;
/// The newest posts with a tag that are candidates.
const NEWEST_BY_TAG: u64 = 50;
/// The newest posts with a word in their title that are.
const NEWEST_BY_WORD: u64 = 20;
/// Candidates that are read.
const READ: usize = 20;
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
    let mut words: Vec<String> = words(&to.title).into_iter().collect();
    // Long words are rare ones.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.truncate(MAX_WORDS);
    let Some(statement) = candidates(to, &tags, &words) else { return Ok(Vec::new()) };
    let rows = db.query_all_raw(db.get_database_backend().build(&statement)).await?;
    let mut found: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for row in rows {
        found.entry(row.try_get_by_index(0)?).or_default().push(row.try_get_by_index(1)?);
    }
    let by_tags = shares(&tags, &found);
    let ids = best(&found, &by_tags, &shares(&marks(&words).collect::<Vec<_>>(), &found));
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

/// What words are called where tags have their ids.
fn marks(words: &[String]) -> impl Iterator<Item = i64> {
    (1_i64..).zip(words).map(|(number, _)| -number)
}

/// What finds candidates: ids, each with a tag that is shared, or with the mark of a word. None where there is nothing to go
/// by.
fn candidates(to: &Full, tags: &[i64], words: &[String]) -> Option<SelectStatement> {
    let by_tags = tags.iter().map(|tag| {
        let newest = Query::select()
            .columns([post_tag::Column::PostId, post_tag::Column::TagId])
            .from(post_tag::Entity)
            .and_where(post_tag::Column::TagId.eq(*tag))
            .and_where(post_tag::Column::PostId.ne(to.id))
            .order_by(post_tag::Column::PostId, Order::Desc)
            .limit(NEWEST_BY_TAG)
            .take();
        Query::select().columns(["post_id", "tag_id"]).from_subquery(newest, "tagged").take()
    });
    let by_words = marks(words).zip(words).map(|(mark, word)| {
        let newest = Query::select()
            .column(post_word::Column::PostId)
            .from(post_word::Entity)
            .and_where(post_word::Column::Word.eq(word))
            .and_where(post_word::Column::PostId.ne(to.id))
            .order_by(post_word::Column::PostId, Order::Desc)
            .limit(NEWEST_BY_WORD)
            .take();
        Query::select().column("post_id").expr(Expr::val(mark)).from_subquery(newest, "holding").take()
    });
    by_tags.chain(by_words).reduce(|mut all, one| all.union(UnionType::All, one).take())
}

/// How much of these tags or words a post shares with each candidate, from 0 to 1: the fewer have one, the more it is.
fn shares(of: &[i64], found: &BTreeMap<i64, Vec<i64>>) -> HashMap<i64, f64> {
    let weight = |mark: &i64| {
        let posts = found.values().filter(|shared| shared.contains(mark)).count();
        1.0 / (1.0 + (posts.max(1) as f64).ln())
    };
    let weights: HashMap<i64, f64> = of.iter().map(|mark| (*mark, weight(mark))).collect();
    let all: f64 = weights.values().sum();
    let share = |shared: &Vec<i64>| {
        let sum: f64 = shared.iter().filter_map(|mark| weights.get(mark)).sum();
        if all > 0.0 { sum / all } else { 0.0 }
    };
    found.iter().map(|(id, shared)| (*id, share(shared))).collect()
}

/// The candidates that are worth reading: those that share the most of the tags and words, and the newest of equal ones.
fn best(
    found: &BTreeMap<i64, Vec<i64>>,
    by_tags: &HashMap<i64, f64>,
    by_words: &HashMap<i64, f64>,
) -> Vec<i64> {
    let mut ids: Vec<i64> = found.keys().rev().copied().collect();
    let share = |id: &i64| {
        let of = |shares: &HashMap<i64, f64>| shares.get(id).copied().unwrap_or_default();
        of(by_tags) + of(by_words)
    };
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
