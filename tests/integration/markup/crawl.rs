//! Follows the links of a site, so that a page that is added is judged too.

use std::collections::{HashMap, HashSet, VecDeque};

use harness::{Answer, Visitor};
use scraper::{Html, Selector};

use super::strict;

/// Pages of one kind that are looked at.
const OF_A_KIND: usize = 5;

/// The kind of page an address is: its numbers and names left out, and what is asked of it.
fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let known = |part: &str| part.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '.' | '_'));
    let parts = path.split('/').enumerate().map(|(at, part)| {
        let is_name = at > 1 && (!known(part) || !path.starts_with("/admin"))
            || part.starts_with(|c: char| c.is_ascii_digit());
        if is_name { "*" } else { part }
    });
    let query = if query.is_empty() { "" } else { "?" };
    format!("{}{query}", parts.collect::<Vec<_>>().join("/"))
}

/// Judges every kind of page that links lead to, from `starts` on; gives the kinds and their numbers of pages.
pub(crate) async fn crawl(visitor: &Visitor<'_>, origin: &str, starts: &[&str]) -> HashMap<String, usize> {
    let mut waiting: VecDeque<String> = starts.iter().map(|start| (*start).to_owned()).collect();
    let mut known: HashSet<String> = waiting.iter().cloned().collect();
    let mut kinds: HashMap<String, usize> = HashMap::new();
    while let Some(address) = waiting.pop_front() {
        let seen = kinds.entry(kind(&address)).or_default();
        if *seen >= OF_A_KIND {
            continue;
        }
        *seen += 1;
        let answer = visitor.get(&address).await;
        for link in judge(&address, &answer, origin) {
            if known.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
    }
    kinds
}

/// Asserts that nothing is wrong with an answer, and gives the site's own addresses that it leads to.
pub(super) fn judge(address: &str, answer: &Answer, origin: &str) -> Vec<String> {
    assert!(answer.status.as_u16() < 500, "{address}: {}", answer.text());
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
    let location = answer.header("location");
    assert!(
        location.is_empty() || location.starts_with('/') && !location.starts_with("//"),
        "{address}: {location}"
    );
    if !answer.header("content-type").starts_with("text/html") {
        return Vec::new();
    }
    let document = Html::parse_document(&answer.text());
    let faults = strict::page(&document, origin);
    assert!(faults.is_empty(), "{address} ({}):\n{}", answer.status, faults.join("\n"));
    let selector = Selector::parse("a[href]:not(.prose a, .comment-body a)").unwrap();
    let links = document.select(&selector).filter_map(|link| link.attr("href"));
    let folder = address.split('?').next().unwrap_or_default().to_owned();
    let local = links.filter_map(|link| {
        let link = link.split('#').next().unwrap_or_default();
        match link.chars().next()? {
            '/' => Some(link.to_owned()),
            '?' => Some(format!("{folder}{link}")),
            _ => None,
        }
    });
    local.filter(|link| !link.starts_with("/media/") && !link.starts_with("/static/")).collect()
}
