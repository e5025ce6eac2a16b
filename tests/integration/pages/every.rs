//! What holds on every page.

use harness::TestSite;

use super::{EVERY_PAGE, furnish};

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
        ("/archive", "Notes on engines."),
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
        assert_eq!(page.texts("script:not([src]), style, [style]").len(), 0, "{path} would break its policy");
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
