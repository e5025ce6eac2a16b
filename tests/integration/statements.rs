//! The number of SQL statements of a page: small, and the same however many rows there are.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test, as assertions do")]

use std::fmt::Write;

use entity::{comment::CommentStatus, media, post_revision, text_media};
use harness::TestSite;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

/// A page, the most statements that it may take, and its last page where it has several with sixty rows.
type Bound = (&'static str, u64, Option<&'static str>);

const BOUNDS: [Bound; 32] = [
    ("/", 3, Some("/?page=6")),
    ("/posts/post-2", 9, None),
    ("/posts/post-1", 9, Some("/posts/post-1?comments=3")),
    ("/authors", 4, Some("/authors?page=2")),
    ("/authors/author1", 4, None),
    ("/tags", 3, None),
    ("/tags/shared", 4, Some("/tags/shared?page=6")),
    ("/archive", 3, Some("/archive?page=2")),
    ("/courses", 4, Some("/courses?page=3")),
    ("/courses/course-1", 3, None),
    ("/courses/course-1/post-2", 5, None),
    ("/search", 0, None),
    ("/search?q=words", 5, None),
    ("/search?q=unheard", 3, None),
    ("/feed.xml", 5, None),
    ("/authors/author1/rss.xml", 6, None),
    ("/tags/shared/feed.json", 6, None),
    ("/courses/course-1/feed.xml", 6, None),
    ("/sitemap.xml", 4, None),
    ("/sitemap-posts-1.xml", 1, None),
    ("/sitemap-authors-1.xml", 1, None),
    ("/opensearch.xml", 0, None),
    // A page of the site's own; what is none is looked for among these, and among the old addresses.
    ("/about", 1, None),
    ("/none", 2, None),
    ("/api/posts", 3, Some("/api/posts?page=6")),
    ("/api/posts/1", 2, None),
    ("/api/posts/1/comments", 4, Some("/api/posts/1/comments?page=6")),
    ("/api/users", 2, Some("/api/users?page=6")),
    ("/api/users/1", 2, None),
    ("/api/courses", 2, Some("/api/courses?page=6")),
    ("/api/courses/1/students", 3, Some("/api/courses/1/students?page=6")),
    ("/api/search?q=words", 5, Some("/api/search?q=words&page=6")),
];

/// As many posts, each with its own author and tag, and as many courses, the first one of all posts and students.
async fn furnish(site: &TestSite, rows: usize) {
    let build = site.build();
    let mut posts = Vec::new();
    for number in 1..=rows {
        let author = build.author(&format!("author{number}")).await;
        let tag = format!("Tag {number}");
        posts.push(build.post(author, &format!("Post {number}")).tags(&["Shared", &tag]).save().await);
    }
    for post in &posts[..2] {
        let mut first = None;
        for number in 1..=rows {
            let (name, text) = (format!("Guest {number}"), format!("Words {number}"));
            let id = build.comment(*post, &name, &text, CommentStatus::Approved, first).await;
            first = first.or(Some(id));
            build.comment(*post, &name, &text, CommentStatus::Pending, None).await;
        }
    }
    build.page("About", "about", true).await;
    for number in 1..=rows {
        build.page(&format!("Page {number}"), &format!("page-{number}"), true).await;
    }
    let course = build.course("Course 1", &posts).await;
    for number in 2..=rows {
        build.course(&format!("Course {number}"), &posts[..1]).await;
    }
    for number in 1..=rows {
        let student = build.student(&format!("Student {number}")).await;
        build.enrol(student, course, entity::enrollment::EnrollmentStatus::Active).await;
    }
}

#[tokio::test]
async fn a_page_takes_few_statements_and_no_more_for_more_rows() {
    let (few, many) = (TestSite::start().await, TestSite::start().await);
    furnish(&few, 3).await;
    furnish(&many, 60).await;
    for site in [&few, &many] {
        // The settings are read once.
        site.get("/").await.expect(200);
    }
    let mut table =
        format!("\n{:<40} {:>5} {:>7} {:>8} {:>9}\n", "page", "bound", "3 rows", "60 rows", "last page");
    let mut broken = Vec::new();
    for (path, bound, last) in BOUNDS {
        let (small, with_few) = few.count_statements(path).await;
        let (large, with_many) = many.count_statements(path).await;
        assert_eq!(small.status, large.status, "{path}");
        assert_eq!(small.status.is_success(), path != "/none", "{path}: {}", small.status);
        let on_last = match last {
            Some(last) => {
                let (answer, count) = many.count_statements(last).await;
                assert_eq!(answer.status.as_u16(), 200, "{last}");
                Some(count)
            }
            None => None,
        };
        let shown = on_last.map_or_else(String::new, |count| count.to_string());
        writeln!(table, "{path:<40} {bound:>5} {with_few:>7} {with_many:>8} {shown:>9}").unwrap();
        if with_few != with_many || with_many > bound || on_last.is_some_and(|count| count != with_many) {
            broken.push(path);
        }
    }
    assert!(broken.is_empty(), "too many, or not the same number, for {broken:?}:{table}");
    few.end().await;
    many.end().await;
}

/// Pages of the admin, and the most statements that each may take, who asks included.
const DESK: [(&str, u64); 26] = [
    ("/admin", 30),
    ("/admin/posts", 20),
    ("/admin/posts?status=published&q=post", 20),
    ("/admin/posts?sort=user_id", 20),
    ("/admin/users?sort=-posts", 20),
    ("/admin/comments", 20),
    ("/admin/comments?status=pending&sort=post_id", 20),
    ("/admin/courses", 20),
    ("/admin/students", 20),
    ("/admin/tags", 20),
    ("/admin/redirects", 20),
    ("/admin/pages", 20),
    ("/admin/menu", 20),
    ("/admin/history", 20),
    ("/admin/posts/new", 20),
    ("/admin/posts/1", 20),
    ("/admin/posts/1/revisions", 20),
    ("/admin/posts/1/revisions/1", 20),
    ("/admin/posts/1/revisions/1?with=before", 20),
    ("/admin/posts/1/preview-link", 20),
    ("/admin/posts/unsaved", 20),
    ("/admin/media", 20),
    ("/admin/media/1", 20),
    ("/admin/media/1/delete", 30),
    ("/admin/media/pick", 20),
    ("/admin/media/describe?id=1&id=2&id=3", 20),
];

/// Files, the first of them in as many posts, old versions, courses, pages and texts that are not saved, of the first post
/// among others.
async fn furnish_library(site: &TestSite, rows: usize, root: i64) {
    let mut files = Vec::new();
    for number in 1..=rows {
        files.push(site.build().file(root, &format!("File {number}.png")).await);
    }
    let file = media::Entity::find_by_id(files[0]).one(site.db.write()).await.unwrap().unwrap();
    let shown = format!("![A file](/media/{})", file.name);
    for number in 1..=rows {
        let id = site.build().post(root, &format!("Shown {number}")).content(&shown).save().await;
        site.build().post(root, &format!("Shown {number}")).content("Not any more.").save_over(id).await;
        site.build().post(root, &format!("Showing {number}")).content(&shown).save().await;
        let text = format!("Version {number}. {shown}");
        site.build().post(1, "Post 1").content(&text).save_over(1).await;
        let typed = post_revision::ActiveModel {
            post_id: Set(Some(1)),
            user_id: Set(Some(root)),
            kind: Set(post_revision::RevisionKind::Autosave),
            tab: Set(Some(format!("tab{number}"))),
            base: Set(String::new()),
            title: Set("Typed".to_owned()),
            content: Set(shown.clone()),
            fields: Set(serde_json::json!({ "status": "draft" })),
            created_at: Set(chrono::Utc::now()),
            updated_at: Set(chrono::Utc::now()),
            ..Default::default()
        };
        let typed = typed.insert(site.db.write()).await.unwrap().id;
        let (course, page) = (Some(number as i64), Some(number as i64));
        for (course_id, page_id, revision_id) in
            [(course, None, None), (None, page, None), (None, None, Some(typed))]
        {
            let name = Set(file.name.clone());
            let used = text_media::ActiveModel {
                course_id: Set(course_id),
                page_id: Set(page_id),
                revision_id: Set(revision_id),
                name,
                ..Default::default()
            };
            used.insert(site.db.write()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_page_of_the_admin_takes_few_statements_and_no_more_for_more_rows() {
    let (few, many) = (TestSite::start().await, TestSite::start().await);
    let mut counts = Vec::new();
    for (site, rows) in [(&few, 3), (&many, 60)] {
        furnish(site, rows).await;
        for number in 1..=rows {
            site.build().redirect(&format!("/old-{number}"), "/posts/post-1").await;
        }
        let id = site.user("root", entity::user::Role::Admin).await;
        furnish_library(site, rows, id).await;
        let root = site.sign_in("root").await;
        root.get("/admin").await.expect(200);
        let mut of_site = Vec::new();
        for (path, _) in DESK {
            let before = site.db.statements();
            root.get(path).await.expect(200);
            of_site.push(site.db.statements() - before);
        }
        counts.push(of_site);
    }
    let measured =
        DESK.into_iter().enumerate().map(|(at, (path, bound))| (path, counts[0][at], counts[1][at], bound));
    let broken: Vec<_> = measured
        .filter(|(_, with_few, with_many, bound)| with_few != with_many || with_many > bound)
        .collect();
    assert!(broken.is_empty(), "a page, with 3 rows, with 60, and its bound: {broken:?}");
    few.end().await;
    many.end().await;
}

#[tokio::test]
async fn a_thousand_comments_on_a_post_and_as_many_elsewhere_take_no_more_statements_than_a_few() {
    let (few, many) = (TestSite::start().await, TestSite::start().await);
    let mut counts = Vec::new();
    for (site, number, last) in [(&few, 3, 1), (&many, 1000, 50)] {
        let ada = site.build().author("ada").await;
        let posts = [site.build().post(ada, "One").save().await, site.build().post(ada, "Two").save().await];
        for post in posts {
            site.build().comments(post, number).await;
            site.build().comment(post, "Ann", "Waits", CommentStatus::Pending, None).await;
        }
        site.user("root", entity::user::Role::Admin).await;
        let root = site.sign_in("root").await;
        root.get("/admin").await.expect(200);
        let mut of_site = Vec::new();
        for path in [
            "/posts/one".to_owned(),
            format!("/posts/one?comments={last}"),
            "/posts/one/comments".to_owned(),
            format!("/api/posts/{}/comments", posts[0]),
            "/admin/comments".to_owned(),
            format!("/admin/comments?per_page=10&page={}", if last == 1 { 1 } else { 200 }),
            "/admin/comments?status=pending".to_owned(),
            format!("/admin/comments?post_id={}&status=approved", posts[0]),
            "/admin/comments?q=words".to_owned(),
            "/admin".to_owned(),
        ] {
            let before = site.db.statements();
            root.get(&path).await.expect(200);
            of_site.push(site.db.statements() - before);
        }
        counts.push(of_site);
    }
    // Fewer, for a long list's rows are not counted again.
    let more = counts[0].iter().zip(&counts[1]).any(|(few, many)| many > few);
    assert!(!more, "with few comments and with many: {counts:?}");
    let root = many.sign_in("root").await;
    let list = root.get("/admin/comments").await.expect(200);
    assert_eq!(list.one(".list-total"), "1–25 of more than 500 comments");
    let waiting = root.get("/admin/comments?status=pending").await.expect(200);
    assert_eq!(waiting.texts(".rows tbody tr").len(), 2);
    let last = many.get("/posts/one?comments=50").await.expect(200);
    assert_eq!(last.texts("#comments .comment-body").last().unwrap(), "Words 999");
    few.end().await;
    many.end().await;
}

#[tokio::test]
async fn a_further_page_of_results_takes_no_more_than_the_first() {
    let site = TestSite::start().await;
    furnish(&site, 25).await;
    let (_, first) = site.count_statements("/search?q=words").await;
    for page in 2..=3 {
        let (answer, further) = site.count_statements(&format!("/search?q=words&page={page}")).await;
        answer.expect(200);
        assert!(further <= first, "page {page}: {further}, the first: {first}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_stream_of_all_posts_takes_three_statements_for_twenty_posts() {
    let site = TestSite::start().await;
    furnish(&site, 45).await;
    let (answer, count) = site.count_statements("/api/posts.ndjson").await;
    assert_eq!(answer.expect(200).text().lines().count(), 45);
    // Three steps, and one statement to see that there is no fourth.
    assert_eq!(count, 3 * 3 + 1);
    site.end().await;
}

#[tokio::test]
async fn files_and_the_sign_of_life_take_no_statement() {
    let site = TestSite::start().await;
    for path in [
        "/static/css/base.css",
        "/favicon.ico",
        "/apple-touch-icon.png",
        "/robots.txt",
        "/healthz",
        "/api/openapi.json",
        "/api/docs",
    ] {
        let (answer, count) = site.count_statements(path).await;
        answer.expect(200);
        assert_eq!(count, 0, "{path}");
    }
    site.end().await;
}
