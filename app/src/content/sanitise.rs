//! What markup a post may contain: the one gate between an author's HTML and a reader's browser.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use ammonia::{Builder, Url, UrlRelative};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::highlight;
use super::images::{SIZES, is_local, is_local_set};
use super::slug::is_reserved_id;
use super::text::tokenize;

/// No `h1` (the page has one), no `svg` or `math` (foreign rules), nothing that loads a document or runs a script.
const TAGS: &str = "a abbr audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em \
    figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small source span \
    strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr";

/// Removed with what they contain.
pub(super) const REMOVED_WITH_CONTENT: &str =
    "script style svg math template iframe object noscript noembed noframes xmp";

const ATTRIBUTES: &[(&str, &str)] = &[
    ("a", "href id rel aria-label"),
    ("audio", "src controls loop muted preload"),
    ("bdo", "dir"),
    ("blockquote", "cite"),
    ("col", "span"),
    ("colgroup", "span"),
    ("del", "cite datetime"),
    ("details", "open"),
    ("div", "tabindex role aria-label"),
    ("h2", "id"),
    ("h3", "id"),
    ("h4", "id"),
    ("h5", "id"),
    ("h6", "id"),
    ("img", "src srcset sizes alt width height loading decoding"),
    ("input", "type checked disabled aria-label"),
    ("ins", "cite datetime"),
    ("li", "id value"),
    ("ol", "start reversed type"),
    ("pre", "tabindex data-lang"),
    ("q", "cite"),
    ("section", "aria-label"),
    ("source", "src type"),
    ("td", "align colspan rowspan"),
    ("th", "align colspan rowspan scope"),
    ("time", "datetime"),
    ("video", "src poster controls loop muted playsinline preload width height"),
];

/// Of any element; values are checked by [`checked_value`].
const GENERIC_ATTRIBUTES: [&str; 4] = ["class", "dir", "lang", "title"];

/// The classes that our own output needs. Any other would let a post wear the layout's clothes.
const CLASSES: &[(&str, &str)] = &[
    ("a", "anchor footnote-backref"),
    (
        "div",
        "table-scroll markdown-alert markdown-alert-note markdown-alert-tip markdown-alert-important \
         markdown-alert-warning markdown-alert-caution",
    ),
    ("input", "task-list-item-checkbox"),
    ("li", "task-list-item"),
    ("ol", "contains-task-list"),
    ("p", "markdown-alert-title"),
    ("section", "footnotes"),
    ("sup", "footnote-ref"),
    ("ul", "contains-task-list"),
];

static ALLOWED_CLASSES: LazyLock<HashMap<&str, HashSet<&str>>> = LazyLock::new(|| {
    let mut classes: HashMap<&str, HashSet<&str>> =
        CLASSES.iter().map(|(tag, names)| (*tag, names.split_whitespace().collect())).collect();
    classes.insert("span", highlight::classes().collect());
    classes
});

/// HTML that is safe to put into a page, whatever comes in: an allow list of elements, attributes, classes and
/// addresses (`http`, `https`, `mailto`, `tel` and relative ones). Ids stay unique and are never the layout's.
///
/// Sanitising the result again gives the same.
pub fn sanitise(html: &str) -> String {
    settled(html, sanitise_once)
}

/// HTML as one of our sanitisers leaves it, whatever a browser makes of that.
pub(super) fn settled(html: &str, sanitise_once: fn(&str) -> String) -> String {
    let mut clean = sanitise_once(html);
    // What a parser makes of its own output can differ (a `<p>` in a `<p>`, say), and such differences have carried
    // scripts past sanitisers. So it is repeated until nothing changes.
    for _ in 0..MAX_PASSES {
        let again = sanitise_once(&clean);
        if again == clean {
            return clean;
        }
        clean = again;
    }
    log::warn!("HTML that does not settle is shown as text");
    let mut text = String::new();
    highlight::escape_into(&mut text, html);
    sanitise_once(&text)
}

/// Real posts settle in the first.
const MAX_PASSES: usize = 6;

/// The same HTML for where it stands apart from its page, in feeds: addresses are whole, `base` being the page's own.
/// There is one picture for all screens: the lists of smaller ones would stay without a host.
pub fn absolute(html: &str, base: &Url) -> String {
    let mut builder = rules(|attribute| matches!(attribute, "srcset" | "sizes"));
    builder.url_relative(UrlRelative::RewriteWithBase(base.clone()));
    builder.clean(&without_anchors(html)).to_string()
}

/// Without the links of headings to themselves: a page shows their sign when it is wanted, a feed would always.
fn without_anchors(html: &str) -> String {
    const START: &str = "<a class=\"anchor\"";
    const END: &str = "</a>";
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, anchor)) = rest.split_once(START) {
        let Some((_, after)) = anchor.split_once(END) else { break };
        kept.push_str(before.strip_suffix(' ').unwrap_or(before));
        rest = after;
    }
    kept + rest
}

fn sanitise_once(html: &str) -> String {
    rules(|_| false).clean(html).to_string()
}

/// What may stay; attributes that `is_unwanted` says go.
fn rules(is_unwanted: impl Fn(&str) -> bool + Send + Sync + 'static) -> Builder<'static> {
    let ids = Mutex::new(HashSet::new());
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.split_whitespace().collect())
        .clean_content_tags(REMOVED_WITH_CONTENT.split_whitespace().collect())
        .tag_attributes(
            ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.split_whitespace().collect())).collect(),
        )
        .generic_attributes(GENERIC_ATTRIBUTES.into())
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .link_rel(None)
        .strip_comments(true)
        // A form field is nothing but a task's box, and an image never delays the text.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        // Code scrolls in its own box, by the keyboard too.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("img", "decoding", "async")
        .attribute_filter(move |tag, attribute, value| {
            if is_unwanted(attribute) { None } else { checked_value(&ids, tag, attribute, value) }
        });
    builder
}

fn checked_value<'v>(
    ids: &Mutex<HashSet<String>>,
    tag: &str,
    attribute: &str,
    value: &'v str,
) -> Option<Cow<'v, str>> {
    let valid = match attribute {
        "class" => return allowed_classes(tag, value),
        "id" => {
            let well_formed =
                !value.is_empty() && value.len() <= 1000 && !value.contains(char::is_whitespace);
            well_formed
                && !is_reserved_id(value)
                && ids.lock().unwrap_or_else(PoisonError::into_inner).insert(value.to_owned())
        }
        "src" | "poster" => is_local(value),
        "srcset" => is_local_set(value),
        "sizes" => value == SIZES,
        "loading" => matches!(value, "lazy" | "eager"),
        "rel" => value == "noopener",
        "tabindex" => value == "0",
        "role" => value == "region",
        "dir" => matches!(value, "ltr" | "rtl" | "auto"),
        "align" => matches!(value, "left" | "right" | "center"),
        "width" | "height" | "colspan" | "rowspan" | "span" => is_number(value),
        "start" | "value" => is_number(value.strip_prefix('-').unwrap_or(value)),
        "data-lang" => highlight::is_language(value),
        // Not looked at by ammonia, which knows `href`, `src` and `poster`.
        "cite" => value.starts_with("https://") || value.starts_with("http://"),
        _ => true,
    };
    valid.then_some(Cow::Borrowed(value))
}

pub(super) fn is_number(value: &str) -> bool {
    (1..=10).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn allowed_classes<'v>(tag: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let allowed = ALLOWED_CLASSES.get(tag)?;
    let kept: Vec<&str> = value.split_ascii_whitespace().filter(|class| allowed.contains(class)).collect();
    (!kept.is_empty()).then(|| Cow::Owned(kept.join(" ")))
}

/// How deep elements may nest. html5ever walks up the open elements at each tag.
const MAX_DEPTH: usize = 200;

/// How many end tags may be missing or belong to nothing.
const MAX_ERRORS: usize = 64;

/// How many `<b>`, `<font>` and the like may be left open where a block ends. A parser reopens all of them in each block
/// that follows, so a post of n such tags and n paragraphs would become n² elements.
const MAX_REOPENED: usize = 4;

/// Whether html5ever can build this document's tree in linear time and space. Errs on the side of `false`.
pub(super) fn is_bounded(html: &str) -> bool {
    let sink = tokenize(html, BoundsSink::default());
    let ambiguous = sink.raw_text.get() && sink.foreign.get();
    !sink.refused.get()
        && !ambiguous
        && sink.errors.get() <= MAX_ERRORS
        && sink.reopened.get() <= MAX_REOPENED
}

#[derive(Default)]
struct BoundsSink {
    open: RefCell<Vec<String>>,
    errors: Cell<usize>,
    reopened: Cell<usize>,
    raw_text: Cell<bool>,
    foreign: Cell<bool>,
    refused: Cell<bool>,
}

impl BoundsSink {
    fn open(&self, name: &str) -> TokenSinkResult<()> {
        if is_void(name) {
            return TokenSinkResult::Continue;
        }
        let mut open = self.open.borrow_mut();
        if closes_itself(name) && open.last().is_some_and(|last| last == name) {
            open.pop();
        }
        open.push(name.to_owned());
        if open.len() > MAX_DEPTH {
            self.refused.set(true);
        }
        // Where these elements' content is text depends on what is open around them. We do not follow that: the two
        // together are refused.
        let raw = match name {
            "svg" | "math" | "select" => {
                self.foreign.set(true);
                return TokenSinkResult::Continue;
            }
            "plaintext" => {
                self.refused.set(true);
                return TokenSinkResult::Plaintext;
            }
            "title" | "textarea" => RawKind::Rcdata,
            "script" => RawKind::ScriptData,
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => RawKind::Rawtext,
            _ => return TokenSinkResult::Continue,
        };
        self.raw_text.set(true);
        TokenSinkResult::RawData(raw)
    }

    fn close(&self, name: &str) {
        let mut open = self.open.borrow_mut();
        let Some(at) = open.iter().rposition(|other| other == name) else {
            self.errors.set(self.errors.get() + 1);
            return;
        };
        for left_open in open.drain(at..).skip(1) {
            let table_part = matches!(left_open.as_str(), "td" | "th" | "tr" | "tbody" | "thead" | "tfoot")
                && matches!(name, "table" | "tr" | "tbody" | "thead" | "tfoot");
            if is_formatting(&left_open) || is_formatting(name) {
                self.reopened.set(self.reopened.get() + 1);
            } else if !closes_itself(&left_open) && !table_part {
                self.errors.set(self.errors.get() + 1);
            }
        }
    }
}

impl TokenSink for BoundsSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(Tag { kind: TagKind::StartTag, name, .. }) => return self.open(&name),
            Token::TagToken(Tag { kind: TagKind::EndTag, name, .. }) => self.close(&name),
            // In SVG these are text, elsewhere comments.
            Token::CommentToken(text) if text.starts_with("[CDATA[") => self.refused.set(true),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose end tag may be left out.
fn closes_itself(name: &str) -> bool {
    matches!(name, "p" | "li" | "dt" | "dd" | "rt" | "rp" | "option")
}

/// The "active formatting elements" of the HTML standard.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}
