//! Posts that go out by themselves.

use chrono::{TimeDelta, Utc};
use entity::{
    api_token::Scope,
    post::PostStatus,
    user::{self, Role},
};
use harness::TestSite;
use lectern::posts::schedule;
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use serde_json::json;

use super::{found, history, pairs, row, status, until};

#[tokio::test]
async fn a_scheduled_post_goes_out_at_its_time_even_if_its_author_was_deactivated() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let program = site.program(ada, Scope::Write).await;
    let due = Utc::now() + TimeDelta::seconds(5);
    let post = json!({"title": "Tulips", "content": "All about tulips.", "status": "scheduled", "published_at": due});
    let id = program.json(Method::POST, "/api/posts", &post).await.expect(201).json()["id"].as_i64().unwrap();
    user::ActiveModel { id: Set(ada), is_active: Set(false), ..Default::default() }
        .update(site.db.write())
        .await
        .unwrap();
    until("it goes out", async || {
        let answer = site.get("/posts/tulips").await;
        assert!(answer.status == 404 || Utc::now() >= due, "a reader saw it early");
        answer.status == 200
    })
    .await;
    assert_eq!(row(&site, id).await.published_at.map(|at| at.timestamp()), Some(due.timestamp()));
    assert_eq!(found(&site, "tulips").await, 1);
    assert_eq!(site.get("/").await.texts(".post-item-title"), ["Tulips"]);
    assert_eq!(pairs(&history(&site, id).await), [("create", "Ada"), ("publish", "Lectern")]);
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let list = root.get("/admin/posts?status=published").await.expect(200);
    assert_eq!(list.texts(".cell.is-first"), ["Tulips"]);
    let told = root.get(&format!("/admin/posts/{id}/history")).await.expect(200).text();
    assert!(told.contains("<strong dir=\"auto\">Lectern</strong> published the post"), "{told}");
    site.end().await;
}

#[tokio::test]
async fn what_was_moved_thrown_away_or_taken_back_meanwhile_does_not_go_out() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let program = site.program(ada, Scope::Write).await;
    let browser = site.sign_in("ada").await;
    let due = Utc::now() + TimeDelta::days(1);
    let mut ids = Vec::new();
    for title in ["Moved", "Thrown away", "Taken back", "Edited"] {
        let build = site.build().post(ada, title).status(PostStatus::Scheduled).published(due);
        ids.push(build.save().await);
    }
    let [moved, thrown, taken, edited] = ids[..] else { unreachable!() };
    let later = json!({"published_at": due + TimeDelta::days(1)});
    program.json(Method::PATCH, &format!("/api/posts/{moved}"), &later).await.expect(200);
    program.delete(&format!("/api/posts/{thrown}")).await.expect(204);
    let id = taken.to_string();
    browser.post("/admin/posts/actions", &[("action", "unpublish"), ("id", &id)]).await.expect(303);
    let text = json!({"content": "About narcissi."});
    program.json(Method::PATCH, &format!("/api/posts/{edited}"), &text).await.expect(200);
    assert_eq!(schedule::publish_due(&site.db, due - TimeDelta::seconds(1)).await.unwrap(), 0);
    assert_eq!(schedule::publish_due(&site.db, due).await.unwrap(), 1);
    assert_eq!(schedule::publish_due(&site.db, due).await.unwrap(), 0);
    let mut states = Vec::new();
    for id in [moved, thrown, taken, edited] {
        states.push(status(&site, id).await);
    }
    use PostStatus::{Draft, Published, Scheduled, Trashed};
    assert_eq!(states, [Scheduled, Trashed, Draft, Published]);
    assert_eq!(found(&site, "narcissi").await, 1);
    assert_eq!(found(&site, "Moved").await, 0);
    // What is out cannot be moved into the future by a form that still shows it waiting.
    let version = browser.get(&format!("/admin/posts/{moved}")).await.attributes("[name=_version]", "value");
    schedule::publish_due(&site.db, due + TimeDelta::days(2)).await.unwrap();
    let form = [("_version", version[0].as_str()), ("title", "Moved again"), ("status", "scheduled")];
    let page = browser.post(&format!("/admin/posts/{moved}"), &form).await.expect(409);
    assert_eq!(page.attributes("[name=title]", "value"), ["Moved again"], "what was typed is there");
    assert_eq!(status(&site, moved).await, Published);
    site.end().await;
}

#[tokio::test]
async fn what_is_published_before_its_time_is_public_from_now_on() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let program = site.program(ada, Scope::Write).await;
    let due = Utc::now() + TimeDelta::days(1);
    let post = site.build().post(ada, "Early").status(PostStatus::Scheduled).published(due).save().await;
    let path = format!("/api/posts/{post}");
    let still = json!({"status": "published", "published_at": due + TimeDelta::days(1)});
    program.json(Method::PATCH, &path, &still).await.expect(422);
    program.json(Method::PATCH, &path, &json!({"status": "published"})).await.expect(200);
    assert!(row(&site, post).await.published_at.unwrap() <= Utc::now());
    site.get("/posts/early").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn what_cannot_go_out_whole_goes_out_once_the_database_is_well_again() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let alter = async |sql: &str| site.db.write().execute_unprepared(sql).await.unwrap();
    // Without its history no post is published.
    alter("ALTER TABLE admin_log RENAME TO admin_log_away").await;
    let due = Utc::now() - TimeDelta::seconds(1);
    let post = site.build().post(ada, "Tulips").status(PostStatus::Scheduled).published(due).save().await;
    for _ in 0..3 {
        // An error, or nothing, where the site itself is trying at this moment and holds the row.
        assert_eq!(schedule::publish_due(&site.db, Utc::now()).await.unwrap_or(0), 0);
    }
    assert_eq!((status(&site, post).await, found(&site, "tulips").await), (PostStatus::Scheduled, 0));
    alter("ALTER TABLE admin_log_away RENAME TO admin_log").await;
    until("it goes out", async || status(&site, post).await == PostStatus::Published).await;
    assert_eq!(found(&site, "tulips").await, 1);
    assert_eq!(pairs(&history(&site, post).await), [("publish", "Lectern")]);
    site.end().await;
}

#[tokio::test]
async fn unpublished_posts_are_gone_for_readers_and_old_addresses_hold_through_it_all() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "First name").content("About lilacs.").save().await;
    let browser = site.sign_in("ada").await;
    let path = format!("/admin/posts/{post}");
    browser.post(&path, &[("slug", "second-name")]).await.expect(303);
    let leads = async || site.get("/posts/first-name").await.header("location");
    assert_eq!(leads().await, "/posts/second-name");
    let id = post.to_string();
    browser.post("/admin/posts/actions", &[("action", "unpublish"), ("id", &id)]).await.expect(303);
    site.get("/posts/second-name").await.expect(404);
    site.get("/posts/first-name").await.expect(404);
    assert_eq!(found(&site, "lilacs").await, 0);
    let due = Utc::now() + TimeDelta::days(1);
    let zoned = due.format("%Y-%m-%dT%H:%M:%S").to_string();
    browser.post(&path, &[("status", "scheduled"), ("published_at", &zoned)]).await.expect(303);
    assert_eq!(status(&site, post).await, PostStatus::Scheduled);
    site.get("/posts/first-name").await.expect(404);
    schedule::publish_due(&site.db, due).await.unwrap();
    assert_eq!(leads().await, "/posts/second-name");
    // To the trash and back, and out again.
    browser.post(&format!("{path}/delete"), &[("confirmed", "1")]).await.expect(303);
    site.get("/posts/first-name").await.expect(404);
    browser.post(&format!("{path}/restore"), &[]).await.expect(303);
    browser.post("/admin/posts/actions", &[("action", "publish"), ("id", &id)]).await.expect(303);
    site.get("/posts/second-name").await.expect(200);
    assert_eq!(leads().await, "/posts/second-name");
    site.end().await;
}

#[tokio::test]
async fn a_date_that_is_past_does_not_send_a_post_out_again() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Tulips").save().await;
    let program = site.program(ada, Scope::Write).await;
    let path = format!("/api/posts/{post}");
    for state in ["published", "draft"] {
        program.json(Method::PATCH, &path, &json!({"status": state})).await.expect(200);
        let answer = program.json(Method::PATCH, &path, &json!({"status": "scheduled"})).await.expect(422);
        assert!(answer.json()["errors"]["published_at"].is_array(), "{state}");
    }
    assert_eq!(status(&site, post).await, PostStatus::Draft);
    site.end().await;
}
