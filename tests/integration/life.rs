//! The life of a post: from a draft to the trash, and back.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what breaks here must fail its test")]

mod early;
mod nodes;
mod pages;
mod previews;
mod revisions;
mod schedule;
mod trash;

use std::time::Duration;

use entity::{
    admin_log,
    post::{self, PostStatus},
};
use harness::TestSite;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Asks again and again until something is so. Fails when that takes far too long.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..1_200 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: it never came to that");
}

async fn row(site: &TestSite, id: i64) -> post::Model {
    post::Entity::find_by_id(id).one(site.db.write()).await.unwrap().unwrap()
}

async fn status(site: &TestSite, id: i64) -> PostStatus {
    row(site, id).await.status
}

/// What was done to a post, and by whom.
async fn history(site: &TestSite, id: i64) -> Vec<(String, String)> {
    let entries = admin_log::Entity::find()
        .filter(admin_log::Column::Resource.eq("posts"))
        .filter(admin_log::Column::RowId.eq(id.to_string()))
        .order_by_asc(admin_log::Column::Id);
    let entries = entries.all(site.db.write()).await.unwrap();
    entries.into_iter().map(|entry| (entry.action, entry.user_name)).collect()
}

/// How many posts a search finds.
async fn found(site: &TestSite, word: &str) -> u64 {
    let answer = site.get(&format!("/api/search?q={word}")).await.expect(200).json();
    answer["total"].as_u64().unwrap()
}

fn pairs(entries: &[(String, String)]) -> Vec<(&str, &str)> {
    entries.iter().map(|(action, who)| (action.as_str(), who.as_str())).collect()
}
