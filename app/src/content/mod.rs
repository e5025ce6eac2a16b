//! Markdown to what readers see: rendered, highlighted and sanitised once, when a post is saved.
//!
//! [`render`] is the only way in. What it returns is safe to put into a page unescaped: [`sanitise`] is the last step
//! that touches the markup, and nothing is added after it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

mod anchors;
mod comment;
mod formatter;
mod highlight;
mod images;
mod markdown;
mod note;
mod raw;
mod sanitise;
mod slug;
mod text;

#[cfg(test)]
mod tests;

pub use anchors::prefix_ids;
pub use comment::{RenderedComment, render_comment};
pub use note::render_note;
pub use sanitise::{absolute, sanitise};
pub use slug::{RESERVED_IDS, slugify};
pub use text::{excerpt, plain_text};

/// The most bytes of Markdown that a text may have: 200,000 words of any script.
pub const MAX_MARKDOWN: usize = 4 * 1024 * 1024;

/// The most bytes of what is made of it. Together with the Markdown it goes to the database in one statement, for which
/// MariaDB has 16 MiB unless told otherwise.
const MAX_RENDERED: usize = 8 * 1024 * 1024;

/// A post's body, rendered once, at save.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Sanitised HTML: headings from `h2` on, ids that are unique in it and differ from [`RESERVED_IDS`].
    pub html: String,
    /// The headings of levels 2 to 4 in the order of the text.
    pub toc: Vec<Heading>,
    /// Words of the text without code blocks; two Chinese or Japanese characters count as one word.
    pub word_count: i32,
    /// Whether it was more than is looked at.
    is_cut: bool,
}

/// What a writer is told of a text that [`Rendered::is_too_large`].
pub const TOO_LARGE: &str = "This becomes too long a page: divide it into several.";

impl Rendered {
    /// Whether this is more than can be stored: a short text of nothing but headings becomes a long one.
    pub fn is_too_large(&self) -> bool {
        let toc: usize = self.toc.iter().map(|heading| heading.id.len() + heading.text.len() + 40).sum();
        self.is_cut || self.html.len() + toc > MAX_RENDERED
    }
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
/// Takes any input and never fails: what would become too large a page says so instead, raw HTML that is broken beyond
/// measure is shown as text. CPU-bound (run it off the async threads) and linear in the input's length, which the caller
/// limits.
pub fn render(markdown: &str) -> Rendered {
    // comrak and html5ever are fuzzed; should one panic all the same, the author's text is more important.
    let rendered = catch_unwind(AssertUnwindSafe(|| markdown::to_html(markdown))).unwrap_or_else(|_| {
        log::error!("rendering panicked; the post is shown as plain text");
        let mut html = String::from("<pre tabindex=\"0\">");
        highlight::escape_into(&mut html, markdown);
        html.push_str("</pre>");
        Some((html, Vec::new()))
    });
    let is_cut = rendered.is_none();
    let (html, toc) = rendered.unwrap_or_else(|| (format!("<p>{TOO_LARGE}</p>"), Vec::new()));
    let html = sanitise(&html);
    let word_count = text::word_count(&html);
    Rendered { html, toc, word_count, is_cut }
}

/// Whether a picture's address is a path of this site, from its root on.
pub fn is_picture(address: &str) -> bool {
    address.starts_with('/') && images::is_local(address)
}

/// Width and height of a picture of this site, out of its address.
pub fn picture_size(address: &str) -> Option<(u32, u32)> {
    images::media_size(address)
}

/// How long reading takes, in minutes: 230 words a minute (adults' silent reading of English prose, after Brysbaert
/// 2019: 238), at least 1.
pub fn reading_minutes(word_count: i32) -> i32 {
    word_count.max(0).saturating_add(229).div_euclid(230).max(1)
}
