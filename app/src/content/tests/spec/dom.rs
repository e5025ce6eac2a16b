//! A document as a tree that can be compared and rewritten.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, node};

/// A node of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
    Comment,
}

/// An element with its attributes by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Node>,
}

impl Element {
    pub(super) fn new(name: &str, attributes: &[(&str, &str)], children: Vec<Node>) -> Self {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { name: name.to_owned(), attributes: attributes.iter().map(pair).collect(), children }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.attributes.insert(name.to_owned(), value.to_owned());
    }
}

/// What a browser makes of it, folded.
pub(super) fn parse(html: &str) -> Vec<Node> {
    let document = Html::parse_fragment(html);
    folded(children_of(document.root_element()))
}

fn children_of(element: ElementRef<'_>) -> Vec<Node> {
    let mut children = Vec::new();
    for child in element.children() {
        match child.value() {
            node::Node::Text(text) => children.push(Node::Text(text.to_string())),
            node::Node::Comment(_) => children.push(Node::Comment),
            _ => children.extend(ElementRef::wrap(child).map(|element| {
                let attributes = element.value().attrs();
                let attributes =
                    attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                let name = element.value().name().to_owned();
                Node::Element(Element { name, attributes, children: children_of(element) })
            })),
        }
    }
    children
}

/// Rewrites every element, children first, into any number of nodes.
pub(super) fn rewrite(nodes: Vec<Node>, change: &mut impl FnMut(Element) -> Vec<Node>) -> Vec<Node> {
    let mut changed = Vec::new();
    for node in nodes {
        match node {
            Node::Element(mut element) => {
                element.children = rewrite(element.children, change);
                changed.extend(change(element));
            }
            other => changed.push(other),
        }
    }
    changed
}

/// The text of nodes, as written.
pub(super) fn text_of(nodes: &[Node]) -> String {
    let text = |node: &Node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(element) => text_of(&element.children),
        Node::Comment => String::new(),
    };
    nodes.iter().map(text).collect()
}

/// Neighbouring texts are one; outside of `<pre>` white space is one blank, and none at the edges of blocks.
pub(super) fn folded(nodes: Vec<Node>) -> Vec<Node> {
    fold(nodes, true)
}

fn fold(nodes: Vec<Node>, in_block: bool) -> Vec<Node> {
    let mut merged: Vec<Node> = Vec::new();
    for node in nodes {
        match (merged.last_mut(), node) {
            (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
            (_, Node::Element(mut element)) => {
                if !element.is("pre") {
                    let in_block = is_block(&element.name);
                    element.children = fold(element.children, in_block);
                }
                merged.push(Node::Element(element));
            }
            (_, node) => merged.push(node),
        }
    }
    let is_edge = |node: Option<&Node>| match node {
        None => in_block,
        Some(Node::Element(element)) => is_block(&element.name) || element.is("br"),
        Some(Node::Comment | Node::Text(_)) => false,
    };
    let mut folded = Vec::new();
    for (at, node) in merged.iter().enumerate() {
        let Node::Text(text) = node else {
            folded.push(node.clone());
            continue;
        };
        let mut line = String::new();
        for part in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = part.trim_end_matches(|c: char| c.is_ascii_whitespace());
            line.push_str(word);
            if word.len() < part.len() && !line.ends_with(' ') {
                line.push(' ');
            }
        }
        let mut line = line.as_str();
        if is_edge(at.checked_sub(1).and_then(|before| merged.get(before))) {
            line = line.trim_start_matches(' ');
        }
        if is_edge(merged.get(at + 1)) {
            line = line.trim_end_matches(' ');
        }
        if !line.is_empty() {
            folded.push(Node::Text(line.to_owned()));
        }
    }
    folded
}

fn is_block(name: &str) -> bool {
    let blocks = "blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre \
        section summary table tbody td tfoot th thead tr ul";
    blocks.split_whitespace().any(|block| block == name)
}

/// Text at the top becomes paragraphs.
pub(super) fn paragraphs(nodes: Vec<Node>) -> Vec<Node> {
    let wrap = |node| match node {
        Node::Text(_) => Node::Element(Element::new("p", &[], vec![node])),
        other => other,
    };
    nodes.into_iter().map(wrap).collect()
}

/// For people.
pub(super) fn show(nodes: &[Node]) -> String {
    let one = |node: &Node| match node {
        Node::Text(text) => format!("{text:?}"),
        Node::Comment => "<!-- -->".to_owned(),
        Node::Element(element) => {
            let attributes: String =
                element.attributes.iter().map(|(name, value)| format!(" {name}={value:?}")).collect();
            format!("<{}{attributes}>{}</{}>", element.name, show(&element.children), element.name)
        }
    };
    nodes.iter().map(one).collect()
}
