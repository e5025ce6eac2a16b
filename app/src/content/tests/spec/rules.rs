//! The differences to comrak's own output that are wanted, in the order in which they are applied.

use super::{
    super::super::slugify,
    dom::{Element, Node, rewrite, text_of},
};

/// A difference; docs/markdown.md says its name.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) apply: Apply,
}

/// How a difference comes about.
#[derive(Debug)]
pub(super) enum Apply {
    /// comrak's own option.
    Smart,
    /// Raw HTML that is too broken is shown as text.
    OutOfBounds,
    /// Each table is put into a box, where its tags are.
    Boxed,
    /// A change of the tree.
    Tree(fn(Vec<Node>) -> Vec<Node>),
}

/// comrak's options.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Base {
    pub(super) is_smart: bool,
    pub(super) is_escaped: bool,
    pub(super) is_boxed: bool,
}

pub(super) const RULES: [Rule; 13] = [
    Rule { name: "Smart punctuation", apply: Apply::Smart },
    Rule { name: "Ambiguous HTML is text", apply: Apply::OutOfBounds },
    Rule { name: "Tables scroll in a box", apply: Apply::Boxed },
    Rule { name: "Comments are removed", apply: Apply::Tree(without_comments) },
    Rule { name: "Elements removed with what is in them", apply: Apply::Tree(without_contents) },
    Rule { name: "Unknown elements are unwrapped", apply: Apply::Tree(unwrapped) },
    Rule { name: "Addresses of other schemes are removed", apply: Apply::Tree(without_schemes) },
    Rule { name: "Attributes are removed", apply: Apply::Tree(without_attributes) },
    Rule { name: "Headings are anchors below the title", apply: Apply::Tree(anchored) },
    Rule { name: "Links to other sites say noopener", apply: Apply::Tree(noopener) },
    Rule { name: "Pictures wait, and have captions", apply: Apply::Tree(pictures) },
    Rule { name: "Code blocks have a language", apply: Apply::Tree(code) },
    Rule { name: "Tasks have names", apply: Apply::Tree(tasks) },
];

/// Of the examples these have what browsers read in different ways, depending on what is around it.
pub(super) fn is_out_of_bounds(markdown: &str) -> bool {
    markdown.contains("<![CDATA[") && !markdown.starts_with("    ")
}

fn without_comments(nodes: Vec<Node>) -> Vec<Node> {
    let kept = |nodes: Vec<Node>| nodes.into_iter().filter(|node| *node != Node::Comment).collect::<Vec<_>>();
    kept(rewrite(nodes, &mut |mut element| {
        element.children = kept(element.children);
        vec![Node::Element(element)]
    }))
}

fn is_among(names: &str, name: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

fn without_contents(nodes: Vec<Node>) -> Vec<Node> {
    let removed = "script style svg math template iframe object noembed noframes xmp";
    rewrite(nodes, &mut |element| {
        if is_among(removed, &element.name) { vec![] } else { vec![Node::Element(element)] }
    })
}

/// What Markdown and a careful author write.
const KNOWN: &str = "a abbr b blockquote br code del details dd div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ol p pre \
    q s small span strong sub summary sup table tbody td tfoot th thead tr u ul";

fn unwrapped(nodes: Vec<Node>) -> Vec<Node> {
    rewrite(nodes, &mut |element| {
        if is_among(KNOWN, &element.name) { vec![Node::Element(element)] } else { element.children }
    })
}

fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

fn without_schemes(nodes: Vec<Node>) -> Vec<Node> {
    rewrite(nodes, &mut |mut element| {
        element.attributes.retain(|name, value| {
            name != "href" || scheme(value).is_none_or(|scheme| is_among("http https mailto tel", &scheme))
        });
        vec![Node::Element(element)]
    })
}

/// What comrak itself writes, and what any element may have.
fn without_attributes(nodes: Vec<Node>) -> Vec<Node> {
    rewrite(nodes, &mut |mut element| {
        let known = match &*element.name {
            "a" => "href id",
            "img" => "src alt width height",
            "ol" => "start",
            "td" | "th" => "align",
            "code" => "class",
            "input" => "type checked disabled",
            "div" if element.get("role") == Some("region") => "class tabindex role aria-label",
            _ => "",
        };
        element.attributes.retain(|name, _| is_among(known, name) || is_among("title lang dir", name));
        vec![Node::Element(element)]
    })
}

fn level(element: &Element) -> Option<u8> {
    let digit = element.name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&digit).then_some(digit)
}

fn anchored(nodes: Vec<Node>) -> Vec<Node> {
    let mut has_title = false;
    let nodes = rewrite(nodes, &mut |element| {
        has_title |= element.is("h1");
        vec![Node::Element(element)]
    });
    let mut ids: Vec<String> = Vec::new();
    rewrite(nodes, &mut |mut element| {
        let Some(level) = level(&element) else { return vec![Node::Element(element)] };
        let text = text_of(&element.children).split_whitespace().collect::<Vec<_>>().join(" ");
        let base = slugify(&text).unwrap_or_else(|| "section".to_owned());
        let mut id = base.clone();
        for number in 1.. {
            if !ids.contains(&id) {
                break;
            }
            id = format!("{base}-{number}");
        }
        ids.push(id.clone());
        element.name = format!("h{}", (level + u8::from(has_title)).min(6));
        element.set("id", &id);
        if !text.is_empty() {
            let label = format!("Link to this section: {text}");
            let attributes = [("class", "anchor"), ("href", &*format!("#{id}")), ("aria-label", &*label)];
            element.children.push(Node::Text(" ".to_owned()));
            let sign = vec![Node::Text("#".to_owned())];
            element.children.push(Node::Element(Element::new("a", &attributes, sign)));
        }
        vec![Node::Element(element)]
    })
}

fn noopener(nodes: Vec<Node>) -> Vec<Node> {
    rewrite(nodes, &mut |mut element| {
        let elsewhere = |address: &str| {
            let address = address.to_ascii_lowercase();
            ["http://", "https://", "//"].iter().any(|start| address.starts_with(start))
        };
        if element.is("a") && element.get("href").is_some_and(elsewhere) {
            element.set("rel", "noopener");
        }
        vec![Node::Element(element)]
    })
}

fn pictures(nodes: Vec<Node>) -> Vec<Node> {
    let mut is_first = true;
    let nodes = rewrite(nodes, &mut |mut element| {
        if element.is("img") {
            // Written in HTML it has no text unless somebody gave it one, and waits in any case.
            let is_eager = is_first && element.get("alt").is_some();
            element.set("loading", if is_eager { "eager" } else { "lazy" });
            is_first &= !is_eager;
            element.set("decoding", "async");
            if element.get("alt").is_none() {
                element.set("alt", "");
            }
        }
        vec![Node::Element(element)]
    });
    rewrite(nodes, &mut |mut element| {
        let [Node::Element(picture)] = &mut element.children[..] else { return vec![Node::Element(element)] };
        let caption = picture.attributes.get("title").filter(|_| picture.is("img")).cloned();
        let Some(caption) = caption.filter(|_| element.name == "p") else {
            return vec![Node::Element(element)];
        };
        picture.attributes.remove("title");
        let caption = Node::Element(Element::new("figcaption", &[], vec![Node::Text(caption)]));
        element.children.push(caption);
        vec![Node::Element(Element::new("figure", &[], element.children))]
    })
}

fn code(nodes: Vec<Node>) -> Vec<Node> {
    rewrite(nodes, &mut |mut element| {
        if element.is("pre") {
            element.set("tabindex", "0");
            if let [Node::Element(code)] = &mut element.children[..] {
                let class = code.attributes.remove("class").unwrap_or_default();
                let language = class.strip_prefix("language-").unwrap_or_default().to_ascii_lowercase();
                let is_language = |c: char| c.is_ascii_alphanumeric() || "+#._-".contains(c);
                if !language.is_empty() && language.chars().all(is_language) {
                    element.set("data-lang", &language);
                }
            }
        }
        vec![Node::Element(element)]
    })
}

/// Our colours: what the code says is the same.
pub(super) fn without_colours(nodes: Vec<Node>) -> Vec<Node> {
    let nodes = rewrite(nodes, &mut |element| {
        let is_colour =
            element.is("span") && element.get("class").is_some_and(|class| class.starts_with("z-"));
        if is_colour { element.children } else { vec![Node::Element(element)] }
    });
    rewrite(nodes, &mut |mut element| {
        let text = text_of(&element.children);
        if element.is("code") && !text.is_empty() {
            element.children = vec![Node::Text(text)];
        }
        vec![Node::Element(element)]
    })
}

/// comrak's HTML with a box around each table, by its tags: what is misplaced in a table comes before it.
pub(super) fn boxed(html: &str) -> String {
    let mut tables = 0;
    let mut boxed = String::new();
    for part in html.split_inclusive("<table>") {
        match part.strip_suffix("<table>") {
            Some(before) => {
                tables += 1;
                let number = if tables > 1 { format!(" {tables}") } else { String::new() };
                boxed.push_str(before);
                boxed.push_str("<div class=table-scroll tabindex=0 role=region aria-label='Table");
                boxed.push_str(&format!("{number}'><table>"));
            }
            None => boxed.push_str(part),
        }
    }
    boxed.replace("</table>", "</table></div>")
}

fn tasks(nodes: Vec<Node>) -> Vec<Node> {
    let is_task =
        |node: &Node| matches!(node, Node::Element(item) if item.get("class") == Some("task-list-item"));
    rewrite(nodes, &mut |mut element| {
        if element.is("li")
            && let Some(Node::Element(input)) = element.children.first_mut()
            && input.is("input")
        {
            let label = if input.get("checked").is_some() { "Done" } else { "To do" };
            input.set("class", "task-list-item-checkbox");
            input.set("aria-label", label);
            element.set("class", "task-list-item");
        }
        if matches!(&*element.name, "ul" | "ol") && element.children.iter().any(is_task) {
            element.set("class", "contains-task-list");
        }
        vec![Node::Element(element)]
    })
}
