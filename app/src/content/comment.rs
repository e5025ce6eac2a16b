//! Comments: a small part of Markdown, for people whom nobody knows. Paragraphs, emphasis, code, links, lists and quotes;
//! raw HTML is shown as text, pictures become links to them, headings bold lines.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ammonia::Builder;
use comrak::nodes::{AstNode, NodeCodeBlock, NodeLink, NodeValue};
use comrak::options::{Extension, Options, Parse, Render};
use comrak::{Arena, parse_document};

use super::{highlight, markdown, sanitise, text};

/// Nothing that has a place of its own in a page, and nothing that is loaded.
const TAGS: &str = "a blockquote br code del em li ol p pre strong ul";

/// What search engines are told of a link that somebody else put there.
const REL: &str = "nofollow ugc noopener";

/// A comment, rendered once, at save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedComment {
    /// Sanitised HTML without ids.
    pub html: String,
    /// How many links it has.
    pub links: usize,
    /// How it begins, as plain text of at most [`MAX_EXCERPT`] characters; empty where it says nothing.
    pub excerpt: String,
}

fn options() -> Options<'static> {
    Options {
        extension: Extension { strikethrough: true, autolink: true, ..Extension::default() },
        parse: Parse { smart: true, ..Parse::default() },
        // Tags are shown as they were typed; somebody may be talking about them. `unsafe` is about addresses then: the
        // sanitiser decides about those. A line end is one.
        render: Render { escape: true, r#unsafe: true, hardbreaks: true, ..Render::default() },
    }
}

/// Renders a comment's Markdown. Takes any input and never fails. CPU-bound; the caller limits the input's length.
pub fn render_comment(markdown: &str) -> RenderedComment {
    let html = catch_unwind(AssertUnwindSafe(|| to_html(markdown))).ok().flatten();
    let html = html.unwrap_or_else(|| {
        log::error!("rendering panicked; the comment is shown as plain text");
        let mut html = String::from("<p>");
        highlight::escape_into(&mut html, markdown);
        html + "</p>"
    });
    let html = sanitise::settled(&html, sanitise_once);
    let links = html.matches("<a ").count();
    let excerpt = beginning(&text::plain_text(&html));
    RenderedComment { html, links, excerpt }
}

/// The most characters of an excerpt.
const MAX_EXCERPT: usize = 200;

/// The beginning of a text, in one line.
fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_EXCERPT) {
        Some(_) => line.chars().take(MAX_EXCERPT - 1).chain(['…']).collect(),
        None => line,
    }
}

fn to_html(markdown: &str) -> Option<String> {
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, &markdown::without_endless_quotes(markdown), &options);
    markdown::limit_depth(&arena, root);
    for node in root.descendants().collect::<Vec<_>>() {
        simplify(&arena, node);
    }
    let mut html = String::new();
    comrak::format_html(root, &options, &mut html).ok()?;
    Some(html)
}

/// Makes of a node what comments have.
fn simplify<'a>(arena: &'a Arena<'a>, node: &'a AstNode<'a>) {
    let value = node.data().value.clone();
    match value {
        NodeValue::Heading(_) => {
            let strong = markdown::new_node(arena, NodeValue::Strong);
            for child in node.children().collect::<Vec<_>>() {
                strong.append(child);
            }
            node.append(strong);
            node.data_mut().value = NodeValue::Paragraph;
        }
        NodeValue::Image(link) => {
            if node.first_child().is_none() {
                node.append(markdown::new_node(arena, NodeValue::Text(link.url.clone().into())));
            }
            // A link in a link is none: the picture's words are left.
            let is_in_link =
                node.ancestors().skip(1).any(|node| matches!(node.data().value, NodeValue::Link(_)));
            let link = NodeLink { title: String::new(), ..*link };
            node.data_mut().value =
                if is_in_link { NodeValue::Emph } else { NodeValue::Link(Box::new(link)) };
        }
        NodeValue::Link(link) if !link.title.is_empty() => {
            let link = NodeLink { title: String::new(), ..*link };
            node.data_mut().value = NodeValue::Link(Box::new(link));
        }
        NodeValue::HtmlBlock(html) => {
            // Whoever shows lines of it means its lines.
            let code = NodeCodeBlock { literal: html.literal, closed: true, ..NodeCodeBlock::default() };
            node.data_mut().value = NodeValue::CodeBlock(Box::new(code));
        }
        NodeValue::ThematicBreak => node.detach(),
        _ => {}
    }
}

fn sanitise_once(html: &str) -> String {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.split_whitespace().collect())
        .clean_content_tags(sanitise::REMOVED_WITH_CONTENT.split_whitespace().collect())
        .tag_attributes([("a", ["href"].into()), ("ol", ["start"].into())].into())
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some(REL))
        .strip_comments(true)
        .set_tag_attribute_value("pre", "tabindex", "0")
        .attribute_filter(|_, attribute, value| {
            (attribute != "start" || sanitise::is_number(value)).then_some(value.into())
        });
    builder.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use super::render_comment;

    fn html(markdown: &str) -> String {
        render_comment(markdown).html
    }

    #[test]
    fn a_comment_has_a_small_part_of_markdown() {
        assert_eq!(
            html("Hello *you*\nand **you**\n\n`code`"),
            "<p>Hello <em>you</em><br>\nand <strong>you</strong></p>\n<p><code>code</code></p>\n"
        );
        assert_eq!(
            html("> a\n\n- b\n\n3. c"),
            "<blockquote>\n<p>a</p>\n</blockquote>\n<ul>\n<li>b</li>\n</ul>\n<ol start=\"3\">\n<li>c</li>\n</ol>\n"
        );
        assert_eq!(html("```rust\nlet a;\n```"), "<pre tabindex=\"0\"><code>let a;\n</code></pre>\n");
    }

    #[test]
    fn links_are_nobodys_recommendation() {
        let rendered =
            render_comment("[a](https://a.example \"t\") https://b.example <c@d.example> [e](/posts/e)");
        assert_eq!(rendered.links, 4);
        assert_eq!(rendered.html.matches("rel=\"nofollow ugc noopener\"").count(), 4, "{}", rendered.html);
        assert!(!rendered.html.contains("title"), "{}", rendered.html);
        assert_eq!(html("[x](javascript:alert(1))"), "<p><a rel=\"nofollow ugc noopener\">x</a></p>\n");
    }

    #[test]
    fn what_comments_do_not_have_becomes_something_plain() {
        assert_eq!(html("# Big\n\n***"), "<p><strong>Big</strong></p>\n");
        let picture = "<p><a href=\"https://a.example/x.png\" rel=\"nofollow ugc noopener\">boat</a></p>\n";
        assert_eq!(html("![boat](https://a.example/x.png)"), picture);
        assert!(html("![](https://a.example/x.png)").contains(">https://a.example/x.png</a>"));
        assert_eq!(html("[![boat](b.png)](c)").matches("<a ").count(), 1);
        assert_eq!(html("<b onclick=x>bold</b>"), "<p>&lt;b onclick=x&gt;bold&lt;/b&gt;</p>\n");
        let shown = "<pre tabindex=\"0\"><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></pre>\n";
        assert_eq!(html("<script>alert(1)</script>"), shown);
        assert!(html("| a |\n|-|\n| b |").starts_with("<p>"));
        assert!(!html("a[^1]\n\n[^1]: b").contains("<sup"));
    }

    #[test]
    fn an_excerpt_is_the_beginning_in_plain_words() {
        assert_eq!(render_comment("**Hi**\n\nthere & <b>").excerpt, "Hi there & <b>");
        assert!(render_comment(&"word ".repeat(200)).excerpt.chars().count() <= 200);
        assert_eq!(render_comment("&nbsp;\n\n***").excerpt.trim(), "");
    }
}
