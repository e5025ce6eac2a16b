//! Without a script: what was typed comes back, whatever the answer to a form is.

use entity::{
    post::{self, PostStatus},
    tag,
    user::Role,
};
use harness::{Answer, TestSite};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, PaginatorTrait};

use super::{stored, version};

async fn give(site: &TestSite, post: i64, user: i64) {
    let change = post::ActiveModel { id: Set(post), user_id: Set(user), ..Default::default() };
    change.update(site.db.write()).await.unwrap();
}

/// A page without what differs from one to the next: tickets, and the address that was asked.
fn alike(page: &Answer) -> String {
    let mut text = page.text();
    for word in page.attributes("input[name=_form]", "value") {
        text = text.replace(&word, "");
    }
    text.lines().filter(|line| !line.contains("canonical")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_was_typed_into_a_post_that_is_somebody_elses_now_can_become_a_new_one() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let bo = site.user("bo", Role::Author).await;
    let given = site.build().post(ada, "Given away").status(PostStatus::Draft).save().await;
    let deleted = site.build().post(ada, "Deleted").status(PostStatus::Draft).save().await;
    let who = site.sign_in("ada").await;
    let url = |id: i64| format!("/admin/posts/{id}");
    let base = version(&who.get(&url(given)).await.expect(200));
    give(&site, given, bo).await;
    post::Entity::delete_by_id(deleted).exec(site.db.write()).await.unwrap();

    let form = [
        ("_version", base.as_str()),
        ("title", "My <title>"),
        ("content", "All that I typed.\n\nTwo paragraphs."),
        ("status", "draft"),
        ("tags", "one, two"),
    ];
    let page = who.post(&url(given), &form).await.expect(404);
    assert_eq!(page.attributes("#form", "action"), ["/admin/posts/new"]);
    assert_eq!(page.attributes("#field-title", "value"), ["My <title>"]);
    assert_eq!(page.one_raw("#field-content").trim(), "All that I typed.\n\nTwo paragraphs.");
    assert_eq!(page.attributes("#field-tags", "value"), ["one, two"]);
    assert!(page.one(".complaints li").contains("not there any more, or not yours any more"));
    assert!(!page.text().contains("Given away") && !page.text().to_lowercase().contains("bo@"));
    assert_eq!(version(&page), "");
    // Nobody learns which of these it is.
    for id in [deleted, 4_711_000] {
        assert_eq!(alike(&who.post(&url(id), &form).await.expect(404)), alike(&page), "{id}");
    }
    assert_eq!(stored(&site, given).await.title, "Given away");

    let mut again = form.to_vec();
    again[0].1 = "";
    who.post("/admin/posts/new", &again).await.expect(303);
    let posts = post::Entity::find().all(site.db.write()).await.unwrap();
    let made = posts.iter().find(|post| post.title == "My <title>").unwrap();
    assert_eq!((made.user_id, made.content.as_str()), (ada, "All that I typed.\n\nTwo paragraphs."));
    site.end().await;
}

#[tokio::test]
async fn a_step_of_the_form_is_no_way_to_lose_it_either() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Editor).await;
    let course = site.build().course("Logic", &[]).await;
    site.build().post(ada, "A lesson").save().await;
    let who = site.sign_in("ada").await;
    entity::course::Entity::delete_by_id(course).exec(site.db.write()).await.unwrap();
    let form = [
        ("name", "Logic 2"),
        ("description", "Typed for an hour."),
        ("lessons._count", "1"),
        ("lessons.0.post_id__q", "lesson"),
        ("_find", "lessons.0.post_id"),
    ];
    let page = who.post(&format!("/admin/courses/{course}"), &form).await.expect(404);
    assert_eq!(page.one_raw("#field-description").trim(), "Typed for an hour.");
    assert!(page.text().contains("A lesson"));
    site.end().await;
}

#[tokio::test]
async fn where_nothing_new_can_be_made_of_it_it_can_be_copied() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Editor).await;
    let bo = site.user("bo", Role::Author).await;
    let file = site.build().file(ada, "boat.png").await;
    let who = site.sign_in("bo").await;
    let long = "What the picture shows, at length. ".repeat(100);
    let form = [("_version", "x"), ("alt", long.trim()), ("filename", "a<b>.png"), ("needs_alt__sent", "1")];
    let page = who.post(&format!("/admin/media/{file}"), &form).await.expect(404);
    assert_eq!(page.one("h1"), "Page not found");
    assert_eq!(page.one_raw("#field-alt").trim(), long.trim());
    assert_eq!(page.one_raw("#field-filename").trim(), "a<b>.png");
    assert_eq!(page.attributes("main textarea[readonly]", "name").len(), 2);
    assert_eq!(page.texts("main form button:not([type=submit])"), [""; 0], "there is nowhere to send it");

    // An editor who is one no more.
    let tag =
        tag::ActiveModel { name: Set("Spring".into()), slug: Set("spring".into()), ..Default::default() };
    let tag = tag.insert(site.db.write()).await.unwrap().id;
    let form = [("name", "Spring and summer"), ("_save", "1")];
    let page = who.post(&format!("/admin/tags/{tag}"), &form).await.expect(403);
    assert_eq!(page.one_raw("#field-name").trim(), "Spring and summer");
    site.build().role(bo, Role::Member).await;
    let page = who.post("/admin/posts/new", &[("title", "Mine"), ("content", "My text")]).await.expect(403);
    assert_eq!(page.one_raw("#field-content").trim(), "My text");
    // Nothing typed, nothing to say.
    let page = who.post("/admin/posts/new", &[("title", "  ")]).await.expect(403);
    assert_eq!(page.texts("#typed"), [""; 0]);
    site.end().await;
}

#[tokio::test]
async fn when_the_database_fails_the_form_can_be_sent_again() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let who = site.sign_in("root").await;
    // Something that nobody foresaw.
    site.db.write().execute_unprepared("ALTER TABLE post_revisions RENAME TO elsewhere").await.unwrap();
    let form = [
        ("title", "Typed"),
        ("content", "All of it"),
        ("status", "draft"),
        ("pinned__sent", "1"),
        ("pinned", "on"),
        ("_continue", "1"),
    ];
    let page = who.post("/admin/posts/new", &form).await.expect(500);
    assert_eq!(page.one("h1"), "Something went wrong");
    assert_eq!(page.attributes("main form.form", "action"), ["/admin/posts/new"]);
    assert_eq!(page.one_raw("#field-content").trim(), "All of it");
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 0);
    let mut again: Vec<(String, String)> = Vec::new();
    let hidden = page.attributes("main form.form input[type=hidden]", "name");
    again.extend(hidden.into_iter().zip(page.attributes("main form.form input[type=hidden]", "value")));
    for name in page.attributes("main form.form textarea", "name") {
        let text = page.one_raw(&format!("main form.form textarea[name={name}]"));
        again.push((name, text));
    }
    site.db.write().execute_unprepared("ALTER TABLE elsewhere RENAME TO post_revisions").await.unwrap();
    let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (&**name, &**value)).collect();
    let answer = who.post("/admin/posts/new", &again).await.expect(303);
    assert!(answer.header("location").starts_with("/admin/posts/"), "it is the same button");
    let post = post::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((post.content.trim(), post.pinned), ("All of it", true));
    site.end().await;
}
