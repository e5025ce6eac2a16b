//! Every example of the `CommonMark` and GFM specifications, through the whole pipeline: what comes out is what comrak
//! alone makes of it, but for differences that are wanted, each of which is a [`Rule`] with a name.
//!
//! Documents are compared as parsed, white space that no reader sees folded. The rules are written for the test alone
//! and know nothing of the code that they check.

mod dom;
mod rules;

use comrak::{
    Options, markdown_to_html,
    options::{Extension, Parse, Render},
};

use self::{
    dom::{Node, parse},
    rules::{Base, RULES, is_out_of_bounds},
};
use super::html;

const COMMONMARK: &str = include_str!("../../../../tests/vendor/commonmark-spec-0.31.2/examples.txt");
const GFM: &str = include_str!("../../../../tests/vendor/gfm-spec-0.29/examples.txt");
const DOCUMENT: &str = include_str!("../../../../docs/markdown.md");

/// An example: its number, its section, and its Markdown.
#[derive(Debug)]
struct Example {
    number: usize,
    section: String,
    markdown: String,
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut section = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            section = line.trim_start_matches(['#', ' ']).to_owned();
        }
        if !line.starts_with("```````````````````````````````` example") {
            continue;
        }
        let mut markdown = String::new();
        for line in lines.by_ref().take_while(|line| *line != ".") {
            markdown.push_str(&line.replace('→', "\t"));
            markdown.push('\n');
        }
        lines.by_ref().take_while(|line| !line.starts_with("````````````````````````````````")).count();
        examples.push(Example { number: examples.len() + 1, section: section.clone(), markdown });
    }
    examples
}

/// What comrak alone makes of it: GFM, raw HTML as it is.
fn comrak_alone(markdown: &str, base: Base) -> Vec<Node> {
    let options = Options {
        extension: Extension {
            strikethrough: true,
            table: true,
            autolink: true,
            tasklist: true,
            ..Extension::default()
        },
        parse: Parse { smart: base.is_smart, ..Parse::default() },
        render: Render { r#unsafe: true, escape: base.is_escaped, ..Render::default() },
    };
    let html = markdown_to_html(markdown, &options);
    parse(&if base.is_boxed { rules::boxed(&html) } else { html })
}

/// Counts the examples that pass as they are, and for each rule those that need it.
fn check(spec: &str, count: usize) -> Vec<(&'static str, usize)> {
    let examples = examples(spec);
    assert_eq!(examples.len(), count);
    let mut unmodified = 0;
    let mut used = [0; RULES.len()];
    let mut wrong = Vec::new();
    for example in &examples {
        let ours = rules::without_colours(parse(&html(&example.markdown)));
        let rendered = |base: Base| {
            let nodes = comrak_alone(&example.markdown, base);
            if base.is_escaped { dom::paragraphs(nodes) } else { nodes }
        };
        let mut base = Base::default();
        let mut nodes = rendered(base);
        let mut needed = Vec::new();
        for (index, rule) in RULES.iter().enumerate() {
            let before = nodes.clone();
            match rule.apply {
                rules::Apply::Smart => {
                    base.is_smart = true;
                    nodes = rendered(base);
                }
                rules::Apply::OutOfBounds => {
                    base.is_escaped = is_out_of_bounds(&example.markdown);
                    nodes = rendered(base);
                }
                rules::Apply::Boxed => {
                    base.is_boxed = true;
                    nodes = rendered(base);
                }
                rules::Apply::Tree(apply) => nodes = dom::folded(apply(nodes)),
            }
            if nodes != before {
                needed.push(index);
            }
        }
        if nodes != ours {
            wrong.push(format!(
                "{} {}, through {:?}:\n{}\nwanted {}\ngot    {}",
                example.section,
                example.number,
                needed.iter().map(|index| RULES[*index].name).collect::<Vec<_>>(),
                example.markdown,
                dom::show(&nodes),
                dom::show(&ours)
            ));
        }
        unmodified += usize::from(needed.is_empty());
        for index in needed {
            used[index] += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n\n"));
    let rules = RULES.iter().zip(used).map(|(rule, used)| (rule.name, used));
    [("unmodified", unmodified)].into_iter().chain(rules).collect()
}

#[test]
fn the_examples_come_out_as_comrak_renders_them_but_for_what_writers_are_told() {
    let (commonmark, gfm) = (check(COMMONMARK, 652), check(GFM, 672));
    let both: Vec<_> =
        commonmark.iter().zip(&gfm).map(|((name, one), (_, two))| (*name, *one, *two)).collect();
    // The numbers are there to be looked at when they change: another comrak, another rule.
    assert_eq!(
        both,
        [
            ("unmodified", 432, 433),
            ("Smart punctuation", 25, 27),
            ("Ambiguous HTML is text", 2, 2),
            ("Tables scroll in a box", 5, 12),
            ("Comments are removed", 10, 10),
            ("Elements removed with what is in them", 5, 5),
            ("Unknown elements are unwrapped", 11, 11),
            ("Addresses of other schemes are removed", 4, 5),
            ("Attributes are removed", 6, 6),
            ("Headings are anchors below the title", 40, 40),
            ("Links to other sites say noopener", 14, 22),
            ("Pictures wait, and have captions", 23, 23),
            ("Code blocks have a language", 84, 84),
            ("Tasks have names", 0, 2),
        ]
    );
    for (name, in_one, in_two) in both {
        assert!(in_one + in_two > 0, "no example needs the rule {name:?}");
    }
    for rule in &RULES {
        assert!(DOCUMENT.contains(rule.name), "docs/markdown.md does not say: {}", rule.name);
    }
}
