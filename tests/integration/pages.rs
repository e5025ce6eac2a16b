//! What readers see.

use harness::TestSite;

#[tokio::test]
async fn an_empty_site_says_so() {
    let site = TestSite::start().await;
    let home = site.get("/").await.expect(200);
    assert!(home.texts("main").concat().to_lowercase().contains("nothing"), "{}", home.text());
    site.end().await;
}
