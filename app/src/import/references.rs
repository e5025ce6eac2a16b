//! Points an imported text at its new addresses, leaving every other byte as the author wrote it.

use std::collections::HashMap;
use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::markdown_scan::{Kind, scan};

/// What would end an address early in one of the places that it may be written to.
const UNSAFE_IN_MARKDOWN: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'\'').add(b'(').add(b')').add(b'<').add(b'>').add(b'`').add(b'\\');

/// Replaces addresses in a Markdown text: those of links, images, reference definitions and of `src`/`href` in HTML.
///
/// `urls` holds pairs of a reference as [`super::assets::Asset::reference`] gives it and its new address. Only
/// whole references match, `./x.png` also as `x.png`; a `#fragment` is kept. Code is never changed.
pub fn rewrite<R: AsRef<str>, U: AsRef<str>>(body: &str, urls: &[(R, U)]) -> String {
    let urls: HashMap<&str, &str> =
        urls.iter().map(|(old, new)| (without_dot(old.as_ref()), new.as_ref())).collect();
    replace(body, |kind, target| {
        let (address, fragment) = split_fragment(target);
        let known = |reference: &str| urls.get(without_dot(reference)).copied();
        match kind {
            Kind::Target => known(target)
                .map(|url| with_fragment(url, ""))
                .or_else(|| known(address).map(|url| with_fragment(url, fragment))),
            Kind::Ref | Kind::More => None,
        }
    })
}

/// Replaces links to other files of the imported folder: Zola's `@/folder/file.md#anchor` and Hugo's
/// `{{< ref "file.md" >}}` and `{{< relref "file.md#anchor" >}}`.
///
/// `resolve` gets the file as written, without `@/` and without the anchor (Hugo also allows a name without its
/// folder or its ending, and a leading `/`), and answers the new address. What it does not know stays as it was.
pub fn rewrite_internal_links(body: &str, resolve: impl Fn(&str) -> Option<String>) -> String {
    replace(body, |kind, target| {
        let (file, fragment) = split_fragment(target);
        let file = match kind {
            Kind::Target => file.strip_prefix("@/")?,
            Kind::Ref => file,
            Kind::More => return None,
        };
        if file.is_empty() {
            return None;
        }
        resolve(file).map(|url| with_fragment(&url, fragment))
    })
}

/// The fragment is the author's and stands there already; only the new address has to be made safe.
fn with_fragment(url: &str, fragment: &str) -> String {
    format!("{}{fragment}", utf8_percent_encode(url, UNSAFE_IN_MARKDOWN))
}

fn replace(body: &str, new_address: impl Fn(Kind, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(body.len());
    let mut copied = 0;
    for found in scan(body) {
        // A shortcode within a broken tag may overlap with the tag's own address.
        if found.whole.start < copied {
            continue;
        }
        let Some(url) = new_address(found.kind, &body[found.target]) else {
            continue;
        };
        out.push_str(&body[copied..found.whole.start]);
        out.push_str(&url);
        copied = found.whole.end;
    }
    out.push_str(&body[copied..]);
    out
}

/// The addresses that `body` mentions outside code, as written, each once.
pub(super) fn targets(body: &str) -> Vec<&str> {
    let mut seen = std::collections::HashSet::new();
    let found = scan(body).into_iter().filter(|found| found.kind == Kind::Target);
    found.map(|found| &body[found.target]).filter(|target| seen.insert(*target)).collect()
}

/// Where the first `<!-- more -->` outside code stands.
pub(super) fn more_marker(body: &str) -> Option<Range<usize>> {
    scan(body).into_iter().find(|found| found.kind == Kind::More).map(|found| found.whole)
}

/// An address and its fragment (with `#`, or empty).
pub(super) fn split_fragment(target: &str) -> (&str, &str) {
    target.find('#').map_or((target, ""), |at| target.split_at(at))
}

/// `./x.png` and `x.png` are the same reference.
pub(super) fn without_dot(reference: &str) -> &str {
    reference.strip_prefix("./").unwrap_or(reference)
}

#[cfg(test)]
mod tests;
