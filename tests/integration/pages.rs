//! What readers see.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

mod courses;
mod delivery;
mod escaping;
mod every;
mod files;
mod lists;
mod long;
mod posts;
mod related;
mod search;

use harness::{Answer, TestSite};

/// The titles of a list of posts, in its order.
fn titles(page: &Answer) -> Vec<String> {
    page.texts(".post-item-title")
}

/// A script that would run, if the policy let it: data does not.
const SCRIPT: &str = "script:not([src]):not([type='application/ld+json'])";

/// A path of each kind of page of the site that [`furnish`] makes.
pub(crate) const EVERY_PAGE: [&str; 17] = [
    "/",
    "/?page=2",
    "/posts/post-1",
    "/authors",
    "/authors/ada",
    "/authors/ada?page=2",
    "/tags",
    "/tags/rust",
    "/archive",
    "/courses",
    "/courses/first-steps",
    "/courses/first-steps/post-1",
    "/courses/first-steps/post-2",
    "/search",
    "/search?q=words",
    "/search?q=words&page=2",
    "/search?q=nowhere",
];

/// Twelve posts by Ada and one under a tag, and a course of two of them.
pub(crate) async fn furnish(site: &TestSite) {
    let build = site.build();
    let ada = build.author("ada").await;
    build.posts(ada, 12).await;
    let tagged = build.post(ada, "About Rust").tags(&["Rust"]).save().await;
    let ids: Vec<i64> = site.get("/api/posts?per_page=100").await.json()["posts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|post| ["Post 1", "Post 2"].contains(&post["title"].as_str().unwrap()))
        .map(|post| post["id"].as_i64().unwrap())
        .collect();
    build.course("First steps", &[ids[1], ids[0], tagged]).await;
}
