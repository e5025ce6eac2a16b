//! Writes comrak's tree as HTML, where we want something else than comrak does: anchors, figures, wide tables, code.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::time::Instant;

use comrak::html::{ChildRendering, Context, format_document_with_formatter, format_node_default};
use comrak::nodes::{AstNode, NodeCodeBlock, NodeLink, NodeTaskItem, NodeValue};
use comrak::options::{Options, Plugins};

use super::highlight;
use super::images::{self, is_local, media_size};
use super::raw;

/// A heading as it will be written.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) level: u8,
    pub(super) id: String,
    pub(super) text: String,
}

/// What becomes of the author's own HTML.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum RawHtml {
    /// It passes, for the sanitiser to judge.
    Keep,
    /// It is shown as text.
    Escape,
}

struct State {
    raw_html: RawHtml,
    anchors: VecDeque<Anchor>,
    open_heading: Option<Anchor>,
    footnotes: u32,
    images: u32,
    tables: u32,
    code_bytes: usize,
    deadline: Instant,
}

type Written = Result<ChildRendering, fmt::Error>;

/// HTML that goes no further than it may.
struct Bounded {
    html: String,
    max_bytes: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.html.len() + text.len() > self.max_bytes {
            return Err(fmt::Error);
        }
        self.html.push_str(text);
        Ok(())
    }
}

/// The tree as HTML; none where that would be more than `max_bytes`. `anchors` are the tree's headings in its order.
pub(super) fn format<'a>(
    root: &'a AstNode<'a>,
    options: &Options<'_>,
    anchors: Vec<Anchor>,
    raw_html: RawHtml,
    max_bytes: usize,
) -> Option<String> {
    let deadline = Instant::now() + highlight::MAX_DURATION;
    let state = State {
        raw_html,
        anchors: anchors.into(),
        open_heading: None,
        footnotes: 0,
        images: 0,
        tables: 0,
        code_bytes: 0,
        deadline,
    };
    let mut written = Bounded { html: String::new(), max_bytes };
    let plugins = Plugins::default();
    // Writing fails at the bound, and there only.
    let state =
        format_document_with_formatter(root, options, &mut written, &plugins, write_node, state).ok()?;
    if state.footnotes > 0 {
        written.html.push_str("</ol>\n</section>\n");
    }
    Some(written.html)
}

fn write_node<'a>(context: &mut Context<'_, '_, State>, node: &'a AstNode<'a>, entering: bool) -> Written {
    match &node.data().value {
        NodeValue::Heading(heading) => write_heading(context, heading.level, entering),
        NodeValue::Paragraph => write_paragraph(context, node, entering),
        NodeValue::Image(image) => write_image(context, node, entering, image),
        NodeValue::Link(link) => write_link(context, entering, link),
        NodeValue::CodeBlock(code) => write_code_block(context, entering, code),
        NodeValue::Table(_) => write_table(context, node, entering),
        NodeValue::TaskItem(item) => write_task(context, entering, *item),
        NodeValue::FootnoteDefinition(note) => write_footnote(context, node, entering, note.total_references),
        NodeValue::FootnoteReference(reference) => {
            if entering {
                let (number, suffix) = (reference.ix, repetition(reference.ref_num));
                write!(
                    context,
                    "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"fnref-{number}{suffix}\" aria-label=\"Footnote {number}\">{number}</a></sup>"
                )?;
            }
            Ok(ChildRendering::HTML)
        }
        NodeValue::HtmlBlock(block) => write_raw(context, entering, &block.literal, true),
        NodeValue::HtmlInline(literal) => write_raw(context, entering, literal, false),
        _ => format_node_default(context, node, entering),
    }
}

fn write_heading(context: &mut Context<'_, '_, State>, level: u8, entering: bool) -> Written {
    if entering {
        context.cr()?;
        let anchor = context.user.anchors.pop_front();
        match &anchor {
            Some(anchor) => {
                write!(context, "<h{level} id=\"")?;
                context.escape(&anchor.id)?;
                context.write_str("\">")?;
            }
            None => write!(context, "<h{level}>")?,
        }
        context.user.open_heading = anchor;
    } else {
        // A link without a name helps nobody: an empty heading gets none.
        if let Some(anchor) = context.user.open_heading.take().filter(|anchor| !anchor.text.is_empty()) {
            context.write_str(" <a class=\"anchor\" href=\"#")?;
            context.escape(&anchor.id)?;
            context.write_str("\" aria-label=\"Link to this section: ")?;
            context.escape(&anchor.text)?;
            context.write_str("\">#</a>")?;
        }
        writeln!(context, "</h{level}>")?;
    }
    Ok(ChildRendering::HTML)
}

fn write_paragraph<'a>(
    context: &mut Context<'_, '_, State>,
    node: &'a AstNode<'a>,
    entering: bool,
) -> Written {
    if node.first_child().is_some_and(is_figure) {
        if entering {
            context.cr()?;
        }
        return Ok(ChildRendering::HTML);
    }
    if !entering
        && node.next_sibling().is_none()
        && let Some(NodeValue::FootnoteDefinition(note)) =
            node.parent().map(|parent| parent.data().value.clone())
    {
        write_back_references(context, note.total_references)?;
        context.write_str("</p>\n")?;
        return Ok(ChildRendering::HTML);
    }
    format_node_default(context, node, entering)
}

/// Whether this is an image with a title that has a paragraph to itself: the title is its caption then.
fn is_figure<'a>(node: &'a AstNode<'a>) -> bool {
    let captioned = matches!(
        &node.data().value,
        NodeValue::Image(image) if !image.title.is_empty() && is_local(&image.url)
    );
    let alone = node.previous_sibling().is_none() && node.next_sibling().is_none();
    let Some(parent) = node.parent().filter(|_| captioned && alone) else {
        return false;
    };
    let in_paragraph = matches!(parent.data().value, NodeValue::Paragraph);
    let in_footnote =
        parent.parent().is_some_and(|above| matches!(above.data().value, NodeValue::FootnoteDefinition(_)));
    in_paragraph && !in_footnote
}

fn write_image<'a>(
    context: &mut Context<'_, '_, State>,
    node: &'a AstNode<'a>,
    entering: bool,
    image: &NodeLink,
) -> Written {
    if !is_local(&image.url) {
        return write_image_elsewhere(context, node, entering, image);
    }
    let figure = is_figure(node);
    if entering {
        context.write_str(if figure { "<figure><img src=\"" } else { "<img src=\"" })?;
        context.escape_href(&image.url)?;
        context.write_str("\" alt=\"")?;
        // The children are written as plain text: they are the alternative text.
        return Ok(ChildRendering::Plain);
    }
    if !image.title.is_empty() && !figure {
        context.write_str("\" title=\"")?;
        context.escape(&image.title)?;
    }
    context.write_str("\"")?;
    if let Some((width, height)) = media_size(&image.url) {
        write!(context, " width=\"{width}\" height=\"{height}\"")?;
    }
    if let Some(srcset) = images::srcset(&image.url) {
        write!(context, " srcset=\"{srcset}\" sizes=\"{}\"", images::SIZES)?;
    }
    context.user.images += 1;
    // The first one may stand where readers begin; to wait for it to be scrolled to would only make it late.
    let loading = if context.user.images == 1 { "eager" } else { "lazy" };
    write!(context, " loading=\"{loading}\" decoding=\"async\">")?;
    if figure {
        context.write_str("<figcaption>")?;
        context.escape(&image.title)?;
        context.write_str("</figcaption></figure>\n")?;
    }
    Ok(ChildRendering::HTML)
}

/// An image on another site becomes a link to it; inside of a link, its alternative text.
fn write_image_elsewhere<'a>(
    context: &mut Context<'_, '_, State>,
    node: &'a AstNode<'a>,
    entering: bool,
    image: &NodeLink,
) -> Written {
    let in_link = node.ancestors().skip(1).any(|above| matches!(above.data().value, NodeValue::Link(_)));
    if entering {
        if !in_link {
            context.write_str("<a href=\"")?;
            context.escape_href(&image.url)?;
            context.write_str("\" rel=\"noopener\">")?;
        }
        if node.first_child().is_none() {
            context.write_str("Image")?;
        }
        return Ok(ChildRendering::Plain);
    }
    context.write_str(if in_link { "" } else { "</a>" })?;
    Ok(ChildRendering::HTML)
}

fn write_link(context: &mut Context<'_, '_, State>, entering: bool, link: &NodeLink) -> Written {
    if !entering {
        context.write_str("</a>")?;
        return Ok(ChildRendering::HTML);
    }
    context.write_str("<a href=\"")?;
    context.escape_href(&link.url)?;
    context.write_str("\"")?;
    let external = ["http://", "https://", "//"]
        .iter()
        .any(|start| link.url.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)));
    if external {
        context.write_str(" rel=\"noopener\"")?;
    }
    if !link.title.is_empty() {
        context.write_str(" title=\"")?;
        context.escape(&link.title)?;
        context.write_str("\"")?;
    }
    context.write_str(">")?;
    Ok(ChildRendering::HTML)
}

/// `tabindex` because a wide block scrolls, and who uses the keyboard must be able to scroll it.
fn write_code_block(context: &mut Context<'_, '_, State>, entering: bool, code: &NodeCodeBlock) -> Written {
    if !entering {
        return Ok(ChildRendering::HTML);
    }
    let language = highlight::language(&code.info);
    context.cr()?;
    context.write_str("<pre tabindex=\"0\"")?;
    if let Some(language) = &language {
        write!(context, " data-lang=\"{language}\"")?;
    }
    context.write_str("><code>")?;
    let within_budget = context.user.code_bytes + code.literal.len() <= highlight::MAX_DOCUMENT_BYTES;
    let deadline = context.user.deadline;
    // As an HTML parser will do with it.
    let literal = code.literal.replace("\r\n", "\n").replace('\r', "\n");
    let highlighted = language
        .filter(|_| within_budget)
        .and_then(|language| highlight::highlight(&literal, &language, deadline));
    match highlighted {
        Some(html) => {
            context.user.code_bytes += code.literal.len();
            context.write_str(&html)?;
        }
        None => context.escape(&code.literal)?,
    }
    context.write_str("</code></pre>\n")?;
    Ok(ChildRendering::HTML)
}

/// A wide table scrolls in a box of its own. The boxes are landmarks, which must have different names.
fn write_table<'a>(context: &mut Context<'_, '_, State>, node: &'a AstNode<'a>, entering: bool) -> Written {
    if entering {
        context.cr()?;
        context.user.tables += 1;
        let table_box = raw::table_box(context.user.tables);
        context.write_str(&table_box)?;
        context.lf()?;
        return format_node_default(context, node, entering);
    }
    format_node_default(context, node, entering)?;
    context.write_str("</div>\n")?;
    Ok(ChildRendering::HTML)
}

fn write_task(context: &mut Context<'_, '_, State>, entering: bool, item: NodeTaskItem) -> Written {
    if entering {
        context.cr()?;
        let (checked, label) = if item.symbol.is_some() { (" checked=\"\"", "Done") } else { ("", "To do") };
        write!(
            context,
            "<li class=\"task-list-item\"><input type=\"checkbox\" class=\"task-list-item-checkbox\"{checked} disabled=\"\" aria-label=\"{label}\"> "
        )?;
    } else {
        context.write_str("</li>\n")?;
    }
    Ok(ChildRendering::HTML)
}

/// Footnotes are numbered, never named, in ids: two names can give the same id (`a-2`, and the second use of `a`).
fn write_footnote<'a>(
    context: &mut Context<'_, '_, State>,
    node: &'a AstNode<'a>,
    entering: bool,
    references: u32,
) -> Written {
    if entering {
        context.cr()?;
        if context.user.footnotes == 0 {
            context.write_str("<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n")?;
        }
        context.user.footnotes += 1;
        let number = context.user.footnotes;
        write!(context, "<li id=\"fn-{number}\">")?;
    } else {
        if !node.last_child().is_some_and(|last| matches!(last.data().value, NodeValue::Paragraph)) {
            context.write_str("<p>")?;
            write_back_references(context, references)?;
            context.write_str("</p>\n")?;
        }
        context.write_str("</li>\n")?;
    }
    Ok(ChildRendering::HTML)
}

fn write_back_references(context: &mut Context<'_, '_, State>, references: u32) -> fmt::Result {
    let number = context.user.footnotes;
    for reference in 1..=references {
        let suffix = repetition(reference);
        // U+FE0E: an arrow in the text's own font, not an emoji.
        write!(
            context,
            " <a href=\"#fnref-{number}{suffix}\" class=\"footnote-backref\" aria-label=\"Back to reference {number}{suffix}\">↩\u{fe0e}</a>"
        )?;
    }
    Ok(())
}

fn repetition(reference: u32) -> String {
    if reference > 1 { format!("-{reference}") } else { String::new() }
}

fn write_raw(context: &mut Context<'_, '_, State>, entering: bool, literal: &str, block: bool) -> Written {
    if !entering {
        return Ok(ChildRendering::HTML);
    }
    if block {
        context.cr()?;
    }
    match (context.user.raw_html, block) {
        (RawHtml::Keep, _) => {
            let html = raw::mended(literal, &mut context.user.tables);
            context.write_str(&html)?;
        }
        (RawHtml::Escape, false) => context.escape(literal)?,
        (RawHtml::Escape, true) => {
            context.write_str("<p>")?;
            context.escape(literal)?;
            context.write_str("</p>")?;
        }
    }
    if block {
        context.cr()?;
    }
    Ok(ChildRendering::HTML)
}
