//! Writing over the JSON API: everything that the tutorial does in Python.
#![expect(clippy::expect_used, reason = "what breaks here must fail its test")]

use std::collections::BTreeSet;

use entity::{
    api_token::Scope,
    enrollment::EnrollmentStatus,
    post::{self, PostStatus},
    user::Role,
};
use futures_util::future::join_all;
use harness::{Answer, TestSite, visitor::Visitor};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

/// An admin's program, with the admin's id.
async fn admin(site: &TestSite) -> (i64, Visitor<'_>) {
    let id = site.user("root", Role::Admin).await;
    (id, site.program(id, Scope::Write).await)
}

fn id(answer: &Answer) -> i64 {
    answer.json()["id"].as_i64().expect("an id")
}

#[track_caller]
fn errors(answer: &Answer) -> BTreeSet<String> {
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    answer.json()["errors"].as_object().expect("errors by field").keys().cloned().collect()
}

#[tokio::test]
async fn users_are_made_read_changed_and_deleted() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let made = root
        .json(Method::POST, "/api/users", &json!({"username": "ada", "email": "Ada@Example.org"}))
        .await
        .expect(201);
    assert_eq!(made.json(), json!({"id": id(&made), "username": "ada"}));
    let stored = entity::user::Entity::find_by_id(id(&made)).one(site.db.read()).await.unwrap().unwrap();
    assert_eq!((stored.email.as_str(), stored.role), ("ada@example.org", Role::Author));
    assert_eq!((stored.display_name.as_str(), stored.password_hash), ("ada", None));

    let path = format!("/api/users/{}", id(&made));
    let changed =
        root.json(Method::PATCH, &path, &json!({"bio": "Counts.", "role": "editor"})).await.expect(200);
    assert_eq!(changed.json()["username"], "ada");
    let stored = entity::user::Entity::find_by_id(id(&made)).one(site.db.read()).await.unwrap().unwrap();
    assert_eq!(
        (stored.bio.as_str(), stored.role, stored.email.as_str()),
        ("Counts.", Role::Editor, "ada@example.org")
    );

    assert_eq!(root.delete(&path).await.expect(204).bytes, b"");
    root.get(&path).await.expect(404);
    root.delete(&path).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn a_post_is_published_rendered_tagged_and_found() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let program = site.program(ada, Scope::Write).await;
    let body = json!({"title": "Hello, World", "content": "Some *tulips*.", "tags": ["Spring", "Flowers"]});
    let made = program.json(Method::POST, "/api/posts", &body).await.expect(201);
    assert_eq!(made.json(), json!({"id": id(&made), "title": "Hello, World", "slug": "hello-world"}));

    let read = site.get(&format!("/api/posts/{}", id(&made))).await.expect(200).json();
    assert_eq!(read["html"], "<p>Some <em>tulips</em>.</p>\n");
    assert_eq!((&read["tags"], &read["author"]["username"]), (&json!(["Flowers", "Spring"]), &json!("ada")));
    assert_eq!(site.get("/posts/hello-world").await.expect(200).one("h1"), "Hello, World");
    assert_eq!(site.get("/api/search?q=tulips").await.expect(200).json()["total"], 1);

    let again = program.json(Method::POST, "/api/posts", &body).await.expect(201);
    assert_eq!(again.json()["slug"], "hello-world-2");

    let path = format!("/api/posts/{}", id(&made));
    let change = json!({"slug": "Good Bye", "tags": [], "content": "Some *roses*."});
    let changed = program.json(Method::PATCH, &path, &change).await.expect(200);
    assert_eq!(changed.json(), json!({"id": id(&made), "title": "Hello, World", "slug": "good-bye"}));
    assert_eq!(site.get("/posts/hello-world").await.expect(301).header("location"), "/posts/good-bye");
    assert_eq!(site.get("/api/search?q=tulips").await.json()["total"], 1, "the other one is still there");
    assert_eq!(site.get("/api/search?q=roses").await.json()["total"], 1);
    assert_eq!(site.get(&path).await.json()["tags"], json!([]));

    program.json(Method::PATCH, &path, &json!({"status": "draft"})).await.expect(200);
    site.get("/posts/good-bye").await.expect(404);
    site.get(&path).await.expect(404);
    assert_eq!(
        program.get(&path).await.expect(200).json()["content"],
        "Some *roses*.",
        "its author still sees it"
    );
    assert_eq!(site.get("/api/search?q=roses").await.json()["total"], 0);

    program.delete(&path).await.expect(204);
    program.get(&path).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn courses_and_students_are_made_and_meet_both_ways() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let course =
        root.json(Method::POST, "/api/courses", &json!({"name": "Rust", "credits": 2.5})).await.expect(201);
    assert_eq!((&course.json()["slug"], &course.json()["credits"]), (&json!("rust"), &json!(2.5)));
    let course = id(&course);
    let other = id(&root.json(Method::POST, "/api/courses", &json!({"name": "SQL"})).await.expect(201));
    let student = json!({"name": "Eve", "email": "eve@example.org", "courses": [course]});
    let student = id(&root.json(Method::POST, "/api/students", &student).await.expect(201));
    let of_student =
        async || root.get(&format!("/api/students/{student}")).await.expect(200).json()["courses"].clone();
    let of_course = async |course: i64| {
        site.get(&format!("/api/courses/{course}/students")).await.expect(200).json()["students"].clone()
    };
    assert_eq!(of_student().await, json!([{"id": course, "name": "Rust"}]));
    assert_eq!(of_course(course).await, json!([{"id": student, "name": "Eve"}]));

    // From the course's side, twice.
    let link = format!("/api/courses/{other}/students/{student}");
    for _ in 0..2 {
        let enrolled = root.send(Method::PUT, &link, None).await.expect(200);
        assert_eq!(enrolled.json(), json!({"course_id": other, "student_id": student, "status": "active"}));
    }
    assert_eq!(of_student().await.as_array().unwrap().len(), 2);
    for _ in 0..2 {
        root.delete(&link).await.expect(204);
    }
    assert_eq!(of_course(other).await, json!([]));
    let left = entity::enrollment::Entity::find_by_id((student, other)).one(site.db.read()).await.unwrap();
    assert_eq!(left.unwrap().status, EnrollmentStatus::Left, "leaving keeps the row");

    // From the student's side.
    let path = format!("/api/students/{student}");
    root.json(Method::PATCH, &path, &json!({"courses": [other]})).await.expect(200);
    assert_eq!(of_student().await, json!([{"id": other, "name": "SQL"}]));
    root.json(Method::PATCH, &format!("/api/courses/{course}"), &json!({"students": [student]}))
        .await
        .expect(200);
    assert_eq!(of_student().await.as_array().unwrap().len(), 2);

    for missing in
        [format!("/api/courses/{other}/students/999"), format!("/api/courses/999/students/{student}")]
    {
        root.send(Method::PUT, &missing, None).await.expect(404);
        root.delete(&missing).await.expect(404);
    }
    root.delete(&format!("/api/courses/{course}")).await.expect(204);
    assert_eq!(of_student().await, json!([{"id": other, "name": "SQL"}]), "its enrolments went too");
    site.end().await;
}

#[tokio::test]
async fn deleting_a_user_deletes_what_they_wrote() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hers").tags(&["Tag"]).save().await;
    site.build().course("Rust", &[post]).await;
    root.delete(&format!("/api/users/{ada}")).await.expect(204);
    root.get(&format!("/api/posts/{post}")).await.expect(404);
    assert_eq!(entity::lesson::Entity::find().count(site.db.read()).await.unwrap(), 0);
    assert_eq!(entity::post_tag::Entity::find().count(site.db.read()).await.unwrap(), 0);
    assert_eq!(site.get("/api/search?q=hers").await.json()["total"], 0);
    site.end().await;
}

#[tokio::test]
async fn bad_input_is_said_by_field_and_changes_nothing() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "First").save().await;
    let long = "x".repeat(201);
    let cases: Vec<(&str, Value, &[&str])> = vec![
        ("/api/users", json!({}), &["email", "username"]),
        ("/api/users", json!({"username": "ADA", "email": "other@example.org"}), &["username"]),
        ("/api/users", json!({"username": "eve", "email": "ada@example.org"}), &["email"]),
        ("/api/users", json!({"username": "a b", "email": "nothing"}), &["email", "username"]),
        ("/api/users", json!({"username": "eve", "email": "e@x.org", "role": "king"}), &["role"]),
        ("/api/users", json!({"username": "eve", "email": "e@x.org", "password": "short"}), &["password"]),
        (
            "/api/users",
            json!({"username": "eve", "email": "e@x.org", "password_hash": "x"}),
            &["password_hash"],
        ),
        ("/api/users", json!({"username": "eve", "email": "e@x.org", "id": 7}), &["id"]),
        ("/api/posts", json!({"content": "x"}), &["title"]),
        ("/api/posts", json!({"title": "   "}), &["title"]),
        ("/api/posts", json!({"title": long, "nonsense": 1}), &["nonsense", "title"]),
        ("/api/posts", json!({"title": 7}), &["title"]),
        ("/api/posts", json!({"title": "Two", "slug": "first"}), &["slug"]),
        ("/api/posts", json!({"title": "Two", "slug": "!!!"}), &["slug"]),
        ("/api/posts", json!({"title": "Two", "status": "gone"}), &["status"]),
        ("/api/posts", json!({"title": "Two", "status": "scheduled"}), &["published_at"]),
        ("/api/posts", json!({"title": "Two", "user_id": 999}), &["user_id"]),
        ("/api/posts", json!({"title": "Two", "tags": "one, two, !!!"}), &["tags"]),
        ("/api/posts", json!({"title": "Two", "tags": ["a,b"]}), &["tags"]),
        ("/api/posts", json!({"title": "Two", "html": "<script>"}), &["html"]),
        ("/api/courses", json!({"name": "Rust", "credits": -1}), &["credits"]),
        ("/api/courses", json!({"name": "Rust", "starts_on": "soon"}), &["starts_on"]),
        ("/api/courses", json!({"name": "Rust", "students": [999]}), &["students"]),
        ("/api/students", json!({"name": "Eve", "email": "nothing"}), &["email"]),
    ];
    for (path, body, fields) in cases {
        let answer = root.json(Method::POST, path, &body).await;
        let expected = fields.iter().map(|field| (*field).to_owned()).collect();
        assert_eq!(errors(&answer), expected, "{path} {body}");
    }
    for (body, status) in [("{", 400), ("[1]", 422), ("\"\"", 422), ("{\"title\": \"a\\u0000b\"}", 400)] {
        root.send(Method::POST, "/api/posts", Some((body.to_owned(), "application/json")))
            .await
            .expect(status);
    }
    let form = Some(("title=Two".to_owned(), "application/x-www-form-urlencoded"));
    root.send(Method::POST, "/api/posts", form).await.expect(415);
    let path = format!("/api/posts/{post}");
    assert_eq!(errors(&root.json(Method::PATCH, &path, &json!({"title": ""})).await).len(), 1);
    root.json(Method::PATCH, "/api/posts/999", &json!({"title": "x"})).await.expect(404);
    assert_eq!(site.get("/api/posts").await.json()["total"], 1);
    assert_eq!(site.get("/api/users").await.json()["total"], 2);
    assert_eq!(site.get(&path).await.json()["title"], "First");
    site.end().await;
}

#[tokio::test]
async fn an_author_has_to_do_with_their_own_posts_only() {
    let site = TestSite::start().await;
    let (ada, bob) = (site.user("ada", Role::Author).await, site.user("bob", Role::Author).await);
    let theirs = site.build().post(bob, "Bob's").status(PostStatus::Draft).save().await;
    let public = site.build().post(bob, "Bob's other").save().await;
    let program = site.program(ada, Scope::Write).await;
    for post in [theirs, public] {
        let path = format!("/api/posts/{post}");
        program.json(Method::PATCH, &path, &json!({"title": "Mine"})).await.expect(404);
        program.delete(&path).await.expect(404);
    }
    program.get(&format!("/api/posts/{theirs}")).await.expect(404);
    let given = json!({"title": "Not by me", "user_id": bob});
    assert_eq!(
        errors(&program.json(Method::POST, "/api/posts", &given).await),
        ["user_id".to_owned()].into()
    );
    let changed = program
        .json(Method::PATCH, &format!("/api/posts?ids={theirs},{public}"), &json!({"status": "draft"}))
        .await
        .expect(200);
    assert_eq!(changed.json(), json!({"changed": 0}));
    assert_eq!(program.delete("/api/posts?all=true").await.expect(200).json(), json!({"deleted": 0}));
    assert_eq!(
        post::Entity::find().filter(post::Column::UserId.eq(bob)).count(site.db.read()).await.unwrap(),
        2
    );
    program.json(Method::POST, "/api/users", &json!({"username": "x", "email": "x@x.org"})).await.expect(403);
    program.json(Method::PATCH, &format!("/api/users/{ada}"), &json!({"role": "admin"})).await.expect(403);
    site.end().await;
}

#[tokio::test]
async fn many_rows_are_changed_and_deleted_at_once_or_not_at_all() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let (ada, bob) = (site.user("ada", Role::Author).await, site.user("bob", Role::Author).await);
    site.build().posts(ada, 450).await;
    let other = site.build().post(bob, "Another").save().await;
    let draft = json!({"status": "draft"});
    root.json(Method::PATCH, "/api/posts", &draft).await.expect(400);
    root.json(Method::PATCH, "/api/posts?user=3", &draft).await.expect(400);
    root.json(Method::PATCH, "/api/posts?html=x", &draft).await.expect(400);
    root.delete("/api/posts").await.expect(400);
    assert_eq!(
        errors(&root.json(Method::PATCH, "/api/posts?all=true", &json!({"slug": "one"})).await).len(),
        1
    );
    assert_eq!(site.get("/api/posts").await.json()["total"], 451, "nothing happened so far");

    let changed = root.json(Method::PATCH, &format!("/api/posts?user_id={ada}"), &draft).await.expect(200);
    assert_eq!(changed.json(), json!({"changed": 450}));
    assert_eq!(site.get("/api/posts").await.json()["total"], 1);
    let deleted = root.delete("/api/posts?status=draft&q=post+44").await.expect(200);
    assert_eq!(deleted.json(), json!({"deleted": 14}), "Post 44, 144, 244, 344 and 440 to 449");
    let deleted = root.delete("/api/posts?status=draft").await.expect(200);
    assert_eq!(deleted.json(), json!({"deleted": 436}));
    let deleted = root.delete(&format!("/api/posts?ids={other},999")).await.expect(200);
    assert_eq!(deleted.json(), json!({"deleted": 1}));
    site.end().await;
}

#[tokio::test]
async fn getting_or_creating_makes_one_row_however_many_ask() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    for (path, body) in [
        ("/api/users", json!({"username": "ada", "email": "ada@example.org"})),
        ("/api/posts", json!({"title": "Tulips", "slug": "tulips"})),
        ("/api/courses", json!({"name": "Rust", "slug": "rust"})),
        ("/api/students", json!({"name": "Eve", "email": "eve@example.org"})),
    ] {
        let address = format!("{path}?if_exists=return");
        let asked = (0..50).map(|_| root.json(Method::POST, &address, &body));
        let answers = join_all(asked).await;
        let ids: BTreeSet<i64> = answers.iter().map(id).collect();
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(ids.len(), 1, "{path}: {statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{path}: {statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 49, "{path}: {statuses:?}");
        root.json(Method::POST, path, &body).await.expect(422);
    }
    let nameless = root.json(Method::POST, "/api/students?if_exists=return", &json!({"name": "Eve"})).await;
    assert_eq!(errors(&nameless), ["email".to_owned()].into());
    root.json(Method::POST, "/api/users?if_exists=replace", &json!({})).await.expect(400);
    site.end().await;
}

#[tokio::test]
async fn what_is_there_is_known_by_what_is_stored_however_it_is_typed() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    for (path, spellings) in [
        (
            "/api/users",
            [
                json!({"username": "zoe", "email": "Zoe@example.org"}),
                json!({"username": "ZOE", "email": "zoe@example.org"}),
            ],
        ),
        (
            "/api/posts",
            [json!({"title": "Bye", "slug": "Good Bye"}), json!({"title": "Bye again", "slug": "good-bye"})],
        ),
        (
            "/api/courses",
            [json!({"name": "Rust", "slug": "Rust, slowly"}), json!({"name": "R", "slug": "rust slowly"})],
        ),
        (
            "/api/students",
            [
                json!({"name": "Eve", "email": "Eve@Example.org"}),
                json!({"name": "Eva", "email": "eve@example.org"}),
            ],
        ),
    ] {
        let address = format!("{path}?if_exists=return");
        let asked = (0..50).map(|number| root.json(Method::POST, &address, &spellings[number % 2]));
        let answers = join_all(asked).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{path}: {statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 49, "{path}: {statuses:?}");
        assert_eq!(answers.iter().map(id).collect::<BTreeSet<i64>>().len(), 1, "{path}");
        for spelling in &spellings {
            root.json(Method::POST, &address, spelling).await.expect(200);
            root.json(Method::POST, path, spelling).await.expect(422);
        }
    }
    // What is there is found without the rest.
    root.json(Method::POST, "/api/users?if_exists=return", &json!({"username": "Zoe"})).await.expect(200);
    let wrong = root.json(Method::POST, "/api/users?if_exists=return", &json!({"username": "nobody"})).await;
    assert_eq!(errors(&wrong), ["email".to_owned()].into());
    site.end().await;
}

#[tokio::test]
async fn fifty_posts_of_one_title_get_fifty_slugs() {
    let site = TestSite::start().await;
    let (_, root) = admin(&site).await;
    let body = json!({"title": "Tulips"});
    let answers = join_all((0..50).map(|_| root.json(Method::POST, "/api/posts", &body))).await;
    let slugs: BTreeSet<String> =
        answers.into_iter().map(|answer| answer.expect(201).json()["slug"].to_string()).collect();
    assert_eq!(slugs.len(), 50);
    site.end().await;
}

#[tokio::test]
async fn the_description_names_the_fields_that_are_taken() {
    let site = TestSite::start().await;
    let document = site.get("/api/openapi.json").await.expect(200).json();
    for (schema, resource) in [
        ("PostInput", "posts"),
        ("UserInput", "users"),
        ("CourseInput", "courses"),
        ("StudentInput", "students"),
    ] {
        let described: BTreeSet<&str> = document["components"]["schemas"][schema]["properties"]
            .as_object()
            .unwrap_or_else(|| panic!("{schema}"))
            .keys()
            .map(String::as_str)
            .collect();
        let fields = site.app.admin.find(resource).expect(resource).fields();
        let taken: BTreeSet<&str> =
            fields.filter(|field| !field.is_read_only).map(|field| field.name).collect();
        assert_eq!(described, taken, "{schema}");
    }
    site.end().await;
}

#[tokio::test]
async fn the_tutorials_calls_get_the_tutorials_answers() {
    let site = TestSite::start().await;
    let made = site.lectern(&[
        "user",
        "create",
        "--username",
        "root",
        "--email",
        "root@example.org",
        "--role",
        "admin",
    ]);
    assert!(made.status.success(), "{made:?}");
    let printed =
        site.lectern(&["token", "create", "--user", "root", "--name", "tutorial", "--scope", "write"]);
    assert!(printed.status.success(), "{printed:?}");
    let token = String::from_utf8(printed.stdout).unwrap();
    let program = site.visitor().with_token(token.trim());
    let user = json!({"username": "john", "email": "john@example.com"});
    let user = program.json(Method::POST, "/api/users", &user).await.expect(201);
    assert_eq!(user.json(), json!({"id": id(&user), "username": "john"}));
    let post = json!({"title": "My first post", "content": "Hello", "user_id": id(&user)});
    let post = program.json(Method::POST, "/api/posts", &post).await.expect(201);
    let listed = site.get("/api/users?page=1&per_page=1").await.expect(200).json();
    assert_eq!(
        (&listed["total"], &listed["pages"], &listed["current_page"]),
        (&json!(2), &json!(2), &json!(1))
    );
    let read = site.get(&format!("/api/users/{}", id(&user))).await.expect(200).json();
    let posts = json!([{"id": id(&post), "title": "My first post"}]);
    assert_eq!(read, json!({"id": id(&user), "username": "john", "posts": posts}));
    site.end().await;
}

#[tokio::test]
async fn an_editor_hands_posts_over_and_finds_them_by_tag() {
    let site = TestSite::start().await;
    let (ada, eve) = (site.user("ada", Role::Author).await, site.user("eve", Role::Editor).await);
    let program = site.program(eve, Scope::Write).await;
    let body = json!({"title": "For Ada", "user_id": ada, "tags": ["Spring"]});
    let made = id(&program.json(Method::POST, "/api/posts", &body).await.expect(201));
    assert_eq!(site.get(&format!("/api/posts/{made}")).await.json()["author"]["username"], "ada");
    program.json(Method::PATCH, &format!("/api/posts/{made}"), &json!({"user_id": eve})).await.expect(200);
    let tag = entity::tag::Entity::find().one(site.db.read()).await.unwrap().unwrap().id;
    site.build().post(ada, "Untagged").save().await;
    let changed =
        program.json(Method::PATCH, &format!("/api/posts?tags={tag}"), &json!({"pinned": true})).await;
    assert_eq!(changed.expect(200).json(), json!({"changed": 1}));

    let editor = site.sign_in("eve").await;
    let list = editor.get(&format!("/admin/posts?tags={tag}")).await.expect(200);
    assert_eq!(
        list.texts("tbody th a, tbody td:nth-child(2) a").first().map(String::as_str),
        Some("For Ada")
    );
    let many: Vec<String> = (0..51).map(|number| format!("tag{number}")).collect();
    let refused = program.json(Method::POST, "/api/posts", &json!({"title": "x", "tags": many})).await;
    assert_eq!(errors(&refused), ["tags".to_owned()].into());
    site.end().await;
}

#[tokio::test]
async fn redirects_do_not_go_round_in_circles() {
    let site = TestSite::start().await;
    site.user("eve", Role::Editor).await;
    let editor = site.sign_in("eve").await;
    let add = async |from: &str, to: &str| {
        editor.post("/admin/redirects/new", &[("old_path", from), ("new_path", to)]).await.status.as_u16()
    };
    assert_eq!((add("/a", "/b").await, add("/b", "/c").await), (303, 303));
    assert_eq!((add("/c", "/a").await, add("/d", "/d").await), (422, 422));
    assert_eq!(add("/c", "/archive").await, 303);
    site.end().await;
}

#[tokio::test]
async fn a_filter_of_many_rows_is_searched_without_scripts() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    for number in 0..12 {
        let author = site.build().author(&format!("author{number:02}")).await;
        site.build().post(author, &format!("Post {number}")).save().await;
    }
    let root = site.sign_in("root").await;
    let names =
        |page: &Answer| page.texts(".filters a").into_iter().filter(|text| text.contains("author")).count();
    let page = root.get("/admin/posts").await.expect(200);
    assert_eq!(names(&page), 10);
    let page = root.get("/admin/posts?user_id__q=author1").await.expect(200);
    assert_eq!(names(&page), 12, "ten, and the two that were found");
    site.end().await;
}
