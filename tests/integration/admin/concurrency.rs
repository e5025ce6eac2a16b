//! Many at once: somebody wins, the others are told, nothing breaks.

use entity::{enrollment, tag, user::Role};
use futures_util::future::join_all;
use lectern::{
    admin::save::{Input, Refusal},
    web::Error,
};
use sea_orm::{EntityTrait, PaginatorTrait};

use super::studio::{input, open, save, signed_in, viewer};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_make_one_row_and_forty_nine_are_told() {
    let site = open().await;
    let editor = signed_in(&site, viewer(site.build().author("ed").await, Role::Editor)).await;
    let new = input(&[("name", "Rust"), ("slug", "rust")]);
    let results = join_all((0..50).map(|_| save(&site, &editor, "tags", None, &new))).await;
    let mut made = 0;
    for result in results {
        match result {
            Ok(_) => made += 1,
            Err(Refusal::Other(Error::Invalid(errors))) => {
                assert_eq!(errors.about("slug"), ["There is a tag with this slug already."]);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(tag::Entity::find().count(site.db.write()).await.unwrap(), 1);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn links_made_from_many_sides_are_one() {
    let site = open().await;
    let build = site.build();
    let editor = signed_in(&site, viewer(build.author("ed").await, Role::Editor)).await;
    let course = build.course("Logic", &[]).await;
    let mut students = Vec::new();
    for name in ["Ann", "Ben", "Cid"] {
        students.push(build.student(name).await);
    }
    let mut wanted = Input::default();
    wanted.links.insert("students", students.into());
    for result in join_all((0..20).map(|_| save(&site, &editor, "courses", Some(course), &wanted))).await {
        result.unwrap();
    }
    assert_eq!(enrollment::Entity::find().count(site.db.write()).await.unwrap(), 3);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_saw_the_same_one_is_told() {
    let site = open().await;
    let build = site.build();
    let editor = signed_in(&site, viewer(build.author("ed").await, Role::Editor)).await;
    let post = build.post(editor.id, "Post").save().await;
    let posts = site.app.admin.find("posts").unwrap();
    let stored = lectern::admin::save::load(&site.app, &editor, posts, Some(post)).await.unwrap().unwrap();
    let version = stored.fingerprint(posts, &editor);
    let titles: Vec<String> = (0..10).map(|number| format!("Title {number}")).collect();
    let tries = titles.iter().map(|title| {
        let given = Input { version: Some(version.clone()), ..input(&[("title", title)]) };
        let (site, editor) = (&site, &editor);
        async move { save(site, editor, "posts", Some(post), &given).await }
    });
    let results = join_all(tries).await;
    let stale = results.iter().filter(|result| matches!(result, Err(Refusal::Stale(_)))).count();
    assert_eq!((results.iter().filter(|result| result.is_ok()).count(), stale), (1, 9), "{results:?}");
    site.end().await;
}

/// What hooks keep is in no column: it is read again under the lock of the row.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_change_the_tags_one_is_told() {
    let site = harness::TestSite::start().await;
    let build = site.build();
    let editor = signed_in(&site, viewer(build.author("ed").await, Role::Editor)).await;
    let post = build.post(editor.id, "Post").save().await;
    let posts = site.app.admin.find("posts").unwrap();
    let stored = lectern::admin::save::load(&site.app, &editor, posts, Some(post)).await.unwrap().unwrap();
    let version = stored.fingerprint(posts, &editor);
    let tags: Vec<String> = (0..10).map(|number| format!("tag {number}")).collect();
    let tries = tags.iter().map(|tag| {
        let given = Input { version: Some(version.clone()), ..input(&[("tags", tag)]) };
        let (site, editor) = (&site, &editor);
        async move { save(site, editor, "posts", Some(post), &given).await }
    });
    let results = join_all(tries).await;
    let stale = results.iter().filter(|result| matches!(result, Err(Refusal::Stale(_)))).count();
    assert_eq!((results.iter().filter(|result| result.is_ok()).count(), stale), (1, 9), "{results:?}");
    let now = lectern::admin::save::load(&site.app, &editor, posts, Some(post)).await.unwrap().unwrap();
    let kept = results.iter().position(Result::is_ok).map(|number| tags[number].as_str());
    assert_eq!(now.values["tags"].as_text(), kept);
    site.end().await;
}
