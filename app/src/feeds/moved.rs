//! What feeds were called elsewhere. Readers of a site that moved here go on asking for the old address, and a 301 is
//! what makes them ask for the new one.

use sea_orm::{ConnectionTrait, DbErr};

use super::Format;
use crate::site;

/// The ends of addresses of feeds: ours, and those of `WordPress` (`feed`, `feed/atom`, `feed/rss2`, `feed/rdf`),
/// Ghost (`rss`), Hugo (`index.xml`), Jekyll and Zola (`atom.xml`), Blogger (`feeds/posts/default`), Eleventy, Astro
/// and others. The longer of two comes first.
const ENDS: [(&str, Format); 29] = [
    ("/feeds/posts/default", Format::Atom),
    ("/feed/atom", Format::Atom),
    ("/feed/atom.xml", Format::Atom),
    ("/feed/feed.xml", Format::Atom),
    ("/feed/rss", Format::Rss),
    ("/feed/rss2", Format::Rss),
    ("/feed/rdf", Format::Rss),
    ("/feed/rss.xml", Format::Rss),
    ("/feed/index.xml", Format::Rss),
    ("/feed/json", Format::Json),
    ("/feed/feed.json", Format::Json),
    ("/feed.json", Format::Json),
    ("/feed.xml", Format::Atom),
    ("/rss.xml", Format::Rss),
    ("/feed", Format::Atom),
    ("/feeds", Format::Atom),
    ("/feed.atom", Format::Atom),
    ("/feed.rss", Format::Rss),
    ("/atom", Format::Atom),
    ("/atom.xml", Format::Atom),
    ("/index.atom", Format::Atom),
    ("/posts.atom", Format::Atom),
    ("/rss", Format::Rss),
    ("/rss2", Format::Rss),
    ("/rss2.xml", Format::Rss),
    ("/rdf.xml", Format::Rss),
    ("/index.rdf", Format::Rss),
    ("/index.rss", Format::Rss),
    ("/index.xml", Format::Rss),
];

/// Pages that have feeds of their own.
const FOLDERS: [&str; 3] = ["/authors/", "/tags/", "/courses/"];

/// Where the feed is that was at `path`, which is not there: under its new name, or under the new address of what it is
/// of. Both are percent-decoded and without a trailing slash.
///
/// # Errors
/// When the database does not answer.
pub async fn target(db: &impl ConnectionTrait, path: &str) -> Result<Option<String>, DbErr> {
    let Some((page, format)) = ENDS.iter().find_map(|(end, format)| Some((path.strip_suffix(end)?, *format)))
    else {
        return Ok(None);
    };
    let page = match page {
        "" => "".to_owned(),
        // What got another slug is not at this address, and its redirect says where it is.
        _ => match site::redirect_target(db, page).await? {
            Some(moved) if moved == "/" => String::new(),
            Some(moved) if has_feeds(&moved) => moved,
            None if has_feeds(page) => page.to_owned(),
            _ => return Ok(None),
        },
    };
    let target = format!("{page}/{}", format.file());
    Ok((target != path).then_some(target))
}

/// Whether a page has feeds of its own: an author, a tag or a course, not what is below them.
fn has_feeds(page: &str) -> bool {
    let name = FOLDERS.iter().find_map(|folder| page.strip_prefix(folder));
    name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}
