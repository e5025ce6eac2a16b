//! The pages about a post's life take few statements, however much there is, and a very long text is no matter.

use entity::user::Role;
use harness::TestSite;
use lectern::posts::revisions::{self, State};

use super::row;

async fn with_revisions(number: usize) -> (TestSite, i64) {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Tulips").save().await;
    let state = |number: usize| State {
        post_id: post,
        by: Some(ada),
        at: chrono::Utc::now(),
        title: format!("Title {number}"),
        content: format!("Words {number}."),
        summary: String::new(),
        tags: String::new(),
        cover: String::new(),
        cover_alt: String::new(),
    };
    let states = (0..number).map(state).collect();
    revisions::store(site.db.write(), states).await.unwrap();
    (site, post)
}

#[tokio::test]
async fn they_take_the_same_statements_for_any_number_of_revisions() {
    let mut counts = Vec::new();
    for number in [1, 120] {
        let (site, post) = with_revisions(number).await;
        let browser = site.sign_in("ada").await;
        browser.post(&format!("/admin/posts/{post}/preview-link"), &[]).await.expect(303);
        let key = row(&site, post).await.preview_key.unwrap();
        browser
            .post("/admin/posts/actions", &[("action", "unpublish"), ("id", &post.to_string())])
            .await
            .expect(303);
        browser.get(&format!("/admin/posts/{post}/revisions")).await.expect(200);
        let mut of_site = Vec::new();
        for path in [
            format!("/admin/posts/{post}/revisions"),
            format!("/admin/posts/{post}/revisions/2"),
            format!("/admin/posts/{post}/preview-link"),
            format!("/preview/{key}"),
        ] {
            let before = site.db.statements();
            browser.get(&path).await.expect(200);
            of_site.push(site.db.statements() - before);
        }
        counts.push(of_site);
        if number == 120 {
            let last = browser.get(&format!("/admin/posts/{post}/revisions?page=3")).await.expect(200);
            assert_eq!(last.texts(".log-entry").len(), 21);
            browser.get(&format!("/admin/posts/{post}/revisions?page=4")).await.expect(404);
            browser.get(&format!("/admin/posts/{post}/revisions?page=x")).await.expect(400);
        }
        site.end().await;
    }
    assert_eq!(counts[0], counts[1]);
    assert!(counts[0].iter().all(|count| *count <= 10), "{counts:?}");
}

#[tokio::test]
async fn a_text_of_two_hundred_thousand_words_has_a_readable_difference() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let sentence = |number: usize| format!("Sentence number {number} says a few words more.\n\n");
    let text: String = (0..25_000).map(sentence).collect();
    let post = site.build().post(ada, "Long").content(&text).save().await;
    let browser = site.sign_in("ada").await;
    let changed = text.replace("number 12345 says", "number 12345 shouts");
    let path = format!("/admin/posts/{post}");
    browser.post(&path, &[("content", &changed)]).await.expect(303);
    let list = browser.get(&format!("{path}/revisions")).await.expect(200);
    let first = list.attributes(".log-entry a", "href").remove(1);
    let page = browser.get(&first).await.expect(200);
    assert_eq!(page.texts(".diff del"), ["[taken away: says]"]);
    assert_eq!(page.texts(".diff ins"), ["[added: shouts]"]);
    assert!(page.bytes.len() < 100_000, "{} bytes", page.bytes.len());
    site.end().await;
}
