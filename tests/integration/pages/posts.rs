//! A post on its own page.

use harness::{TestSite, build::day};
use serde_json::json;

#[tokio::test]
async fn a_post_says_who_wrote_it_when_and_how_long_it_takes() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build()
        .post(ada, "On engines")
        .content(&"word ".repeat(500))
        .summary("What they do.")
        .published(day(10))
        .tags(&["Rust", "async", "Zoo"])
        .extra(json!({"authors": ["Grace Hopper", "Linus"], "other": 1}))
        .save()
        .await;
    let post = site.get("/posts/on-engines").await.expect(200);
    assert_eq!(post.one("h1"), "On engines");
    assert_eq!(post.one(".standfirst"), "What they do.");
    let byline = post.one(".article-head .byline");
    assert!(byline.contains("10 January 2026"), "{byline}");
    assert!(byline.contains("3 min"), "{byline}");
    assert!(byline.ends_with("By Ada, Grace Hopper and Linus"), "{byline}");
    assert_eq!(post.attributes(".article-head time", "datetime"), ["2026-01-10"]);
    assert_eq!(post.attributes(".article-head a[rel=author]", "href"), ["/authors/ada"]);
    assert_eq!(post.texts("a[rel=tag]"), ["async", "Rust", "Zoo"]);
    assert_eq!(post.attributes("a[rel=tag]", "href"), ["/tags/async", "/tags/rust", "/tags/zoo"]);
    site.end().await;
}

#[tokio::test]
async fn further_authors_that_are_no_names_are_passed_over() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for (slug, extra) in [
        ("list", json!({"authors": [1, null, {"name": "x"}, "Grace"]})),
        ("text", json!({"authors": "Grace"})),
        ("array", json!(["authors"])),
        ("null", json!(null)),
    ] {
        site.build().post(ada, slug).extra(extra).save().await;
        let post = site.get(&format!("/posts/{slug}")).await.expect(200);
        let expected = if slug == "list" { "By Ada and Grace" } else { "By Ada" };
        assert!(post.one(".article-head .byline").ends_with(expected), "{slug}");
    }
    site.end().await;
}

#[tokio::test]
async fn markdown_becomes_the_text_of_the_page() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let markdown = "## First part\n\nA *small* word.[^1]\n\n```rust\nfn main() { println!(\"hi\"); }\n```\n\n\
        ## Second part\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n### Inside\n\n- [x] done\n- [ ] to do\n\n\
        [^1]: A note.\n";
    site.build().post(ada, "All of it").content(markdown).save().await;
    let post = site.get("/posts/all-of-it").await.expect(200);
    assert_eq!(post.one(".prose em"), "small");
    assert_eq!(post.texts(".prose h2[id]").len(), 2);
    assert!(post.texts(".prose h2")[1].starts_with("Second part"), "{:?}", post.texts(".prose h2"));
    assert_eq!(post.one(".prose pre code"), "fn main() { println!(\"hi\"); }");
    assert!(post.texts(".prose pre code span[class]").contains(&"fn".to_owned()), "{}", post.text());
    assert_eq!(post.texts(".prose table td"), ["1", "2"]);
    assert_eq!(post.attributes(".prose input[type=checkbox]", "disabled").len(), 2);
    assert_eq!(post.attributes(".prose input[type=checkbox]", "checked").len(), 1);
    let note = &post.attributes(".prose sup a", "href")[0];
    let note = note.strip_prefix('#').unwrap();
    assert!(post.one(&format!(".prose [id='{note}']")).contains("A note."));
    let contents = post.texts("nav[aria-label='On this page'] a");
    assert_eq!(contents, ["First part", "Second part", "Inside"]);
    for anchor in post.attributes("nav[aria-label='On this page'] a", "href") {
        assert_eq!(
            post.texts(&format!(".prose [id='{}']", anchor.trim_start_matches('#'))).len(),
            1,
            "{anchor}"
        );
    }
    site.end().await;
}

#[tokio::test]
async fn a_post_without_headings_has_no_contents() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Plain").save().await;
    let post = site.get("/posts/plain").await.expect(200);
    assert_eq!(post.texts("nav[aria-label='On this page'], details").len(), 0);
    assert_eq!(post.texts(".turn-page, .tag-line").len(), 0);
    site.end().await;
}

#[tokio::test]
async fn older_and_newer_lead_through_all_posts_even_of_one_instant() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for (title, at) in [("A", 1), ("B", 5), ("C", 5), ("D", 5), ("E", 9)] {
        site.build().post(ada, title).published(day(at)).save().await;
    }
    let mut path = "/posts/e".to_owned();
    let mut walked = Vec::new();
    loop {
        let post = site.get(&path).await.expect(200);
        walked.push(post.one("h1"));
        match post.attributes(".turn-page a[rel=prev]", "href").first() {
            Some(older) => {
                let back = site.get(older).await.attributes(".turn-page a[rel=next]", "href");
                assert_eq!(back, [path], "{older} leads back");
                path = older.clone();
            }
            None => break,
        }
    }
    assert_eq!(walked, ["E", "D", "C", "B", "A"]);
    site.end().await;
}

#[tokio::test]
async fn slugs_of_any_script_and_with_any_sign_are_addresses() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let slugs = [
        "שלום-עולם",
        "你好世界",
        "привет",
        "e\u{301}te\u{301}",
        "100%-sure",
        "%41",
        "it's-\"quoted\"",
        "a+b&c=d",
        "what?",
        "sharp#sign",
        "semi;colon",
        "back\\slash",
        "two words",
        "<b>",
        "..hidden",
        "🦀",
    ];
    for slug in slugs {
        site.build().post(ada, &format!("Title of {slug}")).slug(slug).save().await;
    }
    let list = site.get("/archive").await.expect(200);
    let links = list.attributes(".post-line a", "href");
    assert_eq!(links.len(), slugs.len());
    for link in links {
        let post = site.get(&link).await;
        assert_eq!(post.status.as_u16(), 200, "{link}");
        assert_eq!(post.attributes("link[rel=canonical]", "href"), [format!("{}{link}", site.origin)]);
        let titles = list.texts(&format!(".post-line a[href='{link}']"));
        assert_eq!(titles, [post.one("h1")], "{link}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_slug_is_found_by_exactly_its_own_letters() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let post = site.build().post(ada, "Cafe").slug("cafe").tags(&["Resume"]).save().await;
    site.build().course("Latte", &[post]).await;
    for path in [
        "/posts/Cafe",
        "/posts/caf%C3%A9",
        "/posts/cafe%20",
        "/posts/%20cafe",
        "/tags/Resume",
        "/tags/r%C3%A9sum%C3%A9",
        "/tags/resume%20",
        "/authors/ADA",
        "/authors/ada%20",
        "/courses/LATTE",
        "/courses/latte%20",
        "/courses/latte/CAFE",
        "/courses/latte/cafe%20",
    ] {
        assert_eq!(site.get(path).await.status.as_u16(), 404, "{path}");
    }
    for path in ["/posts/cafe", "/posts/c%61fe", "/tags/resume", "/authors/ada", "/courses/latte/cafe"] {
        assert_eq!(site.get(path).await.status.as_u16(), 200, "{path}");
    }
    site.end().await;
}
