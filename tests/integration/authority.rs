//! What somebody may do is asked again when it is done: meanwhile it may be less.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use actix_web::{test::TestRequest, web::Path};
use chrono::{TimeDelta, Utc};
use entity::{
    api_token::{self, Scope},
    session,
    user::{self, Role},
};
use futures_util::future::join_all;
use harness::TestSite;
use lectern::{
    auth::{Proof, Viewer, tokens},
    courses::{pages, progress},
    web::Error,
};
use reqwest::Method;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_admins_who_demote_each_other_are_never_both_demoted() {
    let site = TestSite::start().await;
    let (ada, bob) = (site.user("ada", Role::Admin).await, site.user("bob", Role::Admin).await);
    let programs = [site.program(ada, Scope::Write).await, site.program(bob, Scope::Write).await];
    let member = json!({"role": "member"});
    for round in 0..5 {
        let paths = [format!("/api/users/{bob}"), format!("/api/users/{ada}")];
        let tries = programs.iter().zip(&paths);
        let answers = join_all(tries.map(|(program, path)| program.json(Method::PATCH, path, &member))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403], "round {round}");
        for id in [ada, bob] {
            site.build().role(id, Role::Admin).await;
        }
    }
    site.end().await;
}

/// Sends the head of a request, waits for `meanwhile`, then sends its body; the status of the answer.
async fn slowly(
    site: &TestSite,
    head: String,
    body: &'static str,
    meanwhile: impl Future<Output = ()>,
) -> String {
    let mut stream = TcpStream::connect(site.origin.trim_start_matches("http://")).unwrap();
    let head = format!("{head}Host: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    // Long enough for the site to find out who it is.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    meanwhile.await;
    stream.write_all(body.as_bytes()).unwrap();
    let read = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    read.await.unwrap().split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn who_is_locked_while_their_request_arrives_is_not_obeyed() {
    let site = TestSite::start().await;
    let bob = site.user("bob", Role::Author).await;
    for (number, (method, path, body)) in [
        ("PATCH", format!("/api/users/{bob}"), "{\"role\": \"admin\"}"),
        ("PATCH", format!("/api/users?ids={bob}"), "{\"role\": \"admin\"}"),
        ("POST", "/api/courses".to_owned(), "{\"name\": \"Logic\"}"),
    ]
    .into_iter()
    .enumerate()
    {
        let eve = site.user(&format!("eve{number}"), Role::Admin).await;
        let token = tokens::create(site.db.write(), eve, "a test", Scope::Write).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        );
        let status = slowly(&site, head, body, async {
            let lock = user::ActiveModel { id: Set(eve), is_active: Set(false), ..Default::default() };
            lock.update(site.db.write()).await.unwrap();
        });
        assert_eq!(status.await, "401", "{method} {path}");
    }
    let bob = user::Entity::find_by_id(bob).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(bob.role, Role::Author);
    assert_eq!(entity::course::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn settings_are_not_taken_from_who_was_an_admin_when_the_form_began() {
    let site = TestSite::start().await;
    let eve = site.user("eve", Role::Admin).await;
    let cookie = site.sign_in("eve").await.cookie().unwrap();
    let head = format!(
        "POST /admin/settings HTTP/1.1\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n"
    );
    let body = "title=Taken&language=en&time_zone=UTC&posts_per_page=10&description=";
    let status = slowly(&site, head, body, site.build().role(eve, Role::Member)).await;
    assert_eq!(status, "403");
    assert!(!site.get("/").await.one("title").contains("Taken"));
    site.end().await;
}

/// A request with a token and a body of JSON, up to its length.
fn by_token(method: &str, path: &str, token: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n")
}

/// A form of somebody with a cookie, up to its length.
fn by_cookie(path: &str, cookie: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n"
    )
}

#[tokio::test]
async fn a_token_that_ends_while_its_request_arrives_is_not_obeyed() {
    let site = TestSite::start().await;
    let eve = site.user("eve", Role::Admin).await;
    let course = site.build().course("Logic", &[]).await;
    for (method, path, body) in [
        ("POST", "/api/users".to_owned(), r#"{"username": "mal", "email": "mal@example.org"}"#),
        ("PATCH", format!("/api/courses/{course}"), r#"{"name": "Taken"}"#),
        ("PATCH", "/api/courses?all=true".to_owned(), r#"{"summary": "Taken"}"#),
        ("POST", "/api/posts".to_owned(), r#"{"title": "Taken", "content": "Words"}"#),
    ] {
        for how in ["revoked", "over", "narrowed"] {
            let token = tokens::create(site.db.write(), eve, how, Scope::Write).await.unwrap();
            let status = slowly(&site, by_token(method, &path, &token), body, async {
                let of_it = || api_token::Column::Name.eq(how);
                match how {
                    "revoked" => {
                        let output = site.lectern(&["token", "revoke", "--user", "eve", "--name", how]);
                        assert!(output.status.success());
                    }
                    "over" => {
                        let past = Utc::now() - TimeDelta::seconds(1);
                        let change = api_token::Entity::update_many()
                            .col_expr(api_token::Column::ExpiresAt, Expr::value(past));
                        change.filter(of_it()).exec(site.db.write()).await.unwrap();
                    }
                    _ => {
                        let change = api_token::Entity::update_many()
                            .col_expr(api_token::Column::Scope, Expr::value(Scope::Read));
                        change.filter(of_it()).exec(site.db.write()).await.unwrap();
                    }
                }
            });
            assert_eq!(status.await, "401", "{method} {path} {how}");
            api_token::Entity::delete_many().exec(site.db.write()).await.unwrap();
        }
    }
    let courses = entity::course::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!((courses.len(), &*courses[0].name, &*courses[0].summary), (1, "Logic", "Logic in short."));
    assert_eq!(user::Entity::find().count(site.db.write()).await.unwrap(), 1);
    assert_eq!(entity::post::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn a_session_that_ends_while_its_request_arrives_is_not_obeyed() {
    let site = TestSite::start().await;
    site.user("eve", Role::Admin).await;
    let bob = site.user("bob", Role::Member).await;
    let course = site.build().course("Logic", &[]).await;
    for (path, body) in [
        ("/admin/courses/new".to_owned(), "name=Taken"),
        (format!("/admin/courses/{course}"), "name=Taken"),
        (format!("/admin/users/{bob}/delete"), "confirmed=1"),
        (
            "/admin/settings".to_owned(),
            "title=Taken&language=en&time_zone=UTC&posts_per_page=10&description=",
        ),
        ("/account/tokens".to_owned(), "name=mine&scope=write"),
        ("/account/tokens/revoke".to_owned(), "id=1"),
        ("/account/sessions/revoke".to_owned(), ""),
        ("/account/profile".to_owned(), "display_name=Taken&email=eve%40example.org&bio="),
        (
            "/account/password".to_owned(),
            "current_password=correct+horse+battery&password=another+long+password",
        ),
        ("/account/delete".to_owned(), "password=correct+horse+battery"),
    ] {
        for how in ["ended", "over"] {
            let cookie = site.sign_in("eve").await.cookie().unwrap();
            // An empty body would be there at once.
            let body = if body.is_empty() { "x=" } else { body };
            let status = slowly(&site, by_cookie(&path, &cookie), body, async {
                if how == "ended" {
                    session::Entity::delete_many().exec(site.db.write()).await.unwrap();
                } else {
                    let past = Utc::now() - TimeDelta::seconds(1);
                    let change = session::Entity::update_many()
                        .col_expr(session::Column::ExpiresAt, Expr::value(past));
                    change.exec(site.db.write()).await.unwrap();
                }
            });
            assert_eq!(status.await, "401", "{path} {how}");
        }
    }
    let courses = entity::course::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!((courses.len(), &*courses[0].name), (1, "Logic"));
    assert_eq!(api_token::Entity::find().count(site.db.write()).await.unwrap(), 0);
    let users = user::Entity::find().order_by_asc(user::Column::Id).all(site.db.write()).await.unwrap();
    assert_eq!((users.len(), &*users[0].display_name), (2, "Eve"));
    assert!(!site.get("/").await.one("title").contains("Taken"));
    site.sign_in("eve").await;
    site.end().await;
}

#[tokio::test]
async fn a_stolen_session_makes_no_token_while_its_owner_changes_the_password_or_is_locked() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let stolen = site.sign_in("ada").await.cookie().unwrap();
    let owner = site.sign_in("ada").await;
    let body = "name=mine&scope=write";
    let status = slowly(&site, by_cookie("/account/tokens", &stolen), body, async {
        let fields = [("current_password", harness::PASSWORD), ("password", "a new password of mine")];
        owner.post("/account/password", &fields).await.expect(303);
    });
    assert_eq!(status.await, "401");
    let cookie = owner.cookie().unwrap();
    let status = slowly(&site, by_cookie("/account/tokens", &cookie), body, async {
        let lock = user::ActiveModel { id: Set(ada), is_active: Set(false), ..Default::default() };
        lock.update(site.db.write()).await.unwrap();
    });
    assert_eq!(status.await, "401");
    assert_eq!(api_token::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn who_is_signed_out_while_their_request_waits_changes_nothing_in_a_course() {
    let site = TestSite::start().await;
    let eve = site.user("eve", Role::Member).await;
    let author = site.build().author("ada").await;
    let post = site.build().post(author, "One").save().await;
    let course = site.build().course("Logic", &[post]).await;
    let visitor = site.sign_in("eve").await;
    visitor.post("/courses/logic/enrol", &[]).await.expect(303);
    let standing = async || progress::standing(site.db.write(), eve, course).await.unwrap().unwrap();
    let before = standing().await;
    // Found out who it is; then, before the change begins, the session is over.
    let row = session::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    session::Entity::delete_many().exec(site.db.write()).await.unwrap();
    let viewer = || Viewer {
        id: eve,
        username: "eve".to_owned(),
        display_name: "Eve".to_owned(),
        role: Role::Member,
        proof: Proof::Session(row.id),
    };
    let request = || TestRequest::default().to_http_request();
    let slug = || Path::from("logic".to_owned());
    let lesson = Path::from(("logic".to_owned(), "one".to_owned()));
    let app = || site.app.clone();
    for answer in [
        pages::enrol(app(), request(), slug(), viewer()).await,
        pages::leave(app(), request(), slug(), viewer()).await,
        pages::complete(app(), request(), lesson, viewer()).await,
    ] {
        assert!(matches!(answer, Err(Error::LoginRequired)), "{answer:?}");
    }
    assert_eq!(standing().await, before);
    site.end().await;
}
