//! Markdown to HTML that is *not yet* safe: parses, prepares the tree, writes it.

use std::borrow::Cow;

use comrak::nodes::{Ast, AstNode, NodeHeading, NodeValue};
use comrak::options::{Extension, Options, Parse, Render};
use comrak::{Arena, parse_document};

use super::formatter::{self, Anchor, RawHtml};
use super::slug::{Ids, slugify};
use super::{Heading, sanitise};

/// Elements deeper than this are shown as plain text: quotes in quotes, emphasis in emphasis. Parsing HTML costs
/// depth times length, and nobody reads the hundredth quote.
const MAX_DEPTH: usize = 64;

/// How much raw HTML a post may hold before all of it is shown as text, in bytes. html5ever compares each attribute
/// with all others of its tag, so this is what bounds a tag with nothing but attributes.
const MAX_RAW_HTML_BYTES: usize = 256 * 1024;

/// The most bytes of HTML that are looked at: a short text of nothing but headings becomes twenty times as long.
const MAX_HTML_BYTES: usize = 2 * super::MAX_RENDERED;

/// The headings that a table of contents shows.
const TOC_LEVELS: std::ops::RangeInclusive<u8> = 2..=4;

fn options() -> Options<'static> {
    Options {
        extension: Extension {
            strikethrough: true,
            table: true,
            autolink: true,
            tasklist: true,
            footnotes: true,
            alerts: true,
            ..Extension::default()
        },
        parse: Parse { smart: true, ..Parse::default() },
        // `unsafe` passes raw HTML through: the sanitiser decides about it, once.
        render: Render { r#unsafe: true, tasklist_classes: true, ..Render::default() },
    }
}

/// HTML with raw HTML in it as the author wrote it (or as text, when it is out of bounds), and the contents; none where
/// that would be more than [`MAX_HTML_BYTES`].
pub(super) fn to_html(markdown: &str) -> Option<(String, Vec<Heading>)> {
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, &without_endless_quotes(markdown), &options);
    limit_depth(&arena, root);
    let anchors = prepare_headings(root);
    let toc = anchors.iter().filter(|anchor| TOC_LEVELS.contains(&anchor.level) && !anchor.text.is_empty());
    let toc =
        toc.map(|anchor| Heading { level: anchor.level, id: anchor.id.clone(), text: anchor.text.clone() });
    let toc = toc.collect();
    if raw_html_bytes(root) <= MAX_RAW_HTML_BYTES {
        let html = formatter::format(root, &options, anchors.clone(), RawHtml::Keep, MAX_HTML_BYTES)?;
        if sanitise::is_bounded(&html) {
            return Some((html, toc));
        }
    }
    log::info!("a post's raw HTML is too large or too broken and is shown as text");
    let html = formatter::format(root, &options, anchors, RawHtml::Escape, MAX_HTML_BYTES)?;
    Some((html, toc))
}

/// How many `>` a line may begin with.
const MAX_LINE_QUOTES: usize = 200;

/// comrak needs quadratic time for lines of nothing but `>`: from a line with too many of them they are taken out.
pub(super) fn without_endless_quotes(markdown: &str) -> Cow<'_, str> {
    let endless = |line: &str| {
        let markers = line.bytes().take_while(|byte| b"> \t-+*.)0123456789".contains(byte));
        markers.filter(|byte| *byte == b'>').count() > MAX_LINE_QUOTES
    };
    if !markdown.lines().any(endless) {
        return Cow::Borrowed(markdown);
    }
    let lines = markdown.split_inclusive('\n');
    Cow::Owned(
        lines.map(|line| if endless(line) { line.replace('>', "") } else { line.to_owned() }).collect(),
    )
}

fn raw_html_bytes<'a>(root: &'a AstNode<'a>) -> usize {
    let length = |node: &'a AstNode<'a>| match &node.data().value {
        NodeValue::HtmlBlock(block) => block.literal.len(),
        NodeValue::HtmlInline(literal) => literal.len(),
        _ => 0,
    };
    root.descendants().map(length).sum()
}

/// Replaces what is nested deeper than [`MAX_DEPTH`] by its text.
pub(super) fn limit_depth<'a>(arena: &'a Arena<'a>, root: &'a AstNode<'a>) {
    let mut stack = vec![(root, 0_usize)];
    while let Some((node, depth)) = stack.pop() {
        if depth < MAX_DEPTH {
            stack.extend(node.children().map(|child| (child, depth + 1)));
            continue;
        }
        let text = |node| new_node(arena, NodeValue::Text(text_of(node).into()));
        let replacement = match node.data().value {
            NodeValue::BlockQuote
            | NodeValue::Item(_)
            | NodeValue::TaskItem(_)
            | NodeValue::FootnoteDefinition(_)
            | NodeValue::Alert(_) => {
                let paragraph = new_node(arena, NodeValue::Paragraph);
                paragraph.append(text(node));
                Some(paragraph)
            }
            NodeValue::Emph
            | NodeValue::Strong
            | NodeValue::Strikethrough
            | NodeValue::Link(_)
            | NodeValue::Image(_) => Some(text(node)),
            _ => None,
        };
        let Some(replacement) = replacement else {
            stack.extend(node.children().map(|child| (child, depth + 1)));
            continue;
        };
        while let Some(child) = node.first_child() {
            child.detach();
        }
        node.append(replacement);
    }
}

pub(super) fn new_node<'a>(arena: &'a Arena<'a>, value: NodeValue) -> &'a AstNode<'a> {
    arena.alloc(Ast::new(value, (0, 0).into()).into())
}

fn text_of<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for node in node.descendants() {
        match &node.data().value {
            NodeValue::Text(literal) => text.push_str(literal),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::CodeBlock(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// Gives every heading its level and id, in the order of the text. The page's `h1` is the post's title, so when a
/// post has an `h1` of its own, all its headings move down one level.
fn prepare_headings<'a>(root: &'a AstNode<'a>) -> Vec<Anchor> {
    let is_heading = |node: &&'a AstNode<'a>| matches!(node.data().value, NodeValue::Heading(_));
    let headings: Vec<_> = root.descendants().filter(is_heading).collect();
    let level_of = |node: &AstNode<'_>| match node.data().value {
        NodeValue::Heading(NodeHeading { level, .. }) => level,
        _ => 0,
    };
    let shift = u8::from(headings.iter().any(|node| level_of(node) == 1));
    let mut ids = Ids::default();
    let mut anchors = Vec::with_capacity(headings.len());
    for node in headings {
        let custom = take_custom_id(node);
        let text = node.collect_text().split_whitespace().collect::<Vec<_>>().join(" ");
        let base = custom.or_else(|| slugify(&text)).unwrap_or_else(|| "section".to_owned());
        let level = (level_of(node) + shift).clamp(2, 6);
        if let NodeValue::Heading(heading) = &mut node.data_mut().value {
            heading.level = level;
        }
        anchors.push(Anchor { level, id: ids.unique(&base), text });
    }
    anchors
}

/// Zola's and Hugo's `## Title {#custom-id}`: takes it off the heading. Other attributes in the braces are dropped.
fn take_custom_id<'a>(heading: &'a AstNode<'a>) -> Option<String> {
    let last = heading.last_child()?;
    let NodeValue::Text(text) = &mut last.data_mut().value else {
        return None;
    };
    let open = text.rfind("{#")?;
    let inside = text.get(open + 2..)?.trim_end().strip_suffix('}')?;
    let id = inside.split_whitespace().next()?;
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if id.chars().count() > 200 || !id.chars().all(allowed) {
        return None;
    }
    let id = id.to_owned();
    let rest = text.get(..open)?.trim_end().to_owned();
    *text = rest.into();
    Some(id)
}
