//! What is in a feed, and what is not.

use entity::post::PostStatus;
use harness::{TestSite, build::day};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;

use super::{FILES, rules};

/// The bases of all feeds of the site of [`furnish`].
const BASES: [&str; 4] = ["", "/authors/ada", "/tags/rust", "/courses/steps"];

/// Three posts by Ada under a tag and in a course, in each state one that is not public, and one by somebody else.
async fn furnish(site: &TestSite) {
    let build = site.build();
    let ada = build.author("ada").await;
    let eve = build.author("eve").await;
    let mut lessons = Vec::new();
    for (number, title) in (1..).zip(["First", "Second", "Third"]) {
        let post = build.post(ada, title).tags(&["Rust", "Web"]).published(day(number));
        lessons.push(post.save().await);
    }
    for status in [PostStatus::Draft, PostStatus::Scheduled] {
        let title = format!("Secret {status:?}");
        lessons.push(build.post(ada, &title).tags(&["Rust"]).status(status).save().await);
    }
    build.post(eve, "Elsewhere").published(day(9)).save().await;
    build.course("Steps", &lessons).await;
    site.user("root", entity::user::Role::Admin).await;
    let trashed = build.post(ada, "Secret trash").tags(&["Rust"]).save().await;
    let root = site.sign_in("root").await;
    root.post(&format!("/admin/posts/{trashed}/delete"), &[]).await.expect(303);
}

#[tokio::test]
async fn all_feeds_have_the_newest_public_posts_and_keep_the_rules() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.build().setting("title", "Notes & <queries>".into()).await;
    for base in BASES {
        let mut of_base = Vec::new();
        for file in FILES {
            let path = format!("{base}/{file}");
            let feed = rules::read(&site.get(&path).await);
            let expected: &[&str] = if base.is_empty() {
                &["Elsewhere", "Third", "Second", "First"]
            } else {
                &["Third", "Second", "First"]
            };
            assert_eq!(feed.titles(), expected, "{path}");
            assert_eq!(feed.itself, format!("{}{path}", site.origin));
            assert_eq!(feed.page, format!("{}{}", site.origin, if base.is_empty() { "/" } else { base }));
            assert!(feed.title.ends_with("Notes & <queries>"), "{}", feed.title);
            let third = &feed.entries[feed.entries.len() - 3];
            assert_eq!(third.authors, ["Ada"]);
            assert_eq!(third.tags, ["Rust", "Web"]);
            assert_eq!(third.published, "2026-01-03T12:00:00Z");
            assert_eq!(third.html.trim(), "<p>Some words about Third.</p>");
            let folder = if base == "/courses/steps" { "/courses/steps" } else { "/posts" };
            assert_eq!(third.url, format!("{}{folder}/third", site.origin));
            site.get(third.url.strip_prefix(&site.origin).unwrap()).await.expect(200);
            of_base.push(feed.entries.clone());
        }
        assert!(of_base.iter().all(|entries| *entries == of_base[0]), "{base}: {of_base:#?}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_post_is_known_by_one_name_whatever_it_is_called() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let before = rules::read(&site.get("/feed.xml").await);
    let rows = site.get("/api/posts?per_page=100").await.json();
    let first = rows["posts"].as_array().unwrap().iter().find(|post| post["title"] == "First").unwrap();
    let root = site.sign_in("root").await;
    let url = format!("/admin/posts/{}", first["id"]);
    let page = root.get(&url).await.expect(200);
    let version = page.attributes("input[name=_version]", "value").remove(0);
    let fields =
        [("_version", &*version), ("title", "Renamed"), ("slug", "renamed"), ("content", "New words.")];
    root.post(&url, &fields).await.expect(303);
    for base in BASES {
        for file in FILES {
            let after = rules::read(&site.get(&format!("{base}/{file}")).await);
            let renamed = after.entries.last().unwrap();
            assert_eq!(renamed.title, "Renamed", "{base}/{file}");
            assert!(renamed.url.ends_with("/renamed"), "{}", renamed.url);
            assert_eq!(renamed.id, before.entries.last().unwrap().id, "{base}/{file}");
        }
    }
    // Another node, on another address.
    let other = site.another_node().await;
    let there = rules::read(&other.get("/feed.xml").await);
    assert_eq!(there.ids(), before.ids());
    assert_ne!(there.page, before.page);
    other.end().await;
    site.end().await;
}

#[tokio::test]
async fn what_a_post_was_called_where_it_came_from_is_kept_once() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let guid = "https://old.example/?p=12";
    for (number, title) in (1..).zip(["Older", "Newer"]) {
        let post = site.build().post(ada, title).published(day(number));
        post.extra(json!({ "guid": guid, "authors": ["Bob"] })).save().await;
    }
    for file in FILES {
        let feed = rules::read(&site.get(&format!("/{file}")).await);
        assert_eq!(feed.entries[0].id, guid, "{file}");
        assert!(feed.entries[1].id.starts_with("urn:uuid:"), "{file}: {}", feed.entries[1].id);
        assert_eq!(feed.entries[0].authors, ["Ada", "Bob"], "{file}");
    }
    site.end().await;
}

#[tokio::test]
async fn an_import_brings_the_name_along_by_which_readers_know_a_post() {
    let site = TestSite::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = "---\ntitle: Moved\ndate: 2020-01-01\nguid: tag:old.example,2020:moved\n---\nWords.\n";
    std::fs::write(folder.path().join("moved.md"), file).unwrap();
    site.build().author("ada").await;
    let output = site.lectern(&["import", "markdown", folder.path().to_str().unwrap(), "--author", "ada"]);
    assert!(output.status.success(), "{:?}", harness::printed(&output));
    for file in FILES {
        let feed = rules::read(&site.get(&format!("/{file}")).await);
        assert_eq!(feed.ids(), ["tag:old.example,2020:moved"], "{file}");
    }
    site.end().await;
}

#[tokio::test]
async fn addresses_in_a_text_are_whole() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let name = format!("/media/ab/ab{}-1600x900.jpg", "0".repeat(30));
    let markdown = format!(
        "## Part\n\n[a](/tags) [b](other) [c](#part) [d](https://a.example/x) [e](mailto:a@a.example) ![f]({name})[^1]\n\n[^1]: Note."
    );
    let id = site.build().post(ada, "Links").content(&markdown).save().await;
    let change = entity::post::ActiveModel {
        id: Set(id),
        cover: Set(name.clone()),
        cover_alt: Set("A \"boat\" & more".to_owned()),
        ..Default::default()
    };
    change.update(site.db.write()).await.unwrap();
    let origin = &site.origin;
    for file in FILES {
        let answer = site.get(&format!("/{file}")).await;
        let html = &rules::read(&answer).entries[0].html;
        for whole in [
            format!("href=\"{origin}/tags\""),
            format!("href=\"{origin}/posts/other\""),
            format!("href=\"{origin}/posts/links#part\""),
            format!("href=\"{origin}/posts/links#fn-1\""),
            "href=\"https://a.example/x\"".to_owned(),
            "href=\"mailto:a@a.example\"".to_owned(),
            format!("src=\"{origin}{name}\""),
        ] {
            assert!(html.contains(&whole), "{file}: {whole} is not in {html}");
        }
        assert!(!html.contains("srcset") && !html.contains("=\"/"), "{file}: {html}");
        assert!(html.contains(">Part</h2>"), "{file}: the sign of a heading's link is the page's: {html}");
        assert!(
            html.starts_with(&format!(
                "<p><img src=\"{origin}{name}\" alt=\"A &quot;boat&quot; &amp; more\""
            )),
            "{html}"
        );
        if file == "feed.json" {
            assert_eq!(answer.json()["items"][0]["image"], format!("{origin}{name}"));
        }
    }
    site.end().await;
}

#[tokio::test]
async fn a_text_that_is_too_long_is_left_to_its_page() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let long = "Wörter und Wörter. ".repeat(120_000);
    site.build().post(ada, "Short").published(day(1)).save().await;
    site.build().post(ada, "Long").published(day(2)).content(&long).summary("In short.").save().await;
    for file in FILES {
        let answer = site.get(&format!("/{file}")).await;
        let feed = rules::read(&answer);
        assert_eq!(feed.titles(), ["Long", "Short"], "{file}");
        assert_eq!(feed.entries[0].html, "", "{file}");
        assert!(feed.entries[1].html.contains("Some words"), "{file}");
        assert!(answer.text().contains("In short."), "{file}");
        assert!(answer.bytes.len() < 10_000, "{file}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_feed_has_twenty_posts_at_most_and_one_without_posts_is_a_feed() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().course("Empty", &[]).await;
    for base in ["", "/authors/ada", "/courses/empty"] {
        for file in FILES {
            let feed = rules::read(&site.get(&format!("{base}/{file}")).await);
            assert_eq!(feed.entries.len(), 0, "{base}/{file}");
        }
    }
    site.build().posts(ada, 25).await;
    for base in ["", "/authors/ada"] {
        for file in FILES {
            let feed = rules::read(&site.get(&format!("{base}/{file}")).await);
            assert_eq!(feed.entries.len(), 20, "{base}/{file}");
            assert_eq!(feed.titles()[..2], ["Post 25", "Post 24"], "{base}/{file}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn what_is_nobodys_business_has_no_feed() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Secret").tags(&["Hidden"]).status(PostStatus::Draft).save().await;
    let gone = site.build().author("gone").await;
    let change = entity::user::ActiveModel { id: Set(gone), is_active: Set(false), ..Default::default() };
    change.update(site.db.write()).await.unwrap();
    for base in
        ["/tags/hidden", "/tags/none", "/authors/gone", "/authors/none", "/courses/none", "/posts/secret"]
    {
        for file in FILES {
            site.get(&format!("{base}/{file}")).await.expect(404);
        }
    }
    for file in FILES {
        assert_eq!(rules::read(&site.get(&format!("/authors/ada/{file}")).await).entries.len(), 0);
    }
    site.end().await;
}
