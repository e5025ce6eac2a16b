//! The program's own declarations: what they do with several rows, and whole lives of rows by form.

use entity::{post_tag, user::Role};
use harness::TestSite;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::studio::log;

#[tokio::test]
async fn an_action_tells_of_what_it_changed_only() {
    let site = TestSite::start().await;
    let build = site.build();
    let root = site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    let tagged = build.post(ada, "Tagged").tags(&["optics"]).save().await.to_string();
    let plain = build.post(ada, "Plain").save().await.to_string();
    let browser = site.sign_in("root").await;
    let done = async |resource: &str, form: &[(&str, &str)]| {
        browser.post(&format!("/admin/{resource}/actions"), form).await.expect(303);
        browser.get(&format!("/admin/{resource}")).await.expect(200).one(".messages p")
    };
    let tag = [("action", "tag"), ("tag", "optics"), ("id", &tagged), ("id", &plain)];
    assert_eq!(done("posts", &tag).await, "Tagged 1 post.");
    assert_eq!(done("posts", &tag).await, "Tagged 0 posts.");
    assert_eq!(post_tag::Entity::find().count(site.db.write()).await.unwrap(), 2);
    let entries = log(&site).await;
    let file = browser.get("/admin/posts/export.csv?sort=title").await.expect(200).text();
    assert!(file.lines().next().unwrap().ends_with(",tags") && file.contains(",optics\r\n"), "{file}");
    assert_eq!(entries.iter().map(|entry| &*entry.row_title).collect::<Vec<_>>(), ["Plain"]);
    // One's own row is in the way of what would lock one out, and of nothing else.
    let (root, ada) = (root.to_string(), ada.to_string());
    let form = |action| [("action", action), ("id", root.as_str()), ("id", ada.as_str())];
    assert!(done("users", &form("deactivate")).await.starts_with("Your own account is among them"));
    assert_eq!(done("users", &[("action", "deactivate"), ("id", &ada)]).await, "Deactivated 1 user.");
    assert_eq!(done("users", &form("activate")).await, "Activated 1 user.");
    assert_eq!(log(&site).await.len(), 3);
    site.end().await;
}
