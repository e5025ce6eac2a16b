//! How often something may be tried, and that nobody is locked out by it.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use chrono::Utc;
use entity::{throttle, user::Role};
use futures_util::future::join_all;
use harness::{Answer, PASSWORD, TestDatabase, TestSite};
use lectern::{
    accounts::sweep,
    config::{ServeSettings, SignUp},
    users::queries as users,
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, prelude::Expr};

fn behind_a_proxy(serve: &mut ServeSettings) {
    serve.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
}

/// A login from an address, by way of a proxy.
async fn login(site: &TestSite, name: &str, password: &str, from: &str) -> Answer {
    let fields = [("username", name), ("password", password)];
    site.visitor().post_with("/login", &fields, &[("x-forwarded-for", from)]).await
}

/// Lets time pass for all counters.
async fn wait(site: &TestSite, seconds: i64) {
    throttle::Entity::update_many()
        .col_expr(throttle::Column::FreeAt, Expr::col(throttle::Column::FreeAt).sub(seconds * 1000))
        .exec(site.db.write())
        .await
        .unwrap();
}

#[tokio::test]
async fn after_five_wrong_passwords_one_waits_and_then_tries_again() {
    let site = TestSite::start_with(behind_a_proxy).await;
    site.user("ada", Role::Member).await;
    for _ in 0..5 {
        login(&site, "ada", "wrong", "192.0.2.1").await.expect(422);
    }
    for name in ["ada", "ADA"] {
        let answer = login(&site, name, PASSWORD, "192.0.2.1").await.expect(429);
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((50..=60).contains(&seconds), "{seconds}");
        assert_eq!(answer.attributes("input[name=username]", "value"), [name], "what was typed is kept");
        assert!(answer.one(".complaints").contains("Too many tries"));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    // The owner is at home, the one who guesses is not.
    login(&site, "ada", PASSWORD, "198.51.100.7").await.expect(303);
    login(&site, "ada", PASSWORD, "192.0.2.1").await.expect(429);
    wait(&site, 61).await;
    login(&site, "ada", "wrong", "192.0.2.1").await.expect(422);
    login(&site, "ada", "wrong", "192.0.2.1").await.expect(429);
    wait(&site, 61).await;
    login(&site, "ada", PASSWORD, "192.0.2.1").await.expect(303);
    // And with that all is well again.
    for _ in 0..5 {
        login(&site, "ada", "wrong", "192.0.2.1").await.expect(422);
    }
    site.end().await;
}

#[tokio::test]
async fn a_username_and_an_address_are_not_known_for_one_accounts() {
    let site = TestSite::start_with(behind_a_proxy).await;
    site.user("ada", Role::Member).await;
    for _ in 0..5 {
        login(&site, "ada", "wrong", "192.0.2.1").await.expect(422);
    }
    for email in ["ada@example.org", "nobody@example.org"] {
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(login(&site, email, "wrong", "192.0.2.1").await.status.as_u16());
        }
        assert_eq!(statuses, [422, 422, 422, 422, 422, 429], "{email}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_crowd_does_not_lock_an_owner_out_where_they_are_signed_in() {
    let site = TestSite::start_with(behind_a_proxy).await;
    site.user("ada", Role::Member).await;
    login(&site, "ada", PASSWORD, "2001:db8:1:2::1").await.expect(303);
    login(&site, "ada", "wrong", "192.0.2.1").await.expect(422);
    // As fifty tries from many addresses would leave it.
    throttle::Entity::update_many()
        .col_expr(throttle::Column::FreeAt, Expr::col(throttle::Column::FreeAt).add(3_600_000))
        .filter(throttle::Column::Key.starts_with("login-account"))
        .exec(site.db.write())
        .await
        .unwrap();
    login(&site, "ada", PASSWORD, "198.51.100.7").await.expect(429);
    login(&site, "ada", PASSWORD, "2001:db8:1:3::1").await.expect(429);
    login(&site, "ada", PASSWORD, "2001:db8:1:2::99").await.expect(303);
    // Where one is at home passwords are not to be guessed either.
    for _ in 0..5 {
        login(&site, "ada", "wrong", "2001:db8:1:2::1").await.expect(422);
    }
    login(&site, "ada", PASSWORD, "2001:db8:1:2::1").await.expect(429);
    site.end().await;
}

#[tokio::test]
async fn names_that_are_nobodys_are_counted_alike() {
    let site = TestSite::start_with(behind_a_proxy).await;
    for _ in 0..5 {
        login(&site, "nobody", "wrong", "192.0.2.1").await.expect(422);
    }
    login(&site, "Nobody", "wrong", "192.0.2.1").await.expect(429);
    let keys = throttle::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!(keys.len(), 3);
    for row in keys {
        assert!(!row.key.contains("nobody") && !row.key.contains("192.0.2"), "{}", row.key);
    }
    site.end().await;
}

#[tokio::test]
async fn one_password_on_many_accounts_is_stopped_by_address() {
    let site = TestSite::start_with(behind_a_proxy).await;
    let mut answers = Vec::new();
    for number in 0..22 {
        // Of IPv6, a household has all of this.
        let from = format!("2001:db8:1:2::{number:x}");
        answers.push(login(&site, &format!("user{number}"), "wrong", &from).await.status.as_u16());
    }
    assert!(answers[..20].iter().all(|status| *status == 422), "{answers:?}");
    assert!(answers.contains(&429), "{answers:?}");
    login(&site, "user99", "wrong", "2001:db8:1:3::1").await.expect(422);
    site.end().await;
}

#[tokio::test]
async fn what_succeeds_does_not_count() {
    let site = TestSite::start_with(behind_a_proxy).await;
    site.user("ada", Role::Member).await;
    for _ in 0..25 {
        login(&site, "ada", PASSWORD, "192.0.2.1").await.expect(303);
    }
    site.end().await;
}

#[tokio::test]
async fn all_nodes_count_together_and_a_restart_forgets_nothing() {
    let mut first = TestSite::start_on(TestDatabase::create().await).await;
    first.user("ada", Role::Member).await;
    let second = first.another_node().await;
    for number in 0..5 {
        let site = if number % 2 == 0 { &first } else { &second };
        site.visitor().sign_in("ada", "wrong").await.expect(422);
    }
    second.visitor().sign_in("ada", PASSWORD).await.expect(429);
    first.stop().await;
    let third = first.another_node().await;
    third.visitor().sign_in("ada", PASSWORD).await.expect(429);
    third.end().await;
    second.end().await;
    first.end().await;
}

#[tokio::test]
async fn many_at_once_are_counted_one_by_one() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let visitors: Vec<_> = (0..12).map(|_| site.visitor()).collect();
    let tries = visitors.iter().map(|visitor| visitor.sign_in("ada", "wrong"));
    let statuses: Vec<u16> = join_all(tries).await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 7, "{statuses:?}");
    site.end().await;
}

#[tokio::test]
async fn an_address_that_nobody_vouches_for_is_not_believed() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    for number in 0..5 {
        login(&site, "ada", "wrong", &format!("192.0.2.{number}")).await.expect(422);
    }
    login(&site, "ada", "wrong", "192.0.2.99").await.expect(429);
    site.end().await;
}

#[tokio::test]
async fn a_password_asked_again_is_not_to_be_guessed_either() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    for _ in 0..5 {
        ada.post("/account/delete", &[("password", "wrong")]).await.expect(422);
    }
    let answer = ada.post("/account/delete", &[("password", PASSWORD)]).await.expect(429);
    assert!(!answer.header("retry-after").is_empty());
    let fields = [("current_password", PASSWORD), ("password", "a new password of mine")];
    ada.post("/account/password", &fields).await.expect(429);
    assert!(ada.is_known().await);
    site.end().await;
}

#[tokio::test]
async fn mails_of_one_kind_keep_nobody_from_those_of_another() {
    let site = TestSite::start_with(|serve| {
        behind_a_proxy(serve);
        serve.signup = SignUp::Open;
    })
    .await;
    site.user("ada", Role::Member).await;
    let ask = async |path: &str, number: u8| {
        let fields = [("username", "mal"), ("email", "ada@example.org")];
        let from = format!("198.51.100.{number}");
        site.visitor().post_with(path, &fields, &[("x-forwarded-for", &from)]).await.status.as_u16()
    };
    for number in 0..4 {
        assert_eq!(ask("/signup", number).await, if number < 3 { 200 } else { 429 }, "{number}");
    }
    assert_eq!(ask("/forgot", 9).await, 200, "Ada gets her link");
    site.end().await;
}

#[tokio::test]
async fn mails_are_not_to_be_ordered_by_the_dozen() {
    let site = TestSite::start_with(behind_a_proxy).await;
    site.user("ada", Role::Member).await;
    // To somebody who has an account and to somebody who has none, alike.
    for email in ["ada@example.org", "nobody@example.org"] {
        for number in 0..4 {
            let from = format!("198.51.100.{number}");
            let answer =
                site.visitor().post_with("/forgot", &[("email", email)], &[("x-forwarded-for", &from)]).await;
            assert_eq!(answer.status, if number < 3 { 200 } else { 429 }, "{email} {number}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn counters_that_count_nothing_are_swept() {
    let site = TestSite::start().await;
    site.visitor().sign_in("nobody", "wrong").await.expect(422);
    sweep::once(&site.db, Utc::now()).await.unwrap();
    let left = throttle::Entity::find().filter(throttle::Column::Key.starts_with("login"));
    assert_eq!(left.clone().count(site.db.write()).await.unwrap(), 3);
    wait(&site, 3600).await;
    sweep::once(&site.db, Utc::now()).await.unwrap();
    assert_eq!(left.count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn addresses_are_not_to_be_tried_out_in_a_profile() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Member).await;
    site.user("bob", Role::Member).await;
    let visitor = site.sign_in("ada").await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let fields = [("display_name", "Ada"), ("email", "bob@example.org"), ("current_password", PASSWORD)];
        statuses.push(visitor.post("/account/profile", &fields).await.status.as_u16());
        // Whoever has many mailboxes is counted by their account.
        let mailboxes = throttle::Entity::delete_many().filter(throttle::Column::Key.starts_with("mailbox"));
        mailboxes.exec(site.db.write()).await.unwrap();
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
    visitor
        .post("/account/profile", &[("display_name", "Ada"), ("email", "ada@example.org")])
        .await
        .expect(303);
    let name = users::find(site.db.read(), ada).await.unwrap().unwrap().display_name;
    assert_eq!(name, "Ada", "the rest of a profile may be changed");
    site.end().await;
}
