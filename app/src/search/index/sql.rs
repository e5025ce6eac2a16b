//! The statements that ask the index, in each engine's own words.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use super::{Index, RANKED};
use crate::search::query::{Query, Term};

/// A statement under construction. Only fixed text is written into it; everything else is bound.
pub(super) struct Sql {
    pub(super) backend: DbBackend,
    pub(super) text: String,
    values: Vec<Value>,
    /// Whether the words are in so many documents that the newest of these are found soonest by looking at the newest
    /// documents. PostgreSQL's planner would think so of far fewer: it takes a `tsvector` for a small thing to read, and words that are
    /// frequent for frequent together. Where it is false it plans without knowing the words, and asks their index.
    pub(super) are_everywhere: bool,
    /// Where MySQL and MariaDB shall look at documents one by one, those with a higher id than this: else they ask the index, which finds
    /// and reads all.
    pub(super) one_by_one: Option<u64>,
}

impl Sql {
    pub(super) fn new(backend: DbBackend) -> Self {
        Self { backend, text: String::new(), values: Vec::new(), are_everywhere: false, one_by_one: None }
    }

    pub(super) fn statement(self) -> Statement {
        Statement::from_sql_and_values(self.backend, self.text, self.values)
    }

    pub(super) fn bind(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        match self.backend {
            DbBackend::Postgres => self.text.push_str(&format!("${}", self.values.len())),
            _ => self.text.push('?'),
        }
    }

    /// Of what it selects so many.
    pub(super) fn take(&mut self, limit: u64, offset: u64) {
        self.text.push_str(" LIMIT ");
        self.bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.text.push_str(" OFFSET ");
        self.bind(i64::try_from(offset).unwrap_or(i64::MAX));
    }

    /// Those of the ids that it selects.
    pub(super) async fn ids(
        mut self,
        conn: &impl ConnectionTrait,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<i64>, DbErr> {
        self.take(limit, offset);
        let rows = conn.query_all_raw(self.statement()).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }

    /// FTS5 tables have no id of their own making.
    pub(super) fn key(&self) -> &'static str {
        if self.backend == DbBackend::Sqlite { "rowid" } else { "id" }
    }

    pub(super) fn select(&mut self, what: &str, index: Index, query: &Query) {
        self.text.push_str(&format!("SELECT {what} FROM {} WHERE ", index.table()));
        self.condition(index, query);
    }

    /// What documents are found by.
    fn condition(&mut self, index: Index, query: &Query) {
        match self.backend {
            DbBackend::Sqlite => {
                self.text.push_str(&format!("{} MATCH ", index.table()));
                self.bind(fts5(query));
            }
            DbBackend::Postgres => {
                let (start, end) = if self.are_everywhere { ("", "") } else { ("(SELECT ", ")") };
                self.text.push_str(&format!("tsv @@ {start}CAST("));
                self.bind(tsquery(query));
                self.text.push_str(&format!(" AS tsquery){end}"));
                self.look_for(query, |column| format!("strpos({column}"), |term| !term.is_word());
            }
            _ => {
                if let Some(above) = self.one_by_one {
                    self.text.push_str("id > ");
                    self.bind(i64::try_from(above).unwrap_or(i64::MAX));
                    return self.look_for(query, in_bytes, |_| true);
                }
                self.text.push_str("MATCH (title, summary, body) AGAINST (");
                self.bind(boolean_mode(query));
                self.text.push_str(" IN BOOLEAN MODE)");
                self.look_for(query, in_bytes, |term| !term.is_word());
            }
        }
    }

    /// Decides some of the terms, phrases for one, on the stored tokens; `position` begins the engine's function that finds a text in a
    /// column.
    fn look_for(&mut self, query: &Query, position: fn(&str) -> String, which: fn(&Term) -> bool) {
        let required = query.required.iter().map(|term| (" AND (", term));
        let excluded = query.excluded.iter().map(|term| (" AND NOT (", term));
        for (start, term) in required.chain(excluded).filter(|(_, term)| which(term)) {
            self.text.push_str(start);
            for (column, or) in [("body", " OR "), ("title", " OR "), ("summary", ")")] {
                self.text.push_str(&format!("{}, ", position(column)));
                self.bind(term.needle());
                self.text.push_str(&format!(") > 0{or}"));
            }
        }
    }

    /// On MySQL and MariaDB: the ids of what the query finds, the newest first, each with whether all words are in the title.
    pub(super) fn newest_by_title(&mut self, index: Index, query: &Query) {
        self.text.push_str("SELECT id, ");
        for term in &query.required {
            self.text.push_str(&format!("{}, ", in_bytes("title")));
            self.bind(term.needle());
            self.text.push_str(") > 0 AND ");
        }
        self.text.push_str(&format!("TRUE FROM {} WHERE ", index.table()));
        self.condition(index, query);
        self.text.push_str(" ORDER BY id DESC");
    }

    /// What the query finds, the newest first.
    pub(super) fn newest(&mut self, what: &str, index: Index, query: &Query) {
        self.select(what, index, query);
        // By what no index is sorted by: else PostgreSQL might look through all documents for a word that is in few.
        let anew = if self.backend == DbBackend::Postgres && !self.are_everywhere { " + 0" } else { "" };
        self.text.push_str(&format!(" ORDER BY {}{anew} DESC", self.key()));
    }

    /// What the query finds, the best of the newest [`RANKED`] first. On MySQL and MariaDB the best of all.
    pub(super) fn best(&mut self, index: Index, query: &Query, are_many: bool) {
        let words = || distinct_tokens(&query.required);
        match self.backend {
            DbBackend::Sqlite if are_many => {
                let table = index.table();
                self.text.push_str("WITH newest AS MATERIALIZED (");
                self.newest("rowid AS id", index, query);
                self.text.push_str(&format!(
                    " LIMIT {RANKED}) SELECT id FROM newest ORDER BY id IN (SELECT rowid FROM {table} WHERE {table} MATCH "
                ));
                self.bind(format!("{{title}} : ({})", fts5(query)));
                self.text.push_str(" AND rowid >= (SELECT MIN(id) FROM newest)) DESC, id DESC");
            }
            DbBackend::Sqlite => {
                let what = format!("rowid AS id, bm25({}, 10.0, 4.0, 1.0) AS score", index.table());
                self.text.push_str("SELECT id FROM (");
                self.newest(&what, index, query);
                self.text.push_str(&format!(" LIMIT {RANKED}) ORDER BY score, id DESC"));
            }
            DbBackend::Postgres => {
                let any: Vec<_> = words().map(|(token, prefix)| lexeme(token, prefix)).collect();
                self.text.push_str("SELECT id FROM (");
                self.newest("id, tsv", index, query);
                self.text.push_str(&format!(" LIMIT {RANKED}) AS newest ORDER BY ts_rank(tsv, CAST("));
                self.bind(any.join(" | "));
                self.text.push_str(" AS tsquery)) DESC, id DESC");
            }
            _ => {
                self.select("id", index, query);
                self.text.push_str(" ORDER BY ");
                let any: Vec<_> = words().map(|(token, prefix)| starred(token, prefix)).collect();
                for (weight, columns) in
                    [("6 *", "title"), (" + 3 *", "summary"), (" +", "title, summary, body")]
                {
                    self.text.push_str(&format!("{weight} MATCH ({columns}) AGAINST ("));
                    self.bind(any.join(" "));
                    self.text.push_str(" IN BOOLEAN MODE)");
                }
                self.text.push_str(" DESC, id DESC");
            }
        }
    }
}

/// Begins the function that finds a text in a column on MySQL and MariaDB: in its bytes, which takes a third of the time.
fn in_bytes(column: &str) -> String {
    format!("instr(CAST({column} AS BINARY)")
}

/// The tokens of terms, each once, and whether it may be a beginning.
fn distinct_tokens(terms: &[Term]) -> impl Iterator<Item = (&str, bool)> {
    let mut seen = HashSet::new();
    let all = terms.iter().flat_map(|term| {
        let last = term.tokens.len();
        (1..=last).zip(&term.tokens).map(move |(at, token)| (token.as_str(), term.prefix && at == last))
    });
    all.filter(move |token| seen.insert(*token))
}

fn excluded_words(query: &Query) -> impl Iterator<Item = (&str, bool)> {
    let words = query.excluded.iter().filter(|term| term.is_word());
    words.flat_map(|term| term.tokens.iter().map(|token| (token.as_str(), term.prefix)))
}

/// FTS5's query language; phrases stay in one column by its own rule.
fn fts5(query: &Query) -> String {
    let term = |term: &Term| format!("\"{}\"{}", term.tokens.join(" "), if term.prefix { " *" } else { "" });
    let required: Vec<_> = query.required.iter().map(term).collect();
    let mut text = format!("({})", required.join(" AND "));
    if !query.excluded.is_empty() {
        let excluded: Vec<_> = query.excluded.iter().map(term).collect();
        text.push_str(&format!(" NOT ({})", excluded.join(" OR ")));
    }
    text
}

/// A `tsquery` that finds at least what the query does, and exactly that if it has no phrases.
fn tsquery(query: &Query) -> String {
    let required = distinct_tokens(&query.required).map(|(token, prefix)| lexeme(token, prefix));
    let excluded = excluded_words(query).map(|(token, prefix)| format!("!{}", lexeme(token, prefix)));
    required.chain(excluded).collect::<Vec<_>>().join(" & ")
}

/// The same for MySQL's boolean mode.
fn boolean_mode(query: &Query) -> String {
    let required =
        distinct_tokens(&query.required).map(|(token, prefix)| format!("+{}", starred(token, prefix)));
    let excluded = excluded_words(query).map(|(token, prefix)| format!("-{}", starred(token, prefix)));
    required.chain(excluded).collect::<Vec<_>>().join(" ")
}

pub(super) fn lexeme(token: &str, prefix: bool) -> String {
    format!("'{token}'{}", if prefix { ":*" } else { "" })
}

fn starred(token: &str, prefix: bool) -> String {
    format!("{token}{}", if prefix { "*" } else { "" })
}
