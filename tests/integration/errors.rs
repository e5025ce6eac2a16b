//! What readers and programs are told when something is not as asked.

use entity::{api_token::Scope, post::PostStatus, user::Role};
use futures_util::future::join_all;
use harness::{Answer, Backend, TestSite};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;

/// Every list of the site, with something in it.
const LISTS: [&str; 10] = [
    "/",
    "/authors",
    "/authors/ada",
    "/tags",
    "/tags/rust",
    "/archive",
    "/courses",
    "/search?q=words",
    "/api/posts",
    "/api/users",
];

async fn furnish(site: &TestSite) {
    let ada = site.build().author("ada").await;
    let post = site.build().post(ada, "Hello").tags(&["Rust"]).save().await;
    site.build().course("Course", &[post]).await;
}

fn with_page(list: &str, page: &str) -> String {
    let joint = if list.contains('?') { '&' } else { '?' };
    format!("{list}{joint}page={page}")
}

/// Asserts that an answer is the kind of error that its path calls for, and says nothing internal.
#[track_caller]
fn assert_explained(path: &str, answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
    if path == "/api" || path.starts_with("/api/") {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{path}");
        for part in ["title", "detail"] {
            assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{path}: {problem}");
        }
    } else {
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(answer.one(".error-status").ends_with(&status.to_string()), "{path}");
        assert!(answer.attributes("main a", "href").contains(&"/".to_owned()), "{path} offers no way back");
        assert_eq!(answer.attributes("meta[name=robots]", "content"), ["noindex"], "{path}");
        assert_eq!(answer.texts("h1").len(), 1, "{path}");
    }
    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    let said = answer.text().to_lowercase();
    for internal in
        ["select ", "sqlx", "dberr", "no such table", "_gone", "doesn't exist", "panicked", ".rs:"]
    {
        assert!(!said.contains(internal), "{path} tells {internal:?}: {said}");
    }
}

fn status_of(raw: &str) -> &str {
    raw.split(' ').nth(1).unwrap_or_default()
}

/// A header of a raw answer.
fn header_of<'a>(raw: &'a str, name: &str) -> Option<&'a str> {
    let head = raw.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}

#[tokio::test]
async fn what_is_not_there_is_404_with_ways_on() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in [
        "/none",
        "/posts",
        "/posts/none",
        "/posts/none/deeper",
        "/authors/none",
        "/tags/none",
        "/courses/none",
        "/courses/none/none",
        "/courses/course/none",
        "/index.php",
        "/.env",
        "/api",
        "/apis",
        "/api/none",
        "/api/posts/999",
        "/api/posts/0",
        "/api/posts/-1",
        "/api/posts/x",
        "/api/posts/99999999999999999999",
        "/api/users/999",
        "/api/users/x",
        "/api/courses/999/students",
        "/api/docs/none.js",
    ] {
        let answer = site.get(path).await;
        assert_explained(path, &answer, 404);
    }
    let page = site.get("/posts/none").await;
    assert_eq!(page.one("h1"), "Page not found");
    assert_eq!(page.attributes("main form[role=search]", "action"), ["/search"]);
    site.end().await;
}

#[tokio::test]
async fn a_page_that_is_no_number_from_one_is_a_bad_request() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for list in LISTS {
        for page in
            ["x", "0", "-1", "1.5", "", "1e3", "%2B1", "+1", "%20", "1%00", "%00", "%ff", "%D9%A1", "0x1"]
        {
            let path = with_page(list, page);
            assert_explained(&path, &site.get(&path).await, 400);
        }
    }
    site.end().await;
}

#[tokio::test]
async fn a_page_beyond_the_last_is_not_found() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for list in LISTS {
        site.get(&with_page(list, "1")).await.expect(200);
        site.get(&with_page(list, "0001")).await.expect(200);
        for page in
            ["2", "9223372036854775807", "9223372036854775808", "18446744073709551616", &"9".repeat(500)]
        {
            let path = with_page(list, page);
            assert_explained(&path, &site.get(&path).await, 404);
        }
    }
    site.end().await;
}

#[tokio::test]
async fn no_letter_in_a_path_is_too_much() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for folder in [
        "/",
        "/posts/",
        "/authors/",
        "/tags/",
        "/courses/",
        "/courses/course/",
        "/api/posts/",
        "/api/users/",
        "/static/",
    ] {
        for name in [
            "%00",
            "a%00b",
            "%ff",
            "%ED%A0%80",
            "%0D%0AX-Evil:%20yes",
            "%",
            "%zz",
            "%F0%9F%A6%80",
            "%E2%80%AE",
            "'--",
        ] {
            let path = format!("{folder}{name}");
            let answer = site.get(&path).await;
            assert_explained(&path, &answer, 404);
            assert_eq!(answer.header("x-evil"), "", "{path}");
            // With a slash too many there may be a way to the address without one, which is not there either.
            let with_slash = site.get(&format!("{path}/")).await;
            assert!([404, 308].contains(&with_slash.status.as_u16()), "{path}/: {}", with_slash.status);
            assert_eq!(with_slash.header("x-evil"), "", "{path}/");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn a_parameter_given_twice_is_a_bad_request_and_an_unknown_one_is_ignored() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in
        ["/?page=1&page=2", "/search?q=a&q=b", "/api/posts?page=1&page=1", "/api/users?per_page=1&per_page=2"]
    {
        assert_explained(path, &site.get(path).await, 400);
    }
    for path in ["/?utm=1&utm=2", "/?%ff=1", "/?", "/?&", "/?page", "/posts/hello?page=x", "/api/posts?q=1"] {
        let status = site.get(path).await.status.as_u16();
        assert_eq!(status, if path == "/?page" { 400 } else { 200 }, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_address_without_it() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for (path, target) in [
        ("/archive/", "/archive"),
        ("/archive///", "/archive"),
        ("/archive/?page=2&a=b%20c", "/archive?page=2&a=b%20c"),
        ("/posts/hello/", "/posts/hello"),
        ("/posts/%D7%A9%D7%9C%D7%95%D7%9D/", "/posts/%D7%A9%D7%9C%D7%95%D7%9D"),
        ("/search/?q=%22a%22", "/search?q=%22a%22"),
        ("/api/posts/", "/api/posts"),
        ("/none/", "/none"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = site.send(method, path, &[]).await;
            assert_eq!(answer.status.as_u16(), 308, "{path}");
            assert_eq!(answer.header("location"), target, "{path}");
        }
    }
    site.get("/").await.expect(200);
    site.send(Method::POST, "/archive/", &[]).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn no_path_leads_to_another_site() {
    let site = TestSite::start().await;
    for path in [
        "//evil.example/",
        "///evil.example/",
        "//evil.example/%2e%2e/",
        "/\\evil.example/",
        "/%5Cevil.example/",
        "/%5C%5Cevil.example/",
        "/%2Fevil.example/",
        "/%2F%2Fevil.example//",
        "/%09/evil.example/",
        "/%0A/evil.example/",
        "//evil.example\\@x/",
        "/.//evil.example/",
        "/;//evil.example/",
        "//",
        "////",
        "/https://evil.example/",
        "/javascript:alert(1)/",
    ] {
        let raw = site.raw(&format!("GET {path}"), "Host: evil.example\r\n").await;
        assert!(["308", "404", "400"].contains(&status_of(&raw)), "{path}: {raw}");
        if let Some(target) = header_of(&raw, "location") {
            let second = target.as_bytes().get(1);
            assert!(target.starts_with('/') && !matches!(second, Some(b'/' | b'\\')), "{path} → {target}");
            let same = reqwest::Url::parse(&site.origin).unwrap().join(target).unwrap();
            assert_eq!(same.origin().ascii_serialization(), site.origin, "{path} → {target}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn old_addresses_lead_to_the_new_ones() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.build().redirect("/2019/05/hello.html", "/posts/hello").await;
    site.build().redirect("/старый/путь", "/tags/новый путь").await;
    site.build().redirect("/old-draft", "/posts/not-out-yet").await;
    let ada = site.build().author("ada-of-drafts").await;
    site.build().post(ada, "Not out yet").status(PostStatus::Draft).save().await;
    site.build().redirect("/posts/100%", "/posts/hello").await;
    for (path, target) in [
        ("/2019/05/hello.html", "/posts/hello"),
        ("/2019/05/hello.html/", "/posts/hello"),
        ("/2019/05/hello.html?utm=1", "/posts/hello"),
        (
            "/%D1%81%D1%82%D0%B0%D1%80%D1%8B%D0%B9/%D0%BF%D1%83%D1%82%D1%8C/",
            "/tags/%D0%BD%D0%BE%D0%B2%D1%8B%D0%B9%20%D0%BF%D1%83%D1%82%D1%8C",
        ),
        ("/posts/100%25", "/posts/hello"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = site.send(method, path, &[]).await;
            assert_eq!(answer.status.as_u16(), 301, "{path}");
            assert_eq!(answer.header("location"), target, "{path}");
        }
    }
    site.get("/2019/05/HELLO.html").await.expect(404);
    // Nobody is told that a draft exists.
    site.get("/old-draft").await.expect(404);
    site.get("/2019/05/hello.html%20").await.expect(404);
    site.send(Method::POST, "/2019/05/hello.html", &[]).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn what_is_there_is_not_covered_by_a_redirect() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.build().redirect("/posts/hello", "/archive").await;
    site.get("/posts/hello").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn pages_to_read_take_no_other_method() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in [
        "/",
        "/posts/hello",
        "/archive",
        "/search",
        "/static/css/base.css",
        "/api/posts.ndjson",
        "/api/search",
        "/healthz",
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT-ISH"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = site.send(method.clone(), path, &[]).await;
            assert_explained(path, &answer, 405);
            assert_eq!(answer.header("allow"), "GET, HEAD", "{method} {path}");
        }
    }
    let echo = site.send(Method::TRACE, "/", &[("x-secret", "open-sesame")]).await;
    assert!(!echo.text().contains("open-sesame"));
    site.end().await;
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.build().redirect("/old", "/posts/hello").await;
    let home = site.get("/").await.header("etag");
    let known = [("if-none-match", home.as_str())];
    let mut answers = Vec::new();
    for (method, path, headers, status) in [
        (Method::GET, "/", &[][..], 200),
        (Method::HEAD, "/", &[], 200),
        (Method::GET, "/", &known[..], 304),
        (Method::GET, "/none", &[], 404),
        (Method::GET, "/?page=x", &[], 400),
        (Method::POST, "/", &[], 405),
        (Method::GET, "/archive/", &[], 308),
        (Method::GET, "/old", &[], 301),
        (Method::GET, "/static/css/base.css", &[], 200),
        (Method::GET, "/static/none", &[], 404),
        (Method::GET, "/media/none", &[], 404),
        (Method::GET, "/api/posts", &[], 200),
        (Method::GET, "/api/posts.ndjson", &[], 200),
        (Method::GET, "/api/none", &[], 404),
        (Method::GET, "/api/docs", &[], 200),
        (Method::GET, "/healthz", &[], 200),
        (Method::GET, "/readyz", &[], 200),
    ] {
        answers.push((path, site.send(method, path, headers).await.expect(status)));
    }
    site.db.clone().close().await.unwrap();
    answers.push(("/", site.get("/").await.expect(503)));
    for (path, answer) in answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path} {}", answer.status);
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        if !path.starts_with("/media/") {
            assert!(
                policy.contains("object-src 'none'") && policy.contains("base-uri 'none'"),
                "{path}: {policy}"
            );
            assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        }
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
        assert!(
            !answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by"),
            "{path}"
        );
    }
    site.end().await;
}

#[tokio::test]
async fn what_a_client_says_of_host_or_origin_is_not_repeated() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let headers = "Host: evil.example\r\nOrigin: https://evil.example\r\nX-Forwarded-Host: evil.example\r\n\
        Forwarded: host=evil.example;proto=https\r\nX-Forwarded-For: evil.example\r\n";
    for path in [
        "/",
        "/posts/hello",
        "/archive/",
        "/none",
        "/search?q=x",
        "/api/posts",
        "/api/openapi.json",
        "/readyz",
    ] {
        let raw = site.raw(&format!("GET {path}"), headers).await;
        assert!(raw.starts_with("HTTP/1.1 "), "{path}: {raw}");
        assert!(!raw.contains("evil.example"), "{path}: {raw}");
    }
    site.end().await;
}

#[tokio::test]
async fn long_addresses_are_answered_in_order() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for length in [300, 3_000, 30_000] {
        let long = "a".repeat(length);
        for path in
            [format!("/posts/{long}"), format!("/{long}"), format!("/{}", "a/".repeat(length / 2) + "b")]
        {
            let answer = site.get(&path).await;
            assert_eq!(answer.status.as_u16(), 404, "{length}");
        }
        site.get(&format!("/search?q={long}")).await.expect(200);
        site.get(&format!("/?x={long}")).await.expect(200);
    }
    // Beyond what any address needs, the connection is the framework's to refuse; the site goes on.
    let raw = site.raw(&format!("GET /{}", "a".repeat(60_000)), "Host: x\r\n").await;
    assert!(
        ["400", "404", "414", "431"].contains(&status_of(&raw)),
        "{}",
        raw.get(..200).unwrap_or_default()
    );
    site.get("/").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn the_process_and_its_database_can_be_watched() {
    let site = TestSite::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = site.get(path).await.expect(200);
        assert_eq!(
            (answer.text(), answer.header("content-type")),
            ("ok\n".to_owned(), "text/plain".to_owned())
        );
    }
    site.db.clone().close().await.unwrap();
    site.get("/healthz").await.expect(200);
    let unready = site.get("/readyz").await.expect(503);
    assert_eq!(unready.header("retry-after"), "5");
    site.end().await;
}

#[tokio::test]
async fn without_its_database_the_site_asks_for_patience() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.db.clone().close().await.unwrap();
    for path in LISTS.into_iter().chain([
        "/posts/hello",
        "/courses/course/hello",
        "/api/posts.ndjson",
        "/api/users/1",
    ]) {
        let answer = site.get(path).await;
        assert_explained(path, &answer, 503);
        assert_eq!(answer.header("retry-after"), "5", "{path}");
    }
    site.get("/static/css/base.css").await.expect(200);
    site.get("/healthz").await.expect(200);
    site.end().await;
}

/// Writers stand in a queue, and each of them for a bounded time: then they get back what they typed.
#[tokio::test]
async fn who_cannot_write_in_time_is_told_to_come_back_and_loses_nothing() {
    let site = TestSite::start().await;
    let me = site.user("root", Role::Admin).await;
    let (root, program) = (site.sign_in("root").await, site.program(me, Scope::Write).await);
    root.get("/admin/tags/new").await.expect(200);
    // All there is to write with.
    let number = if Backend::of_run() == Backend::Sqlite { 1 } else { 6 };
    let held = join_all((0..number).map(|_| site.app.db.begin())).await;
    let fields = [("name", "Typed with care")];
    let post = json!({"title": "Sent by a program", "content": "."});
    let (form, api, page) = tokio::join!(
        root.post("/admin/tags/new", &fields),
        program.json(Method::POST, "/api/posts", &post),
        site.get("/")
    );
    page.expect(200);
    assert_eq!((form.status.as_u16(), form.header("retry-after")), (503, "5".to_owned()), "{}", form.text());
    assert!(form.text().contains("Typed with care"), "{}", form.text());
    assert_explained("/api/posts", &api, 503);
    for transaction in held {
        transaction.unwrap().rollback().await.unwrap();
    }
    root.post("/admin/tags/new", &fields).await.expect(303);
    program.json(Method::POST, "/api/posts", &post).await.expect(201);
    site.end().await;
}

#[tokio::test]
async fn a_mistake_of_ours_says_a_number_and_nothing_internal() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.db.write().execute_unprepared("ALTER TABLE posts RENAME TO posts_gone").await.unwrap();
    for path in ["/", "/posts/hello", "/archive", "/authors/ada", "/authors", "/search?q=words"] {
        let answer = site.get(path).await;
        assert_explained(path, &answer, 500);
        assert_eq!(answer.one(".error-id code").len(), 16, "{path}");
    }
    let first = site.get("/").await.one(".error-id code");
    assert_ne!(first, site.get("/").await.one(".error-id code"), "each request has a number of its own");
    for path in ["/api/posts", "/api/posts/1", "/api/users/1", "/api/posts.ndjson"] {
        let answer = site.get(path).await;
        assert_explained(path, &answer, 500);
        assert_eq!(answer.json()["request_id"].as_str().map(str::len), Some(16), "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn error_pages_need_no_settings() {
    let site = TestSite::start().await;
    site.db.write().execute_unprepared("ALTER TABLE settings RENAME TO settings_gone").await.unwrap();
    assert_explained("/", &site.get("/").await, 500);
    assert_explained("/none", &site.get("/none").await, 404);
    site.get("/api/posts").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn not_found_needs_no_redirects() {
    let site = TestSite::start().await;
    site.db.write().execute_unprepared("ALTER TABLE redirects RENAME TO redirects_gone").await.unwrap();
    assert_explained("/none", &site.get("/none").await, 404);
    site.end().await;
}
