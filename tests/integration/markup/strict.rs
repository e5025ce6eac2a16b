//! A judge of documents that knows nothing of the program: what it does not expect is a fault.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Node};

/// What pages are built of, beside texts of people.
const LAYOUT: &str = "html head meta title link script body a article aside bdi button caption code del details div fieldset figcaption \
    figure footer form h1 h2 h3 header img input ins kbd label legend li main nav ol optgroup option p section select span strong \
    summary table tbody td textarea th thead time tr ul mark inline-rows look-up output progress dialog dl dt dd hr br em small template \
    tfoot";

/// Names of elements of ours that scripts make alive: hyphenated, and never with an address.
const OWN: &str = "copy-text inline-rows look-up markdown-toolbar upload-files";

/// What a text of somebody's may be built of.
const PROSE: &str = "a abbr audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em \
    figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small source span \
    strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr";

const PROSE_ATTRIBUTES: &str = "href id rel aria-label src controls loop muted preload dir lang title class cite span datetime open \
    tabindex role alt width height loading decoding type checked disabled value start reversed data-lang align colspan rowspan \
    scope poster playsinline srcset sizes";

const PROSE_CLASSES: &str = "anchor footnote-backref table-scroll markdown-alert markdown-alert-note markdown-alert-tip \
    markdown-alert-important markdown-alert-warning markdown-alert-caution task-list-item-checkbox task-list-item \
    contains-task-list markdown-alert-title footnotes footnote-ref";

/// Elements that hold texts of people as markup.
const PROSE_BOXES: [&str; 3] = ["prose", "comment-body", "colophon-text"];

fn is_among(names: &str, name: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

fn has_class(element: ElementRef<'_>, class: &str) -> bool {
    element.value().classes().any(|known| known == class)
}

/// An address as a browser reads it: control characters and blanks are dropped, backslashes are slashes.
fn read(address: &str) -> String {
    let address = address.trim_matches(|c: char| c <= ' ');
    address.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect::<String>().replace('\\', "/")
}

fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Whether an address leads to this site.
fn is_local(address: &str, origin: &str) -> bool {
    let address = read(address);
    let rest = address.strip_prefix(origin);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || (scheme(&address).is_none() && !address.starts_with("//"))
}

/// What is wrong with a page.
pub(crate) fn page(document: &Html, origin: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut layout_ids = HashSet::new();
    let mut prose_ids = Vec::new();
    let mut count = std::collections::HashMap::new();
    for node in document.tree.nodes() {
        if let Node::Comment(comment) = node.value() {
            faults.push(format!("a comment: {}", &**comment));
        }
        let Some(element) = ElementRef::wrap(node) else { continue };
        let in_prose = element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|above| PROSE_BOXES.iter().any(|class| has_class(above, class)));
        if in_prose {
            prose_ids.extend(element.attr("id").map(str::to_owned));
            faults.extend(prose_element(element));
        } else {
            layout_ids.extend(element.attr("id").map(str::to_owned));
            if !is_in_chart(element) {
                *count.entry(element.value().name()).or_insert(0) += 1;
            }
            faults.extend(layout_element(element, origin));
        }
    }
    for name in ["html", "head", "body", "title", "main", "h1"] {
        if count.get(name) != Some(&1) {
            faults.push(format!("{name} is there {:?} times", count.get(name)));
        }
    }
    faults.extend(
        prose_ids.iter().filter(|id| layout_ids.contains(*id)).map(|id| format!("a text took the id {id}")),
    );
    faults
}

/// What is wrong with a text of somebody's, as markup.
pub(super) fn prose(html: &str) -> Vec<String> {
    let document = Html::parse_fragment(html);
    let mut faults = Vec::new();
    for node in document.tree.nodes() {
        if let Node::Comment(comment) = node.value() {
            faults.push(format!("a comment: {}", &**comment));
        }
        let is_root = |element: &ElementRef<'_>| matches!(element.value().name(), "html" | "body");
        // The parser's own: a second one would have given its attributes to the first.
        let Some(element) = ElementRef::wrap(node)
            .filter(|element| !is_root(element) || element.value().attrs().next().is_some())
        else {
            continue;
        };
        faults.extend(prose_element(element));
        if element
            .attr("id")
            .is_some_and(|id| is_among("main content search toc nav site-search lessons", id))
        {
            faults.push(format!("the layout's id in {}", tag(element)));
        }
    }
    faults
}

/// What is in a comment's markup beside what comments have.
pub(super) fn comment(html: &str) -> Vec<String> {
    let document = Html::parse_fragment(html);
    let elements = document.tree.nodes().filter_map(ElementRef::wrap);
    let is_foreign = |element: &ElementRef<'_>| {
        let is_known =
            is_among("html body a blockquote br code del em li ol p pre strong ul", element.value().name());
        !is_known || !element.value().attrs().all(|(name, _)| is_among("href rel start tabindex", name))
    };
    elements.filter(is_foreign).map(|element| format!("not for comments: {}", tag(element))).collect()
}

fn prose_element(element: ElementRef<'_>) -> Vec<String> {
    let mut faults = everywhere(element);
    let name = element.value().name();
    if !is_among(PROSE, name) {
        faults.push(format!("an element {}", tag(element)));
    }
    for (attribute, value) in element.value().attrs() {
        if !is_among(PROSE_ATTRIBUTES, attribute) {
            faults.push(format!("an attribute {attribute} in {}", tag(element)));
        }
        let address = read(value);
        let is_wrong = match attribute {
            "href" => scheme(&address).is_some_and(|scheme| !is_among("http https mailto tel", &scheme)),
            "src" | "poster" => scheme(&address).is_some() || address.starts_with("//"),
            "srcset" => value.contains("//") || value.contains(':'),
            "cite" => !value.starts_with("http://") && !value.starts_with("https://"),
            "class" => value
                .split_whitespace()
                .any(|class| !(is_among(PROSE_CLASSES, class) || name == "span" && class.starts_with("z-"))),
            "id" => value.is_empty() || value.contains(char::is_whitespace),
            "type" if name == "input" => value != "checkbox",
            "rel" => !["noopener", "nofollow ugc noopener"].contains(&value),
            "tabindex" => value != "0",
            "role" => value != "region",
            _ => false,
        };
        if is_wrong {
            faults.push(format!("{attribute}={value:?} in {}", tag(element)));
        }
    }
    if name == "input" && element.attr("disabled").is_none() {
        faults.push(format!("a field {}", tag(element)));
    }
    faults
}

/// Whether this is a part of a drawing of ours.
fn is_in_chart(element: ElementRef<'_>) -> bool {
    let mut above = element.ancestors().filter_map(ElementRef::wrap);
    is_among("svg g rect title", element.value().name())
        && above.any(|above| has_class(above, "chart") || has_class(above, "spark"))
}

fn layout_element(element: ElementRef<'_>, origin: &str) -> Vec<String> {
    let mut faults = everywhere(element);
    let name = element.value().name();
    if !is_among(LAYOUT, name) && !is_among(OWN, name) && !is_in_chart(element) {
        faults.push(format!("an element {}", tag(element)));
    }
    for (attribute, value) in element.value().attrs() {
        let is_wrong = match attribute {
            "href" | "src" | "action" | "poster" | "formaction" | "data-url" | "data-href" => {
                !is_local(value, origin)
            }
            "srcset" | "imagesrcset" => value.contains("//") || value.contains(':'),
            "http-equiv" | "srcdoc" | "background" | "ping" | "target" | "nonce" | "xlink:href" => true,
            _ => !attribute.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
        };
        // A search on another site is none of ours, but its address may be an editor's own.
        if is_wrong {
            faults.push(format!("{attribute}={value:?} in {}", tag(element)));
        }
    }
    let text: String = element.text().collect();
    let is_ours =
        |start: &str| element.attr("src").or(element.attr("href")).is_some_and(|src| src.starts_with(start));
    match name {
        // Data, which nothing runs: JSON that no markup is in.
        "script" if element.attr("type") == Some("application/ld+json") => {
            let is_data = element.value().attrs().count() == 1
                && !text.contains(['<', '>', '&'])
                && serde_json::from_str::<serde_json::Value>(&text).is_ok();
            if !is_data {
                faults.push(format!("data that is none {text}"));
            }
        }
        "script" if !is_ours("/static/") || !text.trim().is_empty() => {
            faults.push(format!("a script {}", tag(element)));
        }
        "link"
            if element.attr("rel") == Some("stylesheet")
                && !is_ours("/static/")
                && !is_ours("/accent.css?colour=") =>
        {
            faults.push(format!("a stylesheet {}", tag(element)));
        }
        "link"
            if !element.attr("rel").is_some_and(|rel| {
                is_among(
                    "stylesheet icon canonical preload modulepreload alternate search apple-touch-icon",
                    rel,
                )
            }) =>
        {
            faults.push(format!("a link {}", tag(element)));
        }
        // A picture of the page's own: a cover, or one of the media library.
        "img" if !is_ours("/") || is_ours("//") => faults.push(format!("a picture {}", tag(element))),
        _ => {}
    }
    faults
}

fn everywhere(element: ElementRef<'_>) -> Vec<String> {
    let attributes = element.value().attrs();
    let is_wrong = |attribute: &str| {
        let attribute = attribute.to_ascii_lowercase();
        attribute.starts_with("on") || attribute == "style" || attribute == "is"
    };
    let wrong = attributes.filter(|(attribute, _)| is_wrong(attribute));
    wrong.map(|(attribute, _)| format!("{attribute} in {}", tag(element))).collect()
}

/// An element's tag, for people.
fn tag(element: ElementRef<'_>) -> String {
    let attributes: String =
        element.value().attrs().map(|(name, value)| format!(" {name}={value:?}")).collect();
    format!("<{}{attributes}>", element.value().name())
}

#[test]
fn the_judge_finds_what_is_wrong() {
    let page = |inside: &str| {
        let html =
            format!("<html><head><title>x</title></head><body><main><h1>x</h1>{inside}</main></body></html>");
        page(&Html::parse_document(&html), "http://a.example")
    };
    assert_eq!(page("<div class=prose><p>x <a href=//b.example>y</a></p></div>"), [""; 0]);
    for wrong in [
        "<script>1</script>",
        "<script src=x></script>",
        "<script type='application/ld+json'>{}<b></script>",
        "<script type='application/ld+json' src=x>{}</script>",
        "<svg></svg>",
        "<p onclick=x>",
        "<p style=x>",
        "<a href='java\nscript:x'>",
        "<a href='\u{1}javascript:x'>",
        "<a href=//b.example>",
        "<a href=\\\\b.example>",
        "<form action=https://b.example>",
        "<img src=x>",
        "<!-- x -->",
        "</main><main>",
        "<h1>y</h1>",
        "<div class=prose><h1>y</h1></div>",
        "<div class=prose><svg></svg></div>",
        "<div class=prose><a href=data:x>y</a></div>",
        "<div class=prose><img src=//b.example></div>",
        "<div class=prose><p class=masthead></div>",
        "<p id=x></p><div class=prose><a id=x></a></div>",
        "<div class=prose><a name=x></a></div>",
        "<div class=prose><input></div>",
        "<iframe srcdoc=x></iframe>",
    ] {
        assert_ne!(page(wrong), [""; 0], "{wrong}");
    }
}
