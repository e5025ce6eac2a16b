//! Many comments: pages of them, and the same list for programs.

use entity::{comment::CommentStatus, post::PostStatus, user::Role};
use harness::TestSite;

use super::{rows, say_with};

#[tokio::test]
async fn comments_come_in_pages_of_twenty_thread_by_thread() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let build = site.build();
    let first = build.comment(post, "Ann", "One", CommentStatus::Approved, None).await;
    for number in 2..=30 {
        build.comment(post, "Bo", &format!("{number}"), CommentStatus::Approved, None).await;
    }
    // The last one that is sent stands with what it answers.
    for number in 1..=12 {
        build.comment(post, "Cy", &format!("Answer {number}"), CommentStatus::Approved, Some(first)).await;
    }
    let page = site.get("/posts/hello").await.expect(200);
    assert_eq!(page.one("#comments-title"), "42 comments");
    let texts = page.texts("#comments .comment-body");
    assert_eq!(texts.len(), 20);
    assert_eq!((texts[0].as_str(), texts[1].as_str(), texts[13].as_str()), ("One", "Answer 1", "2"));
    assert!(
        page.attributes("#comments .pagination a", "href")
            .contains(&"/posts/hello?comments=2#comments".to_owned())
    );
    assert_eq!(page.attributes("link[rel=canonical]", "href").len(), 1);
    let last = site.get("/posts/hello?comments=3").await.expect(200);
    assert_eq!(last.texts("#comments .comment-body"), ["29", "30"]);
    // A page of comments is an address of its own; the first one is the post's.
    let itself = format!("{}/posts/hello?comments=3", site.origin);
    assert_eq!(last.attributes("link[rel=canonical]", "href"), [itself.as_str()]);
    assert_eq!(last.attributes("meta[property='og:url']", "content"), [itself.as_str()]);
    assert_eq!(last.one("head title"), "Comments on Hello, page 3 · Lectern");
    let described = last.attributes("meta[name=description]", "content");
    assert_eq!(described, ["Comments 41 to 42 of 42 on Hello."]);
    assert!(last.texts("script[type='application/ld+json']").is_empty());
    let first = site.get("/posts/hello?comments=1").await.expect(200);
    assert_eq!(first.attributes("link[rel=canonical]", "href"), [format!("{}/posts/hello", site.origin)]);
    assert_eq!(first.one("head title"), "Hello · Lectern");
    let (end, last_answer) = (rows(&site).await[29].id, rows(&site).await[41].id);
    let leads = async |id: i64| site.get(&format!("/comments/{id}")).await.expect(302).header("location");
    assert_eq!(leads(end).await, format!("/posts/hello?comments=3#comment-{end}"));
    assert_eq!(leads(last_answer).await, format!("/posts/hello#comment-{last_answer}"));
    for (page, status) in [("0", 400), ("x", 400), ("-1", 400), ("4", 404), ("99999999999999999999", 404)] {
        site.get(&format!("/posts/hello?comments={page}")).await.expect(status);
    }
    // Sent, somebody comes to the page where theirs stands.
    let author = site.sign_in("ada").await;
    let answer = say_with(&author, &site, post, "hello", "", "The last word", &[]).await.expect(303);
    assert!(
        answer.header("location").starts_with("/posts/hello?comments=3#comment-"),
        "{}",
        answer.header("location")
    );
    site.end().await;
}

#[tokio::test]
async fn a_page_is_the_same_for_who_has_it_although_its_form_is_another_one() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.build().post(ada, "Hello").save().await;
    let first = site.get("/posts/hello").await.expect(200);
    let stamp = first.attributes("input[name=stamp]", "value").remove(0);
    let mut answer = site.get("/posts/hello").await.expect(200);
    while answer.attributes("input[name=stamp]", "value")[0] == stamp {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        answer = site.get("/posts/hello").await.expect(200);
    }
    assert_eq!(first.header("etag"), answer.header("etag"));
    let tag = first.header("etag");
    site.send(reqwest::Method::GET, "/posts/hello", &[("if-none-match", &tag)]).await.expect(304);
    site.end().await;
}

#[tokio::test]
async fn programs_read_the_approved_comments_of_public_posts() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let post = build.post(ada, "Hello").save().await;
    let draft = build.post(ada, "Draft").status(PostStatus::Draft).save().await;
    let first = build.comment(post, "Ann", "**One**", CommentStatus::Approved, None).await;
    build.comment(post, "Bo", "Hidden", CommentStatus::Pending, None).await;
    build.comment(post, "Bo", "Spam", CommentStatus::Spam, None).await;
    build.comment(post, "Cy", "Two", CommentStatus::Approved, Some(first)).await;
    build.comment(draft, "Cy", "Early", CommentStatus::Approved, None).await;
    let path = format!("/api/posts/{post}/comments");
    let all = site.get(&path).await.expect(200).json();
    assert_eq!(
        (all["total"].as_u64(), all["pages"].as_u64(), all["current_page"].as_u64()),
        (Some(2), Some(1), Some(1))
    );
    let one = &all["comments"][0];
    assert_eq!(one["html"], "<p><strong>One</strong></p>\n");
    assert_eq!((one["author_name"].as_str(), one["parent_id"].as_i64()), (Some("Ann"), None));
    assert_eq!(all["comments"][1]["parent_id"].as_i64(), Some(first));
    assert!(!all.to_string().contains("guests.example"), "addresses are nobody's business");
    let second = site.get(&format!("{path}?per_page=1&page=2")).await.expect(200).json();
    assert_eq!((second["pages"].as_u64(), second["comments"].as_array().map(Vec::len)), (Some(2), Some(1)));
    site.get(&format!("{path}?page=2")).await.expect(404);
    site.get(&format!("{path}?page=0")).await.expect(400);
    site.get(&format!("/api/posts/{draft}/comments")).await.expect(404);
    site.get("/api/posts/4711/comments").await.expect(404);
    site.end().await;
}
