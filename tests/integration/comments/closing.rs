//! Who may comment, and how long: the site's settings, the post's switch. What was typed is never lost over it.

use chrono::{TimeDelta, Utc};
use entity::{comment::CommentStatus, user::Role};
use harness::{PASSWORD, TestSite};
use serde_json::json;

use super::{count, rows, say, stamp_of};

#[tokio::test]
async fn a_closed_post_says_so_and_gives_what_was_typed_back() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    site.build().comment(post, "Ann", "Before", CommentStatus::Approved, None).await;
    let author = site.sign_in("ada").await;
    let form = author.get(&format!("/admin/posts/{post}")).await.expect(200);
    assert_eq!(form.attributes("#field-comments_open", "checked").len(), 1);
    let path = format!("/admin/posts/{post}");
    author.post(&path, &[("comments_open__sent", "1")]).await.expect(303);

    let page = site.get("/posts/hello").await.expect(200);
    assert_eq!(page.one(".comments-closed"), "Comments are closed.");
    assert_eq!(page.texts("#comments .comment-body"), ["Before"]);
    assert!(page.attributes("#comments textarea", "name").is_empty());
    assert_eq!(page.texts(".comment-actions").len(), 0, "nothing to answer with");
    let page = say(&site.visitor(), &site, post, "hello", "Bo", "A long thought").await.expect(409);
    assert_eq!(page.one_raw("#typed").trim(), "A long thought");
    assert_eq!(count(&site).await, 1);
    author.post(&path, &[("comments_open__sent", "1"), ("comments_open", "on")]).await.expect(303);
    say(&site.visitor(), &site, post, "hello", "Bo", "A long thought").await.expect(303);
    site.end().await;
}

#[tokio::test]
async fn a_post_closes_by_itself_after_the_days_that_the_settings_say() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let old = build.post(ada, "Old").published(Utc::now() - TimeDelta::days(15)).save().await;
    let new = build.post(ada, "New").published(Utc::now() - TimeDelta::days(13)).save().await;
    build.setting("comments_days", json!(14)).await;
    say(&site.visitor(), &site, old, "old", "Ann", "x").await.expect(409);
    say(&site.visitor(), &site, new, "new", "Ann", "x").await.expect(303);
    assert_eq!(site.get("/posts/old").await.one(".comments-closed"), "Comments are closed.");
    site.end().await;
}

#[tokio::test]
async fn where_nobody_may_comment_nothing_is_shown_unless_something_was_said() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    site.build().setting("comments", json!("off")).await;
    assert!(!site.get("/posts/hello").await.expect(200).text().contains("omment"));
    say(&site.visitor(), &site, post, "hello", "Ann", "x").await.expect(409);
    site.build().comment(post, "Ann", "Before", CommentStatus::Approved, None).await;
    let page = site.get("/posts/hello").await.expect(200);
    assert_eq!(
        (page.one("#comments-title"), page.one(".comments-closed")),
        ("1 comment".into(), "Comments are closed.".into())
    );
    site.end().await;
}

#[tokio::test]
async fn where_members_may_a_guest_signs_in_and_what_they_typed_comes_along() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("mo", Role::Member).await;
    let post = site.build().post(ada, "Hello").save().await;
    site.build().setting("comments", json!("members")).await;
    let guest = site.visitor();
    let page = guest.get("/posts/hello").await.expect(200);
    assert!(page.attributes("#comments textarea", "name").is_empty());
    assert!(
        page.attributes(".comments-write a", "href")
            .contains(&"/login?next=%2Fposts%2Fhello%23comments".to_owned())
    );
    let to = guest.get("/posts/hello/comments").await.expect(302).header("location");
    assert!(to.starts_with("/login?next="), "{to}");

    let stamp = stamp_of(&site, post);
    let typed = [("stamp", &*stamp), ("comment", "My\n*long* text"), ("as_member", "1")];
    let page = guest.post("/posts/hello/comments", &typed).await.expect(401);
    let names = page.attributes("form.form input[type=hidden]", "name");
    let values = page.attributes("form.form input[type=hidden]", "value");
    let mut login: Vec<(&str, &str)> =
        names.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    login.extend([("username", "mo"), ("password", PASSWORD)]);
    let page = guest.post("/login", &login).await.expect(200);
    assert_eq!(page.attributes("form.form", "action"), ["/posts/hello/comments"]);
    assert_eq!(page.one("form.form button"), "Send what you wrote");
    let names = page.attributes("form.form input[type=hidden]", "name");
    let values = page.attributes("form.form input[type=hidden]", "value");
    let again: Vec<(&str, &str)> =
        names.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    guest.post("/posts/hello/comments", &again).await.expect(303);
    let said = rows(&site).await;
    assert_eq!(said.len(), 1);
    assert_eq!((said[0].body.as_str(), said[0].author_name.as_str()), ("My\n*long* text", "Mo"));
    site.end().await;
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_costs_no_words_where_guests_may_comment() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let stamp = stamp_of(&site, post);
    let typed = [("stamp", &*stamp), ("comment", "My words"), ("as_member", "1")];
    let page = site.visitor().post("/posts/hello/comments", &typed).await.expect(401);
    assert!(page.attributes("input[type=hidden]", "value").contains(&"My words".to_owned()));
    assert_eq!(count(&site).await, 0);
    site.end().await;
}

#[tokio::test]
async fn the_settings_say_who_may_comment() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let page = root.get("/admin/settings").await.expect(200);
    assert!(page.texts("legend").contains(&"Comments".to_owned()));
    let chosen = page.attributes("#field-comments option[selected]", "value");
    assert_eq!(chosen, ["everyone"]);
    let version = page.attributes("input[name=_version]", "value").remove(0);
    let basic = [
        ("_version", &*version),
        ("title", "Lectern"),
        ("description", ""),
        ("language", "en"),
        ("time_zone", "UTC"),
        ("posts_per_page", "10"),
    ];
    for (name, value) in [("comments", "all"), ("comments_days", "-1"), ("comments_days", "3651")] {
        let mut sent = basic.to_vec();
        sent.extend([("comments_hold__sent", "1"), (name, value)]);
        let page = root.post("/admin/settings", &sent).await.expect(422);
        assert_eq!(page.attributes(&format!("#field-{name}"), "aria-invalid"), ["true"]);
        assert!(page.attributes("#field-comments_hold", "checked").is_empty(), "as it was sent");
    }
    let mut sent = basic.to_vec();
    sent.extend([("comments", "members"), ("comments_days", "30"), ("comments_hold__sent", "1")]);
    root.post("/admin/settings", &sent).await.expect(303);
    let site_now = lectern::site::load(site.db.write()).await.unwrap();
    assert_eq!(
        (site_now.comments.as_str(), site_now.comments_days, site_now.comments_hold),
        ("members", 30, false)
    );
    let history = root.get("/admin/history").await.expect(200);
    assert!(history.text().contains("Who may comment"));
    site.end().await;
}
