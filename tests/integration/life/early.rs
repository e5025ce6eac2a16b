//! No reader sees a scheduled post before its time, wherever they look, and on whichever node.

use chrono::{TimeDelta, Utc};
use entity::{
    comment::CommentStatus,
    post::{self, PostStatus},
};
use harness::{TestSite, build::day};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::{status, until};

/// A word of the waiting post's title and slug, and of nothing else that the site says.
const WORD: &str = "snowdrop";

/// Where the post is seen once it is out, and nothing of it before.
const SHOWS: [&str; 33] = [
    "/",
    "/archive",
    "/posts/snowdrop",
    // The post before it leads on to it, and is related to it.
    "/posts/crocus",
    "/tags/bulbs",
    "/tags/winter",
    "/authors/ada",
    "/authors/bo",
    "/search?q=bulbs",
    "/search?q=galanthus",
    "/courses/gardening",
    "/courses/gardening/crocus",
    "/courses/gardening/snowdrop",
    "/feed.xml",
    "/rss.xml",
    "/feed.json",
    "/authors/bo/feed.xml",
    "/authors/bo/rss.xml",
    "/authors/bo/feed.json",
    "/tags/bulbs/feed.xml",
    "/tags/bulbs/rss.xml",
    "/tags/bulbs/feed.json",
    "/courses/gardening/feed.xml",
    "/courses/gardening/rss.xml",
    "/courses/gardening/feed.json",
    "/sitemap-posts-1.xml",
    "/api/posts",
    "/api/posts.ndjson",
    "/api/posts/{id}",
    "/api/search?q=bulbs",
    "/api/search?q=galanthus",
    "/api/users/{bo}",
    "/comments/{comment}",
];

/// Where something else would tell of it: a tag or an author with nothing but what waits, or what is said about it.
const TELLS: [(&str, &str); 5] = [
    ("/tags", "/tags/winter"),
    ("/authors", "/authors/bo"),
    ("/sitemap-tags-1.xml", "/tags/winter"),
    ("/sitemap-authors-1.xml", "/authors/bo"),
    ("/api/posts/{id}/comments", "In my garden too"),
];

struct Waiting {
    ids: [i64; 2],
    places: Vec<(String, String)>,
}

/// Posts that wait for their time a day ahead, one in everything that lists posts; what is out shares its tag, its
/// words and its course.
async fn waiting(site: &TestSite) -> Waiting {
    let ada = site.build().author("ada").await;
    let bo = site.build().author("bo").await;
    let content = "All about bulbs that flower early.";
    let crocus = site.build().post(ada, "Crocus").content(content).tags(&["Bulbs"]).published(day(1));
    let crocus = crocus.save().await;
    // Ada's own, so that an author with something public has something that waits.
    let own = site.build().post(ada, "Snowdrop diary").tags(&["Bulbs"]).status(PostStatus::Scheduled);
    let own = own.save().await;
    let build = site.build().post(bo, "Snowdrop").content("All about bulbs that flower early: galanthus.");
    let id = build.tags(&["Bulbs", "Winter"]).status(PostStatus::Scheduled).save().await;
    site.build().course("Gardening", &[crocus, id, own]).await;
    let build = site.build();
    let comment = build.comment(id, "Cy", "In my garden too", CommentStatus::Approved, None).await;
    set_due(site, &[id, own], Utc::now() + TimeDelta::days(1)).await;
    let filled = |path: &str| {
        path.replace("{id}", &id.to_string())
            .replace("{bo}", &bo.to_string())
            .replace("{comment}", &comment.to_string())
    };
    let shows = SHOWS.iter().map(|path| (filled(path), WORD.to_owned()));
    let tells = TELLS.iter().map(|(path, words)| (filled(path), (*words).to_owned()));
    Waiting { ids: [id, own], places: shows.chain(tells).collect() }
}

async fn set_due(site: &TestSite, ids: &[i64], due: chrono::DateTime<Utc>) {
    for id in ids {
        let change = post::ActiveModel { id: Set(*id), published_at: Set(Some(due)), ..Default::default() };
        change.update(site.db.write()).await.unwrap();
    }
}

/// Whether an answer says something of the post: its body, where it leads, and any other of its headers.
async fn tells(node: &TestSite, (path, words): &(String, String)) -> bool {
    let answer = node.get(path).await;
    let has = |text: &str| text.to_lowercase().contains(&words.to_lowercase());
    let body = answer.text();
    let is_there = answer.status.is_success() || answer.status.is_redirection();
    if path.to_lowercase().contains(&words.to_lowercase()) {
        return is_there;
    }
    has(&body) || has(&answer.header("location"))
}

#[tokio::test]
async fn nobody_sees_a_post_before_its_time_anywhere_on_any_node() {
    let site = TestSite::start().await;
    let other = site.another_node().await;
    let Waiting { ids, places } = waiting(&site).await;
    for node in [&site, &other] {
        for place in &places {
            assert!(!tells(node, place).await, "{place:?} tells of a post that waits");
        }
    }
    // Its time comes while readers ask.
    let due = Utc::now() + TimeDelta::seconds(4);
    set_due(&site, &ids, due).await;
    until("it goes out", async || {
        for node in [&site, &other] {
            for place in &places {
                let is_told = tells(node, place).await;
                assert!(!is_told || Utc::now() >= due, "{place:?} told of it early");
            }
        }
        status(&site, ids[0]).await == PostStatus::Published
            && status(&site, ids[1]).await == PostStatus::Published
    })
    .await;
    // Each of these places does tell of it now: else they would prove nothing.
    for node in [&site, &other] {
        for place in &places {
            assert!(tells(node, place).await, "{place:?} does not tell of it");
        }
    }
    other.end().await;
    site.end().await;
}
