//! The settings' form: two people with it.

use entity::user::Role;
use harness::{Answer, TestSite};

fn version(page: &Answer) -> String {
    page.attributes("input[name=_version]", "value").remove(0)
}

fn form<'a>(version: &'a str, title: &'a str, per_page: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("_version", version),
        ("title", title),
        ("description", ""),
        ("language", "en"),
        ("time_zone", "UTC"),
        ("posts_per_page", per_page),
    ]
}

#[tokio::test]
async fn the_second_one_is_told_and_nothing_is_overwritten() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let url = "/admin/settings";
    let seen = version(&root.get(url).await.expect(200));
    root.post(url, &form(&seen, "Theirs", "10")).await.expect(303);
    let page = root.post(url, &form(&seen, "Mine", "20")).await.expect(409);
    let rows = page.texts(".conflict tbody tr");
    assert_eq!(rows, ["TitleMineTheirs", "Posts per page2010"]);
    assert_eq!(page.attributes("#field-title", "value"), ["Mine"]);
    assert_eq!(root.get(url).await.attributes("#field-title", "value"), ["Theirs"]);
    // What both wrote is no conflict.
    root.post(url, &form(&seen, "Theirs", "10")).await.expect(303);
    // Once both versions were shown, it is meant.
    root.post(url, &form(&version(&page), "Mine", "20")).await.expect(303);
    assert_eq!(root.get(url).await.attributes("#field-title", "value"), ["Mine"]);
    site.end().await;
}

#[tokio::test]
async fn a_typing_error_is_no_way_round_it() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    let url = "/admin/settings";
    let seen = version(&root.get(url).await.expect(200));
    // The error comes first: the form stays the form of what it was opened with.
    let page = root.post(url, &form(&seen, "Mine", "many")).await.expect(422);
    assert_eq!(version(&page), seen);
    root.post(url, &form(&seen, "Theirs", "10")).await.expect(303);
    root.post(url, &form(&version(&page), "Mine", "20")).await.expect(409);
    // The error comes after: both are told.
    let page = root.post(url, &form(&seen, "Mine", "many")).await.expect(409);
    assert_eq!(page.texts(".conflict tbody tr"), ["TitleMineTheirs", "Posts per pagemany10"]);
    assert_eq!(page.texts(".complaints li").len(), 1, "{:?}", page.texts(".complaints li"));
    assert_eq!(root.get(url).await.attributes("#field-title", "value"), ["Theirs"]);
    site.end().await;
}

#[tokio::test]
async fn whoever_may_not_change_them_does_not_read_what_they_were() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    site.user("ed", Role::Editor).await;
    let (root, ed) = (site.sign_in("root").await, site.sign_in("ed").await);
    let seen = version(&root.get("/admin/settings").await.expect(200));
    root.post("/admin/settings", &form(&seen, "Theirs", "10")).await.expect(303);
    assert!(root.get("/admin/history").await.expect(200).text().contains("Theirs"));
    assert!(ed.get("/admin/history").await.expect(200).texts(".log-entry").is_empty());
    site.end().await;
}
