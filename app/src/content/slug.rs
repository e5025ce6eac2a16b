//! URL names out of titles and headings, in any script.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest slug, in characters.
const MAX_CHARS: usize = 200;

/// The URL name of a title: its letters, digits and marks (any script, lower-case, NFC), everything else a single `-`,
/// none at the ends. Apostrophes vanish (`don't` is `dont`). At most 200 characters, cut between words if it can be.
///
/// `None` when nothing remains, as of `"!?"`. Running it again on its own result changes nothing.
pub fn slugify(text: &str) -> Option<String> {
    let mut slug = String::new();
    let mut chars = 0;
    let mut dash = false;
    // Lower-case letters may decompose differently than capitals did: hence normalised twice.
    for c in text.nfkc().flat_map(char::to_lowercase).nfkc() {
        if is_invisible(c) || is_apostrophe(c) {
            continue;
        }
        if c.is_alphanumeric() && !is_combining_mark(c) {
            if dash && !slug.is_empty() {
                slug.push('-');
                chars += 1;
            }
            dash = false;
        } else if !is_combining_mark(c) || dash || slug.is_empty() {
            // A mark belongs to the letter before it: one without a letter is dropped like punctuation.
            dash = true;
            continue;
        } else if c == '\u{307}' && slug.ends_with('i') {
            // Turkish İ becomes i and a dot above, which i has already.
            continue;
        }
        slug.push(c);
        chars += 1;
        if chars > MAX_CHARS + 1 {
            break;
        }
    }
    let slug: String = shortened(&slug).nfc().collect();
    (!slug.is_empty()).then_some(slug)
}

/// At most [`MAX_CHARS`] characters, up to a `-` unless that would lose more than half.
fn shortened(slug: &str) -> &str {
    let Some((end, next)) = slug.char_indices().nth(MAX_CHARS) else {
        return slug;
    };
    let head = &slug[..end];
    if next == '-' {
        return head.trim_end_matches('-');
    }
    match head.rfind('-') {
        Some(at) if at > end / 2 => &head[..at],
        _ => head.trim_end_matches('-'),
    }
}

fn is_apostrophe(c: char) -> bool {
    // With the Hebrew geresh and gershayim, which stand inside abbreviations.
    matches!(
        c,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{2bb}' | '\u{2bc}' | '`' | '\u{b4}' | '\u{5f3}' | '\u{5f4}'
    )
}

/// Direction marks, joiners, soft hyphens, variation selectors, keycaps: not a part of a name.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{20dd}'..='\u{20e4}'
    )
}

/// Ids that the layout uses on pages that show texts, so that no text may.
pub const RESERVED_IDS: [&str; 7] = ["content", "search", "site-search", "toc", "main", "nav", "lessons"];

/// Beginnings of ids of forms, which previews of texts stand beside.
const RESERVED_BEGINNINGS: [&str; 3] = ["field-", "filter-", "editor-"];

/// Whether an id belongs to the layout (see [`RESERVED_IDS`]) or to a form.
pub(super) fn is_reserved_id(id: &str) -> bool {
    RESERVED_IDS.contains(&id) || RESERVED_BEGINNINGS.iter().any(|beginning| id.starts_with(beginning))
}

/// Gives out ids that are unique in one document.
#[derive(Default)]
pub(super) struct Ids {
    used: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Ids {
    /// `base`, or `base-1`, `base-2` and so on. Ids of the layout and of footnotes (`fn-…`, `fnref-…`) get a prefix.
    pub(super) fn unique(&mut self, base: &str) -> String {
        let taken = is_reserved_id(base) || base.starts_with("fn-") || base.starts_with("fnref-");
        let base = if taken { format!("section-{base}") } else { base.to_owned() };
        let counter = self.next.entry(base.clone()).or_insert(0);
        loop {
            let id = if *counter == 0 { base.clone() } else { format!("{base}-{counter}") };
            *counter += 1;
            if self.used.insert(id.clone()) {
                return id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(text: &str) -> String {
        slugify(text).unwrap_or_default()
    }

    #[test]
    fn slugs_keep_every_script() {
        assert_eq!(slug("Hello, World!"), "hello-world");
        assert_eq!(slug("שָׁלוֹם עוֹלָם"), "שָׁלוֹם-עוֹלָם".nfc().collect::<String>());
        assert_eq!(slug("צה״ל וחז\"ל"), "צהל-וחז-ל");
        assert_eq!(slug("Привет, Мир"), "привет-мир");
        assert_eq!(slug("你好，世界"), "你好-世界");
        assert_eq!(slug("İstanbul ve Iğdır"), "istanbul-ve-iğdır");
        assert_eq!(slug("हिन्दी में"), "हिन्दी-में");
        assert_eq!(slug("Ünïcödé ﬁne ½"), "ünïcödé-fine-1-2");
    }

    #[test]
    fn slugs_drop_apostrophes_and_what_cannot_be_seen() {
        assert_eq!(slug("Don't — it’s 5 o'clock"), "dont-its-5-oclock");
        assert_eq!(slug("I ❤️ Rust 1️⃣"), "i-rust-1");
        assert_eq!(slug("a\u{200f}b\u{ad}c"), "abc");
        assert_eq!(slug("--a--b__c--"), "a-b-c");
        assert_eq!(slugify("!?… ❤️"), None);
        assert_eq!(slugify("\u{301}"), None);
    }

    #[test]
    fn slugs_are_cut_between_words() {
        let long = slug(&"word ".repeat(100));
        assert!(long.chars().count() <= MAX_CHARS && long.ends_with("-word"));
        assert_eq!(slug(&"ab".repeat(500)).chars().count(), MAX_CHARS);
        assert!(slug(&format!("a {}", "b".repeat(500))).len() > 150);
    }

    #[test]
    fn ids_are_unique_and_never_the_layouts() {
        let mut ids = Ids::default();
        let given: Vec<String> =
            ["a", "a", "a-1", "a", "content", "fn-1", "field-title"].map(|base| ids.unique(base)).into();
        assert_eq!(
            given,
            ["a", "a-1", "a-1-1", "a-2", "section-content", "section-fn-1", "section-field-title"]
        );
    }
}
