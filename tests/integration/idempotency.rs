//! `Idempotency-Key`: what is sent again is done once, also where the first answer never came.
#![expect(clippy::expect_used, reason = "what breaks here must fail its test")]

use actix_web::{http::StatusCode, test::TestRequest, web::Bytes};
use chrono::{TimeDelta, Utc};
use entity::{api_token::Scope, idempotency_key, tag, user::Role};
use futures_util::future::join_all;
use harness::{Answer, TestSite, visitor::Visitor};
use lectern::{
    auth::{Proof, Viewer},
    web::{
        Error,
        body::JsonBody,
        idempotency::{Claim, once},
    },
};
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, sea_query::Expr};
use serde_json::json;

/// An admin's program, with the admin's id.
async fn admin(site: &TestSite) -> (i64, Visitor<'_>) {
    let id = site.user("root", Role::Admin).await;
    (id, site.program(id, Scope::Write).await)
}

fn id(answer: &Answer) -> i64 {
    answer.json()["id"].as_i64().expect("an id")
}

#[tokio::test]
async fn a_repeated_request_is_done_once() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let ada = site.user("ada", Role::Author).await;
    let other = site.program(ada, Scope::Write).await;
    let post = async |who: &Visitor<'_>, key: &str, title: &str| {
        let body = Some((json!({"title": title}).to_string(), "application/json"));
        who.send_with(Method::POST, "/api/posts", body, &[("idempotency-key", key)]).await
    };
    let answers = join_all((0..10).map(|_| post(&root, "k1", "Once"))).await;
    for answer in &answers {
        assert!([201, 409].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    assert_eq!(
        answers.iter().filter(|a| a.status == 201 && a.header("idempotent-replayed").is_empty()).count(),
        1
    );
    let again = post(&root, "k1", "Once").await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["slug"], "once");
    assert_eq!(site.get("/api/posts").await.json()["total"], 1);

    assert_eq!(post(&root, "k1", "Twice").await.status.as_u16(), 422, "another body");
    post(&other, "k1", "Theirs").await.expect(201);
    // Who may not write any more is not told what they once wrote.
    site.build().role(ada, Role::Member).await;
    post(&other, "k1", "Theirs").await.expect(403);
    post(&root, "k2", "").await.expect(422);
    post(&root, "k2", "Mended").await.expect(201);
    for bad in ["", "a b", &"x".repeat(201)] {
        post(&root, bad, "Never").await.expect(400);
    }
    assert_eq!(site.get("/api/posts").await.json()["total"], 3);
    site.end().await;
}

#[tokio::test]
async fn a_request_whose_first_answer_never_came_is_done_once_all_the_same() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let post = async |title: &str| {
        let body = Some((json!({"title": title}).to_string(), "application/json"));
        root.send_with(Method::POST, "/api/posts", body, &[("idempotency-key", title)]).await
    };
    let first = post("One").await.expect(201);
    let row = idempotency_key::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    let set = async |status: Option<i32>, body: String, age: i64| {
        let change = idempotency_key::ActiveModel {
            id: Set(row.id),
            status: Set(status),
            body: Set(body),
            created_at: Set(Utc::now() - TimeDelta::seconds(age)),
            ..Default::default()
        };
        change.update(site.db.write()).await.unwrap();
    };
    // The program stopped when the post was stored, and before the answer was.
    set(Some(201), id(&first).to_string(), 120).await;
    let again = post("One").await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), again.json()), ("true".to_owned(), first.json()));
    // It stopped before the post was stored: at first nobody can know.
    root.delete(&format!("/api/posts/{}", id(&first))).await.expect(204);
    set(None, String::new(), 1).await;
    post("One").await.expect(409);
    set(None, String::new(), 61).await;
    let anew = post("One").await.expect(201);
    assert!(anew.header("idempotent-replayed").is_empty());
    assert_eq!(post("One").await.expect(201).json(), anew.json());
    assert_eq!(site.get("/api/posts").await.json()["total"], 1);
    site.end().await;
}

/// Makes a tag and says in the same transaction that the request is done.
async fn make(site: &TestSite, slug: &str, claim: Option<&Claim>) -> Result<(i64, StatusCode), Error> {
    let transaction = site.db.begin().await?;
    let tag =
        tag::ActiveModel { name: Set(slug.to_owned()), slug: Set(slug.to_owned()), ..Default::default() };
    let tag = tag.insert(&transaction).await?;
    claim.expect("a claim").settle(&transaction, tag.id).await?;
    transaction.commit().await?;
    Ok((tag.id, StatusCode::CREATED))
}

#[tokio::test]
async fn of_a_request_that_was_taken_for_dead_and_its_repetition_one_is_done() {
    let site = TestSite::start().await;
    let eve = site.user("eve", Role::Admin).await;
    let viewer = Viewer {
        id: eve,
        username: "eve".to_owned(),
        display_name: "Eve".to_owned(),
        role: Role::Admin,
        proof: Proof::Session(1),
    };
    let request = TestRequest::post().uri("/api/tags").insert_header(("idempotency-key", "k1"));
    let (request, body) = (request.to_http_request(), JsonBody(Bytes::from_static(b"{}")));
    let first = once(
        &site.app,
        &viewer,
        &request,
        &body,
        async |claim| {
            // Half way it stops for longer than anybody waits, and the second one takes its key over.
            let age = Expr::value(Utc::now() - TimeDelta::seconds(61));
            let aged =
                idempotency_key::Entity::update_many().col_expr(idempotency_key::Column::CreatedAt, age);
            aged.exec(site.db.write()).await?;
            let second = async |claim: Option<&Claim>| make(&site, "second", claim).await;
            let second = once(&site.app, &viewer, &request, &body, second, async |row| Ok(row)).await?;
            assert_eq!(second.status(), StatusCode::CREATED);
            make(&site, "first", claim).await
        },
        async |row| Ok(row),
    );
    let first = first.await;
    assert!(matches!(first, Err(Error::Conflict(_))), "{first:?}");
    let tags = tag::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!(tags.iter().map(|tag| &*tag.slug).collect::<Vec<_>>(), ["second"]);
    // And whoever asks once more hears of the one that was made.
    let third = async |_: Option<&Claim>| panic!("this was done already");
    let third = once(&site.app, &viewer, &request, &body, third, async |row| Ok(row)).await.unwrap();
    assert_eq!(third.headers().get("idempotent-replayed").unwrap(), "true");
    assert_eq!(third.status(), StatusCode::CREATED);
    site.end().await;
}
