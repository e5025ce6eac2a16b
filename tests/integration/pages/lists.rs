//! The home page, authors, tags and the archive.

use entity::{post::PostStatus, user};
use harness::{TestSite, build::day};
use lectern::users::queries as users;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait,
};

use super::titles;

#[tokio::test]
async fn the_home_page_shows_the_newest_first_and_pinned_ones_before_them() {
    let site = TestSite::start().await;
    let build = site.build();
    let ada = build.author("ada").await;
    build.post(ada, "Old").published(day(1)).save().await;
    build.post(ada, "Newest").published(day(9)).save().await;
    build.post(ada, "Held up").published(day(3)).pinned().save().await;
    build.post(ada, "Newer").published(day(5)).summary("A short word.").save().await;
    let home = site.get("/").await.expect(200);
    assert_eq!(titles(&home), ["Held up", "Newest", "Newer", "Old"]);
    assert_eq!(home.texts(".post-item:has(.pinned) .post-item-title"), ["Held up"]);
    assert_eq!(
        home.texts(".post-item-summary"),
        ["Some words about Held up.", "Some words about Newest.", "A short word.", "Some words about Old."]
    );
    assert_eq!(
        home.attributes(".post-item time", "datetime"),
        ["2026-01-03", "2026-01-09", "2026-01-05", "2026-01-01"]
    );
    assert_eq!(home.attributes(".post-item a[rel=author]", "href"), ["/authors/ada"; 4]);
    // Held up at home alone.
    assert_eq!(titles(&site.get("/authors/ada").await), ["Newest", "Newer", "Held up", "Old"]);
    site.end().await;
}

#[tokio::test]
async fn posts_of_one_instant_keep_one_order_across_pages() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for number in 1..=25 {
        site.build().post(ada, &format!("Post {number}")).published(day(1)).save().await;
    }
    let mut shown = Vec::new();
    for page in 1..=3 {
        shown.extend(titles(&site.get(&format!("/?page={page}")).await.expect(200)));
    }
    let newest_first: Vec<String> = (1..=25).rev().map(|number| format!("Post {number}")).collect();
    assert_eq!(shown, newest_first);
    site.end().await;
}

#[tokio::test]
async fn pages_of_a_list_lead_to_each_other() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 35).await;

    let first = site.get("/").await.expect(200);
    assert_eq!(titles(&first).first().map(String::as_str), Some("Post 35"));
    assert_eq!(first.one(".pagination-total"), "Posts 1–10 of 35");
    assert_eq!(first.attributes(".pagination a[rel=prev]", "href").len(), 0);
    assert_eq!(first.attributes(".pagination a[rel=next]", "href"), ["/?page=2"]);
    assert_eq!(first.texts(".pagination .step a"), ["Next", "Last"]);

    let third = site.get("/?page=3").await.expect(200);
    assert_eq!(titles(&third), (6..=15).rev().map(|number| format!("Post {number}")).collect::<Vec<_>>());
    assert_eq!(third.one(".pagination-total"), "Posts 21–30 of 35");
    assert_eq!(third.texts(".pagination .step a"), ["First", "Previous", "Next", "Last"]);
    assert_eq!(third.attributes(".pagination .step a", "href"), ["/", "/?page=2", "/?page=4", "/?page=4"]);
    assert_eq!(third.texts(".pagination .number a"), ["1", "2", "3", "4"]);
    assert_eq!(third.texts(".pagination .number a[aria-current=page]"), ["3"]);

    let last = site.get("/?page=4").await.expect(200);
    assert_eq!(titles(&last).len(), 5);
    assert_eq!(last.one(".pagination-total"), "Posts 31–35 of 35");
    assert_eq!(last.texts(".pagination .step a"), ["First", "Previous"]);
    site.end().await;
}

#[tokio::test]
async fn the_last_post_alone_on_its_page_is_counted_as_one() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 11).await;
    let last = site.get("/?page=2").await.expect(200);
    assert_eq!(titles(&last), ["Post 1"]);
    assert_eq!(last.one(".pagination-total"), "Post 11 of 11");
    site.end().await;
}

#[tokio::test]
async fn a_list_that_fits_its_page_has_no_page_numbers() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 10).await;
    let home = site.get("/").await.expect(200);
    assert_eq!((titles(&home).len(), home.texts(".pagination").len()), (10, 0));
    site.get("/?page=2").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn what_is_not_published_is_shown_nowhere() {
    let site = TestSite::start().await;
    let build = site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let public = build.post(ada, "Public").tags(&["Seen"]).published(day(2)).save().await;
    let mut lessons = vec![public];
    for (title, status) in [("Hidden draft", PostStatus::Draft), ("Hidden plan", PostStatus::Scheduled)] {
        let post = build.post(bob, title).published(day(1)).status(status).tags(&["Secret", "Seen"]);
        lessons.push(post.save().await);
    }
    build.course("Course", &lessons).await;
    for path in [
        "/",
        "/authors",
        "/authors/ada",
        "/authors/bob",
        "/tags",
        "/tags/seen",
        "/archive",
        "/courses",
        "/courses/course",
        "/courses/course/public",
        "/posts/public",
        "/search?q=words",
        "/search?q=draft",
        "/api/posts",
        "/api/posts.ndjson",
        "/api/search?q=hidden",
        &format!("/api/users/{bob}"),
    ] {
        let page = site.get(path).await.expect(200);
        assert!(!page.text().contains("Hidden"), "{path}: {}", page.text());
    }
    for path in [
        "/tags/secret",
        "/posts/hidden-draft",
        "/posts/hidden-plan",
        "/courses/course/hidden-draft",
        "/courses/course/hidden-plan",
        &format!("/api/posts/{}", lessons[1]),
        &format!("/api/posts/{}", lessons[2]),
    ] {
        site.get(path).await.expect(404);
    }
    assert_eq!(site.get("/authors").await.texts(".post-item-title"), ["Ada"]);
    assert!(!site.get("/tags").await.text().contains("Secret"));
    assert_eq!(site.get("/tags").await.texts(".tag-index .count"), ["1 post"]);
    site.end().await;
}

#[tokio::test]
async fn a_post_that_is_taken_back_is_gone_everywhere() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Regret").tags(&["Rash"]).save().await;
    site.get("/posts/regret").await.expect(200);
    site.build().post(ada, "Regret").tags(&["Rash"]).status(PostStatus::Draft).save_over(id).await;
    site.get("/posts/regret").await.expect(404);
    for path in ["/", "/archive", "/tags", "/authors/ada", "/search?q=regret"] {
        assert_eq!(
            site.get(path).await.attributes("main a[href='/posts/regret']", "href").len(),
            0,
            "{path}"
        );
    }
    site.end().await;
}

#[tokio::test]
async fn authors_are_listed_by_name_whatever_its_case() {
    let site = TestSite::start().await;
    for username in ["zoe", "bob", "ada"] {
        let author = site.build().author(username).await;
        site.build().post(author, &format!("By {username}")).save().await;
        site.build().post(author, &format!("Again by {username}")).save().await;
        let transaction = site.db.begin().await.unwrap();
        let change = user::ActiveModel {
            id: Unchanged(author),
            display_name: Set(if username == "bob" { "bob".to_owned() } else { username.to_uppercase() }),
            bio: Set(format!("I am {username}.")),
            ..Default::default()
        };
        users::update(&transaction, change).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let page = site.get("/authors").await.expect(200);
    assert_eq!(page.texts(".post-item-title"), ["ADA", "bob", "ZOE"]);
    assert_eq!(
        page.attributes(".post-item-title a", "href"),
        ["/authors/ada", "/authors/bob", "/authors/zoe"]
    );
    assert_eq!(page.texts(".post-item-summary"), ["I am ada.", "I am bob.", "I am zoe."]);
    assert_eq!(page.texts(".post-item .byline"), ["2 posts"; 3]);
    site.end().await;
}

#[tokio::test]
async fn an_author_has_a_page_with_what_they_wrote() {
    let site = TestSite::start().await;
    let (ada, bob) = (site.build().author("ada").await, site.build().author("bob").await);
    site.build().posts(ada, 12).await;
    site.build().post(bob, "Not hers").save().await;
    let first = site.get("/authors/ada").await.expect(200);
    assert_eq!(first.one("h1"), "Ada");
    assert_eq!(titles(&first).first().map(String::as_str), Some("Post 12"));
    assert_eq!(first.attributes("a[rel=next]", "href"), ["/authors/ada?page=2"]);
    assert_eq!(titles(&site.get("/authors/ada?page=2").await), ["Post 2", "Post 1"]);
    site.get("/authors/ada?page=3").await.expect(404);
    site.get("/authors/nobody").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn somebody_who_left_keeps_a_page_only_if_they_published() {
    let site = TestSite::start().await;
    for username in ["writer", "idler"] {
        let id = site.build().author(username).await;
        if username == "writer" {
            site.build().post(id, "Left behind").save().await;
        }
        let transaction = site.db.begin().await.unwrap();
        let change = user::ActiveModel { id: Unchanged(id), is_active: Set(false), ..Default::default() };
        users::update(&transaction, change).await.unwrap();
        transaction.commit().await.unwrap();
    }
    assert_eq!(titles(&site.get("/authors/writer").await.expect(200)), ["Left behind"]);
    site.get("/authors/idler").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn tags_are_listed_by_name_with_their_posts_counted() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "One").tags(&["zebra", "Rust", "async"]).save().await;
    site.build().post(ada, "Two").tags(&["rust", "Привет"]).published(day(2)).save().await;
    let tags = site.get("/tags").await.expect(200);
    assert_eq!(tags.texts(".tag-index a"), ["async 1 post", "Rust 2 posts", "zebra 1 post", "Привет 1 post"]);
    let links = tags.attributes(".tag-index a", "href");
    assert_eq!(titles(&site.get(&links[1]).await.expect(200)), ["Two", "One"]);
    let cyrillic = site.get(&links[3]).await.expect(200);
    assert_eq!((cyrillic.one("h1"), titles(&cyrillic)), ("Привет".to_owned(), vec!["Two".to_owned()]));
    site.get("/tags/none").await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn a_tag_with_many_posts_has_pages() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for number in 1..=11 {
        site.build().post(ada, &format!("Post {number}")).tags(&["Many"]).published(day(number)).save().await;
    }
    let first = site.get("/tags/many").await.expect(200);
    assert_eq!(first.attributes("a[rel=next]", "href"), ["/tags/many?page=2"]);
    assert_eq!(titles(&site.get("/tags/many?page=2").await.expect(200)), ["Post 1"]);
    site.end().await;
}

#[tokio::test]
async fn the_archive_lists_every_title_under_its_year() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for (title, number) in [("This year", 40), ("New year", 1), ("Old year", 0), ("Long ago", -800)] {
        site.build().post(ada, title).published(day(number)).save().await;
    }
    let archive = site.get("/archive").await.expect(200);
    assert_eq!(archive.texts(".year-mark"), ["2026", "2025", "2023"]);
    assert_eq!(archive.texts(".year:has(#y2026) .post-line a"), ["This year", "New year"]);
    assert_eq!(archive.texts(".year:has(#y2025) .post-line a"), ["Old year"]);
    assert_eq!(archive.texts(".year:has(#y2025) time"), ["31 December"]);
    assert_eq!(archive.texts(".year:has(#y2023) .post-line a"), ["Long ago"]);
    site.end().await;
}

#[tokio::test]
async fn a_long_archive_has_pages() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 120).await;
    let last = site.get("/archive?page=3").await.expect(200);
    assert_eq!(last.texts(".post-line a").len(), 20);
    assert_eq!(last.one("head title"), "Archive, page 3 · Lectern");
    assert_eq!(last.attributes("a[rel=prev]", "href"), ["/archive?page=2"]);
    site.get("/archive?page=4").await.expect(404);
    site.end().await;
}

/// Past this program a post changes its state, and its links do not.
#[tokio::test]
async fn a_draft_whose_links_say_otherwise_is_on_no_list() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    for title in ["Shown", "Hidden"] {
        site.build().post(ada, title).tags(&["Rust"]).save().await;
    }
    let hide = "UPDATE posts SET status = 'draft' WHERE slug = 'hidden'";
    site.db.write().execute_unprepared(hide).await.unwrap();
    for path in
        ["/", "/archive", "/authors/ada", "/tags/rust", "/feed.xml", "/tags/rust/feed.xml", "/api/posts"]
    {
        let page = site.get(path).await.expect(200).text();
        assert!(page.contains("Shown") && !page.contains("Hidden"), "{path}");
    }
    site.end().await;
}
