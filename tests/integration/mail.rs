//! Mails: a forgotten password, and accounts for whoever has a mailbox.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use chrono::{TimeDelta, Utc};
use entity::{
    admin_log,
    api_token::Scope,
    mail_token,
    user::{self, Role},
};
use harness::{Mailbox, PASSWORD, TestSite, Visitor};
use lectern::{accounts::sweep, config::SignUp, users::queries as users};
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait, prelude::Expr};
use serde_json::{Value, json};

async fn start(mailbox: &Mailbox) -> TestSite {
    let url = mailbox.url.clone();
    TestSite::start_with(|serve| {
        serve.smtp_url = Some(url);
        serve.signup = SignUp::Open;
        serve.public_url = Some("https://blog.example.org".to_owned());
    })
    .await
}

/// The path of the link in the last of so many mails.
async fn link(mailbox: &Mailbox, count: usize, to: &str, path: &str) -> String {
    let mail = mailbox.wait(count).await;
    assert_eq!(mail.to, to);
    assert!(mail.text.contains("From: Blog <blog@example.org>"), "{}", mail.text);
    let link = mail.link(&format!("https://blog.example.org{path}"));
    link.trim_start_matches("https://blog.example.org").to_owned()
}

/// Who did what to whom, and the fields that were changed. What is secret stands there as dots.
async fn history(site: &TestSite) -> Vec<Value> {
    let log = admin_log::Entity::find().all(site.db.write()).await.unwrap();
    let entry = |entry: admin_log::Model| {
        assert_eq!(entry.resource, "users");
        let text = entry.changes.to_string();
        assert!(!text.contains("argon2") && !text.contains(PASSWORD), "{text}");
        let changes = entry.changes.as_array().unwrap().iter();
        let fields: Vec<&str> = changes.filter_map(|change| change["field"].as_str()).collect();
        json!([entry.user_name, entry.action, entry.row_title, fields.join(" ")])
    };
    log.into_iter().map(entry).collect()
}

async fn forgot(visitor: &Visitor<'_>, email: &str) -> String {
    visitor.post("/forgot", &[("email", email)]).await.expect(200).one("main")
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_that_is_good_once() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    site.user("ada", Role::Author).await;
    let elsewhere = site.sign_in("ada").await;
    let ada = site.visitor();
    forgot(&ada, "Ada@example.org").await;
    let reset = link(&mailbox, 1, "ada@example.org", "/reset/").await;
    let stored = mail_token::Entity::find().all(site.db.write()).await.unwrap();
    assert!(stored.iter().all(|row| !reset.contains(&row.token_hash)), "only a hash is stored");

    // Mail programs look at links by themselves.
    let page = ada.get(&reset).await.expect(200);
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("cache-control"), "no-store");
    ada.get(&reset).await.expect(200);
    for bad in ["short", "password123", "ada@example.org"] {
        ada.post(&reset, &[("password", bad)]).await.expect(422);
    }
    let answer = ada.post(&reset, &[("password", "a new password of mine")]).await.expect(303);
    assert_eq!(answer.header("location"), "/admin");
    assert!(ada.is_known().await);
    assert!(!elsewhere.is_known().await, "every session from before is over");
    for path in [reset.as_str(), "/reset/x", "/reset/%20"] {
        ada.get(path).await.expect(410);
        let answer = ada.post(path, &[("password", "another password")]).await.expect(410);
        assert!(answer.attributes("main a", "href").contains(&"/forgot".to_owned()));
    }
    site.visitor().sign_in("ada", PASSWORD).await.expect(422);
    site.visitor().sign_in("ada", "a new password of mine").await.expect(303);
    assert_eq!(history(&site).await, [json!(["Ada", "change", "ada", "password"])]);
    site.end().await;
}

#[tokio::test]
async fn asking_for_a_new_password_tells_nothing() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    site.user("ada", Role::Author).await;
    let gone = site.user("gone", Role::Author).await;
    let gone = user::ActiveModel { id: Set(gone), is_active: Set(false), ..Default::default() };
    gone.update(site.db.write()).await.unwrap();
    let mut said = Vec::new();
    let mut statements = Vec::new();
    for name in ["nobody", "gone", "ada"] {
        // The counters are there from the second time on.
        for _ in 0..2 {
            let email = format!("{name}@example.org");
            let before = site.db.statements();
            said.push(forgot(&site.visitor(), &email).await.replace(&email, "X"));
            statements.push(site.db.statements() - before);
        }
    }
    assert!(said.iter().all(|text| *text == said[0]), "{said:?}");
    assert_eq!((statements[1], statements[3]), (statements[5], statements[5]), "{statements:?}");
    mailbox.wait(2).await;
    assert!(mailbox.all().iter().all(|mail| mail.to == "ada@example.org"));
    for odd in ["", "x", "a@b", "a b@example.org", "a@example.org\nBcc: x@example.org"] {
        site.visitor().post("/forgot", &[("email", odd)]).await.expect(422);
    }
    site.end().await;
}

#[tokio::test]
async fn a_link_is_over_after_an_hour_and_when_another_one_was_used() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    site.user("ada", Role::Author).await;
    let ada = site.visitor();
    forgot(&ada, "ada@example.org").await;
    let first = link(&mailbox, 1, "ada@example.org", "/reset/").await;
    mail_token::Entity::update_many()
        .col_expr(mail_token::Column::ExpiresAt, Expr::value(Utc::now() - TimeDelta::seconds(1)))
        .exec(site.db.write())
        .await
        .unwrap();
    ada.post(&first, &[("password", "a new password of mine")]).await.expect(410);
    sweep::once(&site.db, Utc::now()).await.unwrap();
    assert_eq!(mail_token::Entity::find().count(site.db.write()).await.unwrap(), 0);

    forgot(&ada, "ada@example.org").await;
    let second = link(&mailbox, 2, "ada@example.org", "/reset/").await;
    forgot(&ada, "ada@example.org").await;
    let third = link(&mailbox, 3, "ada@example.org", "/reset/").await;
    ada.post(&third, &[("password", "a new password of mine")]).await.expect(303);
    ada.post(&second, &[("password", "another password")]).await.expect(410);
    site.end().await;
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_does() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    site.user("ada", Role::Author).await;
    let (one, other) = (site.visitor(), site.visitor());
    forgot(&one, "ada@example.org").await;
    let reset = link(&mailbox, 1, "ada@example.org", "/reset/").await;
    let (first, second) = tokio::join!(
        one.post(&reset, &[("password", "the password of one")]),
        other.post(&reset, &[("password", "the password of other")])
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    site.end().await;
}

#[tokio::test]
async fn whoever_has_a_mailbox_may_sign_up_where_that_is_open() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    let bo = site.visitor();
    assert!(bo.get("/login").await.attributes("main a", "href").contains(&"/signup".to_owned()));
    bo.get("/signup").await.expect(200);
    let fields = [("username", "bo"), ("email", "Bo@example.org"), ("role", "admin")];
    let said = bo.post("/signup", &fields).await.expect(200).one("main");
    assert!(said.contains("bo@example.org"), "{said}");
    let confirm = link(&mailbox, 1, "bo@example.org", "/signup?token=").await;
    for _ in 0..2 {
        let page = bo.get(&confirm).await.expect(200);
        assert_eq!(page.attributes("input[name=username]", "value"), ["bo"]);
    }
    assert_eq!(user::Entity::find().count(site.db.read()).await.unwrap(), 0, "looking makes no account");
    let token = confirm.split('=').nth(1).unwrap();
    let finish = async |fields: &[(&str, &str)]| {
        let mut all = vec![("token", token), ("role", "admin"), ("email", "eve@example.org")];
        all.extend_from_slice(fields);
        bo.post("/signup", &all).await
    };
    let wrong = finish(&[("username", "b o"), ("password", "short")]).await.expect(422);
    assert_eq!(wrong.texts(".field-error").len(), 2);
    assert_eq!(wrong.attributes("input[name=username]", "value"), ["b o"]);
    let done =
        finish(&[("username", "bo"), ("display_name", "Bo"), ("password", PASSWORD)]).await.expect(303);
    assert_eq!(done.header("location"), "/account");
    assert!(bo.is_known().await);
    let made = users::find_by_username(site.db.read(), "bo").await.unwrap().unwrap();
    assert_eq!((made.role, made.email.as_str()), (Role::Member, "bo@example.org"), "as the mailbox says");
    finish(&[("username", "bo2"), ("password", PASSWORD)]).await.expect(410);
    let fields = "username email display_name role is_active password";
    assert_eq!(history(&site).await, [json!(["Bo", "create", "bo", fields])]);
    site.end().await;
}

#[tokio::test]
async fn signing_up_tells_nobody_which_addresses_have_accounts() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    site.user("ada", Role::Author).await;
    let ask = async |username: &str, email: &str| {
        let before = site.db.statements();
        let answer = site.visitor().post("/signup", &[("username", username), ("email", email)]).await;
        (answer, site.db.statements() - before)
    };
    let (new, counted_new) = ask("bo", "bo@example.org").await;
    let (known, counted_known) = ask("cy", "ada@example.org").await;
    assert_eq!(
        new.expect(200).one("main").replace("bo@", "X@"),
        known.expect(200).one("main").replace("ada@", "X@")
    );
    // One more for the first: the counter of the address begins with it.
    assert!(counted_new.abs_diff(counted_known) <= 4, "{counted_new} {counted_known}");
    mailbox.wait(2).await;
    let all = mailbox.all();
    let to_ada = all.iter().find(|mail| mail.to == "ada@example.org").unwrap();
    assert!(!to_ada.text.contains("token="), "{}", to_ada.text);
    assert!(to_ada.text.contains("/forgot"));
    // Names are public, in capitals or not.
    let (taken, _) = ask("ADA", "new@example.org").await;
    assert_eq!(taken.expect(422).texts(".field-error"), ["Somebody has this username already."]);
    site.end().await;
}

#[tokio::test]
async fn a_name_that_was_taken_meanwhile_can_be_changed() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    let bo = site.visitor();
    bo.post("/signup", &[("username", "bo"), ("email", "bo@example.org")]).await.expect(200);
    let confirm = link(&mailbox, 1, "bo@example.org", "/signup?token=").await;
    site.build().author("Bo").await;
    let token = confirm.split('=').nth(1).unwrap();
    let answer = bo.post("/signup", &[("token", token), ("username", "bo"), ("password", PASSWORD)]).await;
    // The author's address is the one of the mailbox, too: that is said to whoever reads it.
    assert!(answer.expect(422).one("main").contains("Somebody has this username already."));
    site.end().await;
}

#[tokio::test]
async fn a_closed_site_has_no_sign_up() {
    let site = TestSite::start().await;
    let visitor = site.visitor();
    for path in ["/signup", "/signup?token=x"] {
        visitor.get(path).await.expect(404);
        visitor.post(path, &[("username", "bo"), ("email", "bo@example.org")]).await.expect(404);
    }
    assert!(!visitor.get("/login").await.attributes("main a", "href").contains(&"/signup".to_owned()));
    site.end().await;
}

#[tokio::test]
async fn what_changes_an_account_ends_the_links_that_were_mailed_before() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    let root = site.user("root", Role::Admin).await;
    let (root, ada_id) = (site.program(root, Scope::Write).await, site.user("ada", Role::Author).await);
    let user = format!("/api/users/{ada_id}");
    let password = json!({"password": "chosen by the admin"});
    for (number, changes) in [
        vec![password],
        vec![json!({"is_active": false}), json!({"is_active": true})],
        // At last, for it sends mails of its own.
        vec![json!({"email": "ada2@example.org"}), json!({"email": "ada@example.org"})],
    ]
    .iter()
    .enumerate()
    {
        forgot(&site.visitor(), "ada@example.org").await;
        let reset = link(&mailbox, number + 1, "ada@example.org", "/reset/").await;
        for change in changes {
            root.json(Method::PATCH, &user, change).await.expect(200);
        }
        let reset = site.visitor().post(&reset, &[("password", "a new password of mine")]).await;
        assert_eq!(reset.status, 410, "{changes:?}");
    }
    site.end().await;
}

#[tokio::test]
async fn another_address_of_ones_own_ends_the_links_to_the_old_one() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    forgot(&site.visitor(), "ada@example.org").await;
    let reset = link(&mailbox, 1, "ada@example.org", "/reset/").await;
    let profile =
        [("display_name", "Ada"), ("email", "lovelace@example.org"), ("current_password", PASSWORD)];
    ada.post("/account/profile", &profile).await.expect(303);
    site.visitor().post(&reset, &[("password", "a new password of mine")]).await.expect(410);
    site.end().await;
}
