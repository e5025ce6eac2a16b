//! What a reader typed into the search box, and what it means.
//!
//! All words must occur, each in any field. The last word that is neither quoted nor excluded may be the beginning
//! of a longer one. `"quoted words"` stand next to each other in one field. `-word` and `-"a phrase"` must not
//! occur. Words that punctuation or a change of script joins (`wasm-bindgen`, `can't`, `東京都`) are a phrase.

use super::index::indexed;
use super::tokens::{Kind, tokens};

/// The characters of a query that are read; the rest is ignored.
pub const MAX_CHARS: usize = 256;

/// The words and phrases of a query that are read; the rest is ignored.
pub const MAX_TERMS: usize = 16;

/// A parsed query; it requires at least one term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What must occur.
    pub required: Vec<Term>,
    /// What must not occur.
    pub excluded: Vec<Term>,
}

/// A word, or a phrase of adjacent words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The encoded tokens, never empty.
    pub tokens: Vec<String>,
    /// Whether the last token may be the beginning of a longer one.
    pub prefix: bool,
}

/// Reads a query. Any input is fine; `None` if nothing could be found by it: no words, or only excluded ones.
pub fn parse(input: &str) -> Option<Query> {
    let mut rest = Reader { chars: bounded(input), at: 0 };
    let mut query = Query { required: Vec::new(), excluded: Vec::new() };
    let mut open_end = None;
    while query.required.len() + query.excluded.len() < MAX_TERMS {
        let Some(chunk) = rest.next_chunk() else { break };
        let Some(term) = Term::new(&chunk.text, false) else {
            continue;
        };
        if chunk.excluded {
            query.excluded.push(term);
        } else {
            if !chunk.quoted {
                open_end = Some((query.required.len(), chunk.text));
            }
            query.required.push(term);
        }
    }
    if let Some((index, text)) = open_end {
        query
            .required
            .get_mut(index)
            .zip(Term::new(&text, true))
            .into_iter()
            .for_each(|(term, open)| *term = open);
    }
    for terms in [&mut query.required, &mut query.excluded] {
        let mut kept: Vec<Term> = Vec::with_capacity(terms.len());
        for term in terms.drain(..) {
            if !kept.contains(&term) {
                kept.push(term);
            }
        }
        *terms = kept;
    }
    (!query.required.is_empty()).then_some(query)
}

/// The first [`MAX_CHARS`] characters, without the word that this cuts in two.
fn bounded(input: &str) -> Vec<char> {
    let mut chars: Vec<char> = input.chars().take(MAX_CHARS + 1).collect();
    if chars.len() > MAX_CHARS {
        let last_space = chars.iter().rposition(|ch| ch.is_whitespace());
        chars.truncate(last_space.unwrap_or(MAX_CHARS));
    }
    chars
}

impl Query {
    /// The meaning of a query in plain Rust: whether a document of these fields (title, summary, body; in this order)
    /// is found. Every engine must agree; the tests compare.
    pub fn matches(&self, fields: &[&str]) -> bool {
        let fields = indexed(fields);
        let occurs = |term: &Term| fields.iter().any(|field| field.contains(&term.needle()));
        self.required.iter().all(occurs) && !self.excluded.iter().any(occurs)
    }
}

impl Term {
    /// The term that all tokens of `text` make, if it has any; with `open`, its last word may be a beginning.
    fn new(text: &str, open: bool) -> Option<Self> {
        let mut found: Vec<_> = tokens(text).collect();
        // Documents hold a tail only where their own run ends, which the query cannot know: its last bigram says it
        // all, and a lone character is the beginning of some bigram or a tail.
        let prefix = match found.as_slice() {
            [] => return None,
            [.., before, last] if last.kind == Kind::Tail && before.kind == Kind::Bigram => {
                found.pop();
                false
            }
            [.., last] => open || last.kind == Kind::Tail,
        };
        Some(Self { tokens: found.into_iter().map(|token| token.encoded).collect(), prefix })
    }

    /// Whether this is a word, which an engine's index decides alone, not a phrase.
    pub fn is_word(&self) -> bool {
        self.tokens.len() == 1
    }

    /// What the stored form of a field (see [`indexed`]) contains exactly when the term occurs in it.
    pub(super) fn needle(&self) -> String {
        let end = if self.prefix { "" } else { " " };
        format!(" {}{end}", self.tokens.join(" "))
    }

    /// Whether the term's `index`th token is, or may begin, the document's token `encoded`.
    pub(super) fn accepts(&self, index: usize, encoded: &str) -> bool {
        self.tokens.get(index).is_some_and(|own| {
            if self.prefix && index + 1 == self.tokens.len() {
                encoded.starts_with(own)
            } else {
                encoded == own
            }
        })
    }
}

struct Chunk {
    text: String,
    quoted: bool,
    excluded: bool,
}

/// Splits a query at white space and quotation marks.
struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn next_chunk(&mut self) -> Option<Chunk> {
        while self.peek(0)?.is_whitespace() {
            self.at += 1;
        }
        let excluded = self.peek(0) == Some('-')
            && self.peek(1).is_some_and(|next| is_quote(next) || next.is_alphanumeric());
        if excluded {
            self.at += 1;
        }
        if self.is_quote_at(self.at) {
            self.at += 1;
            let closing = (self.at..self.chars.len()).find(|&at| self.is_quote_at(at));
            if let Some(closing) = closing {
                let text = self.chars.get(self.at..closing)?.iter().collect();
                self.at = closing + 1;
                return Some(Chunk { text, quoted: true, excluded });
            }
            // A quotation mark without its partner means nothing.
        }
        let length = self.chars.iter().skip(self.at).take_while(|ch| !ch.is_whitespace()).count();
        let end = (self.at..self.at + length).find(|&at| self.is_quote_at(at)).unwrap_or(self.at + length);
        let text = self.chars.get(self.at..end)?.iter().collect();
        self.at = end;
        Some(Chunk { text, quoted: false, excluded })
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Whether a quotation mark stands here; the mark inside a Hebrew acronym (צה"ל) is none.
    fn is_quote_at(&self, at: usize) -> bool {
        let hebrew = |at: Option<usize>| {
            at.and_then(|at| self.chars.get(at)).is_some_and(|ch| ('\u{5D0}'..='\u{5EA}').contains(ch))
        };
        let inside_word = || hebrew(at.checked_sub(1)) && hebrew(at.checked_add(1));
        self.chars.get(at).is_some_and(|&ch| is_quote(ch)) && !inside_word()
    }
}

fn is_quote(ch: char) -> bool {
    matches!(ch, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(query: &str, document: &str) -> bool {
        parse(query).is_some_and(|query| query.matches(&["", "", document]))
    }

    #[test]
    fn words_phrases_exclusions_and_beginnings() {
        let text = "The quick brown fox can't use wasm-bindgen 1.66.1 in 東京都, says צה״ל";
        for query in [
            "quick",
            "FOX the",
            "brow",
            "the qu",
            "\"quick brown\"",
            "can't",
            "wasm-bindgen",
            "1.66",
            "京",
            "京都",
            "東京都",
            "fox -dog",
            "fox -\"brown quick\"",
            "“quick brown”",
            "צה\"ל",
            "\"צה\"ל\"",
            "\"quick",
            "--quick",
            "qu\u{0}",
            "quick \"",
            "the \"quick brown\" fo",
            "\"東京都 says\"",
            "fo \"quick brown\"",
            "says -",
        ] {
            assert!(finds(query, text), "{query}");
        }
        for query in [
            "dog",
            "quic fox",
            "\"brown quick\"",
            "\"quick brow\"",
            "bindgen-wasm",
            "1.6.6",
            "都京",
            "fox -quick",
            "fox -\"quick brown\"",
            "-dog",
            "",
            " ",
            "\"",
            "-",
            "\"\" -\"\"",
            "%",
            "_",
            "*",
            "-\"",
            "東都",
            "fox -京",
        ] {
            assert!(!finds(query, text), "{query}");
        }
    }

    #[test]
    fn words_may_be_in_different_fields_and_phrases_may_not() {
        let fields = ["Rust web", "server side", "actix"];
        assert!(parse("rust server acti").is_some_and(|query| query.matches(&fields)));
        assert!(!parse("\"web server\"").is_some_and(|query| query.matches(&fields)));
        assert!(!parse("rust -actix").is_some_and(|query| query.matches(&fields)));
    }

    #[test]
    fn long_queries_are_cut_between_words() {
        let query = parse(&"word ".repeat(1000)).map(|query| query.required.len());
        assert_eq!(query, Some(2), "one exact, one beginning");
        let many: String = (0..100).map(|n| format!("w{n} ")).collect();
        assert_eq!(parse(&many).map(|query| query.required.len()), Some(MAX_TERMS));
        assert!(finds(&"a".repeat(10_000), &"a".repeat(10_000)));
        let exact: String = format!("\"{}\" {} longword", "a".repeat(240), "b".repeat(10));
        assert!(parse(&exact).is_some_and(|query| query.required.len() == 2));
    }

    proptest! {
        #[test]
        fn any_input_is_read(input in any::<String>()) {
            if let Some(query) = parse(&input) {
                prop_assert!(query.required.len() + query.excluded.len() <= MAX_TERMS);
                prop_assert!(query.required.iter().chain(&query.excluded).all(|term| !term.tokens.is_empty()));
            }
        }

        #[test]
        fn every_piece_of_a_text_without_spaces_is_found(text in "[京東都のひ]{1,8}", from in 0usize..8, length in 1usize..8) {
            let piece: String = text.chars().skip(from).take(length).collect();
            let (inside, quoted) = (format!("x {text}。y"), format!("\"{piece}\""));
            prop_assert!(piece.is_empty() || (finds(&piece, &inside) && finds(&quoted, &text)));
        }

        #[test]
        fn every_beginning_of_a_word_finds_it(word in "[a-zA-Zéßİıñя-яא-ת]{1,12}", length in 1usize..12) {
            let start: String = word.chars().take(length).collect();
            prop_assert!(finds(&start, &word));
            let (quoted, inside) = (format!("\"{word}\""), format!("a {word} b"));
            prop_assert!(finds(&quoted, &inside));
        }
    }
}
