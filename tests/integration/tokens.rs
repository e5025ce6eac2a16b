//! API tokens: who has them, what they are good for, and when they are not.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use chrono::{TimeDelta, Utc};
use entity::{
    api_token::{self, Scope},
    user::{self, Role},
};
use harness::{Answer, TestSite, printed};
use lectern::auth::tokens;
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, PaginatorTrait};

async fn ask(site: &TestSite, method: Method, token: &str) -> Answer {
    site.send(method, "/api/posts", &[("authorization", &format!("Bearer {token}"))]).await
}

async fn only(site: &TestSite) -> api_token::Model {
    let mut rows = api_token::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[tokio::test]
async fn a_token_is_shown_once_and_kept_as_a_hash() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let page =
        ada.post("/account/tokens", &[("name", "My <i>script</i>"), ("scope", "write")]).await.expect(201);
    let token = page.one(".account-secret code");
    assert!(token.starts_with("lectern_") && token.len() == 51, "{token}");
    assert_eq!(page.header("cache-control"), "no-store");
    let row = only(&site).await;
    assert_eq!((row.user_id, row.name.as_str(), row.scope), (id, "My <i>script</i>", Scope::Write));
    assert!(!row.token_hash.contains(&token) && row.last_used_at.is_none());
    let page = ada.get("/account").await.expect(200);
    assert!(!page.text().contains(&token), "not again");
    assert!(page.texts("i").is_empty());
    ask(&site, Method::GET, &token).await.expect(200);
    let used = only(&site).await.last_used_at;
    assert!(used.is_some());
    ask(&site, Method::GET, &token).await.expect(200);
    assert_eq!(only(&site).await.last_used_at, used, "not each time");
    assert!(ada.get("/account").await.one("section[aria-labelledby=tokens] li").contains("last used"));

    for (name, scope) in [("", "read"), (&*"x".repeat(81), "read"), ("a", "admin"), ("a", "")] {
        ada.post("/account/tokens", &[("name", name), ("scope", scope)]).await.expect(422);
    }
    let typed = ada.post("/account/tokens", &[("name", "kept"), ("scope", "x")]).await.expect(422);
    assert_eq!(typed.attributes("#token-name", "value"), ["kept"]);
    site.end().await;
}

#[tokio::test]
async fn what_is_no_good_token_is_refused_on_public_addresses_too() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Admin).await;
    let good = tokens::create(site.db.write(), id, "good", Scope::Write).await.unwrap();
    for header in [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer lectern_x",
        "Basic YTpi",
        &*format!("Bearer {good}x"),
        &*format!("Bearer {}", &good[1..]),
        &*format!("Token {good}"),
        &*good,
    ] {
        let answer = site.send(Method::GET, "/api/posts", &[("authorization", header)]).await.expect(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{header}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        // Beside the API it means nothing.
        site.send(Method::GET, "/", &[("authorization", header)]).await.expect(200);
    }
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let header = format!("{scheme} {good}");
        site.send(Method::GET, "/api/posts", &[("authorization", &header)]).await.expect(200);
    }
    let answer = site.send(Method::GET, "/account", &[("authorization", &format!("Bearer {good}"))]).await;
    assert_eq!(answer.expect(303).header("location"), "/login?next=%2Faccount", "tokens open no page");
    site.end().await;
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_over_or_its_owner_is_locked() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Author).await;
    site.user("eve", Role::Admin).await;
    let ada = site.sign_in("ada").await;
    let eve = site.sign_in("eve").await;

    let token = tokens::create(site.db.write(), id, "one", Scope::Read).await.unwrap();
    let row = only(&site).await;
    eve.post("/account/tokens/revoke", &[("id", &row.id.to_string())]).await.expect(303);
    ask(&site, Method::GET, &token).await.expect(200);
    ada.post("/account/tokens/revoke", &[("id", &row.id.to_string())]).await.expect(303);
    ask(&site, Method::GET, &token).await.expect(401);

    let token = tokens::create(site.db.write(), id, "two", Scope::Read).await.unwrap();
    let mut row = only(&site).await.into_active_model();
    row.expires_at = Set(Some(Utc::now() + TimeDelta::minutes(1)));
    let row = row.update(site.db.write()).await.unwrap();
    ask(&site, Method::GET, &token).await.expect(200);
    let mut row = row.into_active_model();
    row.expires_at = Set(Some(Utc::now() - TimeDelta::seconds(1)));
    let mut row = row.update(site.db.write()).await.unwrap().into_active_model();
    ask(&site, Method::GET, &token).await.expect(401);
    row.expires_at = Set(None);
    row.update(site.db.write()).await.unwrap();

    ask(&site, Method::GET, &token).await.expect(200);
    let lock = user::ActiveModel { id: Set(id), is_active: Set(false), ..Default::default() };
    lock.update(site.db.write()).await.unwrap();
    ask(&site, Method::GET, &token).await.expect(401);
    site.end().await;
}

#[tokio::test]
async fn a_token_for_reading_writes_nothing() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Admin).await;
    let read = tokens::create(site.db.write(), id, "read", Scope::Read).await.unwrap();
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = ask(&site, method.clone(), &read).await.expect(403);
        assert!(answer.json()["detail"].as_str().unwrap().contains("may read"), "{method}");
    }
    ask(&site, Method::GET, &read).await.expect(200);
    ask(&site, Method::HEAD, &read).await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn a_browsers_cookie_writes_nothing_through_the_api() {
    let site = TestSite::start().await;
    site.user("ada", Role::Admin).await;
    let ada = site.sign_in("ada").await;
    let before = site.db.statements();
    let answer = ada.post("/api/none", &[]).await;
    assert_eq!(answer.status, 404);
    assert_eq!(site.db.statements() - before, 0, "nobody looked who it is");
    // For looking it is good; a bad token beside it is a mistake all the same.
    assert_eq!(ada.get("/api/posts").await.expect(200).header("cache-control"), "private, no-cache");
    ada.send_with(Method::GET, "/api/posts", None, &[("authorization", "Bearer x")]).await.expect(401);
    site.end().await;
}

#[tokio::test]
async fn tokens_are_made_listed_and_revoked_in_a_shell() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let made = site.lectern(&["token", "create", "--user", "ada", "--name", "ci", "--scope", "read"]);
    let (token, errors) = printed(&made);
    assert!(made.status.success() && errors.is_empty(), "{errors}");
    let token = token.strip_suffix('\n').unwrap();
    assert!(token.starts_with("lectern_") && !token.contains(char::is_whitespace), "alone: {token}");
    ask(&site, Method::GET, token).await.expect(200);
    ask(&site, Method::POST, token).await.expect(403);

    let (default, _) = printed(&site.lectern(&["token", "create", "--user", "ada", "--name", "w"]));
    // Nothing is chosen, which is a mistake, but not one of rights: for writing, unless told otherwise.
    ask(&site, Method::DELETE, default.trim()).await.expect(400);

    let (list, _) = printed(&site.lectern(&["token", "list", "--user", "ada"]));
    assert!(list.contains("ci") && list.contains("read") && list.contains("2 tokens"), "{list}");
    assert!(!list.contains("lectern_"), "{list}");
    let revoked = site.lectern(&["token", "revoke", "--user", "ada", "--name", "ci"]);
    assert!(revoked.status.success(), "{:?}", printed(&revoked));
    ask(&site, Method::GET, token).await.expect(401);
    for wrong in [
        ["token", "revoke", "--user", "ada", "--name", "ci"],
        ["token", "create", "--user", "bo", "--name", "x"],
        ["token", "create", "--user", "ada", "--name", " "],
    ] {
        let output = site.lectern(&wrong);
        let (out, errors) = printed(&output);
        assert!(!output.status.success() && out.is_empty(), "{wrong:?}: {out}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
    assert_eq!(api_token::Entity::find().count(site.db.write()).await.unwrap(), 1);
    site.end().await;
}
