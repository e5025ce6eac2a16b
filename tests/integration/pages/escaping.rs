//! What people write is shown as text, whatever it looks like.

use entity::{course, user};
use harness::TestSite;
use lectern::users::queries as users;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
};
use serde_json::json;

use crate::pages::{SCRIPT, titles};

/// Breaks out of an element, an attribute of either quotation mark, and a template.
const HOSTILE: &str =
    "</title></script><img src=x onerror=alert(1)>\"' onload='x' {{ 7*7 }} {% raw %} &lt;b&gt; &";

/// A site where everything that has a free text holds [`HOSTILE`].
async fn furnish(site: &TestSite) {
    let build = site.build();
    for key in ["title", "description"] {
        build.setting(key, HOSTILE.into()).await;
    }
    build.setting("language", "en\"><img src=x onerror=alert(1)>".into()).await;
    build.setting("posts_per_page", 1.into()).await;
    let ada = build.author("ada").await;
    let transaction = site.db.begin().await.unwrap();
    let person = user::ActiveModel {
        id: Unchanged(ada),
        display_name: Set(HOSTILE[..80].to_owned()),
        bio: Set(HOSTILE.to_owned()),
        ..Default::default()
    };
    users::update(&transaction, person).await.unwrap();
    transaction.commit().await.unwrap();
    let mut lessons = Vec::new();
    for slug in ["one", "two", "three"] {
        let post = build
            .post(ada, HOSTILE)
            .slug(slug)
            .summary(HOSTILE)
            .content(&format!("## {HOSTILE}\n\n## Words\n\n{HOSTILE}\n\n    {HOSTILE}\n"))
            .tags(&["<img src=x onerror=alert(1)>\"'"])
            .extra(json!({"authors": [HOSTILE, HOSTILE]}));
        lessons.push(post.save().await);
    }
    let course = build.course("Course", &lessons).await;
    let transaction = site.db.begin().await.unwrap();
    let named = course::ActiveModel {
        id: Unchanged(course),
        name: Set(HOSTILE[..80].to_owned()),
        summary: Set(HOSTILE.to_owned()),
        ..Default::default()
    };
    named.update(&transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn markup_in_any_text_runs_on_no_page() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let asked = lectern::web::links::encode(HOSTILE);
    for path in [
        "/",
        "/?page=2",
        "/posts/two",
        "/authors",
        "/authors/ada",
        "/tags",
        "/archive",
        "/courses",
        "/courses/course",
        "/courses/course/two",
        "/search",
        "/search?q=alert",
        "/none",
        &format!("/search?q={asked}"),
        &format!("/{asked}"),
        &format!("/?page={asked}"),
    ] {
        let page = site.get(path).await;
        // Sanitised Markdown may hold a picture; it holds no handler and is the author's own.
        let outside_prose = "img:not(.prose img)";
        assert_eq!(page.texts(outside_prose).len(), 0, "{path}: {}", page.text());
        for forbidden in ["[onerror]", "[onload]", SCRIPT, "iframe", "style", "[href^='javascript:']"] {
            assert_eq!(page.texts(forbidden).len(), 0, "{path} has {forbidden}: {}", page.text());
        }
        assert_eq!(page.texts("head > title").len(), 1, "{path}");
        assert_eq!(page.texts("h1").len(), 1, "{path}");
        assert!(!page.text().contains(" 49 "), "{path} evaluates what it shows");
        // Closed as it was opened: nothing broke out.
        assert_eq!(page.texts("body > footer").len(), 1, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn markup_in_any_text_is_shown_as_it_was_written() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let home = site.get("/").await.expect(200);
    assert_eq!(home.one(".site-title"), HOSTILE);
    assert_eq!(home.one("head title"), HOSTILE);
    assert_eq!(titles(&home), [HOSTILE]);
    assert_eq!(home.texts(".post-item-summary"), [HOSTILE]);
    assert_eq!(home.attributes("meta[name=description]", "content"), [HOSTILE]);
    assert_eq!(home.attributes("html", "lang"), ["en\"><img src=x onerror=alert(1)>"]);
    let post = site.get("/posts/one").await.expect(200);
    assert_eq!(post.one("head title"), format!("{HOSTILE} · {HOSTILE}"));
    assert_eq!(post.one("h1"), HOSTILE);
    assert!(post.one(".article-head .byline").ends_with(&format!("{HOSTILE} and {HOSTILE}")));
    assert_eq!(post.one("a[rel=tag]"), "<img src=x onerror=alert(1)>\"'");
    assert!(post.one(".author-note").ends_with(HOSTILE));
    assert!(post.one(".prose pre").contains(HOSTILE));
    let course = site.get("/courses/course").await.expect(200);
    assert_eq!(course.one("h1"), HOSTILE[..80].trim());
    assert_eq!(course.texts(".lesson-title"), [HOSTILE; 3]);
    let found = site.get(&format!("/search?q={}", lectern::web::links::encode(HOSTILE))).await.expect(200);
    assert_eq!(found.attributes("main input[name=q]", "value"), [HOSTILE]);
    site.end().await;
}

#[tokio::test]
async fn raw_markup_in_a_post_does_nothing() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let markdown = "<script>alert(1)</script>\n\n<a href=\"javascript:alert(1)\" onclick=\"x\">a</a>\n\n\
        [b](javascript:alert(1)) ![c](data:text/html;base64,x)\n\n<style>*{display:none}</style>\n\n\
        <form action=\"https://evil.example\"><input name=q></form>\n\n<h1 id=\"main\">d</h1>\n\n\
        <iframe src=\"https://evil.example\"></iframe><svg onload=alert(1)></svg>\n\n</div></main>kept";
    site.build().post(ada, "Raw").content(markdown).save().await;
    let post = site.get("/posts/raw").await.expect(200);
    for forbidden in [
        ".prose script",
        ".prose [onclick]",
        ".prose [onload]",
        ".prose style",
        ".prose form",
        ".prose input",
        ".prose iframe",
        ".prose h1",
        ".prose [id=main]",
        "[href^='javascript:']",
        "[src^='data:']",
    ] {
        assert_eq!(post.texts(forbidden).len(), 0, "{forbidden} in {}", post.text());
    }
    assert!(post.one("main .prose").contains("kept"));
    site.end().await;
}
