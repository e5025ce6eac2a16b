//! Which feeds a page has, for its head and for its foot.

use serde::Serialize;

use super::Format;
use crate::site::Site;

/// A feed as a page names it: its address, a path of this site.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLink {
    /// What it is of, and how it is written.
    pub title: String,
    /// Its address.
    pub href: String,
    /// Its media type.
    pub media_type: &'static str,
}

/// The three feeds of a page that has its own: `base` is the page's address, `name` what it is about.
pub fn of_page(site: &Site, base: &str, name: &str) -> Vec<FeedLink> {
    links(base, &format!("{name} · {}", site.title))
}

/// The three feeds of the site.
pub fn of_site(site: &Site) -> Vec<FeedLink> {
    links("", &site.title)
}

fn links(base: &str, name: &str) -> Vec<FeedLink> {
    let link = |format: Format| FeedLink {
        title: format!("{name} ({})", format.name()),
        href: format!("{base}/{}", format.file()),
        media_type: format.media_type(),
    };
    Format::ALL.into_iter().map(link).collect()
}
