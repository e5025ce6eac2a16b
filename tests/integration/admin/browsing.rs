//! The lists over HTTP: who gets in, what comes back.

use entity::user::Role;
use reqwest::Method;

use super::desk::Desk;

async fn furnish(desk: &Desk) {
    let build = desk.site.build();
    let ada = desk.site.user("ada", Role::Admin).await;
    let bob = desk.site.user("bob", Role::Author).await;
    desk.site.user("eve", Role::Member).await;
    for number in 1..=12 {
        build.post(ada, &format!("Post {number}")).save().await;
    }
    build.post(bob, "<script>alert(1)</script> & \"quotes\"").slug("markup").save().await;
}

#[tokio::test]
async fn a_list_is_browsed_with_links_alone() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let ada = desk.site.sign_in("ada").await;
    let page = ada.get("/admin/posts?per_page=10&sort=title").await.expect(200);
    assert_eq!(page.one("h1"), "Posts");
    assert_eq!(page.texts("tbody tr").len(), 10);
    assert_eq!(page.texts("th[aria-sort]").len(), 1);
    for link in page.attributes("main a", "href").iter().filter(|link| link.contains('?')) {
        ada.get(link).await.expect(200);
    }
    let page = ada.get("/admin/posts?q=script").await.expect(200);
    assert!(!page.text().contains("<script>alert"));
    assert_eq!(page.texts("tbody th"), ["<script>alert(1)</script> & \"quotes\""]);
    let page = ada.get("/admin/posts?q=%3Cscript%3E&status=draft").await.expect(200);
    assert!(!page.text().contains("<script>&"));
    assert_eq!(page.texts("tbody th").len(), 0);
    ada.get("/admin").await.expect(200);
    for (path, status) in [
        ("/admin/posts?status=x", 400),
        ("/admin/posts?q=%00", 400),
        ("/admin/posts?q=%ff", 400),
        ("/admin/posts?page=99", 404),
        ("/admin/none", 404),
        ("/admin/none/export.csv", 404),
        ("/admin/posts/lookup/none", 404),
    ] {
        ada.get(path).await.expect(status);
    }
    desk.site.end().await;
}

#[tokio::test]
async fn nobody_gets_further_than_they_may() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let (bob, eve, nobody) =
        (desk.site.sign_in("bob").await, desk.site.sign_in("eve").await, desk.site.visitor());
    for (path, of_bob, of_eve) in [
        ("/admin", 200, 403),
        ("/admin/posts", 200, 403),
        ("/admin/posts/export.csv", 200, 403),
        ("/admin/posts/lookup/tags", 200, 403),
        ("/admin/posts/lookup/user_id", 403, 403),
        ("/admin/users", 403, 403),
        ("/admin/users/export.csv", 403, 403),
        ("/admin/users/lookup/heir", 403, 403),
        ("/admin/none", 404, 403),
    ] {
        bob.get(path).await.expect(of_bob);
        eve.get(path).await.expect(of_eve);
        nobody.get(path).await.expect(303);
    }
    bob.post("/admin/users/actions", &[("action", "delete"), ("id", "1")]).await.expect(403);
    eve.post("/admin/posts/actions", &[("action", "publish"), ("id", "1")]).await.expect(403);
    nobody.post("/admin/posts/actions", &[("action", "publish"), ("id", "1")]).await.expect(401);
    let answer = bob.send(Method::GET, "/admin/posts/actions", None).await.expect(405);
    assert_eq!(answer.header("allow"), "POST");
    let answer = bob.send(Method::PUT, "/admin/posts", None).await.expect(405);
    assert_eq!(answer.header("allow"), "GET, HEAD");
    desk.site.end().await;
}

#[tokio::test]
async fn an_action_leads_back_to_the_list_and_says_what_it_did() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let ada = desk.site.sign_in("ada").await;
    let fields = [
        ("action", "rename"),
        ("title", "New"),
        ("id", "1"),
        ("id", "2"),
        ("query", "sort=title&page=2&per_page=10"),
    ];
    let answer = ada.post("/admin/posts/actions", &fields).await.expect(303);
    assert_eq!(answer.header("location"), "/admin/posts?sort=title&per_page=10&page=2");
    let page = ada.get(&answer.header("location")).await.expect(200);
    assert_eq!(page.texts("[role=status]").iter().filter(|text| *text == "Renamed 2 posts.").count(), 1);
    let page = ada.get("/admin/posts").await.expect(200);
    assert!(!page.text().contains("Renamed 2 posts."));

    let page = ada.post("/admin/posts/actions", &[("action", "rename"), ("id", "3")]).await.expect(422);
    assert!(page.text().contains("This is needed."));
    let page =
        ada.post("/admin/posts/actions", &[("action", "delete"), ("all", "1"), ("query", "q=post+1")]).await;
    let page = page.expect(200);
    assert_eq!(page.one("h1"), "Delete 4 posts?");
    assert_eq!(page.attributes("main input[name=all]", "value"), ["1"]);
    let result = page.attributes("main input[name=result]", "value").remove(0);
    let of_result = |result| {
        [("action", "delete"), ("all", "1"), ("query", "q=post+1"), ("confirmed", "1"), ("result", result)]
    };
    // It is confirmed for rows, not for a number of them.
    for other in ["", "4"] {
        let page = ada.post("/admin/posts/actions", &of_result(other)).await.expect(422);
        assert_eq!(page.one("h1"), "Delete 4 posts?");
        assert!(page.texts(".complaints li")[0].contains("confirm it again"));
        assert_eq!(page.attributes("main input[name=result]", "value"), [&*result]);
    }
    let confirmed = of_result(&result);
    let answer = ada.post("/admin/posts/actions", &confirmed).await.expect(303);
    assert_eq!(answer.header("location"), "/admin/posts?q=post%201");
    let page = ada.get("/admin/posts").await.expect(200);
    assert!(page.text().contains("Deleted 4 posts."));
    assert_eq!(page.texts("tbody tr").len(), 9);
    let again = ada.post("/admin/posts/actions", &confirmed).await.expect(303);
    assert_eq!(again.header("location"), "/admin/posts?q=post%201");
    desk.site.end().await;
}

#[tokio::test]
async fn exports_and_lookups_have_their_own_kinds() {
    let desk = Desk::start().await;
    furnish(&desk).await;
    let ada = desk.site.sign_in("ada").await;
    let file = ada.get("/admin/posts/export.csv?q=post&sort=title").await.expect(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"posts-2"));
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(file.text().lines().count(), 13);
    let found = ada.get("/admin/posts/lookup/user_id?q=B").await.expect(200).json();
    assert_eq!(
        found,
        serde_json::json!({"results": [{"value": "2", "label": "bob", "selected": false}], "more": false})
    );
    desk.site.end().await;
}
