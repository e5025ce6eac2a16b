//! Two people with one row: the second is told, and shown both versions.

use entity::{post, user::Role};
use sea_orm::EntityTrait;

use super::studio::open;

#[tokio::test]
async fn the_second_one_is_told_and_nothing_is_overwritten() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    site.user("eve", Role::Editor).await;
    let post = build.post(ed, "Post").save().await;
    let url = format!("/admin/posts/{post}");
    let (ed, eve) = (site.sign_in("ed").await, site.sign_in("eve").await);
    let version = ed.get(&url).await.expect(200).attributes("input[name=_version]", "value").remove(0);
    let hers = [("_version", version.as_str()), ("title", "Hers"), ("status", "published")];
    eve.post(&url, &hers).await.expect(303);
    let his =
        [("_version", version.as_str()), ("title", "His <b>"), ("content", "his text"), ("status", "draft")];
    let answer = ed.post(&url, &his).await.expect(409);
    assert_eq!(answer.one(".conflict h2"), "Eve saved this while you were writing");
    let rows = answer.texts(".conflict tbody tr");
    assert!(rows.iter().any(|row| row.starts_with("TitleHis <b>Hers")), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("StatusDraftPublished")), "{rows:?}");
    assert_eq!(answer.attributes("#field-title", "value"), ["His <b>"]);
    let row = post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.title, "Hers");
    // Again with the new version: now it is meant.
    let fresh = answer.attributes("input[name=_version]", "value").remove(0);
    assert_ne!(fresh, version);
    let mut again = his;
    again[0].1 = &fresh;
    ed.post(&url, &again).await.expect(303);
    let row = post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.title, "His <b>");
    site.end().await;
}

#[tokio::test]
async fn lessons_and_students_are_part_of_the_version() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let (one, two) = (build.post(ed, "One").save().await, build.post(ed, "Two").save().await);
    let student = build.student("Ann").await;
    let course = build.course("Logic", &[one]).await;
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let version = || async { ed.get(&url).await.attributes("input[name=_version]", "value").remove(0) };
    let first = version().await;
    let added = [("lessons._count", "1"), ("lessons.0._id", ""), ("lessons.0.post_id", &two.to_string())];
    ed.post(&url, &added).await.expect(303);
    let second = version().await;
    ed.post(&url, &[("students__sent", "1"), ("students", &student.to_string())]).await.expect(303);
    let third = version().await;
    assert!(first != second && second != third);
    let answer =
        ed.post(&url, &[("_version", &first), ("name", "New"), ("students__sent", "1")]).await.expect(409);
    let rows = answer.texts(".conflict tbody tr").join("\n");
    assert!(rows.contains("NameNewLogic") && rows.contains("StudentsemptyAnn"), "{rows}");
    // What both wrote is no conflict.
    let answer = ed.post(&url, &[("_version", &first), ("name", "Logic")]).await.expect(303);
    assert_eq!(answer.header("location"), url);
    site.end().await;
}

#[tokio::test]
async fn a_lesson_that_somebody_else_removed_is_a_conflict() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let (one, two) = (build.post(ed, "One").save().await, build.post(ed, "Two").save().await);
    let course = build.course("Logic", &[one, two]).await;
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let form = ed.get(&url).await.expect(200);
    let version = form.attributes("input[name=_version]", "value").remove(0);
    let ids: Vec<String> = (0..2)
        .map(|index| form.attributes(&format!("input[name='lessons.{index}._id']"), "value").remove(0))
        .collect();
    let (one, two) = (one.to_string(), two.to_string());
    ed.post(&url, &[("lessons._count", "1"), ("lessons.0._id", &ids[0]), ("lessons.0._delete", "on")])
        .await
        .expect(303);
    let typed = [
        ("_version", version.as_str()),
        ("name", "Logic 2"),
        ("lessons._count", "2"),
        ("lessons.0._id", &ids[0]),
        ("lessons.0._order", "0"),
        ("lessons.0.post_id", &one),
        ("lessons.1._id", &ids[1]),
        ("lessons.1._order", "1"),
        ("lessons.1.post_id", &two),
    ];
    let page = ed.post(&url, &typed).await.expect(409);
    assert_eq!(page.attributes("#field-name", "value"), ["Logic 2"]);
    assert_eq!(page.attributes("input[name='lessons._count']", "value"), ["1"]);
    assert_eq!(page.attributes("input[name='lessons.0._id']", "value"), [ids[1].as_str()]);
    let fresh = page.attributes("input[name=_version]", "value").remove(0);
    let again = [
        ("_version", fresh.as_str()),
        ("name", "Logic 2"),
        ("lessons._count", "1"),
        ("lessons.0._id", &ids[1]),
        ("lessons.0._order", "1"),
        ("lessons.0.post_id", &two),
    ];
    ed.post(&url, &again).await.expect(303);
    site.end().await;
}

#[tokio::test]
async fn what_was_typed_outlives_the_row() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let post = build.post(ed, "One").save().await.to_string();
    let course = build.course("Logic", &[]).await;
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let version = ed.get(&url).await.attributes("input[name=_version]", "value").remove(0);
    ed.post(&format!("{url}/delete"), &[("confirmed", "1")]).await.expect(303);
    let typed = [
        ("_version", version.as_str()),
        ("name", "Logic 2"),
        ("slug", "logic-2"),
        ("lessons._count", "1"),
        ("lessons.0._id", "1"),
        ("lessons.0.post_id", post.as_str()),
    ];
    let page = ed.post(&url, &typed).await.expect(409);
    assert!(page.texts(".complaints li")[0].contains("Somebody deleted this meanwhile"), "{}", page.text());
    assert_eq!(page.attributes("form.form", "action"), ["/admin/courses/new"]);
    assert_eq!(page.attributes("#field-name", "value"), ["Logic 2"]);
    assert_eq!(page.attributes("input[name='lessons.0._id']", "value"), [""]);
    let mut again = typed;
    again[0].1 = "";
    again[4].1 = "";
    ed.post("/admin/courses/new", &again).await.expect(303);
    let row = entity::course::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.name, "Logic 2");
    // What never was stays missing.
    ed.post("/admin/courses/4711", &typed).await.expect(404);
    site.end().await;
}
