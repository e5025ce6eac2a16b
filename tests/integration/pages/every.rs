//! What holds on every page.

use harness::TestSite;

use std::collections::HashMap;

use super::{EVERY_PAGE, SCRIPT, furnish};

#[tokio::test]
async fn every_page_has_one_heading_of_the_first_level_and_one_main_part() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in EVERY_PAGE {
        let page = site.get(path).await.expect(200);
        assert_eq!(page.texts("h1").len(), 1, "{path}: {:?}", page.texts("h1"));
        assert!(!page.one("h1").is_empty(), "{path}");
        assert_eq!(page.texts("main#main").len(), 1, "{path}");
        assert_eq!(page.attributes("html", "lang"), ["en"], "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn every_page_has_a_title_of_its_own() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for (path, title) in [
        ("/", "Lectern"),
        ("/?page=2", "Page 2 · Lectern"),
        ("/posts/post-1", "Post 1 · Lectern"),
        ("/authors", "Authors · Lectern"),
        ("/authors/ada", "Ada · Lectern"),
        ("/tags", "Tags · Lectern"),
        ("/tags/rust", "Posts about Rust · Lectern"),
        ("/archive", "Archive · Lectern"),
        ("/courses", "Courses · Lectern"),
        ("/courses/first-steps", "First steps · Lectern"),
        ("/courses/first-steps/post-1", "Post 1 · First steps · Lectern"),
        ("/search", "Search · Lectern"),
        ("/search?q=words", "Search: words · Lectern"),
    ] {
        let page = site.get(path).await.expect(200);
        assert_eq!(page.one("head title"), title, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn every_page_names_its_one_address_or_keeps_out_of_search_engines() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in EVERY_PAGE {
        let page = site.get(path).await.expect(200);
        let canonical = page.attributes("link[rel=canonical]", "href");
        let robots = page.attributes("meta[name=robots]", "content");
        if path.starts_with("/search") {
            assert_eq!((canonical.len(), robots), (0, vec!["noindex".to_owned()]), "{path}");
        } else {
            // A lesson is a post, and the post's page is the one to find.
            let path = match path.strip_prefix("/courses/first-steps/") {
                Some(post) => format!("/posts/{post}"),
                None => path.to_owned(),
            };
            assert_eq!(canonical, [format!("{}{path}", site.origin)]);
            assert_eq!(robots.len(), 0, "{path}");
        }
    }
    // What else is in a query makes no other page.
    let page = site.get("/?utm_source=x&page=2").await;
    assert_eq!(page.attributes("link[rel=canonical]", "href"), [format!("{}/?page=2", site.origin)]);
    let page = site.get("/?page=1").await;
    assert_eq!(page.attributes("link[rel=canonical]", "href"), [format!("{}/", site.origin)]);
    site.end().await;
}

#[tokio::test]
async fn pages_describe_themselves_to_search_engines() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().setting("description", "Notes on engines.".into()).await;
    let summed = site.build().post(ada, "Summed up").summary("In one sentence.").save().await;
    site.build().post(ada, "Plain").content("It *begins* here.").save().await;
    site.build().course("Engines", &[summed]).await;
    for (path, description) in [
        ("/", "Notes on engines."),
        ("/archive", "All posts by year: Plain, Summed up."),
        ("/authors", "Who writes here: Ada."),
        ("/authors/ada", "Posts by Ada: Plain, Summed up."),
        ("/courses", "Courses to take: Engines."),
        ("/posts/summed-up", "In one sentence."),
        ("/posts/plain", "It begins here."),
        ("/courses/engines", "Engines in short."),
        ("/courses/engines/summed-up", "In one sentence."),
    ] {
        let page = site.get(path).await.expect(200);
        assert_eq!(page.attributes("meta[name=description]", "content"), [description], "{path}");
    }
    site.end().await;
}

/// The routes of pages for readers, with addresses on the site of [`furnish`].
const ROUTES: [(&str, &[&str]); 18] = [
    ("/", &["/", "/?page=2"]),
    ("/posts/{slug}", &["/posts/post-1", "/posts/post-2"]),
    ("/posts/{slug}/comments", &["/posts/post-1/comments"]),
    ("/{slug}", &["/about"]),
    ("/archive", &["/archive"]),
    ("/authors", &["/authors"]),
    ("/authors/{username}", &["/authors/ada", "/authors/ada?page=2"]),
    ("/tags", &["/tags"]),
    ("/tags/{slug}", &["/tags/rust"]),
    ("/courses", &["/courses"]),
    ("/courses/{slug}", &["/courses/first-steps"]),
    ("/courses/{slug}/{post_slug}", &["/courses/first-steps/post-1"]),
    ("/search", &["/search", "/search?q=words"]),
    ("/login", &["/login"]),
    ("/forgot", &["/forgot"]),
    ("/setup", &["/setup"]),
    ("/signup", &["/signup"]),
    ("/reset/{token}", &["/reset/guess"]),
];

/// Routes that give no page to somebody who reads: addresses to send to, feeds and files, and what only a link of
/// one's own opens (each of these is looked at where it is tested).
fn is_no_page(route: &str) -> bool {
    let is_file = route.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let is_for_some = [
        "/admin",
        "/account",
        "/api",
        "/static",
        "/media",
        "/preview",
        "/comments",
        "/posts/{slug}/comments/{id}",
    ]
    .iter()
    .any(|start| lectern::web::security::is_under(route, start));
    let is_sent_to = ["/logout", "/courses/{slug}/enrol", "/courses/{slug}/leave"].contains(&route)
        || route.ends_with("/complete");
    is_file || is_for_some || is_sent_to || ["/healthz", "/readyz", "/metrics"].contains(&route)
}

#[tokio::test]
async fn each_route_of_a_page_has_one_heading_and_a_title_and_a_description_of_its_own() {
    let pages: Vec<String> =
        crate::permissions::routes().into_iter().filter(|route| !is_no_page(route)).collect();
    let mut known: Vec<&str> = ROUTES.iter().map(|(route, _)| *route).collect();
    known.sort_unstable();
    assert_eq!(pages, known, "a route of a page is looked at here");
    let site = TestSite::start().await;
    site.build().setting("description", "Notes on engines.".into()).await;
    furnish(&site).await;
    site.build().page("About", "about", true).await;
    let (mut titles, mut descriptions) = (HashMap::new(), HashMap::new());
    for path in ROUTES.iter().flat_map(|(_, paths)| *paths) {
        let page = site.get(path).await;
        assert_eq!(page.texts("h1").len(), 1, "{path}: {:?}", page.texts("h1"));
        assert!(!page.one("h1").is_empty(), "{path}");
        if !page.texts("meta[name=robots]").is_empty() {
            continue;
        }
        let title = page.one("head title");
        if let Some(other) = titles.insert(title.clone(), path) {
            panic!("{path} and {other} have the title {title}");
        }
        // What is another page's text has its description too.
        if page.attributes("link[rel=canonical]", "href") != [format!("{}{path}", site.origin)] {
            continue;
        }
        let described = page.attributes("meta[name=description]", "content");
        assert_eq!(described.len(), 1, "{path}");
        assert_eq!(described, page.attributes("meta[property='og:description']", "content"), "{path}");
        if let Some(other) = descriptions.insert(described[0].clone(), path) {
            panic!("{path} and {other} have the description {}", described[0]);
        }
    }
    assert!(titles.len() > 10 && descriptions.len() > 10, "{descriptions:?}");
    site.end().await;
}

#[tokio::test]
async fn no_page_asks_anybody_else_for_anything() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in EVERY_PAGE {
        let page = site.get(path).await.expect(200);
        let mut asked = page.attributes("[src]", "src");
        asked.extend(page.attributes("link:not([rel=canonical])", "href"));
        assert!(!asked.is_empty(), "{path}");
        for address in asked {
            assert!(address.starts_with('/') && !address.starts_with("//"), "{path} asks for {address}");
            site.get(&address).await.expect(200);
        }
        assert_eq!(
            page.texts(&format!("{SCRIPT}, style, [style]")).len(),
            0,
            "{path} would break its policy"
        );
    }
    site.end().await;
}

#[tokio::test]
async fn every_link_of_every_page_leads_somewhere() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in EVERY_PAGE {
        let page = site.get(path).await.expect(200);
        let links = page.attributes("a", "href");
        for link in links.iter().filter(|link| link.starts_with('/')) {
            let status = site.get(link).await.status;
            assert_eq!(status.as_u16(), 200, "{path} links to {link}");
        }
        for anchor in links.iter().filter_map(|link| link.strip_prefix('#')) {
            assert_eq!(page.texts(&format!("[id='{anchor}']")).len(), 1, "{path} links to #{anchor}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn the_menu_marks_where_the_reader_is() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for (path, here) in [
        ("/archive", vec!["Archive"]),
        ("/courses/first-steps/post-1", vec!["Courses"]),
        ("/tags/rust", vec!["Tags"]),
        ("/posts/post-1", vec![]),
    ] {
        assert_eq!(site.get(path).await.texts(".site-nav [aria-current]"), here, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn an_empty_site_says_so() {
    let site = TestSite::start().await;
    for (path, said) in [
        ("/", "Nothing has been published"),
        ("/authors", "No one has published"),
        ("/tags", "No post carries a tag"),
        ("/archive", "Nothing has been published"),
        ("/courses", "There are no courses"),
        ("/search?q=x", "Nothing found"),
    ] {
        let page = site.get(path).await.expect(200);
        let empty = page.texts("main .empty").concat();
        assert!(empty.contains(said), "{path} says {empty:?}");
        assert_eq!(page.texts(".pagination").len(), 0, "{path}");
        assert_eq!(page.texts("h1").len(), 1, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn people_and_courses_without_posts_say_so() {
    let site = TestSite::start().await;
    site.build().author("ada").await;
    site.build().course("Silence", &[]).await;
    let person = site.get("/authors/ada").await.expect(200);
    assert!(person.one("main .empty").contains("Nothing published"));
    let course = site.get("/courses/silence").await.expect(200);
    assert!(course.one("main .empty").contains("still being written"));
    site.end().await;
}

#[tokio::test]
async fn the_owners_settings_shape_every_page() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 5).await;
    site.build().setting("title", "Маяк & Söhne".into()).await;
    site.build().setting("description", "Of lights at sea.".into()).await;
    site.build().setting("language", "he".into()).await;
    site.build().setting("posts_per_page", 2.into()).await;
    for path in ["/", "/archive", "/authors/ada", "/posts/post-1", "/none"] {
        let page = site.get(path).await;
        assert_eq!(page.one(".site-title"), "Маяк & Söhne", "{path}");
        assert!(page.one("head title").ends_with("Маяк & Söhne"), "{path}");
        assert_eq!(page.attributes("html", "lang"), ["he"], "{path}");
        assert_eq!(page.attributes("html", "dir"), ["rtl"], "{path}");
    }
    let home = site.get("/").await;
    assert!(home.one("main .opening").contains("Of lights at sea."));
    assert_eq!(super::titles(&home), ["Post 5", "Post 4"]);
    assert_eq!(super::titles(&site.get("/authors/ada?page=3").await), ["Post 1"]);
    site.get("/?page=4").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn settings_of_a_wrong_kind_count_as_not_set() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 12).await;
    site.build().setting("title", 7.into()).await;
    site.build().setting("posts_per_page", "many".into()).await;
    site.build().setting("unheard_of", serde_json::json!({"a": []})).await;
    let home = site.get("/").await.expect(200);
    assert_eq!(home.one(".site-title"), "Lectern");
    assert_eq!(super::titles(&home).len(), 10);
    site.end().await;
}
