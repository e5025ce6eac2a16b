//! Related posts: by tags and by words, and only what is public.

use entity::{post::PostStatus, user::Role};
use harness::{TestSite, build::day};

async fn related(site: &TestSite, path: &str) -> Vec<String> {
    site.get(path).await.expect(200).texts(".related li")
}

#[tokio::test]
async fn posts_with_the_same_tags_are_related_the_rarer_the_more() {
    let site = TestSite::start().await;
    let build = site.build();
    let ada = build.author("ada").await;
    for number in 1..=8 {
        build.post(ada, &format!("Filler {number}")).tags(&["Common"]).published(day(number)).save().await;
    }
    build.post(ada, "Subject").tags(&["Common", "Rare"]).published(day(20)).save().await;
    build.post(ada, "Rarely").tags(&["Rare"]).published(day(2)).save().await;
    build.post(ada, "Both").tags(&["Common", "Rare"]).published(day(1)).save().await;
    build.post(ada, "Elsewhere").tags(&["Other"]).published(day(30)).save().await;
    let found = related(&site, "/posts/subject").await;
    assert_eq!(found.len(), 3);
    assert_eq!(found[..2], ["Both", "Rarely"]);
    assert!(found[2].starts_with("Filler"), "{found:?}");
    let page = site.get("/posts/subject").await;
    assert_eq!(page.attributes(".related a", "href")[0], "/posts/both");
    site.end().await;
}

#[tokio::test]
async fn posts_without_tags_are_related_by_their_words() {
    let site = TestSite::start().await;
    let build = site.build();
    let ada = build.author("ada").await;
    build.post(ada, "Sailing boats through winter storms").content("Of ropes.").save().await;
    build.post(ada, "Winter storms and how boats survive").content("Of anchors.").save().await;
    build.post(ada, "Baking bread").content("Of flour and of boats.").save().await;
    build.post(ada, "東京都の天気予報").content("晴れ。").save().await;
    build.post(ada, "明日の天気予報").content("雨。").slug("ashita").save().await;
    assert_eq!(
        related(&site, "/posts/sailing-boats-through-winter-storms").await,
        ["Winter storms and how boats survive"]
    );
    assert_eq!(related(&site, "/posts/ashita").await, ["東京都の天気予報"]);
    assert_eq!(related(&site, "/posts/baking-bread").await, [""; 0]);
    site.end().await;
}

#[tokio::test]
async fn a_rare_word_is_not_lost_among_many_newer_posts_with_a_frequent_one() {
    let site = TestSite::start().await;
    let build = site.build();
    let ada = build.author("ada").await;
    let old = build.post(ada, "Windlass care").content("Of grease.").save().await;
    for number in 1..=60 {
        build.post(ada, &format!("Boats of harbour {number}")).content("Of ropes.").save().await;
    }
    build.post(ada, "A windlass for boats").content("Of anchors.").save().await;
    assert_eq!(related(&site, "/posts/a-windlass-for-boats").await[0], "Windlass care");
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    root.post(&format!("/admin/posts/{old}/delete"), &[]).await.expect(303);
    let found = related(&site, "/posts/a-windlass-for-boats").await;
    assert!(found.iter().all(|title| title.starts_with("Boats of harbour")), "{found:?}");
    site.end().await;
}

#[tokio::test]
async fn what_is_not_public_is_related_to_nothing() {
    let site = TestSite::start().await;
    let build = site.build();
    let ada = build.author("ada").await;
    build.post(ada, "Lighthouse keepers").tags(&["Sea"]).save().await;
    for status in [PostStatus::Draft, PostStatus::Scheduled] {
        build.post(ada, &format!("Lighthouse keepers {status:?}")).tags(&["Sea"]).status(status).save().await;
    }
    let trashed = build.post(ada, "Lighthouse keepers trashed").tags(&["Sea"]).save().await;
    assert_eq!(related(&site, "/posts/lighthouse-keepers").await, ["Lighthouse keepers trashed"]);
    site.user("root", Role::Admin).await;
    let root = site.sign_in("root").await;
    root.post(&format!("/admin/posts/{trashed}/delete"), &[]).await.expect(303);
    let page = site.get("/posts/lighthouse-keepers").await.expect(200);
    assert_eq!(page.texts(".related").len(), 0);
    site.end().await;
}
