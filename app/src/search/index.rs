//! The index tables `post_search` and `user_search`, and the only SQL that differs between engines.
//!
//! Both have the columns `title`, `summary` and `body`, holding the fields' encoded tokens; `migration` creates them.
//! SQLite: a contentless FTS5 table. PostgreSQL: a generated `tsvector` with a GIN index. MySQL and MariaDB: FULLTEXT
//! indexes. FTS5 decides phrases itself; the other two narrow by index and decide phrases on the stored tokens,
//! because PostgreSQL keeps no positions beyond 16,383; one way for both.
//!
//! On MySQL and MariaDB a change is found only after its transaction has committed, and InnoDB may hide documents for
//! a moment while it moves its full-text cache (8 MB) to its tables.

mod sql;

use std::collections::{BTreeSet, HashSet};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait};

use self::sql::Sql;
use super::{query::Query, titles, tokens::tokens};

/// The tokens of a document that are indexed, counted through title, summary and body; the rest is not found.
pub const MAX_TOKENS: usize = 100_000;

/// Bounds what a document's distinct tokens take in a PostgreSQL `tsvector` (at most 1 MiB, or the write fails): a
/// document is indexed up to the token that would exceed it, on every engine. Prose never comes near.
pub const MAX_INDEX_BYTES: usize = 1_000_000;

/// Of what a query finds, how many of the newest are ranked.
const RANKED: u64 = 2_000;
/// The same where MySQL or MariaDB look at documents one by one.
const RANKED_ONE_BY_ONE: u64 = 400;
/// How many of the newest documents these look at one by one, at most,
const NEWEST: u64 = 20_000;
/// or for each that is wanted, where that is more.
const NEWEST_FOR_EACH: u64 = 8;

/// MySQL and MariaDB count what a query finds no further: they read each document for it, of a million for half a minute.
const COUNTED: u64 = 10_000;

/// Words that are found in more documents than this are everywhere on PostgreSQL, for the first [`RANKED`] times five of them: see
/// `Sql::are_everywhere`. With a million documents both ways took a tenth of a second for as many.
const EVERYWHERE: u64 = 50_000;

/// The rows of one insert statement, and the bytes of tokens after which it is sent (MariaDB takes 16 MiB).
const BATCH_ROWS: usize = 200;
const BATCH_BYTES: usize = 4_000_000;

/// Longer texts than this, in bytes, are taken apart on the blocking pool.
pub const LONG: usize = 64 * 1024;

/// Which index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// `post_search`; ids are those of `posts`.
    Posts,
    /// `user_search`; ids are those of `users`.
    People,
}

/// What is found: plain text, without markup.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The id of the post or user.
    pub id: i64,
    /// Its title or name, which counts most.
    pub title: &'a str,
    /// Its summary, which counts less.
    pub summary: &'a str,
    /// Its text, which counts least.
    pub body: &'a str,
}

impl Index {
    fn table(self) -> &'static str {
        match self {
            Self::Posts => "post_search",
            Self::People => "user_search",
        }
    }
}

/// The stored form of a document's fields, within [`MAX_TOKENS`] and [`MAX_INDEX_BYTES`]: each token with a space
/// before and after, or nothing.
pub(super) fn indexed(fields: &[&str]) -> Vec<String> {
    let mut distinct: HashSet<String> = HashSet::new();
    let (mut count, mut bytes) = (0, 0);
    let mut full = false;
    let mut field = |text: &&str| {
        let mut stored = String::with_capacity(if full { 0 } else { text.len() + text.len() / 2 });
        for token in tokens(text).take_while(|_| !full) {
            // A lexeme's text padded to an even length and the count of its positions; then each position.
            bytes += 2;
            count += 1;
            if !distinct.contains(&token.encoded) {
                bytes += token.encoded.len() + 3;
            }
            if count > MAX_TOKENS || bytes > MAX_INDEX_BYTES {
                full = true;
                break;
            }
            if stored.is_empty() {
                stored.push(' ');
            }
            stored.push_str(&token.encoded);
            stored.push(' ');
            distinct.insert(token.encoded);
        }
        stored
    };
    fields.iter().map(&mut field).collect()
}

/// Adds a document or replaces the one with its id, in the caller's transaction. Fails where the post or user does
/// not exist (PostgreSQL, MySQL) or the database does.
pub async fn put(conn: &impl ConnectionTrait, index: Index, document: &Document<'_>) -> Result<(), DbErr> {
    put_many(conn, index, std::slice::from_ref(document)).await
}

/// Adds or replaces many documents, hundreds in a statement. Of two with the same id the last one counts.
/// Call it in a transaction: on SQLite each statement would be written to disk otherwise.
pub async fn put_many(
    conn: &impl ConnectionTrait,
    index: Index,
    documents: &[Document<'_>],
) -> Result<(), DbErr> {
    let mut seen = HashSet::with_capacity(documents.len());
    let mut documents: Vec<_> = documents.iter().rev().filter(|document| seen.insert(document.id)).collect();
    // FTS5 writes out its buffer whenever an id is not above the one before.
    documents.sort_unstable_by_key(|document| document.id);
    let mut rows = Vec::with_capacity(documents.len().min(BATCH_ROWS));
    let mut bytes = 0;
    for document in documents {
        let fields = indexed_off_worker(document).await?;
        bytes += fields.iter().map(String::len).sum::<usize>();
        rows.push((document.id, fields));
        if rows.len() >= BATCH_ROWS || bytes >= BATCH_BYTES {
            insert(conn, index, std::mem::take(&mut rows)).await?;
            bytes = 0;
        }
    }
    if rows.is_empty() { Ok(()) } else { insert(conn, index, rows).await }
}

/// A document as it will be indexed, to be made before the transaction that stores it: nobody waits for the words of a
/// book while others wait to write. Keeps a core busy.
pub fn prepared(title: &str, summary: &str, body: &str) -> String {
    // Tokens hold no line ends.
    indexed(&[title, summary, body]).join("\n")
}

/// As [`put`], of what [`prepared`] gave.
pub async fn put_prepared(
    conn: &impl ConnectionTrait,
    index: Index,
    id: i64,
    prepared: &str,
) -> Result<(), DbErr> {
    let fields = prepared.splitn(3, '\n').map(str::to_owned).collect();
    insert(conn, index, vec![(id, fields)]).await
}

/// As [`indexed`]; of a long document on the blocking pool.
async fn indexed_off_worker(document: &Document<'_>) -> Result<Vec<String>, DbErr> {
    let fields = [document.title, document.summary, document.body];
    if document.body.len() < LONG {
        return Ok(indexed(&fields));
    }
    let fields = fields.map(str::to_owned);
    let stored = tokio::task::spawn_blocking(move || indexed(&fields.each_ref().map(String::as_str)));
    stored.await.map_err(|error| DbErr::Custom(error.to_string()))
}

/// Ids, each with the stored form of its fields.
async fn insert(
    conn: &impl ConnectionTrait,
    index: Index,
    rows: Vec<(i64, Vec<String>)>,
) -> Result<(), DbErr> {
    if index == Index::Posts {
        let title = |fields: &Vec<String>| fields.first().map(|title| titles::words_of(title));
        let words = rows.iter().map(|(id, fields)| (*id, title(fields).unwrap_or_default()));
        titles::keep(conn, words.collect()).await?;
    }
    let mut sql = Sql::new(conn.get_database_backend());
    let table = index.table();
    let (verb, key, conflict) = match sql.backend {
        DbBackend::Sqlite => ("INSERT OR REPLACE", "rowid", ""),
        DbBackend::Postgres => (
            "INSERT",
            "id",
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, summary = excluded.summary, body = excluded.body",
        ),
        _ => ("REPLACE", "id", ""),
    };
    sql.text = format!("{verb} INTO {table} ({key}, title, summary, body) VALUES ");
    for (at, (id, fields)) in rows.into_iter().enumerate() {
        sql.text.push_str(if at == 0 { "(" } else { "), (" });
        sql.bind(id);
        for field in fields {
            sql.text.push_str(", ");
            sql.bind(field);
        }
    }
    sql.text.push(')');
    sql.text.push_str(conflict);
    conn.execute_raw(sql.statement()).await.map(drop)
}

/// Removes a document; one that is not there is no error. (Deleting its post or user removes it too.)
pub async fn remove(conn: &impl ConnectionTrait, index: Index, id: i64) -> Result<(), DbErr> {
    remove_many(conn, index, &[id]).await
}

/// As [`remove`], for several: at most a few hundred.
pub async fn remove_many(conn: &impl ConnectionTrait, index: Index, ids: &[i64]) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    if index == Index::Posts {
        let nothing = |id: &i64| (*id, BTreeSet::new());
        titles::keep(conn, ids.iter().map(nothing).collect()).await?;
    }
    let mut sql = Sql::new(conn.get_database_backend());
    sql.text = format!("DELETE FROM {} WHERE {} IN (", index.table(), sql.key());
    for (at, id) in ids.iter().enumerate() {
        sql.text.push_str(if at == 0 { "" } else { ", " });
        sql.bind(*id);
    }
    sql.text.push(')');
    conn.execute_raw(sql.statement()).await.map(drop)
}

/// Empties an index, in the caller's transaction.
pub async fn clear(conn: &impl ConnectionTrait, index: Index) -> Result<(), DbErr> {
    if index == Index::Posts {
        entity::post_word::Entity::delete_many().exec(conn).await?;
    }
    let mut sql = Sql::new(conn.get_database_backend());
    let table = index.table();
    sql.text = match sql.backend {
        DbBackend::Sqlite => format!("INSERT INTO {table} ({table}) VALUES ('delete-all')"),
        _ => format!("DELETE FROM {table}"),
    };
    conn.execute_raw(sql.statement()).await.map(drop)
}

/// Tidies an index after a bulk load, outside any transaction: merges FTS5's segments, or refreshes the planner's
/// statistics. Without it everything is found too, only slower.
pub async fn optimize(conn: &impl ConnectionTrait, index: Index) -> Result<(), DbErr> {
    let mut sql = Sql::new(conn.get_database_backend());
    let table = index.table();
    sql.text = match sql.backend {
        DbBackend::Sqlite => format!("INSERT INTO {table} ({table}) VALUES ('optimize')"),
        DbBackend::Postgres => format!("ANALYZE {table}"),
        _ => format!("ANALYZE TABLE {table}"),
    };
    conn.execute_raw(sql.statement()).await.map(drop)
}

/// The ids of the documents that the query finds, best first: words in the title count most, then those in the
/// summary; of equally good ones the newest id first. Of more than [`RANKED`] see [`find_of`].
pub async fn find(
    conn: &impl ConnectionTrait,
    index: Index,
    query: &Query,
    limit: u64,
    offset: u64,
) -> Result<Vec<i64>, DbErr> {
    find_of(conn, index, query, RANKED, limit, offset).await
}

/// As [`find`], where [`count`] says that there are `total`. Of very many the newest [`RANKED`] are ranked and the others
/// follow, the newest first: to rank is to look at each, and of words that are everywhere it says little. For that reason SQLite,
/// MySQL and MariaDB are asked then for all words in the title alone: how rare each word is they would count first.
pub async fn find_of(
    conn: &impl ConnectionTrait,
    index: Index,
    query: &Query,
    total: u64,
    limit: u64,
    offset: u64,
) -> Result<Vec<i64>, DbErr> {
    let backend = conn.get_database_backend();
    if backend == DbBackend::MySql && total > RANKED {
        return find_among_many(conn, index, query, total, limit, offset).await;
    }
    let most = if backend == DbBackend::MySql { u64::MAX } else { RANKED };
    let ranked = limit.min(most.saturating_sub(offset));
    let are_everywhere = total > EVERYWHERE && offset <= 5 * RANKED;
    let mut ids = Vec::new();
    if ranked > 0 {
        let mut sql = Sql::new(backend);
        sql.are_everywhere = are_everywhere;
        sql.best(index, query, total > RANKED);
        ids = sql.ids(conn, ranked, offset).await?;
    }
    if ids.len() as u64 == ranked && ranked < limit {
        let mut sql = Sql::new(backend);
        sql.are_everywhere = are_everywhere;
        sql.newest(sql.key(), index, query);
        ids.extend(sql.ids(conn, limit - ranked, offset.max(most)).await?);
    }
    Ok(ids)
}

/// As [`find_of`] on MySQL and MariaDB, whose index finds and reads all documents that hold the words before anything else can be asked
/// of it: words that are in many are found sooner by looking at the newest documents one by one.
async fn find_among_many(
    conn: &impl ConnectionTrait,
    index: Index,
    query: &Query,
    total: u64,
    limit: u64,
    offset: u64,
) -> Result<Vec<i64>, DbErr> {
    let highest = highest_id(conn, index).await?;
    let pays = |wanted: u64| is_at_least(DbBackend::MySql, total) || pays_one_by_one(total, highest, wanted);
    // The same for each page of a search, so that none has what another one had.
    let most = if pays(RANKED_ONE_BY_ONE) { RANKED_ONE_BY_ONE } else { RANKED };
    let newest = async |limit: u64, offset: u64| -> Result<Vec<(i64, bool)>, DbErr> {
        let wanted = offset.saturating_add(limit);
        let mut found = Vec::new();
        if pays(wanted) {
            // Where they are spread alike a quarter of these is enough. Where they are not, the index is asked after all.
            let alike = highest.saturating_mul(4).saturating_mul(wanted) / total;
            let at_most = NEWEST.max(wanted.saturating_mul(NEWEST_FOR_EACH));
            let above = Some(highest.saturating_sub(alike.min(at_most)));
            found = newest_by_title(conn, index, query, above, limit, offset).await?;
        }
        let are_all = found.len() as u64 == limit;
        if are_all { Ok(found) } else { newest_by_title(conn, index, query, None, limit, offset).await }
    };
    let mut ids: Vec<i64> = Vec::new();
    if offset < most {
        let mut ranked = newest(most, 0).await?;
        ranked.sort_by_key(|(_, is_in_title)| !is_in_title);
        ids.extend(ranked.into_iter().map(|(id, _)| id).skip(offset as usize).take(limit as usize));
    }
    let rest = limit - ids.len() as u64;
    if rest > 0 && offset.saturating_add(limit) > most {
        ids.extend(newest(rest, offset.max(most)).await?.into_iter().map(|(id, _)| id));
    }
    Ok(ids)
}

/// Whether MySQL and MariaDB find so many of `total` among the documents sooner by looking at the newest ones one by one than by their
/// index. To look at a document took some two and a half times as long as to find one by the index. Where ids have gaps `highest`
/// speaks for the index.
fn pays_one_by_one(total: u64, highest: u64, wanted: u64) -> bool {
    total.saturating_mul(total).saturating_mul(2) > highest.saturating_mul(wanted).saturating_mul(5)
}

async fn newest_by_title(
    conn: &impl ConnectionTrait,
    index: Index,
    query: &Query,
    one_by_one: Option<u64>,
    limit: u64,
    offset: u64,
) -> Result<Vec<(i64, bool)>, DbErr> {
    let mut sql = Sql::new(conn.get_database_backend());
    sql.one_by_one = one_by_one;
    sql.newest_by_title(index, query);
    sql.take(limit, offset);
    let rows = conn.query_all_raw(sql.statement()).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The highest id among an index's documents, 0 where it has none.
async fn highest_id(conn: &impl ConnectionTrait, index: Index) -> Result<u64, DbErr> {
    let mut sql = Sql::new(conn.get_database_backend());
    sql.text = format!("SELECT MAX({}) FROM {}", sql.key(), index.table());
    let row = conn.query_one_raw(sql.statement()).await?;
    let id: Option<i64> = row.map_or(Ok(None), |row| row.try_get_by_index(0))?;
    Ok(id.and_then(|id| u64::try_from(id).ok()).unwrap_or(0))
}

/// How many documents the query finds. MySQL and MariaDB count up to [`COUNTED`]: see [`is_at_least`].
pub async fn count(conn: &impl ConnectionTrait, index: Index, query: &Query) -> Result<u64, DbErr> {
    let mut sql = Sql::new(conn.get_database_backend());
    if sql.backend == DbBackend::MySql {
        sql.text.push_str("SELECT COUNT(*) FROM (");
        sql.select("id", index, query);
        sql.text.push_str(&format!(" LIMIT {COUNTED}) AS found"));
    } else {
        sql.select("COUNT(*)", index, query);
    }
    let row = conn.query_one_raw(sql.statement()).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Whether a [`count`] may be less than there are.
pub fn is_at_least(backend: DbBackend, count: u64) -> bool {
    backend == DbBackend::MySql && count >= COUNTED
}
