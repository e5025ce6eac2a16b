//! Markdown to what readers see: rendered, highlighted and sanitised once, when a post is saved.
//!
//! [`render`] is the only way in. What it returns is safe to put into a page unescaped: [`sanitise`] is the last step
//! that touches the markup, and nothing is added after it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

mod formatter;
mod highlight;
mod images;
mod markdown;
mod raw;
mod sanitise;
mod slug;
mod text;

#[cfg(test)]
mod tests;

pub use sanitise::sanitise;
pub use slug::{RESERVED_IDS, slugify};
pub use text::{excerpt, plain_text};

/// A post's body, rendered once, at save.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Sanitised HTML: headings from `h2` on, ids that are unique in it and differ from [`RESERVED_IDS`].
    pub html: String,
    /// The headings of levels 2 to 4 in the order of the text.
    pub toc: Vec<Heading>,
    /// Words of the text without code blocks; two Chinese or Japanese characters count as one word.
    pub word_count: i32,
}

/// One line of a table of contents.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Heading {
    /// 2 to 4, as in `h2`.
    pub level: u8,
    /// The element's id, so that `#id` leads to it.
    pub id: String,
    /// Plain text, not escaped.
    pub text: String,
}

/// Renders Markdown: `CommonMark` with GFM, footnotes, GitHub alerts, `{#id}` on headings and smart punctuation.
///
/// Takes any input and never fails: raw HTML that is broken beyond measure is shown as text. CPU-bound (run it off the
/// async threads) and linear in the input's length, which the caller limits.
pub fn render(markdown: &str) -> Rendered {
    // comrak and html5ever are fuzzed; should one panic all the same, the author's text is more important.
    let (html, toc) = catch_unwind(AssertUnwindSafe(|| markdown::to_html(markdown))).unwrap_or_else(|_| {
        log::error!("rendering panicked; the post is shown as plain text");
        let mut html = String::from("<pre tabindex=\"0\">");
        highlight::escape_into(&mut html, markdown);
        html.push_str("</pre>");
        (html, Vec::new())
    });
    let html = sanitise(&html);
    let word_count = text::word_count(&html);
    Rendered { html, toc, word_count }
}

/// How long reading takes, in minutes: 230 words a minute (adults' silent reading of English prose, after Brysbaert
/// 2019: 238), at least 1.
pub fn reading_minutes(word_count: i32) -> i32 {
    word_count.max(0).saturating_add(229).div_euclid(230).max(1)
}
