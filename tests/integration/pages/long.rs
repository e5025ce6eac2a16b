//! Lists that are longer than what is counted and skipped each time: what is remembered of them is never seen.

use std::time::Duration;

use entity::post::{self, PostStatus};
use harness::{TestSite, Visitor, build::day};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::Value;

use super::titles;

/// More than are skipped in one step.
const MANY: i64 = 2_700;

/// The newest posts' titles by the API, and how many there are: `page` holds a hundred.
async fn listed(site: &TestSite, page: i64) -> (Vec<String>, u64) {
    let answer = site.get(&format!("/api/posts?per_page=100&page={page}")).await.expect(200).json();
    let titles = answer["posts"].as_array().unwrap().iter();
    let titles = titles.map(|post| post["title"].as_str().unwrap().to_owned()).collect();
    (titles, answer["total"].as_u64().unwrap())
}

fn names(numbers: impl Iterator<Item = i64>) -> Vec<String> {
    numbers.map(|number| format!("Post {number}")).collect()
}

#[tokio::test]
async fn a_deep_page_is_exact_after_posts_came_and_went_before_it() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, MANY).await;
    // The newest is the first: page 26 begins with the 2,501st.
    let before = names((101..=200).rev());
    assert_eq!(listed(&site, 26).await, (before.clone(), MANY as u64));
    assert_eq!(listed(&site, 27).await.0, names((1..=100).rev()));
    assert_eq!(listed(&site, 26).await, (before.clone(), MANY as u64));

    let new = site.build().post(ada, "In the middle").published(day(1_000)).save().await;
    let moved = names((102..=201).rev());
    assert_eq!(listed(&site, 26).await, (moved, MANY as u64 + 1));

    let transaction = site.db.begin().await.unwrap();
    post::Entity::delete_by_id(new).exec(&transaction).await.unwrap();
    let gone = post::Entity::delete_many().filter(post::Column::Title.is_in(["Post 2000", "Post 150"]));
    gone.exec(&transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let (shown, total) = listed(&site, 26).await;
    assert_eq!(total, MANY as u64 - 2);
    assert_eq!(shown, names((99..=199).rev().filter(|number| *number != 150)));

    site.get("/api/posts?per_page=100&page=27").await.expect(200);
    site.get("/api/posts?per_page=100&page=28").await.expect(404);
    site.get("/api/posts?per_page=100&page=99999999999999999999").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn posts_of_one_instant_keep_their_order_on_deep_pages() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, MANY).await;
    let transaction = site.db.begin().await.unwrap();
    let one_instant = Expr::value(Some(day(1)));
    post::Entity::update_many()
        .col_expr(post::Column::PublishedAt, one_instant)
        .exec(&transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    for page in [26, 25, 27, 26] {
        let first = MANY - (page - 1) * 100;
        assert_eq!(listed(&site, page).await.0, names((first - 99..=first).rev()), "page {page}");
    }
    site.end().await;
}

#[tokio::test]
async fn pinned_posts_stand_before_all_others_however_deep_a_page_is() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, MANY).await;
    site.build().setting("posts_per_page", 100.into()).await;
    let transaction = site.db.begin().await.unwrap();
    let pinned = [3, 2_650, 150];
    post::Entity::update_many()
        .col_expr(post::Column::Pinned, Expr::value(true))
        .filter(post::Column::Title.is_in(pinned.map(|number| format!("Post {number}"))))
        .exec(&transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let others: Vec<String> = names((1..=MANY).rev().filter(|number| !pinned.contains(number)));
    for page in [26, 27, 2, 26] {
        let shown = titles(&site.get(&format!("/?page={page}")).await.expect(200));
        let first = (page as usize - 1) * 100 - pinned.len();
        assert_eq!(shown, others[first..(first + 100).min(others.len())], "page {page}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_written_post_is_counted_at_once_and_soon_by_another_node() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 1_100).await;
    let other = site.another_node().await;
    assert_eq!((listed(&site, 1).await.1, listed(&other, 1).await.1), (1_100, 1_100));
    site.build().post(ada, "One more").save().await;
    assert_eq!(listed(&site, 1).await.1, 1_101);
    let mut tries = 0;
    while listed(&other, 1).await.1 != 1_101 {
        tries += 1;
        assert!(tries < 300, "the other node goes on counting {}", listed(&other, 1).await.1);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The same for what is long no more.
    let transaction = site.db.begin().await.unwrap();
    let most = post::Entity::delete_many().filter(post::Column::Title.starts_with("Post 1"));
    let gone = most.exec(&transaction).await.unwrap().rows_affected;
    transaction.commit().await.unwrap();
    assert_eq!(listed(&site, 1).await.1, 1_101 - gone);
    other.end().await;
    site.end().await;
}

/// What a tag's page says there is: 0 where there is none.
async fn under_tag(site: &TestSite) -> Vec<String> {
    let page = site.get("/tags/rust").await;
    if page.status.as_u16() == 404 { Vec::new() } else { titles(&page.expect(200)) }
}

async fn act(root: &Visitor<'_>, action: &str, id: i64) {
    root.post("/admin/posts/actions", &[("action", action), ("id", &id.to_string())]).await.expect(303);
}

#[tokio::test]
async fn the_posts_under_a_tag_follow_what_becomes_of_each() {
    let site = TestSite::start().await;
    site.user("root", entity::user::Role::Admin).await;
    let root = site.sign_in("root").await;
    let ada = site.build().author("ada").await;
    let [old, new] = [("Old", 3), ("New", 5)].map(|(title, at)| (title, day(at)));
    let old = site.build().post(ada, old.0).published(old.1).tags(&["Rust"]).save().await;
    let new =
        site.build().post(ada, new.0).published(new.1).status(PostStatus::Draft).tags(&["Rust"]).save().await;
    assert_eq!(under_tag(&site).await, ["Old"]);
    act(&root, "publish", new).await;
    assert_eq!(under_tag(&site).await, ["New", "Old"]);
    act(&root, "unpublish", old).await;
    assert_eq!(under_tag(&site).await, ["New"]);
    act(&root, "unpublish", new).await;
    assert_eq!(under_tag(&site).await, [""; 0]);
    assert_eq!(site.get("/tags").await.expect(200).texts("main a[href^='/tags/']"), [""; 0]);
    // By its form: published again, and another time.
    let form = |at: &'static str| [("status", "published"), ("published_at", at)];
    root.post(&format!("/admin/posts/{new}"), &form("2026-01-02T12:00")).await.expect(303);
    root.post(&format!("/admin/posts/{old}"), &form("2026-01-04T12:00")).await.expect(303);
    assert_eq!(under_tag(&site).await, ["Old", "New"]);
    let shown: Value = site.get(&format!("/api/posts/{old}")).await.expect(200).json();
    assert_eq!(shown["tags"][0], "Rust");
    site.end().await;
}
