//! Who changed what: of a row, of one that is gone, of the whole site; and who may know.

use entity::{enrollment::EnrollmentStatus, post, user::Role};
use harness::TestSite;
use sea_orm::EntityTrait;

use super::studio::{open, signed_in, viewer};

#[tokio::test]
async fn a_rows_history_outlives_it() {
    let site = open().await;
    site.user("ed", Role::Editor).await;
    let ed = site.sign_in("ed").await;
    ed.post("/admin/tags/new", &[("name", "Rust <i>"), ("slug", "rust")]).await.expect(303);
    let tag = entity::tag::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    let url = format!("/admin/tags/{tag}");
    ed.post(&url, &[("name", "Rust <b>")]).await.expect(303);
    let page = ed.get(&format!("{url}/history")).await.expect(200);
    let entries = page.texts(".log-entry");
    assert_eq!(entries.len(), 2);
    assert!(entries[0].contains("Ed changed the tag Rust <b>"), "{entries:?}");
    assert!(entries[0].contains("NameRust <i>Rust <b>"), "{entries:?}");
    ed.post(&format!("{url}/delete"), &[("confirmed", "1")]).await.expect(303);
    ed.get(&url).await.expect(404);
    let page = ed.get(&format!("{url}/history")).await.expect(200);
    assert_eq!(page.one("h1"), "History of Rust <b>");
    assert!(page.texts(".log-entry")[0].contains("Ed deleted the tag “Rust <b>”"), "{}", page.text());
    let page = ed.get("/admin/history").await.expect(200);
    assert_eq!(page.texts(".log-entry").len(), 3);
    ed.get("/admin/tags/4711/history").await.expect(404);
    ed.get("/admin/history?page=2").await.expect(404);
    ed.get("/admin/history?page=x").await.expect(400);
    site.end().await;
}

#[tokio::test]
async fn a_history_is_seen_by_those_who_may() {
    let site = open().await;
    let build = site.build();
    site.user("root", Role::Admin).await;
    site.user("ed", Role::Editor).await;
    let ann = site.user("ann", Role::Author).await;
    let bob = site.user("bob", Role::Author).await;
    let his = build.post(bob, "His").save().await;
    let hers = build.post(ann, "Hers").save().await;
    let root = site.sign_in("root").await;
    root.post(&format!("/admin/users/{ann}"), &[("email", "secret@example.org")]).await.expect(303);
    root.post(&format!("/admin/posts/{his}"), &[("title", "His, edited")]).await.expect(303);
    let ann = site.sign_in("ann").await;
    ann.get("/admin/history").await.expect(403);
    ann.get(&format!("/admin/posts/{his}/history")).await.expect(404);
    ann.get(&format!("/admin/posts/{hers}/history")).await.expect(200);
    root.post(&format!("/admin/posts/{his}/delete"), &[("confirmed", "1")]).await.expect(303);
    ann.get(&format!("/admin/posts/{his}/history")).await.expect(404);
    ann.post(&format!("/admin/posts/{hers}/delete"), &[("confirmed", "1")]).await.expect(303);
    let page = ann.get(&format!("/admin/posts/{hers}/history")).await.expect(200);
    assert!(page.texts(".log-entry")[0].contains("deleted the post “Hers”"));
    // Editors see the site's history, but nothing of accounts, which are not theirs to see.
    let ed = site.sign_in("ed").await;
    let page = ed.get("/admin/history").await.expect(200);
    assert!(!page.text().contains("secret@example.org"));
    assert!(root.get("/admin/history").await.expect(200).text().contains("secret@example.org"));
    assert!(post::Entity::find().one(site.db.write()).await.unwrap().is_none());
    site.end().await;
}

#[tokio::test]
async fn a_history_has_pages_of_fifty() {
    let site = open().await;
    let ed = site.user("ed", Role::Editor).await;
    site.build().posts(ed, 120).await;
    let rows = post::Entity::find().all(site.db.write()).await.unwrap();
    let keys: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let viewer = signed_in(&site, viewer(ed, Role::Editor)).await;
    let posts = site.app.admin.find("posts").unwrap();
    site.build().role(ed, Role::Editor).await;
    let values = super::studio::texts(&[("status", "draft")]);
    lectern::admin::save_many::change(&site.app, &viewer, posts, &keys, &values).await.unwrap();
    let ed = site.sign_in("ed").await;
    let before = site.db.statements();
    assert_eq!(ed.get("/admin/history").await.texts(".log-entry").len(), 50);
    assert!(site.db.statements() - before <= 8, "{}", site.db.statements() - before);
    assert_eq!(ed.get("/admin/history?page=3").await.texts(".log-entry").len(), 20);
    site.end().await;
}

#[tokio::test]
async fn a_new_password_is_told_and_never_shown() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    let root = site.sign_in("root").await;
    let url = format!("/admin/users/{ada}");
    let form = [("password", "a goose in the attic"), ("_continue", "1")];
    root.post(&url, &form).await.expect(303);
    let page = root.get(&url).await.expect(200);
    assert_eq!(page.one(".messages p"), "The user “ada” was saved.");
    let page = root.get(&format!("{url}/history")).await.expect(200);
    assert!(page.texts(".log-entry")[0].contains("Password••••••"), "{:?}", page.texts(".log-entry"));
    assert!(!page.text().contains("goose") && !page.text().contains("argon2"));
    root.post(&url, &[("password", ""), ("_continue", "1")]).await.expect(303);
    assert_eq!(root.get(&url).await.one(".messages p"), "Nothing was changed.");
    site.end().await;
}

#[tokio::test]
async fn what_hung_on_a_deleted_row_stays_readable() {
    let site = TestSite::start().await;
    let build = site.build();
    site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    let post = build.post(ada, "Lenses").tags(&["optics", "glass"]).save().await;
    let course = build.course("Logic", &[post]).await;
    let ann = build.student("Ann").await;
    build.enrol(ann, course, EnrollmentStatus::Active).await;
    let root = site.sign_in("root").await;
    let url = format!("/admin/courses/{course}");
    root.post(&format!("{url}/delete"), &[("confirmed", "1")]).await.expect(303);
    let entry = root.get(&format!("{url}/history")).await.expect(200).texts(".log-entry").remove(0);
    assert!(entry.contains("LessonsLenses") && entry.contains("StudentsAnn"), "{entry}");
    // A post that goes with its author keeps its tags there too.
    root.post(&format!("/admin/users/{ada}/delete"), &[("confirmed", "1")]).await.expect(303);
    let page = root.get(&format!("/admin/posts/{post}/history")).await.expect(200);
    assert!(page.texts(".log-entry")[0].contains("Tagsglass, optics"), "{:?}", page.texts(".log-entry"));
    site.end().await;
}

#[tokio::test]
async fn what_people_do_to_their_own_account_is_in_the_history() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    site.build().post(ada, "Lenses").tags(&["optics"]).save().await;
    let browser = site.sign_in("ada").await;
    let profile = [("display_name", "Ada L."), ("bio", "Counts"), ("email", "ada@example.org")];
    browser.post("/account/profile", &profile).await.expect(303);
    let password = [("current_password", harness::PASSWORD), ("password", "a goose in the attic")];
    browser.post("/account/password", &password).await.expect(303);
    let root = site.sign_in("root").await;
    let entries = root.get(&format!("/admin/users/{ada}/history")).await.expect(200).texts(".log-entry");
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert!(entries[0].contains("Password••••••"), "{entries:?}");
    assert!(entries[1].contains("NameAdaAda L.") && entries[1].contains("Counts"), "{entries:?}");
    browser.post("/account/delete", &[("password", "a goose in the attic")]).await.expect(303);
    let entries = root.get("/admin/history").await.expect(200).texts(".log-entry");
    assert!(entries[0].contains("Ada L. deleted the user “ada”"), "{entries:?}");
    assert!(entries[1].contains("Ada L. deleted the post “Lenses”"), "{entries:?}");
    assert!(entries[1].contains("Tagsoptics"), "{entries:?}");
    site.end().await;
}
