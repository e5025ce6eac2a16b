//! What somebody may do is asked again when it is done: meanwhile it may be less.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use entity::{
    api_token::Scope,
    user::{self, Role},
};
use futures_util::future::join_all;
use harness::TestSite;
use lectern::auth::tokens;
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};
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
