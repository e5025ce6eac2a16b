//! The JSON that programs read.

use std::collections::BTreeSet;

use entity::{api_token::Scope, enrollment::EnrollmentStatus, post::PostStatus, student, user::Role};
use harness::{Answer, TestSite, build::day, dump};
use insta::Settings;
use lectern::users::queries::{self as users, NewUser};
use reqwest::Method;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
};
use serde_json::Value;

/// Compares JSON with the snapshot of this name, whatever the order of its keys.
fn assert_shape(name: &str, value: &Value) {
    let mut settings = Settings::clone_current();
    settings.set_sort_maps(true);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

/// Asserts that an answer is JSON and gives it.
#[track_caller]
fn json(answer: Answer) -> Value {
    let answer = answer.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

/// Two authors, three public posts and a draft, a course with two students.
async fn furnish(site: &TestSite) {
    let build = site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let first = build.post(ada, "First").tags(&["Rust", "async"]).summary("Short.").save().await;
    let second = build.post(ada, "Second <b>").slug("второй").published(day(2)).save().await;
    build.post(bob, "Third").published(day(3)).save().await;
    build.post(bob, "Draft").status(PostStatus::Draft).published(day(4)).save().await;
    let course = build.course("Steps", &[first, second]).await;
    build.course("Advanced", &[]).await;
    for (name, status) in [
        ("Eve", EnrollmentStatus::Active),
        ("Kim", EnrollmentStatus::Completed),
        ("Lou", EnrollmentStatus::Left),
        ("Max", EnrollmentStatus::Waiting),
    ] {
        let student = build.student(name).await;
        build.enrol(student, course, status).await;
    }
}

#[tokio::test]
async fn users_are_listed_by_id_and_read_with_their_posts() {
    let site = TestSite::start().await;
    furnish(&site).await;
    assert_shape("users", &json(site.get("/api/users").await));
    assert_shape("users_second_page", &json(site.get("/api/users?page=2&per_page=1").await));
    assert_shape("user", &json(site.get("/api/users/1").await));
    site.end().await;
}

#[tokio::test]
async fn posts_are_listed_newest_first_and_read_whole() {
    let site = TestSite::start().await;
    furnish(&site).await;
    assert_shape("posts", &json(site.get("/api/posts").await));
    assert_shape("posts_second_page", &json(site.get("/api/posts?page=2&per_page=2").await));
    assert_shape("post", &json(site.get("/api/posts/1").await));
    assert_shape("post_of_another_script", &json(site.get("/api/posts/2").await));
    site.end().await;
}

#[tokio::test]
async fn courses_are_listed_by_name_and_show_those_who_take_or_took_them() {
    let site = TestSite::start().await;
    furnish(&site).await;
    assert_shape("courses", &json(site.get("/api/courses").await));
    assert_shape("course_students", &json(site.get("/api/courses/1/students").await));
    assert_shape("course_without_students", &json(site.get("/api/courses/2/students").await));
    site.end().await;
}

#[tokio::test]
async fn search_finds_posts_and_people() {
    let site = TestSite::start().await;
    furnish(&site).await;
    assert_shape("search", &json(site.get("/api/search?q=first").await));
    assert_shape("search_people", &json(site.get("/api/search?q=ada").await));
    assert_shape("search_without_words", &json(site.get("/api/search?q=-first").await));
    site.end().await;
}

#[tokio::test]
async fn an_empty_site_has_empty_lists() {
    let site = TestSite::start().await;
    for (path, list) in [("/api/posts", "posts"), ("/api/users", "users"), ("/api/courses", "courses")] {
        let expected = serde_json::json!({list: [], "total": 0, "pages": 0, "current_page": 1});
        assert_eq!(json(site.get(path).await), expected, "{path}");
    }
    let stream = site.get("/api/posts.ndjson").await.expect(200);
    assert_eq!(stream.text(), "");
    site.end().await;
}

#[tokio::test]
async fn errors_are_problem_json() {
    let site = TestSite::start().await;
    for (name, method, path, status) in [
        ("problem_400", reqwest::Method::GET, "/api/posts?page=x", 400),
        ("problem_400_per_page", reqwest::Method::GET, "/api/posts?per_page=0", 400),
        ("problem_404", reqwest::Method::GET, "/api/posts/1", 404),
        ("problem_405", reqwest::Method::PUT, "/api/search", 405),
    ] {
        let answer = site.send(method, path, &[]).await.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_shape(name, &answer.json());
    }
    site.end().await;
}

#[tokio::test]
async fn a_page_has_one_to_a_hundred_rows() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 101).await;
    let rows = async |query: &str| {
        let list = json(site.get(&format!("/api/posts{query}")).await);
        assert_eq!(list["total"], 101);
        (list["posts"].as_array().unwrap().len(), list["pages"].as_u64().unwrap())
    };
    assert_eq!(rows("").await, (10, 11));
    assert_eq!(rows("?per_page=1").await, (1, 101));
    assert_eq!(rows("?per_page=100").await, (100, 2));
    assert_eq!(rows("?per_page=100&page=2").await, (1, 2));
    for list in ["/api/posts", "/api/users", "/api/courses"] {
        for per_page in ["0", "101", "-1", "x", "", "1.5", "%2B5", "99999999999999999999", "%00"] {
            let path = format!("{list}?per_page={per_page}");
            assert_eq!(site.get(&path).await.status.as_u16(), 400, "{path}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn the_stream_has_every_public_post_once() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Draft").status(PostStatus::Draft).save().await;
    site.build().posts(ada, 65).await;
    site.build().post(ada, "Plan").status(PostStatus::Scheduled).save().await;
    site.build()
        .post(ada, "Lines\u{2028}of text")
        .slug("lines")
        .content("One\n\ntwo\r\n")
        .tags(&["T"])
        .save()
        .await;
    let stream = site.get("/api/posts.ndjson").await.expect(200);
    assert_eq!(stream.header("content-type"), "application/x-ndjson");
    let text = stream.text();
    assert!(text.ends_with('\n'));
    let posts: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(posts.len(), 66);
    let ids: Vec<i64> = posts.iter().map(|post| post["id"].as_i64().unwrap()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let slugs: BTreeSet<&str> = posts.iter().map(|post| post["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs.len(), 66);
    assert!(!slugs.contains("draft") && !slugs.contains("plan"), "{slugs:?}");
    for (post, id) in posts.iter().zip(ids) {
        assert_eq!(*post, json(site.get(&format!("/api/posts/{id}")).await), "as the post alone");
    }
    site.end().await;
}

#[tokio::test]
async fn exactly_a_step_of_posts_ends_the_stream_well() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 40).await;
    let stream = site.get("/api/posts.ndjson").await.expect(200);
    assert_eq!(stream.text().lines().count(), 40);
    site.end().await;
}

#[tokio::test]
async fn a_user_who_left_is_no_longer_told_of() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let transaction = site.db.begin().await.unwrap();
    let left = entity::user::ActiveModel { id: Unchanged(1), is_active: Set(false), ..Default::default() };
    users::update(&transaction, left).await.unwrap();
    transaction.commit().await.unwrap();
    site.get("/api/users/1").await.expect(404);
    assert_eq!(json(site.get("/api/users").await)["total"], 1);
    assert_eq!(json(site.get("/api/search?q=ada").await)["users"], serde_json::json!([]));
    site.end().await;
}

#[tokio::test]
async fn no_answer_tells_an_address_or_a_password() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let transaction = site.db.begin().await.unwrap();
    let new = NewUser {
        username: "keeper".to_owned(),
        email: "keeper@private.example".to_owned(),
        display_name: "Keeper".to_owned(),
        role: Role::Admin,
        password_hash: Some("$argon2id$v=19$secret".to_owned()),
    };
    users::insert(&transaction, new).await.unwrap();
    let known = student::ActiveModel {
        id: Unchanged(1),
        email: Set(Some("eve@private.example".to_owned())),
        ..Default::default()
    };
    known.update(&transaction).await.unwrap();
    transaction.commit().await.unwrap();
    for path in [
        "/api/users",
        "/api/users/1",
        "/api/users/3",
        "/api/posts",
        "/api/posts/1",
        "/api/posts.ndjson",
        "/api/courses",
        "/api/courses/1/students",
        "/api/search?q=keeper",
        "/api/search?q=first",
        "/api/search?q=private",
        "/search?q=keeper",
        "/authors/keeper",
        "/authors",
    ] {
        let text = site.get(path).await.expect(200).text();
        for secret in ["@private.example", "@example.org", "argon2", "password"] {
            assert!(!text.contains(secret), "{path} tells {secret}: {text}");
        }
    }
    assert_eq!(json(site.get("/api/search?q=private").await)["users"], serde_json::json!([]));
    site.end().await;
}

/// The addresses under `/api` that the URL map has, those of the description itself left out.
fn routed() -> BTreeSet<String> {
    let is_described = |path: &String| {
        path.starts_with("/api/") && !path.starts_with("/api/docs") && path != "/api/openapi.json"
    };
    crate::permissions::routes().into_iter().filter(is_described).collect()
}

#[tokio::test]
async fn the_description_tells_of_every_address_and_each_answers_as_described() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let document = json(site.get("/api/openapi.json").await);
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{document}");
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), routed());
    let admin = site.user("root", Role::Admin).await;
    let program = site.program(admin, Scope::Read).await;
    for (path, methods) in paths {
        // What writes is asked elsewhere.
        let Some(responses) = methods["get"]["responses"].as_object() else { continue };
        let mut asked = vec![(path.replace("{id}", "1"), "200")];
        if path.contains("{id}") {
            asked.push((path.replace("{id}", "999"), "404"));
        }
        if responses.contains_key("400") {
            asked.push((format!("{}?page=x", path.replace("{id}", "1")), "400"));
        }
        for (address, status) in asked {
            let answer = program.get(&address).await.expect(status.parse().unwrap());
            let described =
                responses.get(status).unwrap_or_else(|| panic!("{path} does not tell of {status}"));
            let kinds = described["content"].as_object().unwrap();
            let kind = answer.header("content-type");
            assert!(kinds.contains_key(&kind), "{address}: {kind} is none of {kinds:?}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn the_description_reads_well() {
    let site = TestSite::start().await;
    let document = json(site.get("/api/openapi.json").await);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let (summary, description) = (operation["summary"].as_str(), operation["description"].as_str());
            let summary = summary.unwrap_or_else(|| panic!("{method} {path} says nothing"));
            for text in [summary, description.unwrap_or_default()] {
                for code in ["# ", "](", "::", "`json", "a row"] {
                    assert!(!text.contains(code), "{method} {path}: {text}");
                }
            }
            assert!(!summary.ends_with('.') && summary.lines().count() == 1, "{method} {path}: {summary}");
        }
    }
    for (path, method, summary) in [
        ("/api/courses", "post", "Make a course"),
        ("/api/students/{id}", "patch", "Change a student"),
        ("/api/users/{id}", "delete", "Delete a user"),
        ("/api/posts", "patch", "Change several posts"),
        ("/api/posts", "delete", "Delete several posts"),
    ] {
        assert_eq!(document["paths"][path][method]["summary"], summary, "{method} {path}");
    }
    site.end().await;
}

#[tokio::test]
async fn the_descriptions_parts_are_all_there_and_name_what_is_answered() {
    let site = TestSite::start().await;
    furnish(&site).await;
    let document = json(site.get("/api/openapi.json").await);
    let text = document.to_string();
    let mut references = 0;
    for rest in text.split("\"$ref\":\"").skip(1) {
        let pointer = rest.split('"').next().unwrap();
        let part = document.pointer(pointer.trim_start_matches('#'));
        assert!(part.is_some_and(Value::is_object), "{pointer} leads nowhere");
        references += 1;
    }
    assert!(references > 5, "{references}");
    for (path, schema) in [
        ("/api/users", "UserList"),
        ("/api/users/1", "UserDetail"),
        ("/api/posts", "PostList"),
        ("/api/posts/1", "PostDetail"),
        ("/api/courses", "CourseList"),
        ("/api/courses/1/students", "CourseStudents"),
        ("/api/search?q=first", "SearchResults"),
    ] {
        let answer = json(site.get(path).await);
        let described = document["components"]["schemas"][schema]["properties"].as_object();
        let described: BTreeSet<&String> = described.unwrap_or_else(|| panic!("{schema}")).keys().collect();
        assert_eq!(answer.as_object().unwrap().keys().collect::<BTreeSet<_>>(), described, "{path}");
    }
    let operations: Vec<&str> =
        text.split("\"operationId\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let distinct: BTreeSet<&&str> = operations.iter().collect();
    assert_eq!(distinct.len(), operations.len(), "each operation has an id of its own: {operations:?}");
    site.end().await;
}

#[tokio::test]
async fn the_apis_page_comes_with_all_that_it_asks_for() {
    let site = TestSite::start().await;
    let page = site.get("/api/docs").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(page.texts("script:not([src])").len(), 0, "its policy allows no inline script");
    let mut files = page.attributes("script[src]", "src");
    files.extend(page.attributes("link[href]", "href"));
    assert!(files.len() >= 4, "{files:?}");
    let mut scripts = String::new();
    for file in files {
        assert!(file.starts_with("/api/docs/"), "{file}");
        let answer = site.get(&file).await.expect(200);
        let kind = answer.header("content-type");
        let expected = match file.rsplit('.').next() {
            Some("js") => "javascript",
            Some("css") => "text/css",
            _ => "image/",
        };
        assert!(kind.contains(expected), "{file}: {kind}");
        if expected == "javascript" {
            scripts.push_str(&answer.text());
        }
    }
    assert!(scripts.contains("/api/openapi.json"), "the page shows this site's description");
    site.get("/api/docs/").await.expect(308);
    site.end().await;
}

#[tokio::test]
async fn the_stream_of_posts_goes_on_behind_a_long_row_of_drafts() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "First").save().await;
    for number in 0..45 {
        site.build().post(ada, &format!("Draft {number}")).status(PostStatus::Draft).save().await;
    }
    site.build().post(ada, "Last").save().await;
    let lines = site.get("/api/posts.ndjson").await.expect(200).text();
    let titles: Vec<_> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["title"].clone())
        .collect();
    assert_eq!(titles, ["First", "Last"]);
    site.end().await;
}

#[tokio::test]
async fn a_query_that_says_nothing_or_two_things_means_no_rows() {
    let site = TestSite::start().await;
    let root = site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    site.build().post(root, "Mine").save().await;
    site.build().post(ada, "Hers").save().await;
    let program = site.program(root, Scope::Write).await;
    let before = dump::rows(site.db.write()).await["posts"].clone();
    for query in ["status=published&user_id=", "user_id=1&user_id=2", "ids=", "ids=1&ids=2", "all=true&q="] {
        let path = format!("/api/posts?{query}");
        program.json(Method::PATCH, &path, &serde_json::json!({ "status": "draft" })).await.expect(400);
        program.delete(&path).await.expect(400);
    }
    let again = serde_json::json!({ "title": "Mine", "content": "." });
    program.json(Method::POST, "/api/posts?ifexists=return", &again).await.expect(400);
    assert_eq!(dump::rows(site.db.write()).await["posts"], before);
    site.end().await;
}
