//! Deleting: what goes too is said before, somebody may take it over, and what was there can be read afterwards.

use entity::{enrollment::EnrollmentStatus, post, student, user, user::Role};
use harness::TestSite;
use lectern::{admin::delete, web::Error};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};

use super::studio::{log, open, signed_in, viewer};

#[tokio::test]
async fn what_goes_too_is_counted_and_named() {
    let site = open().await;
    let build = site.build();
    let ada = build.author("ada").await;
    let admin = signed_in(&site, viewer(build.author("root").await, Role::Admin)).await;
    let mut posts = Vec::new();
    for number in 1..=7 {
        posts.push(build.post(ada, &format!("Post {number}")).tags(&["one"]).save().await);
    }
    build.course("Logic", &posts[..2]).await;
    let ann = build.student("Ann").await;
    let account = student::ActiveModel { id: Set(ann), user_id: Set(Some(ada)), ..Default::default() };
    account.update(site.db.write()).await.unwrap();
    let users = site.app.admin.find("users").unwrap();
    let all = delete::consequences(site.db.write(), &site.app.admin, &admin, users, &[ada]).await.unwrap();
    let texts: Vec<&str> = all.iter().map(|one| one.text.as_str()).collect();
    for said in [
        "7 posts are deleted too, unless handed over",
        "7 uses of tags are deleted too, unless handed over",
        "2 lessons are deleted too, unless handed over",
        "1 student stays, without its user",
    ] {
        assert!(texts.contains(&said), "{said}: {texts:?}");
    }
    let posts = all.iter().find(|one| one.text.starts_with("7 posts")).unwrap();
    assert_eq!((posts.samples.len(), posts.more, posts.samples[0].as_str()), (5, 2, "Post 1"));
    // Whoever sees their own rows only is told no titles of others.
    let author = signed_in(&site, viewer(ada, Role::Author)).await;
    let all = delete::consequences(site.db.write(), &site.app.admin, &author, users, &[ada]).await.unwrap();
    assert!(all.iter().all(|one| one.samples.is_empty()), "{all:?}");
    site.end().await;
}

#[tokio::test]
async fn a_row_that_goes_for_two_reasons_goes_once() {
    let site = open().await;
    let build = site.build();
    let admin = signed_in(&site, viewer(build.author("root").await, Role::Admin)).await;
    let post = build.post(admin.id, "Post").save().await;
    let course = build.course("Logic", &[post]).await;
    let ann = build.student("Ann").await;
    build.enrol(ann, course, EnrollmentStatus::Active).await;
    let lesson = entity::lesson::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    entity::enrollment::ActiveModel {
        student_id: Set(ann),
        course_id: Set(course),
        last_lesson_id: Set(Some(lesson)),
        ..Default::default()
    }
    .update(site.db.write())
    .await
    .unwrap();
    let courses = site.app.admin.find("courses").unwrap();
    let all =
        delete::consequences(site.db.write(), &site.app.admin, &admin, courses, &[course]).await.unwrap();
    let texts: Vec<&str> = all.iter().map(|one| one.text.as_str()).collect();
    assert!(texts.contains(&"1 enrolment is deleted too"), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("stays")), "{texts:?}");
    site.end().await;
}

#[tokio::test]
async fn a_page_asks_first_and_posts_are_handed_over() {
    let site = open().await;
    let build = site.build();
    site.user("root", Role::Admin).await;
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let post = build.post(ada, "Hers").save().await;
    let root = site.sign_in("root").await;
    let url = format!("/admin/users/{ada}/delete");
    let page = root.get(&url).await.expect(200);
    assert_eq!(page.one("h1"), "Delete “Ada”?");
    assert!(page.texts(".consequences li").join(" ").contains("1 post is deleted too, unless handed over"));
    assert_eq!(user::Entity::find().count(site.db.write()).await.unwrap(), 3);
    let page = root.post(&url, &[("heir__q", "bo"), ("_find", "heir")]).await.expect(200);
    let heir = bob.to_string();
    assert_eq!(page.attributes("input[type=radio][name=heir]", "value").last(), Some(&heir));
    for (heir, said) in [
        (ada.to_string(), "This one is deleted too."),
        ("4711".to_owned(), "This one is not there."),
        ("x".to_owned(), "This one is not there."),
    ] {
        let page = root.post(&url, &[("confirmed", "1"), ("heir", &heir)]).await.expect(422);
        assert!(page.texts(".complaints li").join(" ").contains(said), "{heir}");
    }
    let answer = root.post(&url, &[("confirmed", "1"), ("heir", &heir)]).await.expect(303);
    assert_eq!(answer.header("location"), "/admin/users");
    let row = post::Entity::find_by_id(post).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.user_id, bob);
    root.post(&url, &[("confirmed", "1")]).await.expect(404);
    // Without an heir it goes.
    root.post(&format!("/admin/users/{bob}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 0);
    let log = log(&site).await;
    let last = log.last().unwrap();
    assert_eq!((last.action.as_str(), last.row_title.as_str()), ("delete", "Bob"));
    assert!(last.changes.to_string().contains("bob@example.org"));
    site.end().await;
}

#[tokio::test]
async fn many_are_deleted_in_one_transaction_and_only_ones_own() {
    let site = open().await;
    let build = site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    build.posts(ada, 450).await;
    let his = build.post(bob, "His").save().await;
    let rows = post::Entity::find().all(site.db.write()).await.unwrap();
    let mut keys: Vec<i64> = rows.iter().map(|row| row.id).collect();
    keys.extend([keys[0], 4711, -1, i64::MAX]);
    let posts = site.app.admin.find("posts").unwrap();
    let before = site.db.statements();
    let author = signed_in(&site, viewer(ada, Role::Author)).await;
    assert_eq!(delete::delete(&site.app, &author, posts, &keys, None).await.unwrap().gone, 450);
    assert!(site.db.statements() - before < 30, "{}", site.db.statements() - before);
    assert_eq!(delete::delete(&site.app, &author, posts, &[his], None).await.unwrap().total(), 0);
    let refused = delete::delete(&site.app, &author, posts, &[his], Some(his)).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    assert_eq!(log(&site).await.len(), 450);
    site.end().await;
}

#[tokio::test]
async fn an_heir_who_was_typed_and_not_chosen_is_asked_for() {
    let site = open().await;
    let build = site.build();
    site.user("root", Role::Admin).await;
    let (ada, maren) = (build.author("ada").await, build.author("maren").await);
    build.post(ada, "Hers").save().await;
    let root = site.sign_in("root").await;
    let (url, heir) = (format!("/admin/users/{ada}/delete"), maren.to_string());
    let typed = [("confirmed", "1"), ("heir", ""), ("heir__q", "maren")];
    let page = root.post(&url, &typed).await.expect(422);
    assert!(page.texts(".complaints li").join(" ").contains("Choose one of these"), "{}", page.text());
    assert_eq!(page.attributes("input[type=radio][name=heir]", "value").last(), Some(&heir));
    // Several at once: neither confirming nor searching deletes.
    let id = ada.to_string();
    let many = [("action", "delete"), ("id", id.as_str())];
    let page = root.post("/admin/users/actions", &[&many[..], &typed[..]].concat()).await.expect(422);
    assert_eq!(page.attributes("input[type=radio][name=heir]", "value").last(), Some(&heir));
    let find = [("confirmed", "1"), ("heir", ""), ("heir__q", ""), ("_find", "heir")];
    root.post("/admin/users/actions", &[&many[..], &find[..]].concat()).await.expect(200);
    assert_eq!(user::Entity::find().count(site.db.write()).await.unwrap(), 3);
    assert_eq!(post::Entity::find().count(site.db.write()).await.unwrap(), 1);
    let chosen = [("confirmed", "1"), ("heir", heir.as_str()), ("heir__q", "maren")];
    root.post(&url, &chosen).await.expect(303);
    assert_eq!(post::Entity::find().one(site.db.write()).await.unwrap().unwrap().user_id, maren);
    site.end().await;
}

#[tokio::test]
async fn what_goes_too_and_what_is_handed_over_is_remembered() {
    let site = open().await;
    let build = site.build();
    let admin = signed_in(&site, viewer(build.user("root", Role::Admin).await, Role::Admin)).await;
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let long = "word ".repeat(1_000);
    for number in 1..=3 {
        build.post(ada, &format!("Post {number}")).content(&long).save().await;
    }
    let users = site.app.admin.find("users").unwrap();
    delete::delete(&site.app, &admin, users, &[ada], Some(bob)).await.unwrap();
    let told = log(&site).await;
    assert_eq!(told.len(), 4);
    for entry in &told[..3] {
        assert_eq!((entry.resource.as_str(), entry.action.as_str()), ("posts", "change"));
        let change = &entry.changes[0];
        assert_eq!(
            (&change["field"], &change["old"], &change["new"]),
            (&"user_id".into(), &"Ada".into(), &"Bob".into())
        );
    }
    let last = told[3].changes.as_array().unwrap().last().unwrap();
    assert_eq!((&last["label"], &last["new"]), (&"Posts handed over to".into(), &"Bob".into()));
    // Without an heir they go, and each is in the history, whole.
    delete::delete(&site.app, &admin, users, &[bob], None).await.unwrap();
    let told = &log(&site).await[4..];
    let said: Vec<(&str, &str)> =
        told.iter().map(|entry| (entry.action.as_str(), entry.row_title.as_str())).collect();
    assert_eq!(said, [("delete", "Post 1"), ("delete", "Post 2"), ("delete", "Post 3"), ("delete", "Bob")]);
    let changes = told[0].changes.as_array().unwrap();
    let content = changes.iter().find(|change| change["field"] == "content").unwrap();
    assert_eq!(content["old"].as_str().unwrap().len(), long.len());
    site.end().await;
}

#[tokio::test]
async fn what_will_be_refused_is_said_before() {
    let site = TestSite::start().await;
    let me = site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    let root = site.sign_in("root").await;
    let page = root.get(&format!("/admin/users/{me}/delete")).await.expect(200);
    assert!(page.one(".confirm-sentence").contains("Your own account is among them"));
    assert!(page.texts("button.danger").is_empty(), "{:?}", page.texts("button.danger"));
    let page = root.get(&format!("/admin/users/{ada}/delete")).await.expect(200);
    assert_eq!(page.texts("button.danger"), ["Delete this user"]);
    root.post(&format!("/admin/users/{me}/delete"), &[("confirmed", "1")]).await.expect(422);
    site.end().await;
}

/// On SQLite there is one writer: whoever only looks does not wait for it.
#[tokio::test]
async fn a_page_that_asks_first_needs_no_writer() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let ada = site.build().author("ada").await;
    let root = site.sign_in("root").await;
    root.get("/admin").await.expect(200);
    let busy = site.app.db.begin().await.unwrap();
    let page = root.get(&format!("/admin/users/{ada}/delete")).await.expect(200);
    assert_eq!(page.one("h1"), "Delete “ada”?");
    busy.rollback().await.unwrap();
    site.end().await;
}
