//! The preview and the slug: as the server stores them.

use entity::{api_token::Scope, post::PostStatus, user::Role};
use harness::TestSite;
use lectern::{content, web::rendering::AT_ONCE};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::stored;

const TEXT: &str = "# One\r\n\r\nTwo *words* & `code`, \"quoted\".\r\n\r\n```rust\r\nfn main() {}\r\n```\r\n\r\n- [x] done\r\n\r\nA note[^1].\r\n\r\n[^1]: Here.\r\n\r\n<script>alert(1)</script><b onclick=x>b</b>";

#[tokio::test]
async fn it_is_what_will_be_stored() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let ada = site.sign_in("ada").await;
    let shown = ada.post("/admin/posts/preview", &[("content", TEXT)]).await.expect(200);
    assert_eq!(shown.header("content-type"), "text/html; charset=utf-8");
    let form = [("title", "Post"), ("content", TEXT), ("status", "published")];
    ada.post("/admin/posts/new", &form).await.expect(303);
    let post = entity::post::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(shown.text(), post.html);
    assert_eq!(shown.header("lectern-words"), post.word_count.to_string());
    assert_eq!(shown.header("lectern-minutes"), content::reading_minutes(post.word_count).to_string());
    assert!(!shown.text().contains("<script") && !shown.text().contains("onclick"));
    let page = ada.get(&format!("/admin/posts/{}", post.id)).await.expect(200);
    assert_eq!(page.one("[data-count]"), format!("{} words · 1 min to read", post.word_count));
    assert_eq!(ada.post("/admin/posts/preview", &[]).await.expect(200).text(), "");
    let site_page = site.get("/posts/post").await.expect(200).text();
    assert!(site_page.contains(&post.html));
    site.end().await;
}

#[tokio::test]
async fn a_slug_is_suggested_as_saving_would_make_it() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let margins = site.build().post(ada, "Margins").status(PostStatus::Draft).save().await;
    let ada = site.sign_in("ada").await;
    let slug = async |query: &str| {
        let answer = ada.get(&format!("/admin/posts/slug?{query}")).await.expect(200);
        answer.json()["slug"].as_str().unwrap().to_owned()
    };
    assert_eq!(slug("title=On%20white%20space").await, "on-white-space");
    assert_eq!(slug("title=%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82").await, "привет");
    assert_eq!(slug("title=Margins").await, "margins-2");
    assert_eq!(slug(&format!("title=Margins&post={margins}")).await, "margins");
    assert_eq!(slug("title=%21%3F").await, "");
    assert_eq!(slug("").await, "");
    let form = [("title", "Margins"), ("content", "x"), ("status", "draft"), ("slug", "")];
    ada.post("/admin/posts/new", &form).await.expect(303);
    let made = entity::post::Entity::find().filter(entity::post::Column::Slug.eq("margins-2"));
    assert!(made.one(site.db.write()).await.unwrap().is_some());
    // It may follow the title until it was public or chosen.
    let follows = async |id: i64| {
        ada.get(&format!("/admin/posts/{id}")).await.expect(200).attributes("#form", "data-slug").remove(0)
    };
    assert_eq!(ada.get("/admin/posts/new").await.attributes("#form", "data-slug"), ["follows"]);
    let of = stored(&site, margins).await.user_id;
    let chosen = site.build().post(of, "Some title").slug("chosen").status(PostStatus::Draft).save().await;
    let public = site.build().post(of, "Public").save().await;
    assert_eq!((follows(chosen).await, follows(public).await), ("stays".to_owned(), "stays".to_owned()));
    site.end().await;
}

#[tokio::test]
async fn who_asks_for_many_previews_waits_behind_themselves_alone() {
    let site = TestSite::start().await;
    let (id, _) = (site.user("ada", Role::Author).await, site.user("bo", Role::Author).await);
    let (ada, bo) = (site.sign_in("ada").await, site.sign_in("bo").await);
    let form = [("content", "Some *words*")];
    let accept = [("accept", "text/html, application/json;q=0.5")];
    let previews = &site.app.renderings.previews;
    // One of Ada's takes long.
    let place = previews.take(id).await.unwrap();
    let answer = ada.post_with("/admin/posts/preview", &form, &accept).await.expect(429);
    assert_eq!(answer.header("retry-after"), "2");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    // Nobody else waits for it, and nothing else.
    bo.post("/admin/posts/preview", &form).await.expect(200);
    ada.post("/admin/posts/new", &[("title", "A"), ("content", "x"), ("status", "draft")]).await.expect(303);
    // Who waits gets the place once it is free, and gives it back.
    let (answer, ()) = tokio::join!(ada.post("/admin/posts/preview", &form), async { drop(place) });
    answer.expect(200);
    let mut others = Vec::new();
    for stranger in 0..AT_ONCE as i64 {
        others.push(previews.take(1_000 + stranger).await.unwrap());
    }
    bo.post_with("/admin/posts/preview", &form, &accept).await.expect(429);
    drop(others);
    for _ in 0..2 * AT_ONCE {
        ada.post("/admin/posts/preview", &form).await.expect(200);
    }
    assert_eq!(previews.free(), AT_ONCE);
    site.end().await;
}

#[tokio::test]
async fn a_save_that_finds_no_place_gives_back_what_was_typed() {
    let site = TestSite::start().await;
    let id = site.user("root", Role::Admin).await;
    site.user("bo", Role::Editor).await;
    let (root, bo) = (site.sign_in("root").await, site.sign_in("bo").await);
    let program = site.program(id, Scope::Write).await;
    let saves = &site.app.renderings.saves;
    let place = saves.take(id).await.unwrap();
    let post = [("title", "Typed"), ("content", "All of it"), ("status", "draft"), ("_continue", "1")];
    let page = [("title", "Typed"), ("content", "All of it")];
    let course = [("name", "Typed"), ("description", "All of it")];
    let body = serde_json::json!({ "title": "Typed", "content": "All of it" });
    let (posted, paged, coursed, sent, other) = tokio::join!(
        root.post("/admin/posts/new", &post),
        root.post("/admin/pages/new", &page),
        root.post("/admin/courses/new", &course),
        program.json(reqwest::Method::POST, "/api/posts", &body),
        bo.post("/admin/posts/new", &post),
    );
    for (answer, field) in [(posted, "content"), (paged, "content"), (coursed, "description")] {
        let answer = answer.expect(503);
        assert_eq!(answer.header("retry-after"), "5");
        assert_eq!(answer.one("h1"), "Back in a moment");
        assert_eq!(answer.one_raw(&format!("#field-{field}")).trim(), "All of it");
        assert_eq!(answer.attributes("main form.form input[name=_save]", "value").len(), 0);
        assert_eq!(answer.attributes("main form.form", "action").len(), 1, "it can be sent again");
    }
    assert_eq!(sent.expect(503).json()["status"], 503);
    // Bo saves meanwhile.
    other.expect(303);
    drop(place);
    root.post("/admin/posts/new", &post).await.expect(303);
    assert_eq!(saves.free(), AT_ONCE);
    site.end().await;
}

#[tokio::test]
async fn it_is_for_those_who_write() {
    let site = TestSite::start().await;
    site.user("max", Role::Member).await;
    let max = site.sign_in("max").await;
    max.post("/admin/posts/preview", &[("content", "x")]).await.expect(403);
    let nobody = site.visitor();
    let json = [("accept", "application/json")];
    let answer = nobody.post_with("/admin/posts/preview", &[("content", "x")], &json).await.expect(401);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let cross = [("sec-fetch-site", "cross-site")];
    nobody.post_with("/admin/posts/preview", &[("content", "x")], &cross).await.expect(403);
    site.end().await;
}
