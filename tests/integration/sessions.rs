//! Sessions: whose they are, how long they last, and what ends them.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use chrono::{TimeDelta, Utc};
use entity::{
    session, throttle,
    user::{self, Role},
};
use harness::{PASSWORD, TestSite, Visitor, printed};
use lectern::{
    accounts::{queries as accounts, sweep},
    auth::{
        password,
        sessions::{EXACTNESS, IDLE, LONGEST},
    },
    users::queries as users,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryOrder, prelude::DateTimeUtc, sea_query::Expr,
};

async fn rows(site: &TestSite) -> Vec<session::Model> {
    session::Entity::find().order_by_asc(session::Column::Id).all(site.db.write()).await.unwrap()
}

async fn one(site: &TestSite) -> session::Model {
    let mut rows = rows(site).await;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// The value of a visitor's cookie.
fn value_of(visitor: &Visitor<'_>) -> String {
    visitor.cookie().unwrap().split_once('=').unwrap().1.to_owned()
}

async fn set_times(site: &TestSite, row: session::Model, created: DateTimeUtc, seen: DateTimeUtc) {
    let mut row = row.into_active_model();
    row.created_at = Set(created);
    row.last_seen_at = Set(seen);
    row.expires_at = Set((seen + IDLE).min(created + LONGEST));
    row.update(site.db.write()).await.unwrap();
}

#[tokio::test]
async fn a_session_is_a_row_that_does_not_hold_its_key() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Member).await;
    let visitor = site.visitor();
    let answer = visitor.sign_in("ada", PASSWORD).await.expect(303);
    let cookie = answer.header("set-cookie");
    for part in ["lectern_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let row = one(&site).await;
    assert_eq!((row.user_id, row.address.as_str(), row.key_hash.len()), (Some(ada), "127.0.0.1", 64));
    let value = value_of(&visitor);
    assert!(!row.state.contains(&value) && !value.contains(&row.key_hash));
    site.end().await;
}

#[tokio::test]
async fn on_https_the_cookie_is_the_hosts_alone() {
    let site =
        TestSite::start_with(|serve| serve.public_url = Some("https://blog.example.org".to_owned())).await;
    site.user("ada", Role::Member).await;
    let visitor = site.visitor();
    let cookie = visitor.sign_in("ada", PASSWORD).await.expect(303).header("set-cookie");
    assert!(cookie.starts_with("__Host-lectern_session="), "{cookie}");
    assert!(cookie.contains("Secure") && cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
    assert!(visitor.is_known().await);
    for path in ["/", "/none", "/static/none"] {
        assert_eq!(site.get(path).await.header("strict-transport-security"), "max-age=63072000", "{path}");
    }
    // By the name of plain http it is nobody's.
    let other = site.visitor().with_cookie(&format!("lectern_session={}", value_of(&visitor)));
    assert!(!other.is_known().await);
    for (origin, status) in [("https://blog.example.org", 303), ("http://blog.example.org", 403)] {
        let answer = site.visitor().post_with("/logout", &[], &[("origin", origin)]).await;
        assert_eq!(answer.status, status, "{origin}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_planted_session_is_not_the_one_that_is_signed_in() {
    let site = TestSite::start().await;
    site.user("eve", Role::Member).await;
    site.user("ada", Role::Member).await;
    let eve = site.sign_in("eve").await;
    let planted = eve.cookie().unwrap();
    // Eve's own session in Ada's browser, and then Ada signs in.
    let ada = site.visitor().with_cookie(&planted);
    ada.sign_in("ada", PASSWORD).await.expect(303);
    assert_ne!(ada.cookie().unwrap(), planted);
    assert!(ada.is_known().await);
    assert!(!eve.is_known().await, "the planted one is over");
    // One that never was.
    let bo = site.visitor().with_cookie("lectern_session=made-up");
    bo.sign_in("ada", PASSWORD).await.expect(303);
    assert_ne!(bo.cookie().unwrap(), "lectern_session=made-up");
    site.end().await;
}

#[tokio::test]
async fn a_tampered_cookie_is_no_session_and_no_error() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    let value = value_of(&ada);
    let flipped = if value.starts_with('A') { "B" } else { "A" };
    for tampered in [
        String::new(),
        "x".to_owned(),
        format!("{flipped}{}", &value[1..]),
        value[..value.len() - 4].to_owned(),
        format!("{value}x"),
        "%00%ff".to_owned(),
        "x".repeat(3000),
    ] {
        let visitor = site.visitor().with_cookie(&format!("lectern_session={tampered}"));
        visitor.get("/").await.expect(200);
        assert!(!visitor.is_known().await, "{tampered}");
    }
    assert!(ada.is_known().await);
    site.end().await;
}

#[tokio::test]
async fn after_a_logout_the_session_is_dead_for_whoever_has_its_cookie() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    let stolen = ada.cookie().unwrap();
    let answer = ada.post("/logout", &[]).await.expect(303);
    assert_eq!(answer.header("location"), "/?signed-out");
    assert_eq!(ada.cookie(), None);
    assert_eq!(ada.get("/?signed-out").await.texts(".message"), ["You are signed out."]);
    assert_eq!(rows(&site).await.len(), 0);
    let thief = site.visitor().with_cookie(&stolen);
    assert!(!thief.is_known().await);
    // Once more is no mistake.
    ada.post("/logout", &[]).await.expect(303);
    site.end().await;
}

#[tokio::test]
async fn a_session_ends_unused_and_ends_at_last() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let now = Utc::now();
    let minute = TimeDelta::minutes(1);
    for (created, seen, lasts) in [
        (now - IDLE, now - IDLE + minute, true),
        (now - IDLE, now - IDLE - minute, false),
        (now - LONGEST + minute, now - minute, true),
        (now - LONGEST - minute, now - minute, false),
    ] {
        let ada = site.sign_in("ada").await;
        set_times(&site, one(&site).await, created, seen).await;
        assert_eq!(ada.is_known().await, lasts, "{created} {seen}");
        if lasts {
            let row = one(&site).await;
            assert!(row.expires_at <= created + LONGEST + TimeDelta::seconds(1), "never beyond");
            ada.post("/logout", &[]).await.expect(303);
        }
        sweep::once(&site.db, Utc::now()).await.unwrap();
        assert_eq!(rows(&site).await.len(), 0, "swept");
    }
    site.end().await;
}

#[tokio::test]
async fn that_a_session_is_used_is_written_now_and_then() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let ada = site.sign_in("ada").await;
    let row = one(&site).await;
    ada.get("/").await.expect(200);
    assert_eq!(one(&site).await, row, "not at once");
    let earlier = row.created_at - EXACTNESS;
    set_times(&site, row, earlier, earlier).await;
    ada.get("/").await.expect(200);
    let row = one(&site).await;
    assert!(row.last_seen_at > earlier && row.expires_at > earlier + IDLE);
    site.end().await;
}

#[tokio::test]
async fn knowing_who_reads_takes_two_statements_and_not_knowing_none() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Member).await;
    site.build().post(id, "Hello").save().await;
    let ada = site.sign_in("ada").await;
    // The settings are read once.
    site.get("/").await.expect(200);
    // And one more for one's own comments that wait.
    for (path, more) in [("/", 2), ("/posts/hello", 3), ("/archive", 2), ("/none", 2), ("/api/posts", 2)] {
        let (_, anonymous) = site.count_statements(path).await;
        let before = site.db.statements();
        ada.get(path).await;
        assert_eq!(site.db.statements() - before, anonymous + more, "{path}");
    }
    let css = site.get("/").await.attributes("link[rel=stylesheet]", "href").remove(0);
    let before = site.db.statements();
    ada.get(&css).await.expect(200);
    assert_eq!(site.db.statements() - before, 0, "files are everybody's");
    site.end().await;
}

async fn two_sessions(site: &TestSite) -> (Visitor<'_>, Visitor<'_>) {
    (site.sign_in("ada").await, site.sign_in("ada").await)
}

#[tokio::test]
async fn one_ends_sessions_of_ones_own_and_of_nobody_else() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    site.user("eve", Role::Admin).await;
    let (here, there) = two_sessions(&site).await;
    let eve = site.sign_in("eve").await;
    let id_there = rows(&site).await[1].id.to_string();
    eve.post("/account/sessions/revoke", &[("id", &id_there)]).await.expect(303);
    assert!(there.is_known().await, "not Eve's to end");
    here.post("/account/sessions/revoke", &[("id", &id_there)]).await.expect(303);
    assert!(!there.is_known().await);
    assert!(here.is_known().await);
    let again = site.sign_in("ada").await;
    here.post("/account/sessions/revoke", &[]).await.expect(303);
    assert!(!again.is_known().await);
    assert!(here.is_known().await && eve.is_known().await);
    let own =
        here.get("/account").await.attributes("section[aria-labelledby=sessions] button[name=id]", "value");
    assert_eq!(own.len(), 1);
    here.post("/account/sessions/revoke", &[("id", &own[0])]).await.expect(303);
    assert!(!here.is_known().await);
    for odd in ["x", "-1", "99999999999999999999"] {
        eve.post("/account/sessions/revoke", &[("id", odd)]).await.expect(if odd == "-1" {
            303
        } else {
            404
        });
    }
    assert!(eve.is_known().await);
    site.end().await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let site = TestSite::start().await;
    site.user("ada", Role::Member).await;
    let (here, there) = two_sessions(&site).await;
    let old = here.cookie().unwrap();
    let fields = [("current_password", PASSWORD), ("password", "a new password of mine")];
    here.post("/account/password", &fields).await.expect(303);
    assert!(here.is_known().await);
    assert!(!there.is_known().await);
    let thief = site.visitor().with_cookie(&old);
    assert!(!thief.is_known().await, "its own old key is good no more");
    site.end().await;
}

#[tokio::test]
async fn what_the_owner_changes_in_a_shell_ends_sessions() {
    let site = TestSite::start().await;
    site.user("ada", Role::Admin).await;
    for arguments in [vec!["user", "set-role", "ada", "editor"], vec!["user", "deactivate", "ada"]] {
        let ada = site.sign_in("ada").await;
        let output = site.lectern(&arguments);
        assert!(output.status.success(), "{:?}", printed(&output));
        assert!(!ada.is_known().await, "{arguments:?}");
        assert_eq!(rows(&site).await.len(), 0);
    }
    site.visitor().sign_in("ada", PASSWORD).await.expect(422);
    site.end().await;
}

#[tokio::test]
async fn a_locked_account_is_nobody_at_once() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Admin).await;
    let ada = site.sign_in("ada").await;
    // Even where the row of the session is still there.
    let change = user::ActiveModel { id: Set(id), is_active: Set(false), ..Default::default() };
    change.update(site.db.write()).await.unwrap();
    assert!(!ada.is_known().await);
    assert_eq!(session::Entity::find().count(site.db.read()).await.unwrap(), 1);
    site.end().await;
}

#[tokio::test]
async fn all_nodes_know_a_session_and_a_restart_forgets_none() {
    let database = harness::TestDatabase::create().await;
    let mut first = TestSite::start_on(database).await;
    first.user("ada", Role::Member).await;
    let cookie = first.sign_in("ada").await.cookie().unwrap();
    let second = first.another_node().await;
    let visitor = second.visitor().with_cookie(&cookie);
    assert!(visitor.is_known().await);
    first.stop().await;
    assert!(visitor.is_known().await);
    second.end().await;
    first.end().await;
}

/// Begins to sign in, and does something else before the password is compared: all counters of tries are held until
/// that is done.
async fn sign_in_during(
    site: &TestSite,
    password: &str,
    meanwhile: impl AsyncFnOnce(&DatabaseTransaction),
) -> (u16, bool) {
    let visitor = site.visitor();
    let other = site.db.begin().await.unwrap();
    let hold = throttle::Entity::update_many()
        .col_expr(throttle::Column::FreeAt, Expr::col(throttle::Column::FreeAt));
    hold.exec(&other).await.unwrap();
    let login = visitor.sign_in("ada", password);
    let change = async {
        // Long enough to have been looked up.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        meanwhile(&other).await;
        other.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(login, change);
    (answer.status.as_u16(), visitor.is_known().await)
}

#[tokio::test]
async fn who_signs_in_with_the_old_password_while_it_is_changed_is_not_signed_in() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Author).await;
    // Counters that are there can be held.
    site.visitor().sign_in("ada", "not her password").await.expect(422);
    assert_eq!(sign_in_during(&site, PASSWORD, async |_| {}).await, (303, true));
    site.visitor().sign_in("ada", "not her password").await.expect(422);
    let result = sign_in_during(&site, PASSWORD, async |other| {
        let user = users::lock(other, id).await.unwrap().unwrap();
        let hash = password::hash("a new password of mine".to_owned()).await.unwrap();
        accounts::set_password(other, user, hash).await.unwrap();
    });
    assert_eq!(result.await, (422, false));
    site.visitor().sign_in("ada", "not her password").await.expect(422);
    let result = sign_in_during(&site, "a new password of mine", async |other| {
        users::set_active(other, &[id], false).await.unwrap();
    });
    assert_eq!(result.await, (422, false));
    assert_eq!(rows(&site).await.len(), 0);
    site.end().await;
}

#[tokio::test]
async fn a_hash_of_old_is_made_anew_unless_it_was_changed_meanwhile() {
    let site = TestSite::start().await;
    let id = site.user("ada", Role::Author).await;
    // Argon2id with 8 MiB and one pass, of "correct horse battery".
    let weak =
        "$argon2id$v=19$m=8192,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$Qd/uPU2dNuqz/ljLQKUryhqKULDfO/egRNHbpCY1GDk";
    let set = async |hash: &str| {
        let change = user::ActiveModel {
            id: Set(id),
            password_hash: Set(Some(hash.to_owned())),
            ..Default::default()
        };
        change.update(site.db.write()).await.unwrap();
    };
    let stored = async || {
        let user = user::Entity::find_by_id(id).one(site.db.write()).await.unwrap().unwrap();
        user.password_hash.unwrap()
    };
    set(weak).await;
    site.visitor().sign_in("ada", PASSWORD).await.expect(303);
    assert!(stored().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    site.visitor().sign_in("ada", PASSWORD).await.expect(303);

    set(weak).await;
    site.visitor().sign_in("ada", "not her password").await.expect(422);
    let new = password::hash("a new password of mine".to_owned()).await.unwrap();
    let result = sign_in_during(&site, PASSWORD, async |other| {
        let user = users::lock(other, id).await.unwrap().unwrap();
        accounts::set_password(other, user, new.clone()).await.unwrap();
    });
    assert_eq!(result.await, (422, false));
    assert_eq!(stored().await, new);
    site.end().await;
}
