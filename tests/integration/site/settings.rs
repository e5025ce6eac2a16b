//! Settings: what they do to pages, at once, on every node.

use entity::{media, post::PostStatus, user::Role};
use harness::TestSite;
use lectern::{
    config::SignUp,
    media::name::StoredName,
    site::{self, Extent},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::set;

/// A picture in the library.
async fn picture(site: &TestSite, user_id: i64, size: (u32, u32)) -> String {
    let name = StoredName::new(&"ab".repeat(32), Some(size), "png");
    let row = media::ActiveModel {
        filename: Set("logo.png".to_owned()),
        content_type: Set("image/png".to_owned()),
        size: Set(1),
        sha256: Set("ab".repeat(32)),
        name: Set(name.as_str().to_owned()),
        alt: Set("A boat".to_owned()),
        user_id: Set(Some(user_id)),
        created_at: Set(chrono::Utc::now()),
        ..Default::default()
    };
    row.insert(site.db.write()).await.unwrap();
    name.url()
}

#[tokio::test]
async fn what_is_saved_on_one_node_is_seen_by_its_owner_at_once_on_the_other_and_by_all_soon() {
    let site = TestSite::start().await;
    let other = site.another_node().await;
    let root = site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let logo = picture(&site, root, (400, 100)).await;
    for node in [&site, &other] {
        assert_eq!(node.get("/").await.one(".site-title"), "Lectern");
    }
    let fields = [
        ("title", "The Reading Room"),
        ("description", "Slow words."),
        ("accent", "1F6FEB"),
        ("footer", "© Ada, [imprint](/imprint)"),
        ("language", "de"),
        ("posts_per_page", "7"),
        ("security_contact", "security@example.org"),
    ];
    set(&owner, &fields).await.expect(303);
    let there = other.visitor().with_cookie(&owner.cookie().expect("a session"));
    assert_eq!(there.get("/").await.expect(200).one(".site-title"), "The Reading Room");
    for node in [&site, &other] {
        let home = node.get("/").await.expect(200);
        assert_eq!(home.one(".site-title"), "The Reading Room");
        assert_eq!(home.attributes("meta[name=description]", "content"), ["Slow words."]);
        assert_eq!(home.attributes("html", "lang"), ["de"]);
        assert_eq!(home.one(".colophon-text"), "© Ada, imprint");
        assert_eq!(home.attributes(".colophon-text a", "href"), ["/imprint"]);
        let accent = home.attributes("link[href^='/accent.css']", "href");
        let css = node.get(&accent[0]).await.expect(200);
        assert_eq!(css.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(css.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(css.text().contains("--accent:light-dark(#"), "{}", css.text());
        let stored = site::load(node.db.read()).await.unwrap();
        assert_eq!((stored.accent.as_str(), stored.posts_per_page), ("#1f6feb", 7));
        assert_eq!(stored.security_contact_uri().as_deref(), Some("mailto:security@example.org"));
    }
    // The picture stands in the title's place, and the title for whoever cannot see it.
    set(&owner, &[("logo", &logo)]).await.expect(303);
    let home = there.get("/").await.expect(200);
    assert_eq!(home.attributes(".site-title img", "alt"), ["The Reading Room"]);
    assert_eq!(home.attributes(".site-title img", "src"), [logo]);
    assert_eq!(home.attributes(".site-title img", "width"), ["160"]);
    assert_eq!(owner.get("/admin").await.attributes("link[href^='/accent.css']", "href").len(), 1);
    // Whoever deletes it is told.
    let id = media::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    let asked = owner.get(&format!("/admin/media/{id}/delete")).await.expect(200);
    assert!(asked.texts("main li").iter().any(|text| text.contains("the site's logo")), "{}", asked.text());
    // What a form does not have stays; what is emptied is gone.
    set(&owner, &[("logo", ""), ("accent", ""), ("footer", "")]).await.expect(303);
    let home = there.get("/").await.expect(200);
    assert_eq!(home.one(".site-title"), "The Reading Room");
    assert!(home.texts(".colophon-text").is_empty());
    assert!(home.attributes("link[href^='/accent.css']", "href").is_empty());
    other.end().await;
    site.end().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost() {
    let site = TestSite::start().await;
    let root = site.user("root", Role::Admin).await;
    let owner = site.sign_in("root").await;
    let missing = StoredName::new(&"cd".repeat(32), Some((4, 4)), "png").url();
    let document = site.build().file(root, "a.pdf").await;
    assert!(document > 0);
    let long = "x".repeat(2001);
    for (field, value) in [
        ("title", ""),
        ("title", "two\nlines"),
        ("description", &long),
        ("logo", "https://evil.example/a.png"),
        ("logo", "/static/favicon.svg"),
        ("logo", &missing),
        ("accent", "red"),
        ("accent", "#12345"),
        ("footer", &long),
        ("language", "English, please"),
        ("time_zone", "Mars/Olympus"),
        ("posts_per_page", "101"),
        ("list_text", "everything"),
        ("feed_text", ""),
        ("security_contact", "javascript:alert(1)"),
        ("security_contact", "http://example.org/security"),
        ("security_contact", "nobody"),
    ] {
        let page = set(&owner, &[("description", "kept"), (field, value)]).await.expect(422);
        assert_eq!(page.texts(&format!("#field-{field}-error")).len(), 1, "{field} {value}: {}", page.text());
        assert_eq!(page.texts(".complaints li").len(), 1, "{field} {value}");
        if field != "description" {
            assert_eq!(page.one("#field-description"), "kept");
        }
    }
    assert_eq!(site::load(site.db.read()).await.unwrap(), site::Site::default());
    // A switch that was turned off stays off while something else is wrong.
    let fields =
        ["counts_visits__sent", "signup_is_open__sent", "comments_hold__sent"].map(|switch| (switch, "1"));
    let fields = [&fields[..], &[("accent", "no")]].concat();
    let page = set(&owner, &fields).await.expect(422);
    assert!(page.attributes("input[type=checkbox][checked]", "name").is_empty(), "{}", page.text());
    site.end().await;
}

#[tokio::test]
async fn lists_show_whole_posts_where_the_owner_wants_that() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for title in ["One", "Two"] {
        let text = "## Head\n\nThe *whole* text[^1], [up](#head).\n\n[^1]: A note.";
        site.build().post(ada, title).summary("In short.").content(text).tags(&["Rust"]).save().await;
    }
    site.build().post(ada, "Endless").content(&"word ".repeat(5_001)).summary("Too long.").save().await;
    site.build().post(ada, "Secret").content("hidden").status(PostStatus::Draft).save().await;
    site.get("/").await.expect(200);
    let (home, before) = site.count_statements("/").await;
    assert_eq!(home.texts(".post-item-summary").len(), 3);
    site.build().setting("list_text", json!("full")).await;
    for path in ["/", "/tags/rust", "/authors/ada"] {
        let page = site.get(path).await.expect(200);
        assert_eq!(page.texts(".post-item .prose em"), ["whole", "whole"], "{path}");
        assert!(!page.text().contains("Secret"), "{path}");
        let ids = page.attributes("[id]", "id");
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(ids.len(), distinct.len(), "{path}: {ids:?}");
        for target in page.attributes(".prose a[href^='#']", "href") {
            assert!(ids.contains(&target[1..].to_owned()), "{path}: {target}");
        }
    }
    let (home, after) = site.count_statements("/").await;
    assert_eq!(home.texts(".post-item-summary"), ["Too long."]);
    assert_eq!(after, before + 1, "the bodies of a page come together");
    assert_eq!(site::load(site.db.read()).await.unwrap().feed_text, Extent::Full);
    site.end().await;
}

#[tokio::test]
async fn two_have_a_say_in_who_may_sign_up() {
    let open = TestSite::start_with(|serve| serve.signup = SignUp::Open).await;
    open.user("root", Role::Admin).await;
    let owner = open.sign_in("root").await;
    open.get("/signup").await.expect(200);
    assert_eq!(open.get("/login").await.attributes("a[href='/signup']", "href").len(), 1);
    set(&owner, &[("signup_is_open__sent", "1")]).await.expect(303);
    open.get("/signup").await.expect(404);
    open.visitor().post("/signup", &[("username", "eve"), ("email", "eve@example.org")]).await.expect(404);
    assert!(open.get("/login").await.attributes("a[href='/signup']", "href").is_empty());
    set(&owner, &[("signup_is_open__sent", "1"), ("signup_is_open", "on")]).await.expect(303);
    open.get("/signup").await.expect(200);
    open.end().await;
    // The process has the last word.
    let closed = TestSite::start().await;
    closed.user("root", Role::Admin).await;
    let owner = closed.sign_in("root").await;
    set(&owner, &[("signup_is_open__sent", "1"), ("signup_is_open", "on")]).await.expect(303);
    closed.get("/signup").await.expect(404);
    assert!(owner.get("/admin/settings").await.text().contains("LECTERN_SIGNUP=closed"));
    closed.end().await;
}

#[tokio::test]
async fn the_accents_stylesheet_takes_colours_and_no_statement() {
    let site = TestSite::start().await;
    for good in ["/accent.css?colour=1f6feb", "/accent.css?colour=fd0&v=1"] {
        let (answer, statements) = site.count_statements(good).await;
        answer.expect(200);
        assert_eq!(statements, 0, "{good}");
    }
    for bad in ["/accent.css?colour=red", "/accent.css?colour=}body{display:none", "/accent.css?colour=%00"] {
        site.get(bad).await.expect(404);
    }
    site.get("/accent.css").await.expect(400);
    site.end().await;
}
