//! The pipeline as a whole: what goes in as Markdown, what a reader's browser gets.

mod payloads;
mod spec;

use std::collections::HashSet;

use proptest::prelude::*;
use scraper::{Html, Selector};

use self::payloads::{PIECES, payloads};
use super::{RESERVED_IDS, excerpt, plain_text, reading_minutes, render, sanitise, slugify};

fn html(markdown: &str) -> String {
    render(markdown).html
}

fn count(html: &str, selector: &str) -> usize {
    Html::parse_fragment(html).select(&Selector::parse(selector).unwrap()).count()
}

fn assert_harmless(input: &str, html: &str) {
    assert!(!html.contains("<body") && !html.contains("<html"), "{html}");
    let document = Html::parse_fragment(html);
    for element in document.tree.nodes().filter_map(|node| node.value().as_element()) {
        let name = element.name();
        let allowed = "html body a abbr audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em \
            figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small source \
            span strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr";
        assert!(allowed.split_whitespace().any(|tag| tag == name), "<{name}> from {input:?}: {html}");
        for (attribute, value) in element.attrs() {
            assert!(
                !attribute.starts_with("on") && attribute != "style",
                "{attribute} from {input:?}: {html}"
            );
            assert!(!matches!(attribute, "target" | "ping" | "srcdoc" | "formaction" | "action"), "{html}");
            assert!(attribute != "srcset" || !value.contains(':') && !value.contains("//"), "{html}");
            if matches!(attribute, "href" | "src" | "poster" | "cite") {
                let value: String = value.chars().filter(|c| *c > ' ' && !c.is_control()).collect();
                let is_scheme = |name: &str| {
                    name.starts_with(|c: char| c.is_ascii_alphabetic())
                        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
                };
                // What is no scheme is the beginning of a relative address.
                let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_lowercase());
                let scheme = scheme.filter(|scheme| is_scheme(scheme));
                assert!(
                    scheme.is_none_or(|scheme| matches!(&*scheme, "http" | "https" | "mailto" | "tel")),
                    "{value} from {input:?}: {html}"
                );
            }
            if attribute == "id" && RESERVED_IDS.contains(&value) {
                panic!("the layout's id {value} from {input:?}");
            }
            if attribute == "class" {
                assert!(!value.contains("admin"), "{html}");
            }
        }
    }
}

#[test]
fn no_payload_survives() {
    let payloads = payloads();
    assert!(payloads.len() > 800);
    for payload in &payloads {
        assert_harmless(payload, &html(payload));
        assert_harmless(payload, &sanitise(payload));
        assert_harmless(payload, &html(&format!("a *b* {payload} c\n\n> {payload}\n\n- {payload}")));
    }
}

#[test]
fn github_flavoured_markdown_is_rendered() {
    let html = html(
        "~~a~~ https://a.example\n\n|a|b|\n|-|-:|\n|1|2|\n\n|c|\n|-|\n\n- [x] x\n- [ ] y\n\n> [!TIP]\n> z\n\n\"q\" -- r...",
    );
    assert_eq!(count(&html, "del"), 1);
    assert_eq!(count(&html, "a[href='https://a.example'][rel=noopener]"), 1);
    assert_eq!(
        count(&html, "div.table-scroll[tabindex='0'][role=region][aria-label=Table] > table td[align=right]"),
        1
    );
    assert_eq!(count(&html, "div.table-scroll[aria-label='Table 2']"), 1);
    assert_eq!(count(&html, "li.task-list-item > input[type=checkbox][disabled][aria-label]"), 2);
    assert_eq!(count(&html, "input[checked]"), 1);
    assert_eq!(count(&html, "div.markdown-alert-tip > p.markdown-alert-title"), 1);
    assert!(html.contains("“q” – r…"), "{html}");
}

#[test]
fn headings_move_below_the_title_and_can_be_linked_to() {
    let rendered = render("# A & *b*\n\n## Toc\n\n## Toc\n\n###### Six\n\n# שלום {#custom-1}\n\n## \n");
    let lines: Vec<_> =
        rendered.toc.iter().map(|line| (line.level, line.id.as_str(), line.text.as_str())).collect();
    assert_eq!(
        lines,
        [
            (2, "a-b", "A & b"),
            (3, "section-toc", "Toc"),
            (3, "section-toc-1", "Toc"),
            (2, "custom-1", "שלום")
        ]
    );
    assert_eq!(count(&rendered.html, "h1"), 0);
    assert_eq!(
        count(&rendered.html, "h6#six > a.anchor[href='#six'][aria-label='Link to this section: Six']"),
        1
    );
    assert!(rendered.html.contains("aria-label=\"Link to this section: A &amp; b\""), "{}", rendered.html);
    assert_eq!(count(&html("## a\n\n### b"), "h2#a, h3#b"), 2, "without an h1 nothing moves");
}

#[test]
fn footnotes_lead_there_and_back() {
    let html = html("a[^x] b[^x] c[^y]\n\n[^x]: one\n[^y]: ```\n    code\n    ```\n");
    assert_eq!(count(&html, "section.footnotes[aria-label] > ol > li"), 2);
    for id in ["fnref-1", "fnref-1-2", "fnref-2", "fn-1", "fn-2"] {
        assert_eq!(count(&html, &format!("#{id}")), 1, "{id}: {html}");
        assert!(count(&html, &format!("a[href='#{id}'][aria-label]")) >= 1, "{id}: {html}");
    }
}

#[test]
fn images_know_their_size_and_have_alternative_text() {
    let html = html(
        "![a](/media/x/y-800x600.webp \"Caption\")\n\nz ![](/b.png \"t\") <img src=c.png> <img src=d.png alt=\"d\">",
    );
    assert_eq!(
        count(&html, "figure > img[width='800'][height='600'][alt=a][loading=eager][decoding=async]"),
        1,
        "the first one may stand where readers begin"
    );
    assert_eq!(count(&html, "figure > figcaption"), 1);
    assert_eq!(count(&html, "p > img[src='/b.png'][title=t][alt=''][loading=lazy]:not([width])"), 1);
    assert_eq!(count(&html, "img[src='c.png'][alt=''][loading=lazy]"), 1);
    assert_eq!(count(&html, "img[src='d.png'][alt=d]"), 1);
}

#[test]
fn code_is_highlighted_in_classes_of_ours() {
    for info in ["rust", "rust,no_run", "rust, edition2018", "rs ignore", "Rust"] {
        let html = html(&format!("```{info}\nfn main() {{ let x = \"<b>\"; }} // c\n```"));
        assert_eq!(count(&html, "pre[tabindex='0'] > code > span.z-keyword"), 2, "{info}: {html}");
        assert_eq!(count(&html, "span.z-string") + count(&html, "span.z-comment"), 2, "{html}");
        assert_eq!(plain_text(&html), "fn main() { let x = \"<b>\"; } // c");
        assert!(!html.contains("style="));
        assert!(
            count(&super::render("```rust\r\nlet x = 1;\r\n```\r\n").html, ".z-keyword") == 1,
            "Windows line ends"
        );
    }
    for (info, class) in
        [("toml", "z-heading"), ("diff", "z-inserted"), ("sh", "z-function"), ("console", "z-comment")]
    {
        let html = html(&format!("```{info}\n[a]\n+b\n$ echo c\n```"));
        assert!(count(&html, &format!("span.{class}")) > 0 || info == "sh", "{info}: {html}");
    }
    for plain in ["```no-such-language\n<b>\n```", "```text\n<b>\n```", "    <b>\n"] {
        assert!(html(plain).contains("<code>&lt;b&gt;\n</code>"), "{plain}");
    }
}

#[test]
fn large_code_stays_plain() {
    let line = "let x = 1;\n";
    let block = |bytes: usize| format!("```rust\n{}```\n", line.repeat(bytes / line.len()));
    assert!(html(&block(10 * 1024)).contains("z-keyword"));
    assert!(!html(&block(101 * 1024 + line.len())).contains("z-keyword"));
    let many = html(&block(90 * 1024).repeat(13));
    assert_eq!(count(&many, "pre"), 13);
    // Fewer than 11 on a slow computer.
    assert!((1..=11).contains(&count(&many, "pre:has(span.z-keyword)")), "1 MiB of code per document");
    assert!(!html(&format!("```js\n{}\n```", "var a;".repeat(500))).contains("z-"), "long lines");
    assert!(!html(&format!("```js\n{}\n```", "({[\n".repeat(500))).contains("z-"), "deep brackets");
}

/// The most elements around one, the document's own among them, whatever was sent: raw HTML may be nested deeper than
/// Markdown, and what the parser of browsers closes by itself comes on top.
const MAX_DEPTH: usize = 210;

/// How many elements the innermost one of a page is in.
fn depth(html: &str) -> usize {
    let document = Html::parse_fragment(html);
    document.tree.nodes().map(|node| node.ancestors().count()).max().unwrap_or_default()
}

#[test]
fn hostile_nesting_is_bounded() {
    let n = 100_000;
    let formatting: String = (0..5_000).map(|i| format!("<b a={i}>")).collect();
    let inputs = [
        ">".repeat(n),
        format!("{}a", "> ".repeat(n)),
        format!("{}a", "- ".repeat(n)),
        "[".repeat(n),
        "![".repeat(n),
        format!("{}a{}", "![".repeat(n), "](b)".repeat(n)),
        format!("{}a{}", "*a ".repeat(n), " a*".repeat(n)),
        "*".repeat(n),
        "<div>".repeat(n),
        "<div>\n\n".repeat(n),
        "<table><tr><td>".repeat(n / 4),
        format!("{formatting}\n\n{}", "a\n\n".repeat(5_000)),
        format!("<select><style></select>{formatting}"),
        format!("<svg><style>{formatting}"),
        "<!--".repeat(n),
        "</p>".repeat(n),
    ];
    for input in inputs {
        let html = html(&input);
        let head: String = input.chars().take(20).collect();
        // What costs time is depth times length: neither grows with what was sent.
        assert!(html.len() < 20 * input.len() + 1000, "{head} grew to {}", html.len());
        let depth = depth(&html);
        assert!(depth <= MAX_DEPTH, "{head} is {depth} deep");
        assert_harmless(&head, &html);
    }
}

#[test]
fn ordinary_raw_html_passes() {
    let html = html(
        "<details open><summary>More</summary>\n\n*a*<br>b <kbd>c</kbd>\n\n</details>\n\n<p>x<p>y <b>z</b>\n\n<video src=/media/a.mp4 controls></video>",
    );
    assert_eq!(count(&html, "details[open] > summary"), 1);
    assert_eq!(count(&html, "details em, kbd, b, video[controls]"), 4);
    let broken = render(&"<div>".repeat(1000)).html;
    assert!(broken.contains("&lt;div&gt;"), "too deep, so it is shown as text");
}

#[test]
fn text_is_drawn_from_a_whole_post() {
    let rendered = render("# T\n\nHello *w*orld[^1].\n\n```rust\nfn x() {}\n```\n\n[^1]: Note.");
    assert_eq!(excerpt(&rendered.html, 50), "Hello world.");
    assert_eq!(plain_text(&rendered.html), "T\nHello world.\nfn x() {}\nNote.");
    assert_eq!(rendered.word_count, 4);
    assert_eq!(
        [reading_minutes(0), reading_minutes(230), reading_minutes(231), reading_minutes(i32::MAX)],
        [1, 1, 2, 9_336_885]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_renders_and_is_already_sane(text in any::<String>()) {
        let html = html(&text);
        assert_harmless(&text, &html);
        prop_assert_eq!(sanitise(&html), html);
    }

    #[test]
    fn any_markup_renders_and_is_already_sane(parts in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = parts.iter().map(|part| PIECES[*part]).collect();
        let html = html(&text);
        assert_harmless(&text, &html);
        prop_assert_eq!(&sanitise(&html), &html);
        let document = Html::parse_fragment(&html);
        let mut ids = HashSet::new();
        for element in document.tree.nodes().filter_map(|node| node.value().as_element()) {
            prop_assert!(element.attr("id").is_none_or(|id| ids.insert(id.to_owned())), "{}", html);
        }
    }

    #[test]
    fn a_slug_is_its_own_slug(text in any::<String>()) {
        if let Some(slug) = slugify(&text) {
            prop_assert!(slug.chars().count() <= 200);
            prop_assert_eq!(slugify(&slug), Some(slug));
        }
    }
}
