//! Sitemaps (sitemaps.org, protocol 0.9): `/sitemap.xml` names the parts, each part names pages.

use std::io;

use chrono::{DateTime, SecondsFormat, Utc};

use super::queries::{Kind, Located};
use crate::{
    pages::queries::Public,
    web::{
        links,
        xml::{self, Out},
    },
};

const NAMESPACE: [(&str, &str); 1] = [("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")];

/// The pages that are there on every site.
const PAGES: [&str; 5] = ["/", "/archive", "/authors", "/tags", "/courses"];

/// A part of the sitemap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The pages that are there on every site, and those of the site's own that are no posts.
    Pages,
    /// Those of a kind, by number from 1.
    Of(Kind, i64),
}

impl Part {
    /// The part with this name: `pages`, `posts-1`.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "pages" {
            return Some(Self::Pages);
        }
        let (kind, number) = name.rsplit_once('-')?;
        let kind = Kind::ALL.into_iter().find(|known| word(*known) == kind)?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        Some(Self::Of(kind, number.parse().ok().filter(|_| is_number)?))
    }

    fn path(self) -> String {
        match self {
            Self::Pages => "/sitemap-pages.xml".to_owned(),
            Self::Of(kind, number) => format!("/sitemap-{}-{number}.xml", word(kind)),
        }
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Posts => "posts",
        Kind::Authors => "authors",
        Kind::Tags => "tags",
        Kind::Courses => "courses",
    }
}

/// The index of the parts, each with its last change where that is known.
///
/// # Errors
/// None: a buffer takes everything.
pub fn index(origin: &str, parts: &[(Part, Option<DateTime<Utc>>)]) -> io::Result<Vec<u8>> {
    xml::document("sitemapindex", &NAMESPACE, |out| {
        parts.iter().try_for_each(|(part, changed)| {
            locate(out, "sitemap", &format!("{origin}{}", part.path()), *changed)
        })
    })
}

/// The part with the pages that are there on every site.
///
/// # Errors
/// None: a buffer takes everything.
pub fn pages(origin: &str, own: &[Public]) -> io::Result<Vec<u8>> {
    xml::document("urlset", &NAMESPACE, |out| {
        PAGES.iter().try_for_each(|path| locate(out, "url", &format!("{origin}{path}"), None))?;
        own.iter().try_for_each(|page| {
            locate(out, "url", &format!("{origin}{}", links::page(&page.slug)), Some(page.updated_at))
        })
    })
}

/// A part with what there is of a kind.
///
/// # Errors
/// None: a buffer takes everything.
pub fn part(origin: &str, kind: Kind, rows: &[Located]) -> io::Result<Vec<u8>> {
    let path = match kind {
        Kind::Posts => links::post,
        Kind::Authors => links::author,
        Kind::Tags => links::tag,
        Kind::Courses => links::course,
    };
    xml::document("urlset", &NAMESPACE, |out| {
        rows.iter()
            .try_for_each(|(name, changed)| locate(out, "url", &format!("{origin}{}", path(name)), *changed))
    })
}

fn locate(out: &mut Out, element: &str, address: &str, changed: Option<DateTime<Utc>>) -> io::Result<()> {
    xml::within(out, element, &[], |out| {
        xml::text(out, "loc", &[], address)?;
        let changed = changed.map(|changed| changed.to_rfc3339_opts(SecondsFormat::Secs, true));
        changed.iter().try_for_each(|changed| xml::text(out, "lastmod", &[], changed))
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, Part};

    #[test]
    fn a_part_has_one_name() {
        for part in [Part::Pages, Part::Of(Kind::Posts, 1), Part::Of(Kind::Courses, 20)] {
            let path = part.path();
            let name = path.strip_prefix("/sitemap-").and_then(|rest| rest.strip_suffix(".xml"));
            assert_eq!(name.and_then(Part::parse), Some(part));
        }
        for bad in
            ["", "posts", "posts-", "posts-0", "posts-01", "posts--1", "posts-+1", "drafts-1", "pages-1"]
        {
            assert_eq!(Part::parse(bad), None, "{bad}");
        }
        assert_eq!(Part::parse("posts-99999999999999999999"), None);
    }
}
