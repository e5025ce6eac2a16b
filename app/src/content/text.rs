//! Text out of HTML: for search, feeds, descriptions and counting.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// The text that a reader sees, one line per block, white space collapsed, entities decoded. Scripts and styles are
/// dropped, so are heading anchors and footnote marks.
///
/// Meant for the output of [`render`](super::render). The result is text, not HTML: escape it.
pub fn plain_text(html: &str) -> String {
    text_of(html, Select::Everything)
}

/// The beginning of a post: its paragraphs' text in one line, at most `max_chars` characters, cut between words and
/// then ending in `…` (which counts). Headings, code, tables, figures and footnotes are passed over; a post that has
/// no paragraph gives the text of what else remains, such as its lists.
///
/// Text, not HTML: escape it. Empty when there is nothing to say.
pub fn excerpt(html: &str, max_chars: usize) -> String {
    let mut text = beginning_of(html, Select::Paragraphs, max_chars);
    if text.is_empty() {
        text = beginning_of(html, Select::Prose, max_chars);
    }
    shorten(&text.replace('\n', " "), max_chars)
}

fn shorten(text: &str, max_chars: usize) -> String {
    if text.chars().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let Some((end, next)) = text.char_indices().nth(max_chars.saturating_sub(1)) else {
        return String::new();
    };
    if max_chars == 0 {
        return String::new();
    }
    let head = &text[..end];
    // A script without spaces, or one endless word, is cut anywhere.
    let cut = match head.rfind(' ') {
        Some(at) if !next.is_whitespace() && at > end / 2 => &head[..at],
        _ => head,
    };
    let cut = cut.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '–' | '—' | '-')
    });
    format!("{cut}…")
}

/// Words of a post's text without its code blocks. A word is a run between white space with a letter or digit in it;
/// Chinese and Japanese characters, which have no spaces between words, count half a word each.
pub(super) fn word_count(html: &str) -> i32 {
    let text = text_of(html, Select::NoCode);
    let mut words = 0_i32;
    let mut ideographs = 0_i32;
    for run in text.split_whitespace() {
        let mut other = false;
        for c in run.chars() {
            if is_ideograph(c) {
                ideographs = ideographs.saturating_add(1);
            } else {
                other |= c.is_alphanumeric();
            }
        }
        words = words.saturating_add(i32::from(other));
    }
    words.saturating_add(ideographs.saturating_add(1) / 2)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Which text is wanted.
#[derive(Clone, Copy, PartialEq)]
enum Select {
    Everything,
    NoCode,
    /// No headings, code, tables, figures, footnotes.
    Prose,
    /// Of the prose, what stands in a `<p>`.
    Paragraphs,
}

impl Select {
    fn skips(self, tag: &Tag) -> bool {
        let has_class = |class: &str| {
            let attribute = tag.attrs.iter().find(|attribute| &*attribute.name.local == "class");
            attribute
                .is_some_and(|attribute| attribute.value.split_ascii_whitespace().any(|name| name == class))
        };
        match &*tag.name {
            "script" | "style" | "template" | "noscript" => true,
            "a" => has_class("anchor") || has_class("footnote-backref"),
            "sup" => has_class("footnote-ref"),
            "pre" => self != Self::Everything,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "figure" | "section" => self.is_prose(),
            "p" => self.is_prose() && has_class("markdown-alert-title"),
            _ => false,
        }
    }

    fn is_prose(self) -> bool {
        matches!(self, Self::Prose | Self::Paragraphs)
    }
}

fn text_of(html: &str, select: Select) -> String {
    let sink = TextSink { select, state: RefCell::default() };
    tokenize(html, sink).state.into_inner().text
}

/// How much is read at once where only a beginning is wanted.
const STEP: usize = 8 * 1024;

/// As [`text_of`], but no further than until there are more than `max_chars` characters: of a book, its first page.
fn beginning_of(html: &str, select: Select, max_chars: usize) -> String {
    let sink = TextSink { select, state: RefCell::default() };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP));
        rest = after;
        input.push_back(StrTendril::from(step));
        let _ = tokenizer.feed(&input);
        if tokenizer.sink.state.borrow().text.chars().nth(max_chars).is_some() {
            break;
        }
    }
    if rest.is_empty() {
        tokenizer.end();
    }
    tokenizer.sink.state.into_inner().text
}

/// Sends the tokens of `html` to `sink` and gives it back.
pub(super) fn tokenize<S: TokenSink>(html: &str, sink: S) -> S {
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // Stops early only for a sink that runs scripts or asks for an encoding.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink
}

struct TextSink {
    select: Select,
    state: RefCell<TextState>,
}

#[derive(Default)]
struct TextState {
    text: String,
    /// What separates the next word from the text so far.
    gap: Option<char>,
    /// The element that is being skipped, and how many of its name are open.
    skipped: Option<(String, usize)>,
    in_paragraph: bool,
}

impl TextState {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = self.gap.or(Some(' '));
                continue;
            }
            if let Some(gap) = self.gap.take().filter(|_| !self.text.is_empty()) {
                self.text.push(gap);
            }
            self.text.push(c);
        }
    }
}

impl TokenSink for TextSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let state = &mut *self.state.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let start = tag.kind == TagKind::StartTag;
                if let Some((name, depth)) = &mut state.skipped {
                    if **name == *tag.name {
                        *depth = if start { *depth + 1 } else { *depth - 1 };
                        if *depth == 0 {
                            state.skipped = None;
                        }
                    }
                } else if start && self.select.skips(&tag) {
                    state.skipped = Some((tag.name.to_string(), 1));
                } else if &*tag.name == "p" {
                    state.in_paragraph = start;
                }
                if !is_inline(&tag.name) {
                    state.gap = Some('\n');
                } else if matches!(&*tag.name, "br" | "img") {
                    state.gap = state.gap.or(Some(' '));
                }
                match &*tag.name {
                    "script" if start => return TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" if start => return TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => {}
                }
            }
            Token::CharacterTokens(text) => {
                let wanted = self.select != Select::Paragraphs || state.in_paragraph;
                if wanted && state.skipped.is_none() {
                    state.push(&text);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Elements that do not break the line of text they are in.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "br"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "i"
            | "img"
            | "input"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "u"
            | "var"
            | "wbr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_what_a_reader_sees() {
        let html = "<h2 id=\"a\">Title <a class=\"anchor\" href=\"#a\">#</a></h2><p>One &amp; <b>tw</b>o<br>three</p>\
                    <script>if (a<b) {}</script><style>p>a</style><pre><code>let  x;\n</code></pre><ul><li>a</li><li>b</li></ul>";
        assert_eq!(plain_text(html), "Title\nOne & two three\nlet x;\na\nb");
        assert_eq!(plain_text(""), "");
    }

    #[test]
    fn excerpts_are_paragraphs_cut_between_words() {
        let html = "<h2>Title</h2><pre>code</pre><p>Hello <em>brave</em> new world.</p><table><tr><td><p>x</p></td></tr></table><p>More.</p>";
        assert_eq!(excerpt(html, 100), "Hello brave new world. More.");
        assert_eq!(excerpt(html, 13), "Hello brave…");
        assert_eq!(excerpt(html, 12), "Hello brave…");
        assert_eq!(excerpt(html, 0), "");
        assert_eq!(excerpt("<ul><li>only</li><li>lists</li></ul>", 100), "only lists");
        assert_eq!(excerpt("<p>你好世界你好世界</p>", 5), "你好世界…");
        assert_eq!(excerpt("<pre>x</pre>", 5), "");
    }

    #[test]
    fn of_a_long_text_the_beginning_is_read_and_no_more_is_needed() {
        let long = format!(
            "<pre>{}</pre><p>{}</p>",
            "ä&amp;".repeat(9_000),
            "Grüße &amp; <b>Küsse</b> ".repeat(9_000)
        );
        assert_eq!(excerpt(&long, 20), "Grüße & Küsse Grüße…");
        let whole = excerpt(&long, 60_000);
        assert!((59_980..=60_000).contains(&whole.chars().count()));
        assert!(whole.starts_with(&"Grüße & Küsse ".repeat(4_000)));
    }

    #[test]
    fn words_are_counted_in_text_only() {
        assert_eq!(word_count("<p>One <b>two</b> – three</p><pre>four five</pre>"), 3);
        assert_eq!(word_count("<p>你好世界 Rust 语言</p>"), 4);
        assert_eq!(word_count(""), 0);
    }
}
