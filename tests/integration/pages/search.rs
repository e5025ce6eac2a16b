//! The search page.

use entity::user;
use harness::TestSite;
use lectern::users::queries as users;
use lectern::web::links::encode;
use sea_orm::ActiveValue::{Set, Unchanged};

#[tokio::test]
async fn without_a_query_the_page_explains_itself() {
    let site = TestSite::start().await;
    for path in ["/search", "/search?q=", "/search?q=%20%20"] {
        let page = site.get(path).await.expect(200);
        assert_eq!(page.attributes("main form[role=search] input", "name"), ["q"], "{path}");
        assert!(!page.text().contains("Nothing found"), "{path}");
        assert_eq!(page.texts("main .posts").len(), 0, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn what_was_found_is_marked_in_title_and_text() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Parsing Rust").content("Here <b>rust</b> & crates are meant.").save().await;
    site.build().post(ada, "Other").save().await;
    let page = site.get("/search?q=RUST").await.expect(200);
    assert_eq!(page.texts(".post-item-title"), ["Parsing Rust"]);
    assert_eq!(page.texts(".post-item-title mark"), ["Rust"]);
    assert_eq!(page.texts(".post-item-summary mark"), ["rust"]);
    assert!(page.one(".post-item-summary").contains("& crates are"));
    assert_eq!(page.attributes("main input[name=q]", "value"), ["RUST"]);
    assert!(page.one(".search-hint").contains("1 post"), "{}", page.one(".search-hint"));
    site.end().await;
}

#[tokio::test]
async fn people_are_found_beside_posts() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let gone = site.build().author("adagone").await;
    site.build().post(ada, "About Ada").save().await;
    let transaction = site.db.begin().await.unwrap();
    let left = user::ActiveModel { id: Unchanged(gone), is_active: Set(false), ..Default::default() };
    users::update(&transaction, left).await.unwrap();
    transaction.commit().await.unwrap();
    let page = site.get("/search?q=ada").await.expect(200);
    assert_eq!(page.texts(".found-people li a"), ["Ada"]);
    assert_eq!(page.attributes(".found-people li a", "href"), ["/authors/ada"]);
    assert_eq!(page.texts("ol.found .post-item-title"), ["About Ada"]);
    site.end().await;
}

#[tokio::test]
async fn finding_nothing_is_said_with_what_was_asked() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 2).await;
    let page = site.get("/search?q=unicorn").await.expect(200);
    assert!(page.one("main .empty").contains("Nothing found for “unicorn”"), "{}", page.one("main .empty"));
    assert_eq!(page.texts("ol.posts").len(), 0);
    site.end().await;
}

#[tokio::test]
async fn words_to_leave_out_alone_get_a_hint() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 2).await;
    let page = site.get("/search?q=-post").await.expect(200);
    assert!(page.one(".search-hint").contains("at least one word"));
    assert!(!page.text().contains("Nothing found"));
    let page = site.get("/search?q=post%20-2").await.expect(200);
    assert_eq!(page.texts("ol.found .post-item-title"), ["Post 1"]);
    site.end().await;
}

#[tokio::test]
async fn the_pages_of_a_search_keep_its_words() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 23).await;
    let first = site.get("/search?q=some%20%22words%20about%22").await.expect(200);
    assert_eq!(first.texts("ol.found > li").len(), 10);
    assert_eq!(first.one(".pagination-total"), "Posts 1–10 of 23");
    let next = &first.attributes("a[rel=next]", "href")[0];
    assert_eq!(next, "/search?q=some%20%22words%20about%22&page=2");
    let second = site.get(next).await.expect(200);
    let third = site.get(&second.attributes("a[rel=next]", "href")[0]).await.expect(200);
    assert_eq!(third.attributes("main input[name=q]", "value"), ["some \"words about\""]);
    let mut found: Vec<String> = Vec::new();
    for page in [&first, &second, &third] {
        found.extend(page.texts("ol.found .post-item-title"));
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 23, "each post is on one page: {found:?}");
    site.get("/search?q=some&page=4").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn nothing_that_can_be_typed_breaks_the_search() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 2).await;
    let long = "x ".repeat(3000);
    let wide = "漢".repeat(1000);
    let inputs = [
        "'",
        "\"",
        "\"\"",
        "'; DROP TABLE posts; --",
        "\" OR 1=1 --",
        "post' OR ''='",
        "%",
        "_",
        "*",
        "post*",
        "\\",
        "post\\",
        "a & | ! b",
        "!post",
        "post:*",
        "<-> post",
        "NEAR(post words)",
        "post AND OR NOT words",
        "title:post",
        "^post",
        "{post}",
        "(post",
        ")",
        "+post -words ~about <some >x",
        "@10 post",
        "--",
        "-\"",
        "-\"post",
        "\0",
        "post\0words",
        "\n\r\t",
        "\u{202e}post",
        "\u{feff}",
        "🦀",
        "👩‍👩‍👧",
        "e\u{301}",
        "İ",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "$1 ? :name",
        long.as_str(),
        wide.as_str(),
    ];
    for input in inputs {
        for path in ["/search", "/api/search"] {
            let answer = site.get(&format!("{path}?q={}", encode(input))).await;
            assert_eq!(answer.status.as_u16(), 200, "{path} with {input:?}");
        }
        let page = site.get(&format!("/search?q={}", encode(input))).await;
        assert_eq!(page.texts(super::SCRIPT).len(), 0, "{input:?}");
    }
    for query in ["q=%ff", "q=%ED%A0%80", "q=%", "q=%zz", "q", "&&&", "q=a%00b"] {
        assert_eq!(site.get(&format!("/search?{query}")).await.status.as_u16(), 200, "{query}");
    }
    assert_eq!(site.get("/search?q=post").await.texts("ol.found > li").len(), 2, "all is still there");
    site.end().await;
}
