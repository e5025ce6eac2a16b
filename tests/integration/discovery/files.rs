//! `robots.txt`, `opensearch.xml`, `security.txt`, icons, and what is kept out of search engines.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{post::PostStatus, user::Role};
use harness::TestSite;
use roxmltree::Document;

#[tokio::test]
async fn robots_are_told_where_the_sitemap_is_and_where_they_have_no_business() {
    let site = TestSite::start().await;
    let answer = site.get("/robots.txt").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let text = answer.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "User-agent: *");
    assert!(lines.contains(&"Disallow: /admin/") && lines.contains(&"Disallow: /api/"), "{text}");
    assert!(lines.contains(&&*format!("Sitemap: {}/sitemap.xml", site.origin)), "{text}");
    // A page must be looked at before its `noindex` is seen.
    // And a page may be called /administration.
    for seen in ["/search", "/login", "/preview", "/posts", "/admin\n", "/setup"] {
        assert!(!text.contains(seen), "{seen}");
    }
    site.end().await;
}

#[tokio::test]
async fn browsers_can_search_here() {
    let site = TestSite::start().await;
    site.build().setting("title", "Notes & <queries> of a lighthouse".into()).await;
    let home = site.get("/").await.expect(200);
    let link = "link[rel=search][type='application/opensearchdescription+xml']";
    assert_eq!(home.attributes(link, "href"), ["/opensearch.xml"]);
    assert_eq!(home.attributes(link, "title"), ["Notes & <queries> of a lighthouse"]);
    let answer = site.get("/opensearch.xml").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/opensearchdescription+xml; charset=utf-8");
    let text = answer.text();
    let document = Document::parse(&text).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name(("http://a9.com/-/spec/opensearch/1.1/", "OpenSearchDescription")));
    let one = |name: &str| root.children().find(|node| node.tag_name().name() == name).unwrap();
    assert_eq!(one("ShortName").text(), Some("Notes & <queries"));
    assert!(one("Description").text().unwrap().chars().count() <= 1024);
    let template = one("Url").attribute("template").unwrap();
    assert_eq!(template, format!("{}/search?q={{searchTerms}}", site.origin));
    site.get("/search?q=light%20house").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn whoever_finds_a_hole_is_told_whom_to_tell_once_the_owner_said() {
    let site =
        TestSite::start_with(|serve| serve.public_url = Some("https://notes.example".to_owned())).await;
    let path = "/.well-known/security.txt";
    site.get(path).await.expect(404);
    site.user("root", Role::Admin).await;
    let root = site.visitor();
    let cookie = [("origin", "https://notes.example")];
    root.post_with("/login", &[("username", "root"), ("password", harness::PASSWORD)], &cookie)
        .await
        .expect(303);
    let save = async |contact: &str| {
        let fields = [
            ("title", "Notes"),
            ("language", "en"),
            ("time_zone", "UTC"),
            ("posts_per_page", "10"),
            ("security_contact", contact),
        ];
        root.post_with("/admin/settings", &fields, &cookie).await
    };
    for bad in [
        "somebody",
        "http://a.example",
        "javascript:alert(1)",
        "mailto:",
        "a@b@c",
        "https://a.example/ x",
        "@",
    ] {
        let page = save(bad).await.expect(422);
        assert_eq!(page.attributes("#field-security_contact", "value"), [bad]);
        assert_eq!(page.texts(".complaints li").len(), 1, "{bad}");
    }
    site.get(path).await.expect(404);
    for (typed, stored) in [
        ("security@notes.example", "mailto:security@notes.example"),
        ("https://notes.example/report", "https://notes.example/report"),
    ] {
        save(typed).await.expect(303);
        let answer = site.get(path).await.expect(200);
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        let text = answer.text();
        let of = |name: &str| {
            let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(name)).collect();
            assert_eq!(lines.len(), 1, "{name} in {text}");
            lines[0].to_owned()
        };
        assert_eq!(of("Contact: "), stored);
        assert_eq!(of("Preferred-Languages: "), "en");
        assert_eq!(of("Canonical: "), format!("https://notes.example{path}"));
        let expires = DateTime::parse_from_rfc3339(&of("Expires: ")).unwrap().to_utc();
        assert!(expires > Utc::now() + TimeDelta::days(30) && expires < Utc::now() + TimeDelta::days(365));
        assert_eq!(site.get(path).await.text(), text, "the same a moment later");
    }
    save("").await.expect(303);
    site.get(path).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn icons_are_where_they_are_asked_for() {
    let site = TestSite::start().await;
    let icon = site.get("/favicon.ico").await.expect(200);
    assert_eq!(icon.bytes[..4], [0, 0, 1, 0], "an icon of Windows");
    assert!(icon.header("content-type").starts_with("image/"), "{}", icon.header("content-type"));
    let touch = site.get("/apple-touch-icon.png").await.expect(200);
    assert_eq!(touch.header("content-type"), "image/png");
    let picture = image::load_from_memory(&touch.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (180, 180));
    assert!(picture.to_rgba8().pixels().all(|pixel| pixel.0[3] == 255), "home screens have no paper");
    let home = site.get("/").await;
    assert_eq!(home.attributes("link[rel=apple-touch-icon]", "href"), ["/apple-touch-icon.png"]);
    for answer in [&icon, &touch] {
        assert_eq!(answer.header("cache-control"), "public, max-age=86400");
    }
    let known = [("if-none-match", icon.headers["etag"].to_str().unwrap())];
    site.send(reqwest::Method::GET, "/favicon.ico", &known).await.expect(304);
    site.end().await;
}

#[tokio::test]
async fn what_is_not_for_search_engines_says_so() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let ada = site.build().author("ada").await;
    let draft = site.build().post(ada, "Draft").status(PostStatus::Draft).save().await;
    let link = format!("/admin/posts/{draft}/preview-link");
    root.post(&link, &[]).await.expect(303);
    let preview = root.get(&link).await.expect(200);
    let preview = preview.text().split(&format!("{}/preview/", site.origin)).nth(1).unwrap()[..43].to_owned();
    let preview = format!("/preview/{preview}");
    for (path, by_header) in [
        ("/login", true),
        ("/forgot", true),
        ("/account", true),
        ("/admin", true),
        ("/admin/posts", true),
        (&*format!("/admin/posts/{draft}"), true),
        ("/admin/settings", true),
        (&*preview, true),
        ("/search", true),
        ("/search?q=words", true),
        ("/none", false),
    ] {
        let page =
            if path == "/login" || path == "/forgot" { site.get(path).await } else { root.get(path).await };
        assert_eq!(page.attributes("meta[name=robots]", "content"), ["noindex"], "{path}");
        assert_eq!(page.header("x-robots-tag"), if by_header { "noindex" } else { "" }, "{path}");
        for told in [
            "link[rel=canonical]",
            "meta[property]",
            "script[type='application/ld+json']",
            "link[rel=alternate]",
        ] {
            assert_eq!(page.texts(told).len(), 0, "{path} has {told}");
        }
    }
    assert_eq!(site.get("/api/posts").await.header("x-robots-tag"), "noindex");
    for path in ["/", "/archive", "/feed.xml", "/sitemap.xml"] {
        assert_eq!(site.get(path).await.header("x-robots-tag"), "", "{path}");
    }
    site.end().await;
}
