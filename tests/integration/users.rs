//! What admins change of people, and of themselves: over the admin and the API alike.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use entity::{
    api_token::Scope,
    session,
    user::{self, Role},
};
use harness::{Mailbox, PASSWORD, TestSite};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

async fn stored(site: &TestSite, id: i64) -> user::Model {
    user::Entity::find_by_id(id).one(site.db.write()).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_admin_changes_their_own_address_and_password_on_their_account_alone() {
    let site = TestSite::start().await;
    let id = site.user("eve", Role::Admin).await;
    let (eve, program) = (site.sign_in("eve").await, site.program(id, Scope::Write).await);
    let before = stored(&site, id).await;
    for (field, value) in [("email", "mal@example.org"), ("password", "a password of the thief")] {
        let page = eve.post(&format!("/admin/users/{id}"), &[(field, value)]).await.expect(422);
        assert!(page.text().contains("your account"), "{field}");
        let body = json!({ (field): value });
        for path in [format!("/api/users/{id}"), format!("/api/users?ids={id}")] {
            let answer = program.json(Method::PATCH, &path, &body).await.expect(422);
            assert!(answer.json()["errors"][field].is_array(), "{path} {field}");
        }
    }
    assert_eq!(stored(&site, id).await, before);
    // What is the same is no change; the rest is theirs to change.
    let fields = [("email", "eve@example.org"), ("password", ""), ("bio", "Runs this.")];
    eve.post(&format!("/admin/users/{id}"), &fields).await.expect(303);
    assert_eq!(stored(&site, id).await.bio, "Runs this.");
    assert!(eve.is_known().await);
    site.end().await;
}

#[tokio::test]
async fn somebody_whose_address_an_admin_changes_is_told_at_the_old_one() {
    let mailbox = Mailbox::start();
    let site = TestSite::start_with(|serve| serve.smtp_url = Some(mailbox.url.clone())).await;
    let (eve, bob) = (site.user("eve", Role::Admin).await, site.user("bob", Role::Author).await);
    let (browser, program) = (site.sign_in("eve").await, site.program(eve, Scope::Write).await);
    let page = format!("/admin/users/{bob}");
    browser.post(&page, &[("email", "bob@example.org"), ("bio", "No other address.")]).await.expect(303);
    browser.post(&page, &[("email", "one@example.org")]).await.expect(303);
    assert!(mailbox.wait(1).await.to.contains("bob@example.org"));
    program
        .json(Method::PATCH, &format!("/api/users/{bob}"), &json!({"email": "two@example.org"}))
        .await
        .expect(200);
    assert!(mailbox.wait(2).await.to.contains("one@example.org"));
    let one = format!("/api/users?ids={bob}");
    program.json(Method::PATCH, &one, &json!({"email": "three@example.org"})).await.expect(200);
    assert!(mailbox.wait(3).await.to.contains("two@example.org"));
    // What is refused tells nobody.
    program.json(Method::PATCH, &one, &json!({"email": "eve@example.org"})).await.expect(422);
    site.end().await;
    assert_eq!(mailbox.all().len(), 3);
}

#[tokio::test]
async fn a_role_or_a_password_that_an_admin_changes_ends_the_sessions() {
    let site = TestSite::start().await;
    let eve = site.user("eve", Role::Admin).await;
    let (browser, program) = (site.sign_in("eve").await, site.program(eve, Scope::Write).await);
    for (number, (field, value)) in
        [("role", "editor"), ("password", "a password from an admin"), ("is_active", "false")]
            .into_iter()
            .enumerate()
    {
        for way in ["admin", "api", "many"] {
            let name = format!("bob-{number}-{way}");
            let bob = site.user(&name, Role::Author).await;
            let (one, two) = (site.sign_in(&name).await, site.sign_in(&name).await);
            let json =
                if field == "is_active" { json!({"is_active": false}) } else { json!({ (field): value }) };
            match way {
                "admin" => {
                    let sent = if field == "is_active" { ("is_active__sent", "1") } else { (field, value) };
                    browser.post(&format!("/admin/users/{bob}"), &[sent]).await.expect(303);
                }
                "api" => {
                    program.json(Method::PATCH, &format!("/api/users/{bob}"), &json).await.expect(200);
                }
                _ => {
                    program.json(Method::PATCH, &format!("/api/users?ids={bob}"), &json).await.expect(200);
                }
            }
            let of_bob = session::Entity::find().filter(session::Column::UserId.eq(bob));
            assert_eq!(of_bob.count(site.db.write()).await.unwrap(), 0, "{way} {field}");
            assert!(!one.is_known().await && !two.is_known().await, "{way} {field}");
        }
    }
    assert!(browser.is_known().await);
    site.end().await;
}

#[tokio::test]
async fn no_password_is_a_name_of_the_account_or_of_the_site() {
    let site = TestSite::start().await;
    site.build().setting("title", json!("The Engine's Notes")).await;
    let eve = site.user("eve", Role::Admin).await;
    let (browser, program) = (site.sign_in("eve").await, site.program(eve, Scope::Write).await);
    for password in ["the engine's notes", "Augusta Ada King", "countess.ada", "countess@example.org"] {
        let fields = [
            ("username", "countess.ada"),
            ("email", "countess@example.org"),
            ("display_name", "Augusta Ada King"),
            ("role", "author"),
            ("password", password),
        ];
        browser.post("/admin/users/new", &fields).await.expect(422);
        let body: serde_json::Map<_, _> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let answer = program.json(Method::POST, "/api/users", &body.into()).await.expect(422);
        assert!(answer.json()["errors"]["password"].is_array(), "{password}");
    }
    let bob = site.user("bob", Role::Author).await;
    let body = json!({"display_name": "Robert the Bruce", "password": "robert the bruce"});
    program.json(Method::PATCH, &format!("/api/users/{bob}"), &body).await.expect(422);
    site.visitor().sign_in("bob", PASSWORD).await.expect(303);
    site.end().await;
}
