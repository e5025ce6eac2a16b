//! Addresses at the top level that no page can have: the site's own, and those that it may have one day.

/// The first parts of the addresses of `web/routes.rs`. A test compares them.
const OWN: &[&str] = &[
    "accent.css",
    "account",
    "admin",
    "api",
    "archive",
    "authors",
    "courses",
    "forgot",
    "healthz",
    "login",
    "logout",
    "media",
    "metrics",
    "posts",
    "preview",
    "readyz",
    "reset",
    "search",
    "setup",
    "signup",
    "static",
    "tags",
];

/// What a site like this grows, and what other systems, browsers and standards ask for. A slug has no dot, so that no file
/// (`feed.xml`, `robots.txt`, `.well-known`) needs to stand here.
const TO_COME: &[&str] = &[
    "atom",
    "author",
    "blog",
    "category",
    "categories",
    "comments",
    "cookies",
    "course",
    "dashboard",
    "download",
    "downloads",
    "embed",
    "events",
    "export",
    "favicon",
    "feed",
    "feeds",
    "files",
    "graphql",
    "health",
    "home",
    "hooks",
    "import",
    "inbox",
    "index",
    "join",
    "lessons",
    "live",
    "mail",
    "manifest",
    "me",
    "members",
    "moderate",
    "newsletter",
    "nodeinfo",
    "notifications",
    "oauth",
    "oembed",
    "opensearch",
    "outbox",
    "page",
    "pages",
    "password",
    "ping",
    "pingback",
    "post",
    "profile",
    "ready",
    "register",
    "robots",
    "rss",
    "security",
    "series",
    "session",
    "sessions",
    "settings",
    "share",
    "sitemap",
    "sitemaps",
    "status",
    "students",
    "subscribe",
    "tag",
    "theme",
    "themes",
    "token",
    "tokens",
    "trackback",
    "unsubscribe",
    "uploads",
    "user",
    "users",
    "verify",
    "webhooks",
    "webmention",
    "ws",
];

/// Whether a slug is none that a page can have.
pub fn is_reserved(slug: &str) -> bool {
    OWN.contains(&slug) || TO_COME.contains(&slug)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_has_an_address_of_its_own_is_no_page() {
        let source = include_str!("../web/routes.rs").split("pub fn configure").nth(1).unwrap();
        let source = source.split("\n}\n").next().unwrap();
        let literals = source.split('"').skip(1).step_by(2).filter_map(|text| text.strip_prefix('/'));
        let first = literals.filter_map(|path| path.split('/').next());
        let routes: BTreeSet<&str> =
            first.filter(|part| !part.is_empty() && !part.starts_with('{')).collect();
        assert!(routes.len() > 15 && routes.contains("posts"), "the URL map was read: {routes:?}");
        // A file's name is nothing that a slug can be.
        let routes: BTreeSet<&str> = routes.into_iter().filter(|part| !part.starts_with('.')).collect();
        let missing: Vec<&&str> =
            routes.iter().filter(|part| !is_reserved(part) && !part.contains('.')).collect();
        assert_eq!(missing, [&""; 0], "these are to be put into OWN");
        let gone: Vec<&&str> = OWN.iter().filter(|part| !routes.contains(*part)).collect();
        assert_eq!(gone, [&""; 0], "no route begins with these any more");
    }

    #[test]
    fn a_slug_can_be_no_file() {
        for name in ["feed.xml", "robots.txt", ".well-known", "favicon.ico", "accent.css"] {
            let slug = crate::content::slugify(name).unwrap();
            assert!(!slug.contains('.'), "{name} becomes {slug}");
        }
    }
}
