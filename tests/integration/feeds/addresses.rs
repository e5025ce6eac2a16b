//! Where feeds are, where they were, and how they are found.

use harness::TestSite;
use reqwest::Method;

use super::{FILES, rules};

async fn furnish(site: &TestSite) {
    let ada = site.build().author("ada").await;
    let post = site.build().post(ada, "Post").tags(&["Rust"]).save().await;
    site.build().course("Steps", &[post]).await;
}

#[tokio::test]
async fn what_other_systems_called_them_leads_to_them() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.build().redirect("/tag/old", "/tags/rust").await;
    site.build().redirect("/blog", "/").await;
    for (old, new) in [
        ("/feed", "/feed.xml"),
        ("/feed/atom", "/feed.xml"),
        ("/feed/rss2", "/rss.xml"),
        ("/feed/rdf", "/rss.xml"),
        ("/feed/json", "/feed.json"),
        ("/feeds/posts/default", "/feed.xml"),
        ("/atom.xml", "/feed.xml"),
        ("/atom", "/feed.xml"),
        ("/rss", "/rss.xml"),
        ("/rss2.xml", "/rss.xml"),
        ("/index.xml", "/rss.xml"),
        ("/index.rdf", "/rss.xml"),
        ("/feed.rss", "/rss.xml"),
        ("/authors/ada/feed", "/authors/ada/feed.xml"),
        ("/authors/ada/rss", "/authors/ada/rss.xml"),
        ("/tags/rust/index.xml", "/tags/rust/rss.xml"),
        ("/tags/rust/feed/atom", "/tags/rust/feed.xml"),
        ("/courses/steps/feed", "/courses/steps/feed.xml"),
        ("/tag/old/rss", "/tags/rust/rss.xml"),
        ("/tag/old/feed.xml", "/tags/rust/feed.xml"),
        ("/blog/index.xml", "/rss.xml"),
    ] {
        for sent in [old.to_owned(), format!("{old}/")] {
            let answer = site.get(&sent).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (301, new.to_owned()), "{sent}");
            site.send(Method::HEAD, &sent, &[]).await.expect(301);
        }
        rules::read(&site.get(new).await);
    }
    for none in ["/none/feed", "/posts/post/feed", "/comments/feed", "/tags/rust/x/feed", "/authors/feed"] {
        site.get(none).await.expect(404);
    }
    // What an owner says comes first.
    site.build().redirect("/rss", "/archive").await;
    assert_eq!(site.get("/rss").await.expect(301).header("location"), "/archive");
    site.end().await;
}

#[tokio::test]
async fn a_feed_follows_its_page_to_another_address() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.user("root", entity::user::Role::Admin).await;
    let root = site.sign_in("root").await;
    let before = rules::read(&site.get("/tags/rust/feed.xml").await);
    let tags = root.get("/admin/tags").await.expect(200);
    let tag = tags.attributes("tbody a[href^='/admin/tags/']", "href").remove(0);
    let page = root.get(&tag).await.expect(200);
    let version = page.attributes("input[name=_version]", "value").remove(0);
    root.post(&tag, &[("_version", &*version), ("name", "Ferris"), ("slug", "ferris")]).await.expect(303);
    for file in FILES {
        let answer = site.get(&format!("/tags/rust/{file}")).await.expect(301);
        assert_eq!(answer.header("location"), format!("/tags/ferris/{file}"));
    }
    let after = rules::read(&site.get("/tags/ferris/feed.xml").await);
    assert_eq!(after.ids(), before.ids());
    site.end().await;
}

#[tokio::test]
async fn a_trailing_slash_is_one_too_many() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in ["/feed.xml", "/authors/ada/rss.xml", "/tags/rust/feed.json"] {
        let answer = site.get(&format!("{path}/")).await.expect(308);
        assert_eq!(answer.header("location"), path);
    }
    site.end().await;
}
