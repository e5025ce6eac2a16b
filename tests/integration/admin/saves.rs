//! The one way to store a row: what is checked, what is written, what is remembered.

use entity::{course, enrollment, enrollment::EnrollmentStatus, lesson, post, tag, user, user::Role};
use harness::{TestSite, build::day};
use lectern::{
    admin::{
        Datum, Values,
        save::{InlineInput, Input, Refusal},
        save_many,
    },
    web::Error,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::studio::{complaints, input, log, open, save, signed_in, texts, viewer};

async fn lessons(site: &TestSite, course: i64) -> Vec<(i64, i64, i32)> {
    let rows = lesson::Entity::find()
        .filter(lesson::Column::CourseId.eq(course))
        .order_by_asc(lesson::Column::Position)
        .order_by_asc(lesson::Column::Id)
        .all(site.db.write())
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.id, row.post_id, row.position)).collect()
}

async fn enrolled(site: &TestSite, course: i64) -> Vec<(i64, EnrollmentStatus)> {
    let rows = enrollment::Entity::find()
        .filter(enrollment::Column::CourseId.eq(course))
        .order_by_asc(enrollment::Column::StudentId)
        .all(site.db.write())
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.student_id, row.status)).collect()
}

#[tokio::test]
async fn a_row_is_made_changed_and_remembered() {
    let site = open().await;
    let editor = signed_in(&site, viewer(site.build().author("ed").await, Role::Editor)).await;
    let saved =
        save(&site, &editor, "tags", None, &input(&[("name", "Rust"), ("slug", "rust")])).await.unwrap();
    assert_eq!(saved.title, "Rust");
    let same = save(&site, &editor, "tags", Some(saved.key), &input(&[("name", "Rust")])).await.unwrap();
    assert!(same.changes.is_empty());
    let changed = save(&site, &editor, "tags", Some(saved.key), &input(&[("name", "Rust 2")])).await.unwrap();
    assert_eq!(changed.changes.len(), 1);
    let row = tag::Entity::find_by_id(saved.key).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.slug.as_str()), ("Rust 2", "rust"));
    let log = log(&site).await;
    let actions: Vec<&str> = log.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["create", "change"]);
    assert_eq!(
        log[1].changes,
        serde_json::json!([{"field": "name", "label": "Name", "old": "Rust", "new": "Rust 2"}])
    );
    site.end().await;
}

#[tokio::test]
async fn what_is_needed_chosen_and_unique_is_said_by_field() {
    let site = open().await;
    let editor = signed_in(&site, viewer(site.build().author("ed").await, Role::Admin)).await;
    let errors = complaints(save(&site, &editor, "tags", None, &Input::default()).await);
    assert_eq!(errors["name"], ["This is needed."]);
    assert_eq!(errors["slug"], ["This is needed."]);
    save(&site, &editor, "tags", None, &input(&[("name", "A"), ("slug", "a")])).await.unwrap();
    let errors =
        complaints(save(&site, &editor, "tags", None, &input(&[("name", "B"), ("slug", "a")])).await);
    assert_eq!(errors["slug"], ["There is a tag with this slug already."]);
    let new = [("username", "x"), ("email", "x@example.org"), ("display_name", "X"), ("role", "king")];
    let errors = complaints(save(&site, &editor, "users", None, &input(&new)).await);
    assert_eq!(errors["role"], ["This is none of the choices."]);
    // Both taken: both are said.
    let new = [("username", "ed"), ("email", "ed@example.org"), ("display_name", "X")];
    let errors = complaints(save(&site, &editor, "users", None, &input(&new)).await);
    assert_eq!(errors.keys().map(String::as_str).collect::<Vec<_>>(), ["email", "username"]);
    // Nothing where there must be a number.
    let course = site.build().course("Logic", &[]).await;
    let nothing = Input { values: Values::from([("credits", Datum::Null)]), ..Input::default() };
    let errors = complaints(save(&site, &editor, "courses", Some(course), &nothing).await);
    assert_eq!(errors["credits"], ["This is needed."]);
    // For a new row the database has one.
    let mut new = input(&[("name", "Sets"), ("slug", "sets")]);
    new.values.insert("credits", Datum::Null);
    let saved = save(&site, &editor, "courses", None, &new).await.unwrap();
    assert_eq!(saved.values["credits"], Datum::Double(0.0));
    // Nobody's address is not taken by nobody.
    for name in ["One", "Two"] {
        save(&site, &editor, "students", None, &input(&[("name", name), ("email", " ")])).await.unwrap();
    }
    site.end().await;
}

#[tokio::test]
async fn references_lead_to_rows_that_may_be_seen() {
    let site = open().await;
    let build = site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let (hers, his) = (build.post(ada, "Hers").save().await, build.post(bob, "His").save().await);
    let editor = signed_in(&site, viewer(ada, Role::Editor)).await;
    let mut given = Input { values: Values::from([("user_id", Datum::Integer(4711))]), ..Input::default() };
    let errors = complaints(save(&site, &editor, "posts", Some(hers), &given).await);
    assert_eq!(errors["user_id"], ["There is no such user."]);
    given.values.insert("user_id", Datum::Integer(bob));
    save(&site, &editor, "posts", Some(hers), &given).await.unwrap();
    let changes = &log(&site).await[0].changes;
    assert_eq!((&changes[0]["old"], &changes[0]["new"]), (&"Ada".into(), &"Bob".into()));
    let mut links = Input::default();
    links.links.insert("tags", vec![1, 2].into());
    let errors = complaints(save(&site, &editor, "posts", Some(his), &links).await);
    assert_eq!(errors["tags"], ["There is no such tag."]);
    // A lesson that an author may not see is none: but authors have no courses at all.
    let course = build.course("Logic", &[hers]).await;
    let author = signed_in(&site, viewer(ada, Role::Author)).await;
    let refused = save(&site, &author, "courses", Some(course), &Input::default()).await;
    assert!(matches!(refused, Err(Refusal::Other(Error::Forbidden))), "{refused:?}");
    site.end().await;
}

#[tokio::test]
async fn authors_have_to_do_with_their_own_rows() {
    let site = open().await;
    let build = site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let his = build.post(bob, "His").save().await;
    let author = signed_in(&site, viewer(ada, Role::Author)).await;
    let refused = save(&site, &author, "posts", Some(his), &input(&[("title", "Mine")])).await;
    assert!(matches!(refused, Err(Refusal::Other(Error::NotFound))), "{refused:?}");
    let saved = save(&site, &author, "posts", None, &input(&[("title", "My First")])).await.unwrap();
    let row = post::Entity::find_by_id(saved.key).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!((row.user_id, row.slug.as_str()), (ada, "my-first"));
    let mut theirs = input(&[("title", "For Bob")]);
    theirs.values.insert("user_id", Datum::Integer(bob));
    let errors = complaints(save(&site, &author, "posts", None, &theirs).await);
    assert_eq!(errors["user_id"], ["There is no such field."]);
    let errors = complaints(save(&site, &author, "posts", None, &input(&[("title", "Forbidden")])).await);
    assert_eq!(errors["title"], ["Not this one."]);
    // Of several rows, the author's own only.
    let posts = site.app.admin.find("posts").unwrap();
    let values = Values::from([("pinned", Datum::Boolean(true))]);
    let count = save_many::change(&site.app, &author, posts, &[his, saved.key, 99], &values).await.unwrap();
    assert_eq!(count, 1);
    site.end().await;
}

#[tokio::test]
async fn several_rows_are_changed_in_few_statements_or_not_at_all() {
    let site = open().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 450).await;
    let rows = post::Entity::find().all(site.db.write()).await.unwrap();
    let keys: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let (editor, posts) =
        (signed_in(&site, viewer(ada, Role::Editor)).await, site.app.admin.find("posts").unwrap());
    site.build().role(ada, Role::Editor).await;
    let draft = texts(&[("status", "draft")]);
    let count = save_many::change(&site.app, &editor, posts, &keys, &draft).await.unwrap();
    assert_eq!((count, log(&site).await.len()), (450, 450));
    assert_eq!(save_many::change(&site.app, &editor, posts, &keys, &draft).await.unwrap(), 0);
    let twice = save_many::change(&site.app, &editor, posts, &keys[..2], &texts(&[("slug", "same")])).await;
    let Err(Error::Invalid(errors)) = twice else { panic!("{twice:?}") };
    assert_eq!(errors.about("slug"), ["Several posts cannot have the same."]);
    assert!(
        post::Entity::find()
            .filter(post::Column::Slug.eq("same"))
            .one(site.db.write())
            .await
            .unwrap()
            .is_none()
    );
    assert!(save_many::change(&site.app, &editor, posts, &keys, &texts(&[("html", "<b>")])).await.is_err());
    site.end().await;
}

#[tokio::test]
async fn links_are_made_kept_and_left() {
    let site = open().await;
    let build = site.build();
    let editor = signed_in(&site, viewer(build.author("ed").await, Role::Editor)).await;
    let course = build.course("Logic", &[]).await;
    let mut students = Vec::new();
    for name in ["Ann", "Ben", "Cid", "Dot"] {
        students.push(build.student(name).await);
    }
    let [ann, ben, cid, dot] = students[..] else { panic!() };
    build.enrol(ben, course, EnrollmentStatus::Completed).await;
    build.enrol(cid, course, EnrollmentStatus::Left).await;
    build.enrol(dot, course, EnrollmentStatus::Active).await;
    let mut wanted = Input::default();
    wanted.links.insert("students", vec![ann, ben, cid, ann].into());
    let saved = save(&site, &editor, "courses", Some(course), &wanted).await.unwrap();
    let labels: Vec<(&str, &str, &str)> = saved
        .changes
        .iter()
        .map(|change| (change.label.as_str(), change.old.as_str(), change.new.as_str()))
        .collect();
    assert_eq!(labels, [("Students added", "", "Ann, Cid"), ("Students removed", "Dot", "")]);
    use EnrollmentStatus::{Active, Completed, Left};
    assert_eq!(enrolled(&site, course).await, [(ann, Active), (ben, Completed), (cid, Active), (dot, Left)]);
    let again = save(&site, &editor, "courses", Some(course), &wanted).await.unwrap();
    assert!(again.changes.is_empty());
    // Tags have no such state: a link that is taken away is gone.
    let post = build.post(editor.id, "Post").tags(&["one", "two"]).save().await;
    let two = tag::Entity::find().filter(tag::Column::Slug.eq("two")).one(site.db.write()).await.unwrap();
    let mut tags = Input::default();
    tags.links.insert("tags", vec![two.unwrap().id].into());
    let saved = save(&site, &editor, "posts", Some(post), &tags).await.unwrap();
    assert_eq!(saved.changes[0].old, "one");
    site.end().await;
}

#[tokio::test]
async fn inline_rows_are_added_changed_moved_and_removed() {
    let site = open().await;
    let build = site.build();
    let editor = signed_in(&site, viewer(build.author("ed").await, Role::Editor)).await;
    let mut posts = Vec::new();
    for title in ["A", "B", "C", "D"] {
        posts.push(build.post(editor.id, title).save().await);
    }
    let course = build.course("Logic", &posts[..3]).await;
    let before = lessons(&site, course).await;
    let row = |key: Option<i64>, post: i64, order: i64, place: usize| InlineInput {
        key,
        values: Values::from([("post_id", Datum::Integer(post))]),
        order: Some(order),
        is_deleted: false,
        place,
    };
    let mut sent = vec![
        row(Some(before[0].0), posts[0], 3, 0),
        InlineInput { is_deleted: true, ..row(Some(before[1].0), posts[1], 1, 1) },
        row(Some(before[2].0), posts[2], 1, 2),
        row(None, posts[3], 2, 3),
    ];
    let given =
        |rows: &[InlineInput]| Input { inlines: [("lessons", rows.to_vec())].into(), ..Input::default() };
    let saved = save(&site, &editor, "courses", Some(course), &given(&sent)).await.unwrap();
    assert_eq!((saved.changes[0].old.as_str(), saved.changes[0].new.as_str()), ("A\nB\nC", "C\nD\nA"));
    let now = lessons(&site, course).await;
    assert_eq!(now.iter().map(|row| row.1).collect::<Vec<_>>(), [posts[2], posts[3], posts[0]]);
    assert_eq!((now[0].0, now[2].0), (before[2].0, before[0].0));
    // Twice in one form, and once in the form and once stored.
    sent = vec![row(None, posts[1], 9, 0), row(None, posts[1], 10, 1)];
    let errors = complaints(save(&site, &editor, "courses", Some(course), &given(&sent)).await);
    assert_eq!(errors["lessons.1.post_id"], ["This is in the list twice."]);
    let errors =
        complaints(save(&site, &editor, "courses", Some(course), &given(&[row(None, posts[0], 9, 0)])).await);
    assert_eq!(errors["lessons.0.post_id"], ["There is a lesson with this post already."]);
    let errors =
        complaints(save(&site, &editor, "courses", Some(course), &given(&[row(None, 4711, 9, 0)])).await);
    assert_eq!(errors["lessons.0.post_id"], ["There is no such post."]);
    // A lesson of another course is none of this one's.
    let other = build.course("Sets", &posts[..1]).await;
    let foreign = lessons(&site, other).await[0].0;
    for deleted in [false, true] {
        let sent = InlineInput { is_deleted: deleted, ..row(Some(foreign), posts[3], 1, 0) };
        let result = save(&site, &editor, "courses", Some(course), &given(&[sent])).await;
        assert_eq!(result.is_err(), !deleted, "{result:?}");
    }
    assert_eq!(lessons(&site, other).await, [(foreign, posts[0], 0)]);
    assert_eq!(lessons(&site, course).await.len(), 3);
    // A new course with its lessons, in one go.
    let new = Input {
        values: texts(&[("name", "New"), ("slug", "new")]),
        ..given(&[row(None, posts[0], 1, 0), row(None, posts[1], 1, 1)])
    };
    let saved = save(&site, &editor, "courses", None, &new).await.unwrap();
    assert_eq!(lessons(&site, saved.key).await.len(), 2);
    assert_eq!(course::Entity::find_by_id(saved.key).one(site.db.write()).await.unwrap().unwrap().html, "");
    site.end().await;
}

#[tokio::test]
async fn secrets_are_stored_by_hooks_and_remembered_as_dots() {
    let site = open().await;
    let ada = site.build().author("ada").await;
    let admin = signed_in(&site, viewer(ada, Role::Admin)).await;
    let given = Input { values: texts(&[("password", "open sesame!")]), ..Input::default() };
    save(&site, &admin, "users", Some(ada), &given).await.unwrap();
    let row = user::Entity::find_by_id(ada).one(site.db.write()).await.unwrap().unwrap();
    assert_eq!(row.password_hash.as_deref(), Some("hash of 12"));
    let log = log(&site).await;
    assert_eq!(log[0].changes[0]["new"], "•••");
    assert!(!log[0].changes.to_string().contains("sesame"), "{}", log[0].changes);
    // Nobody sets a hash.
    let errors =
        complaints(save(&site, &admin, "users", Some(ada), &input(&[("password_hash", "mine")])).await);
    assert_eq!(errors["password_hash"], ["There is no such field."]);
    site.end().await;
}

#[tokio::test]
async fn a_row_that_is_not_there_is_not_found() {
    let site = open().await;
    let editor = signed_in(&site, viewer(site.build().author("ed").await, Role::Editor)).await;
    for key in [0, -1, 4711, i64::MAX, i64::MIN] {
        let refused = save(&site, &editor, "tags", Some(key), &input(&[("name", "x")])).await;
        assert!(matches!(refused, Err(Refusal::Other(Error::NotFound))), "{refused:?}");
    }
    assert!(day(1) < day(2));
    site.end().await;
}

#[tokio::test]
async fn lessons_exchange_their_posts_and_keep_what_hangs_on_them() {
    let site = open().await;
    let build = site.build();
    let ed = signed_in(&site, viewer(build.author("ed").await, Role::Editor)).await;
    let mut posts = Vec::new();
    for title in ["One", "Two", "Three"] {
        posts.push(build.post(ed.id, title).save().await);
    }
    let course = build.course("Logic", &posts).await;
    let before = lessons(&site, course).await;
    // Each takes the post of the next one, in its own place.
    let row = |index: usize, post: i64| InlineInput {
        key: Some(before[index].0),
        values: Values::from([("post_id", Datum::Integer(post))]),
        order: Some(before[index].2.into()),
        place: index,
        ..Default::default()
    };
    let mut given = Input::default();
    given.inlines.insert("lessons", vec![row(0, posts[1]), row(1, posts[2]), row(2, posts[0])]);
    let saved = save(&site, &ed, "courses", Some(course), &given).await.unwrap();
    assert_eq!(
        (saved.changes[0].old.as_str(), saved.changes[0].new.as_str()),
        ("One\nTwo\nThree", "Two\nThree\nOne")
    );
    let after = lessons(&site, course).await;
    let order: Vec<(i64, i64)> = after.iter().map(|(key, post, _)| (*key, *post)).collect();
    assert_eq!(order, [(before[1].0, posts[1]), (before[2].0, posts[2]), (before[0].0, posts[0])]);
    site.end().await;
}

#[tokio::test]
async fn the_same_order_is_no_change() {
    let site = open().await;
    let build = site.build();
    let ed = signed_in(&site, viewer(build.author("ed").await, Role::Editor)).await;
    let posts = [build.post(ed.id, "One").save().await, build.post(ed.id, "Two").save().await];
    let course = build.course("Logic", &posts).await;
    let before = lessons(&site, course).await;
    let place = |index: usize, order: i64| InlineInput {
        key: Some(before[index].0),
        order: Some(order),
        place: index,
        ..Default::default()
    };
    let mut given = Input::default();
    given.inlines.insert("lessons", vec![place(0, 5), place(1, 7)]);
    let saved = save(&site, &ed, "courses", Some(course), &given).await.unwrap();
    assert!(saved.changes.is_empty(), "{:?}", saved.changes);
    assert!(log(&site).await.is_empty());
    // What is below nothing comes first, and is counted from one.
    given.inlines.insert("lessons", vec![place(0, 5), place(1, -7)]);
    save(&site, &ed, "courses", Some(course), &given).await.unwrap();
    assert_eq!(lessons(&site, course).await, [(before[1].0, posts[1], 1), (before[0].0, posts[0], 2)]);
    // "a user", by its sound.
    let new = [("username", "ed"), ("email", "new@example.org"), ("display_name", "X")];
    let admin = signed_in(&site, viewer(ed.id, Role::Admin)).await;
    let errors = complaints(save(&site, &admin, "users", None, &input(&new)).await);
    assert_eq!(errors["username"], ["There is a user with this username already."]);
    site.end().await;
}
