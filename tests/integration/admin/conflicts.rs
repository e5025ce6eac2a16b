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
async fn lessons_are_part_of_the_version_and_students_are_not() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let (one, two) = (build.post(ed, "One").save().await, build.post(ed, "Two").save().await);
    let (ann, ben) = (build.student("Ann").await, build.student("Ben").await);
    let course = build.course("Logic", &[one]).await;
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let version = || async { ed.get(&url).await.attributes("input[name=_version]", "value").remove(0) };
    let first = version().await;
    ed.post(&url, &[("students__sent", "1"), ("students", &ann.to_string())]).await.expect(303);
    // Whoever enrols meanwhile is in nobody's way.
    let mine =
        [("_version", first.as_str()), ("credits", "2"), ("students__shown", ""), ("students__sent", "1")];
    ed.post(&url, &[&mine[..], &[("students", &ben.to_string())]].concat()).await.expect(303);
    let page = ed.get(&url).await.expect(200);
    assert_eq!(page.texts("input[name=students]").len(), 2, "{}", page.text());
    let first = version().await;
    let added = [("lessons._count", "1"), ("lessons.0._id", ""), ("lessons.0.post_id", &two.to_string())];
    ed.post(&url, &added).await.expect(303);
    assert_ne!(first, version().await);
    let answer = ed.post(&url, &[("_version", &first), ("name", "New")]).await.expect(409);
    let rows = answer.texts(".conflict tbody tr").join("\n");
    assert!(rows.contains("NameNewLogic"), "{rows}");
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
    let page = ed.post(&url, &typed).await.expect(404);
    assert!(page.texts(".complaints li")[0].contains("not there any more"), "{}", page.text());
    assert_eq!(page.attributes("form.form", "action"), ["/admin/courses/new"]);
    assert_eq!(page.attributes("#field-name", "value"), ["Logic 2"]);
    assert_eq!(page.attributes("input[name='lessons.0._id']", "value"), [""]);
    let mut again = typed;
    again[0].1 = "";
    again[4].1 = "";
    ed.post("/admin/courses/new", &again).await.expect(303);
    let row = entity::course::Entity::find().one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.name, "Logic 2");
    // What never was is told from it by nothing.
    let page = ed.post("/admin/courses/4711", &typed).await.expect(404);
    assert_eq!(page.attributes("#field-name", "value"), ["Logic 2"]);
    site.end().await;
}

#[tokio::test]
async fn a_lesson_that_somebody_else_added_is_in_the_form() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let mut posts = Vec::new();
    for title in ["One", "Two", "Three"] {
        posts.push(build.post(ed, title).save().await.to_string());
    }
    let course = build.course("Logic", &[posts[0].parse().unwrap()]).await;
    let url = format!("/admin/courses/{course}");
    let ed = site.sign_in("ed").await;
    let form = ed.get(&url).await.expect(200);
    let version = form.attributes("input[name=_version]", "value").remove(0);
    let id = form.attributes("input[name='lessons.0._id']", "value").remove(0);
    let order = form.attributes("input[name='lessons.0._order']", "value").remove(0);
    let theirs = [("lessons._count", "1"), ("lessons.0._id", ""), ("lessons.0.post_id", posts[1].as_str())];
    ed.post(&url, &theirs).await.expect(303);
    let mine = [
        ("_version", version.as_str()),
        ("lessons._count", "2"),
        ("lessons.0._id", id.as_str()),
        ("lessons.0._order", order.as_str()),
        ("lessons.0.post_id", posts[0].as_str()),
        ("lessons.1._id", ""),
        ("lessons.1.post_id", posts[2].as_str()),
    ];
    let page = ed.post(&url, &mine).await.expect(409);
    assert_eq!(page.attributes("input[name='lessons._count']", "value"), ["3"]);
    let added = page.attributes("input[name='lessons.2._id']", "value").remove(0);
    assert!(!added.is_empty());
    // A form that does not know of it leaves it its place.
    ed.post(&url, &mine[1..]).await.expect(303);
    let lessons = entity::lesson::Entity::find().all(site.db.write()).await.unwrap();
    let places: std::collections::BTreeSet<i32> = lessons.iter().map(|lesson| lesson.position).collect();
    assert_eq!((lessons.len(), places.len()), (3, 3), "{lessons:?}");
    site.end().await;
}

#[tokio::test]
async fn only_whoever_saved_meanwhile_is_named() {
    let site = open().await;
    let build = site.build();
    let ed = site.user("ed", Role::Editor).await;
    let post = build.post(ed, "Post").save().await;
    let url = format!("/admin/posts/{post}");
    let ed = site.sign_in("ed").await;
    ed.post(&url, &[("title", "By Ed, before")]).await.expect(303);
    let version = ed.get(&url).await.attributes("input[name=_version]", "value").remove(0);
    // Something changes it that the history does not know.
    let change = post::ActiveModel {
        id: sea_orm::ActiveValue::Set(post),
        title: sea_orm::ActiveValue::Set("By nobody".to_owned()),
        ..Default::default()
    };
    post::Entity::update(change).exec(site.db.write()).await.unwrap();
    let mine = [("_version", version.as_str()), ("title", "Mine")];
    let page = ed.post(&url, &mine).await.expect(409);
    assert_eq!(page.one(".conflict h2"), "Somebody else saved this while you were writing");
    // In another window of one's own.
    ed.post(&url, &[("title", "By Ed, meanwhile")]).await.expect(303);
    let page = ed.post(&url, &mine).await.expect(409);
    assert_eq!(page.one(".conflict h2"), "You saved this while you were writing");
    site.end().await;
}
