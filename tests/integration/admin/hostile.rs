//! What people send who mean no good.

use entity::{lesson, post, tag, user, user::Role};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};

use super::studio::open;

#[tokio::test]
async fn names_that_no_field_has_change_nothing() {
    let site = open().await;
    let ann = site.user("ann", Role::Author).await;
    let bob = site.user("bob", Role::Author).await;
    let post = site.build().post(ann, "Hers").save().await;
    let html = post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().unwrap().html;
    let visitor = site.sign_in("ann").await;
    let bob = bob.to_string();
    let fields = [
        ("title", "Mine"),
        ("user_id", bob.as_str()),
        ("html", "<script>1</script>"),
        ("id", "4711"),
        ("word_count", "1000000"),
        ("word_count__sent", "1"),
        ("created_at", "2000-01-01T00:00:00"),
        ("users.0.role", "admin"),
        ("users._count", "1"),
        ("__proto__", "x"),
        ("", ""),
    ];
    visitor.post(&format!("/admin/posts/{post}"), &fields).await.expect(303);
    let row = post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((row.title.as_str(), row.user_id, row.html), ("Mine", ann, html));
    assert_ne!(row.word_count, 1_000_000);
    // The address of a new form says nothing for others either.
    let form = visitor
        .get(&format!("/admin/posts/new?user_id={bob}&password_hash=x&title=%3Cb%3E"))
        .await
        .expect(200);
    assert_eq!(form.attributes("#field-title", "value"), ["<b>"]);
    assert!(!form.text().contains("user_id"));
    site.end().await;
}

#[tokio::test]
async fn rows_of_others_are_not_there() {
    let site = open().await;
    let build = site.build();
    let ann = site.user("ann", Role::Author).await;
    let bob = site.user("bob", Role::Author).await;
    let his = build.post(bob, "His secret").status(post::PostStatus::Draft).save().await;
    build.post(ann, "Hers").save().await;
    let ann = site.sign_in("ann").await;
    let url = format!("/admin/posts/{his}");
    for path in [url.clone(), format!("{url}/delete"), format!("{url}/history")] {
        assert!(!ann.get(&path).await.expect(404).text().contains("secret"), "{path}");
    }
    ann.post(&url, &[("title", "Mine")]).await.expect(404);
    ann.post(&format!("{url}/delete"), &[("confirmed", "1")]).await.expect(404);
    assert_eq!(
        post::Entity::find_by_id(his).one(site.db.write()).await.unwrap().unwrap().title,
        "His secret"
    );
    site.end().await;
}

#[tokio::test]
async fn lessons_of_other_courses_are_out_of_reach() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let (one, two) = (build.post(ed, "One").save().await, build.post(ed, "Two").save().await);
    let (mine, other) = (build.course("Mine", &[]).await, build.course("Other", &[one]).await);
    let foreign = lesson::Entity::find().one(site.db.write()).await.unwrap().unwrap().id.to_string();
    let ed = site.sign_in("ed").await;
    let url = format!("/admin/courses/{mine}");
    for id in [foreign.as_str(), "0", "-1", "x", "99999999999999999999"] {
        let fields = [
            ("lessons._count", "1"),
            ("lessons.0._id", id),
            ("lessons.0.post_id", &two.to_string()),
            ("lessons.0.course_id", &other.to_string()),
        ];
        let answer = ed.post(&url, &fields).await.expect(422);
        assert!(answer.text().contains("One lesson is not there any more."), "{id}");
        ed.post(&url, &[&fields[..], &[("lessons.0._delete", "on")]].concat()).await.expect(303);
    }
    let rows = lesson::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!(rows.iter().map(|row| (row.course_id, row.post_id)).collect::<Vec<_>>(), [(other, one)]);
    site.end().await;
}

#[tokio::test]
async fn what_is_too_much_is_refused_with_a_word() {
    let site = open().await;
    let ed = site.user("ed", Role::Editor).await;
    let course = site.build().course("Logic", &[]).await;
    let post = site.build().post(ed, "Post").save().await;
    let ed = site.sign_in("ed").await;
    let long = "x".repeat(10_000);
    let answer = ed.post("/admin/tags/new", &[("name", &long), ("slug", "x")]).await.expect(422);
    assert!(answer.text().contains("at most 50 characters; it has 10000"));
    assert_eq!(answer.attributes("#field-name", "value"), [long.as_str()]);
    // A NUL, which no database of ours stores.
    ed.post("/admin/tags/new", &[("name", "a\0b"), ("slug", "x")]).await.expect(400);
    ed.post("/admin/tags/new", &[("name", "a\u{1}b"), ("slug", "x")]).await.expect(422);
    let url = format!("/admin/courses/{course}");
    for count in ["501", "99999999999999999999", "-1", "x", ""] {
        let answer = ed.post(&url, &[("lessons._count", count)]).await.expect(422);
        assert!(answer.text().contains("There may be at most 500 rows."), "{count}");
    }
    let post = post.to_string();
    for order in ["2147483648", "-99999999999", "x"] {
        let row = [
            ("lessons._count", "1"),
            ("lessons.0._id", ""),
            ("lessons.0._order", order),
            ("lessons.0.post_id", &post),
        ];
        ed.post(&url, &row).await.expect(422);
    }
    for (field, value) in [
        ("credits", "1e999"),
        ("credits", "many"),
        ("starts_on", "0000-01-01"),
        ("starts_on", "+99999-01-01"),
    ] {
        ed.post(&url, &[(field, value)]).await.expect(422);
    }
    for (field, value) in [("students", "x"), ("students", "-1"), ("students", "99999999999999999999")] {
        ed.post(&url, &[("students__sent", "1"), (field, value)]).await.expect(422);
    }
    for find in ["", "nothing", "lessons.0.nothing", "lessons.x.post_id", "a.b.c.d", "password_hash"] {
        ed.post(&url, &[("_find", find), ("lessons._count", "1")]).await.expect(200);
    }
    ed.post(&url, &[("_add", "users"), ("lessons._count", "500")]).await.expect(200);
    assert_eq!(tag::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}

#[tokio::test]
async fn markup_in_any_text_comes_out_as_text() {
    const MARKUP: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let site = open().await;
    let build = site.build();
    let root = site.user("root", Role::Admin).await;
    let ann = build.author("ann").await;
    user::ActiveModel { id: Set(ann), display_name: Set(MARKUP.to_owned()), ..Default::default() }
        .update(site.db.write())
        .await
        .unwrap();
    let post = build.post(ann, MARKUP).slug("markup").tags(&["one"]).content(MARKUP).save().await;
    let tag = tag::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    let course = build.course("Logic", &[post]).await;
    let visitor = site.sign_in("root").await;
    visitor.post(&format!("/admin/tags/{tag}"), &[("name", &MARKUP[..50])]).await.expect(303);
    visitor.post(&format!("/admin/courses/{course}"), &[("name", MARKUP)]).await.expect(303);
    visitor.post(&format!("/admin/posts/{post}"), &[("title", &format!("{MARKUP} 2"))]).await.expect(303);
    let paths = [
        format!("/admin/posts/{post}"),
        format!("/admin/posts/{post}/delete"),
        format!("/admin/posts/{post}/history"),
        format!("/admin/tags/{tag}"),
        format!("/admin/tags/{tag}/delete"),
        format!("/admin/courses/{course}"),
        format!("/admin/courses/{course}/delete"),
        format!("/admin/users/{ann}"),
        format!("/admin/users/{ann}/delete"),
        "/admin/history".to_owned(),
        "/admin/posts".to_owned(),
        format!("/admin/posts/new?title={}", "%3Cscript%3Ealert(1)%3C/script%3E"),
    ];
    for path in paths {
        let page = visitor.get(&path).await.expect(200);
        let text = page.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path}");
        assert!(text.contains("alert(1)"), "{path}");
    }
    let typed = visitor
        .post(&format!("/admin/users/{root}"), &[("email", MARKUP), ("role", MARKUP)])
        .await
        .expect(422);
    assert!(!typed.text().contains("<script>alert"));
    site.end().await;
}

#[tokio::test]
async fn other_sites_cannot_send_forms() {
    let site = open().await;
    site.user("ed", Role::Editor).await;
    let ed = site.sign_in("ed").await;
    let fields = [("name", "Rust"), ("slug", "rust")];
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")]] {
        let answer = ed.post_with("/admin/tags/new", &fields, &headers).await;
        answer.expect(403);
    }
    ed.send(reqwest::Method::PUT, "/admin/tags/new", None).await.expect(405);
    assert_eq!(tag::Entity::find().count(site.db.write()).await.unwrap(), 0);
    site.end().await;
}
