//! What is deleted can be brought back for thirty days, and is really gone then.

use chrono::{TimeDelta, Utc};
use entity::{
    admin_log,
    api_token::Scope,
    post::{self, PostStatus},
    redirect,
    user::Role,
};
use harness::TestSite;
use lectern::posts::trash;
use reqwest::Method;
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::json;

use super::{found, history, pairs, row, status};

#[tokio::test]
async fn a_deleted_post_is_in_the_trash_and_can_be_brought_back() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Tulips").tags(&["Spring"]).save().await;
    site.build().redirect("/old", "/posts/tulips").await;
    let course = site.build().course("Gardens", &[post]).await;
    site.user("root", Role::Admin).await;
    let (browser, root) = (site.sign_in("ada").await, site.sign_in("root").await);
    let path = format!("/admin/posts/{post}");
    let page = browser.get(&format!("{path}/delete")).await.expect(200);
    assert_eq!(page.one(".confirm-sentence"), "It can be brought back for 30 days.");
    assert_eq!(page.texts(".consequences"), [""; 0], "nothing goes with it");
    browser.post(&format!("{path}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert_eq!(
        browser.get("/admin/posts").await.texts(".messages p")[0],
        "The post was moved to the trash. Show"
    );
    for gone in ["/posts/tulips", "/old", "/courses/gardens/tulips", &format!("/api/posts/{post}")] {
        site.get(gone).await.expect(404);
    }
    assert_eq!(found(&site, "tulips").await, 0);
    // Lists, counts and lookups leave it out.
    assert_eq!(browser.get("/admin/posts").await.texts(".cell.is-first"), [""; 0]);
    assert_eq!(root.get("/admin").await.texts(".counts a")[0], "0 Posts");
    let lookup = root.get("/admin/courses/lookup/lessons.post_id?q=tul").await.expect(200).json();
    assert_eq!(lookup["results"], json!([]));
    let users = root.get("/admin/users?q=ada").await.expect(200);
    assert_eq!(users.texts(".cell.is-number"), ["0"]);
    // A course that has it as a lesson can be saved all the same.
    let name = [("name", "Gardens of spring")];
    root.post(&format!("/admin/courses/{course}"), &name).await.expect(303);
    let list = browser.get("/admin/posts?status=trashed").await.expect(200);
    assert_eq!(list.texts(".cell.is-first"), ["Tulips"]);
    let actions = list.attributes("#action option", "value");
    assert_eq!(actions, ["restore", "csv", "delete"]);
    // Instead of the form stands what it is.
    let form = browser.get(&path).await.expect(200);
    assert!(form.one(".confirm-sentence").starts_with("This post is in the trash since"), "{}", form.text());
    assert!(form.texts("textarea, input:not([type=hidden])").is_empty());
    assert_eq!(form.attributes("main form", "action"), [format!("{path}/restore")]);
    browser.post(&format!("{path}/restore"), &[]).await.expect(303);
    let back = row(&site, post).await;
    assert_eq!((back.status, back.slug.as_str()), (PostStatus::Draft, "tulips"));
    assert_eq!((back.trashed_at, back.trashed_slug), (None, None));
    browser.post(&path, &[("status", "published")]).await.expect(303);
    site.get("/courses/gardens/tulips").await.expect(200);
    assert_eq!(site.get("/old").await.expect(301).header("location"), "/posts/tulips");
    assert_eq!(site.get("/tags/spring").await.texts(".post-item-title"), ["Tulips"]);
    assert_eq!(found(&site, "tulips").await, 1);
    let told = history(&site, post).await;
    assert_eq!(pairs(&told), [("trash", "Ada"), ("restore", "Ada"), ("change", "Ada")]);
    let text = browser.get(&format!("{path}/history")).await.texts(".log-entry p:not(.log-when)").join("|");
    assert!(text.contains("Ada threw away the post") && text.contains("Ada brought back the post"), "{text}");
    site.end().await;
}

#[tokio::test]
async fn only_who_may_change_a_post_brings_it_back_or_deletes_it_for_good() {
    let site = TestSite::start().await;
    let (ada, bob) = (site.user("ada", Role::Author).await, site.user("bob", Role::Author).await);
    site.user("eve", Role::Editor).await;
    let post = site.build().post(ada, "Hers").save().await;
    let (his, editor) = (site.sign_in("bob").await, site.sign_in("eve").await);
    let program = site.program(bob, Scope::Write).await;
    editor.post(&format!("/admin/posts/{post}/delete"), &[("confirmed", "1")]).await.expect(303);
    his.post(&format!("/admin/posts/{post}/restore"), &[]).await.expect(404);
    his.get(&format!("/admin/posts/{post}")).await.expect(404);
    program.delete(&format!("/api/posts/{post}")).await.expect(404);
    assert_eq!(status(&site, post).await, PostStatus::Trashed);
    editor.post("/admin/users/1/restore", &[]).await.expect(403);
    editor.post("/admin/tags/1/restore", &[]).await.expect(404);
    editor.post(&format!("/admin/posts/{post}/restore"), &[]).await.expect(303);
    assert_eq!(status(&site, post).await, PostStatus::Draft);
    site.end().await;
}

#[tokio::test]
async fn a_program_throws_away_first_and_deletes_for_good_after() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let program = site.program(ada, Scope::Write).await;
    let mut ids = Vec::new();
    for number in 1..=4 {
        ids.push(site.build().post(ada, &format!("Post {number}")).save().await);
    }
    let path = format!("/api/posts/{}", ids[0]);
    program.delete(&path).await.expect(204);
    program.get(&path).await.expect(404);
    program.json(Method::PATCH, &path, &json!({"title": "New"})).await.expect(404);
    assert_eq!(row(&site, ids[0]).await.title, "Post 1");
    // What is in the trash is not changed with others, nor is it among "all".
    let named = format!("/api/posts?ids={},{}", ids[0], ids[1]);
    let changed = program.json(Method::PATCH, &named, &json!({"summary": "Short."})).await.expect(200);
    assert_eq!(changed.json(), json!({"changed": 1}));
    assert_eq!(program.delete("/api/posts?all=true").await.expect(200).json(), json!({"deleted": 3}));
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 4);
    // An answer may get lost and the request be sent again: nothing is lost with it.
    program.delete(&path).await.expect(204);
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 4);
    program.delete(&format!("{path}?for_good=true")).await.expect(204);
    program.delete(&path).await.expect(404);
    program.delete("/api/posts?status=trashed").await.expect(200);
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 3);
    let emptied = program.delete("/api/posts?status=trashed&for_good=true").await.expect(200);
    assert_eq!(emptied.json(), json!({"deleted": 3}));
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 0);
    assert_eq!(pairs(&history(&site, ids[0]).await), [("trash", "Ada"), ("delete", "Ada")]);
    for status in ["trashed", "Trashed"] {
        let body = json!({"title": "One", "status": status});
        let answer = program.json(Method::POST, "/api/posts", &body).await.expect(422);
        assert!(answer.json()["errors"]["status"].is_array());
    }
    site.end().await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_deletes_nothing_for_good() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let (one, two) = (site.build().post(ada, "One").save().await, site.build().post(ada, "Two").save().await);
    let browser = site.sign_in("ada").await;
    let path = format!("/admin/posts/{one}/delete");
    for _ in 0..2 {
        browser.post(&path, &[("confirmed", "1")]).await.expect(303);
    }
    let (first, second) = (one.to_string(), two.to_string());
    let many = [("action", "delete"), ("id", &*first), ("id", &*second), ("confirmed", "1")];
    for _ in 0..2 {
        browser.post("/admin/posts/actions", &many).await.expect(303);
    }
    assert_eq!(status(&site, one).await, PostStatus::Trashed);
    assert_eq!(status(&site, two).await, PostStatus::Trashed);
    // A form can neither throw away nor save what is there.
    let refused =
        browser.post("/admin/posts/new", &[("title", "X"), ("status", "trashed")]).await.expect(422);
    assert!(refused.text().contains("none of the choices"));
    let typed = [("title", "One, rewritten"), ("content", "For an hour.")];
    let page = browser.post(&format!("/admin/posts/{one}"), &typed).await.expect(409);
    assert_eq!(page.one("textarea[name=content]"), "For an hour.");
    assert!(page.one(".complaints").contains("Bring it back, then save again."));
    // The page about what is in the trash says that it is for good, and its form does it.
    let page = browser.get(&path).await.expect(200);
    assert_eq!(page.one("h1"), "Delete “One” for good?");
    let hidden = page.attributes("input[type=hidden][name=for_good]", "value");
    browser.post(&path, &[("confirmed", "1"), ("for_good", &hidden[0])]).await.expect(303);
    assert!(post::Entity::find_by_id(one).one(site.db.write()).await.unwrap().is_none());
    // Several, from the list of the trash.
    let many = [("action", "restore"), ("all", "1"), ("query", "status=trashed")];
    browser.post("/admin/posts/actions", &many).await.expect(303);
    assert_eq!(status(&site, two).await, PostStatus::Draft);
    site.end().await;
}

#[tokio::test]
async fn its_slug_is_free_meanwhile_and_what_led_to_it_follows_it() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let old = site.build().post(ada, "Tulips").save().await;
    site.build().redirect("/2019/tulips", "/posts/tulips").await;
    let browser = site.sign_in("ada").await;
    let id = old.to_string();
    browser.post(&format!("/admin/posts/{old}/delete"), &[("confirmed", "1")]).await.expect(303);
    let new = [("title", "Tulips"), ("slug", "tulips"), ("status", "published")];
    browser.post("/admin/posts/new", &new).await.expect(303);
    site.get("/posts/tulips").await.expect(200);
    site.get("/2019/tulips").await.expect(404);
    browser.post("/admin/posts/actions", &[("action", "publish"), ("id", &id)]).await.expect(303);
    assert_eq!(status(&site, old).await, PostStatus::Trashed, "no action but bringing back reaches it");
    browser.post("/admin/posts/actions", &[("action", "restore"), ("id", &id)]).await.expect(303);
    assert_eq!(row(&site, old).await.slug, "tulips-2");
    browser.post("/admin/posts/actions", &[("action", "publish"), ("id", &id)]).await.expect(303);
    assert_eq!(site.get("/2019/tulips").await.expect(301).header("location"), "/posts/tulips-2");
    site.end().await;
}

#[tokio::test]
async fn after_thirty_days_it_is_really_gone() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let mut ids = Vec::new();
    for number in 1..=120 {
        let text = "A secret of mine.";
        ids.push(site.build().post(ada, &format!("Post {number}")).content(text).save().await);
    }
    site.build().redirect("/old", "/posts/post-1").await;
    let program = site.program(ada, Scope::Write).await;
    program.delete("/api/posts?all=true").await.expect(200);
    let kept = site.build().post(ada, "Kept").save().await;
    let now = Utc::now();
    let sweep =
        async |days| trash::sweep(&site.db, &site.app.admin, now + TimeDelta::days(days)).await.unwrap();
    assert_eq!(sweep(29).await, 0);
    assert_eq!(status(&site, ids[0]).await, PostStatus::Trashed);
    assert_eq!(sweep(31).await, 120);
    assert_eq!(sweep(31).await, 0);
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 1);
    assert_eq!(status(&site, kept).await, PostStatus::Published);
    assert_eq!(redirect::Entity::find().count(site.db.write()).await.unwrap(), 0);
    assert_eq!(pairs(&history(&site, ids[0]).await), [("trash", "Ada"), ("delete", "Lectern")]);
    let entries = admin_log::Entity::find().order_by_asc(admin_log::Column::Id).all(site.db.write()).await;
    for entry in entries.unwrap() {
        assert!(!entry.changes.to_string().contains("A secret of mine"), "{:?}", entry.changes);
    }
    let revisions = entity::post_revision::Entity::find().count(site.db.write()).await.unwrap();
    assert_eq!(revisions, 1, "those of the post that is there");
    site.end().await;
}

#[tokio::test]
async fn deleting_a_user_takes_their_posts_those_in_the_trash_too() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("root", Role::Admin).await;
    let thrown = site.build().post(ada, "Thrown away").save().await;
    site.build().post(ada, "There").save().await;
    let root = site.sign_in("root").await;
    root.post(&format!("/admin/posts/{thrown}/delete"), &[("confirmed", "1")]).await.expect(303);
    let page = root.get(&format!("/admin/users/{ada}/delete")).await.expect(200);
    assert!(page.texts(".consequences li").join(" ").contains("2 posts are deleted too"), "{}", page.text());
    root.post(&format!("/admin/users/{ada}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn a_tag_counts_no_post_in_the_trash() {
    let site = TestSite::start().await;
    let root = site.user("root", Role::Admin).await;
    for title in ["Tulips", "Lilacs", "Asters"] {
        site.build().post(root, title).tags(&["Spring"]).save().await;
    }
    site.build().post(root, "Leaves").tags(&["Autumn"]).save().await;
    let browser = site.sign_in("root").await;
    let counts = async |path: &str| browser.get(path).await.expect(200).texts(".cell.is-number");
    assert_eq!(counts("/admin/tags").await, ["1", "3"]);
    let spring = post::Entity::find().order_by_asc(post::Column::Id).all(site.db.write()).await.unwrap();
    for thrown in &spring[..3] {
        let path = format!("/admin/posts/{}/delete", thrown.id);
        browser.post(&path, &[("confirmed", "1")]).await.expect(303);
    }
    assert_eq!(counts("/admin/tags").await, ["1", "0"]);
    // Sorted by what is shown.
    let sorted = browser.get("/admin/tags?sort=-post_tags").await.expect(200);
    assert_eq!(sorted.texts(".cell.is-first"), ["Autumn", "Spring"]);
    let sheet = browser.get("/admin/tags/export.csv").await.expect(200).text();
    let of_spring: Vec<&str> = sheet.lines().filter(|line| line.contains("Spring")).collect();
    assert!(of_spring.len() == 1 && of_spring[0].contains(",0"), "{sheet}");
    // Readers neither.
    let tags = site.get("/tags").await.expect(200).text();
    assert!(tags.contains("Autumn") && !tags.contains("Spring"), "{tags}");
    site.get("/tags/spring").await.expect(404);
    // Authors are counted alike, and sorted so.
    let sorted = browser.get("/admin/users?sort=-posts").await.expect(200);
    assert_eq!(sorted.texts(".cell.is-number"), ["1"]);
    browser.post(&format!("/admin/posts/{}/restore", spring[0].id), &[]).await.expect(303);
    assert_eq!(counts("/admin/tags").await, ["1", "1"]);
    site.end().await;
}
