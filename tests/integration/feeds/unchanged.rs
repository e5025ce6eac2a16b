//! Whoever has a feed already does not get it again.

use entity::post;
use harness::{TestSite, build::day};
use reqwest::Method;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::FILES;

#[tokio::test]
async fn an_unchanged_feed_is_not_sent_again_and_costs_less() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Post").tags(&["Rust"]).save().await;
    site.build().course("Steps", &[id]).await;
    // Stored times are finer than a header's.
    let finer = day(1) + chrono::TimeDelta::milliseconds(789);
    let finer = post::ActiveModel { id: Set(id), updated_at: Set(finer), ..Default::default() };
    finer.update(site.db.write()).await.unwrap();
    for base in ["", "/authors/ada", "/tags/rust", "/courses/steps"] {
        for file in FILES {
            let path = format!("{base}/{file}");
            let (feed, whole) = site.count_statements(&path).await;
            let (etag, modified) = (feed.expect(200).header("etag"), "Thu, 01 Jan 2026 12:00:00 GMT");
            let is_of_site = base.is_empty() || base.starts_with("/tags");
            for known in [
                vec![("if-none-match", &*etag)],
                vec![("if-none-match", "*")],
                vec![("if-none-match", &*etag), ("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT")],
                vec![("if-modified-since", modified)],
            ] {
                // People and courses have a time of their own, which is now.
                if known[0].0 == "if-modified-since" && !is_of_site {
                    continue;
                }
                let before = site.db.statements();
                let again = site.send(Method::GET, &path, &known).await.expect(304);
                assert!(site.db.statements() - before < whole, "{path}: the texts were read");
                assert_eq!(again.bytes.len(), 0, "{path}");
                assert_eq!(again.header("etag"), etag, "{path}");
            }
            for unknown in [
                vec![("if-none-match", "\"other\"")],
                // The tag is the better word (RFC 9110, 13.1.3).
                vec![("if-none-match", "\"other\""), ("if-modified-since", modified)],
                vec![("if-modified-since", "Fri, 02 Jan 2026 12:00:00 GMT")],
                vec![("if-modified-since", "yesterday")],
            ] {
                site.send(Method::GET, &path, &unknown).await.expect(200);
            }
            let head = site.send(Method::HEAD, &path, &[]).await.expect(200);
            assert_eq!((head.header("etag"), head.bytes.len()), (etag, 0), "{path}");
            if base.is_empty() {
                assert_eq!(head.header("last-modified"), modified, "{path}");
            }
            assert_eq!(head.header("cache-control"), "no-cache", "{path}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn each_change_that_is_seen_makes_another_feed() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Post").tags(&["Rust"]).save().await;
    let mut known = site.get("/feed.xml").await.expect(200).header("etag");
    let mut changed = async |what: &str| {
        let answer = site.send(Method::GET, "/feed.xml", &[("if-none-match", &known)]).await;
        assert_eq!(answer.status.as_u16(), 200, "{what}");
        known = answer.header("etag");
        answer.text()
    };
    site.build().post(ada, "Post").content("Better words.").tags(&["Rust"]).save_over(id).await;
    assert!(changed("another text").await.contains("Better words."));
    site.build().setting("title", "Renamed".into()).await;
    assert!(changed("another title").await.contains("Renamed"));
    let name = entity::user::ActiveModel {
        id: Set(ada),
        display_name: Set("Countess".into()),
        ..Default::default()
    };
    name.update(site.db.write()).await.unwrap();
    assert!(changed("another name").await.contains("Countess"));
    let tag = entity::tag::ActiveModel { id: Set(1), name: Set("Ferris".into()), ..Default::default() };
    tag.update(site.db.write()).await.unwrap();
    assert!(changed("another tag").await.contains("Ferris"));
    site.build().post(ada, "Newer").published(day(2)).save().await;
    assert!(changed("another post").await.contains("Newer"));
    let draft = post::ActiveModel { id: Set(id), status: Set(post::PostStatus::Draft), ..Default::default() };
    draft.update(site.db.write()).await.unwrap();
    assert!(!changed("one post less").await.contains("Better words."));
    site.end().await;
}

#[tokio::test]
async fn a_change_of_this_moment_has_no_time_to_ask_by() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Post").save().await;
    let now = post::ActiveModel { id: Set(id), updated_at: Set(chrono::Utc::now()), ..Default::default() };
    now.update(site.db.write()).await.unwrap();
    let feed = site.get("/feed.xml").await.expect(200);
    assert_eq!(feed.header("last-modified"), "");
    assert_ne!(feed.header("etag"), "");
    site.end().await;
}
