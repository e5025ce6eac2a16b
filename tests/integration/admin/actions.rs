//! Things done with several rows: those that were ticked, or the whole result.

use entity::{
    admin_log,
    post::{self, PostStatus},
    user::Role,
};
use lectern::{admin::actions::Outcome, web::Error};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::{
    desk::{Desk, admin, hidden, viewer},
    studio::signed_in,
};

async fn furnish(desk: &Desk) -> i64 {
    let build = desk.site.build();
    let ada = build.author("ada").await;
    let bob = build.author("bob").await;
    for number in 1..=4 {
        let author = if number == 4 { bob } else { ada };
        let status = if number == 1 { PostStatus::Published } else { PostStatus::Draft };
        build.post(author, &format!("Post {number}")).status(status).save().await;
    }
    ada
}

async fn published(desk: &Desk) -> u64 {
    let published = post::Entity::find().filter(post::Column::Status.eq(PostStatus::Published));
    published.count(desk.site.db.read()).await.unwrap()
}

#[tokio::test]
async fn an_action_changes_the_ticked_rows_and_is_remembered() {
    let desk = Desk::start().await;
    let ada = furnish(&desk).await;
    let me = signed_in(&desk.site, admin(ada)).await;
    let form = "action=publish&id=1&id=2&id=2&id=77&query=sort%3Dtitle%26unknown%3D1";
    let (url, message) = desk.act(&me, "posts", form).await.unwrap();
    assert_eq!((url.as_str(), message.text.as_str()), ("/admin/posts?sort=title", "Published 1 post."));
    assert!(!message.is_error);
    assert_eq!(published(&desk).await, 2);
    let log = admin_log::Entity::find().all(desk.site.db.read()).await.unwrap();
    assert_eq!(log.len(), 1);
    let entry =
        (log[0].resource.as_str(), log[0].row_id.as_str(), log[0].row_title.as_str(), log[0].action.as_str());
    assert_eq!(entry, ("posts", "2", "Post 2", "publish"));
    let change = &log[0].changes[0];
    assert_eq!((change["field"].as_str(), change["old"].as_str()), (Some("status"), Some("Draft")));
    desk.end().await;
}

#[tokio::test]
async fn an_action_changes_the_whole_result() {
    let desk = Desk::start().await;
    let author = desk.site.build().author("ada").await;
    for number in 1..=450 {
        let status = if number % 3 == 0 { PostStatus::Published } else { PostStatus::Draft };
        desk.site.build().post(author, &format!("Post {number}")).status(status).save().await;
    }
    let me = signed_in(&desk.site, admin(author)).await;
    let before = desk.site.db.statements();
    let form = "action=publish&all=1&id=1&query=status%3Ddraft%26page%3D12";
    let form = desk.confirmed(&me, "posts", form).await;
    let (url, message) = desk.act(&me, "posts", &form).await.unwrap();
    assert_eq!(message.text, "Published 300 posts.");
    // Page 12 of the drafts is no more.
    assert_eq!(url, "/admin/posts?status=draft");
    assert_eq!(published(&desk).await, 450);
    assert!(desk.site.db.statements() - before < 30);
    // An action that decides on nothing does not ask whether a row is what it was.
    let (_, message) = desk.act(&me, "posts", "action=publish&id=1&was=1%3A5").await.unwrap();
    assert_eq!((message.text.as_str(), message.is_error), ("Published 0 posts.", false));
    desk.end().await;
}

#[tokio::test]
async fn nothing_selected_and_nothing_known_lead_back_with_a_word() {
    let desk = Desk::start().await;
    let ada = furnish(&desk).await;
    let me = signed_in(&desk.site, admin(ada)).await;
    for (form, text) in [
        ("action=publish", "No posts were selected."),
        ("action=csv&query=q%3Dx", "No posts were selected."),
        ("action=delete", "No posts were selected."),
        ("action=none&id=1", "Choose what is to be done."),
        ("id=1", "Choose what is to be done."),
    ] {
        let (url, message) = desk.act(&me, "posts", form).await.unwrap();
        assert!(message.is_error && message.text == text, "{form}: {message:?}");
        assert!(url.starts_with("/admin/posts"));
    }
    for form in
        ["action=publish&id=x", "action=publish&id=1&query=status%3Dx", "action=publish&all=1&query=%2500"]
    {
        let answer = desk.act(&me, "posts", form).await;
        assert!(matches!(answer, Err(Error::BadRequest(_))), "{form}");
    }
    assert_eq!(published(&desk).await, 1);
    desk.end().await;
}

#[tokio::test]
async fn what_one_may_not_do_is_refused() {
    let desk = Desk::start().await;
    let ada = furnish(&desk).await;
    let me = signed_in(&desk.site, viewer(ada, Role::Author)).await;
    let answer = desk.act(&me, "posts", "action=burn&id=1").await;
    assert!(matches!(answer, Err(Error::Forbidden)));
    let answer = desk.act(&me, "tags", "action=delete&id=1").await;
    assert!(matches!(answer, Err(Error::Forbidden)));
    // Post 4 is somebody else's.
    let (_, message) = desk.act(&me, "posts", "action=publish&id=3&id=4").await.unwrap();
    assert_eq!(message.text, "Published 1 post.");
    let form = desk.confirmed(&me, "posts", "action=publish&all=1").await;
    let (_, message) = desk.act(&me, "posts", &form).await.unwrap();
    assert_eq!(message.text, "Published 1 post.");
    assert_eq!(published(&desk).await, 3);
    desk.end().await;
}

#[tokio::test]
async fn an_action_that_must_be_told_something_asks() {
    let desk = Desk::start().await;
    let ada = furnish(&desk).await;
    let me = signed_in(&desk.site, admin(ada)).await;
    for (form, complaint) in [
        ("action=rename&id=1&id=2&title=&query=q%3Dpost", "This is needed."),
        ("action=rename&id=1&id=2&title=bad&query=q%3Dpost", "Not that one."),
    ] {
        let Ok(Outcome::Ask(page)) = desk.order(&me, "posts", form).await else { panic!("{form}") };
        assert_eq!(page.title, "Rename: 2 posts");
        assert_eq!(page.complaints[0].message, complaint);
        assert_eq!(page.targets.len(), 2);
        let hidden: Vec<String> = page.hidden.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(hidden, ["action=rename", "query=q=post", "id=1", "id=2"]);
        assert_eq!(page.back_url, "/admin/posts?q=post");
    }
    let (_, message) = desk.act(&me, "posts", "action=rename&id=1&id=2&title=New").await.unwrap();
    assert_eq!(message.text, "Renamed 2 posts.");
    let log = admin_log::Entity::find().all(desk.site.db.read()).await.unwrap();
    assert_eq!(log.len(), 2);
    desk.end().await;
}

#[tokio::test]
async fn an_action_that_fails_changes_nothing() {
    let desk = Desk::start().await;
    let ada = furnish(&desk).await;
    let me = signed_in(&desk.site, admin(ada)).await;
    let (_, message) = desk.act(&me, "posts", "action=burn&id=1&id=2&id=3").await.unwrap();
    assert!(message.is_error);
    assert_eq!(message.text, "The fire went out.");
    let form = desk.confirmed(&me, "posts", "action=burn&all=1").await;
    let Ok(Outcome::Ask(again)) = desk.order(&me, "posts", &form).await else { panic!("{form}") };
    assert_eq!(again.complaints[0].message, "The fire went out.");
    let burned = post::Entity::find().filter(post::Column::Title.eq("burned"));
    assert_eq!(burned.count(desk.site.db.read()).await.unwrap(), 0);
    assert_eq!(admin_log::Entity::find().count(desk.site.db.read()).await.unwrap(), 0);
    desk.end().await;
}

#[tokio::test]
async fn rows_are_exported_as_ticked_or_as_filtered() {
    let desk = Desk::start().await;
    let ada = furnish(&desk).await;
    for (form, expected) in [
        ("action=csv&id=3&id=1", "/admin/posts/export.csv?ids=1%2C3"),
        ("action=csv&all=1&id=3&query=status%3Ddraft%26page%3D1", "/admin/posts/export.csv?status=draft"),
    ] {
        match desk.order(&admin(ada), "posts", form).await.unwrap() {
            Outcome::Go(url, None) => assert_eq!(url, expected),
            other => panic!("{other:?}"),
        }
    }
    desk.end().await;
}

#[tokio::test]
async fn what_is_confirmed_for_a_result_is_done_to_the_rows_that_were_seen_and_no_others() {
    let desk = Desk::start().await;
    let ada = furnish(&desk).await;
    let me = signed_in(&desk.site, admin(ada)).await;
    let titles = async || {
        let posts = post::Entity::find().order_by_asc(post::Column::Id).all(desk.site.db.read()).await;
        posts.unwrap().into_iter().map(|post| post.title).collect::<Vec<_>>()
    };
    for (form, done) in [
        ("action=delete&all=1&query=status%3Ddraft", "Deleted 3 posts."),
        ("action=rename&all=1&query=status%3Ddraft&title=", "Renamed 3 posts."),
        ("action=publish&all=1&query=status%3Ddraft", "Published 3 posts."),
    ] {
        let Ok(Outcome::Ask(page)) = desk.order(&me, "posts", form).await else { panic!("{form}") };
        // One goes and one comes: as many as before.
        let gone = post::Entity::find().filter(post::Column::Status.eq(PostStatus::Draft));
        let gone = gone.order_by_asc(post::Column::Id).one(desk.site.db.read()).await.unwrap().unwrap();
        post::Entity::delete_by_id(gone.id).exec(desk.site.db.write()).await.unwrap();
        desk.site.build().post(ada, "Unseen").slug(&form[7..10]).status(PostStatus::Draft).save().await;
        let before = titles().await;
        let confirmed = format!("{}&title=New", hidden(&page));
        let Ok(Outcome::Ask(again)) = desk.order(&me, "posts", &confirmed).await else { panic!("{form}") };
        assert!(again.complaints[0].message.contains("confirm it again"), "{:?}", again.complaints);
        assert!(again.targets.iter().any(|target| target.label == "Unseen"));
        assert_eq!(titles().await, before);
        // Now they were seen.
        let (_, message) = desk.act(&me, "posts", &format!("{}&title=New", hidden(&again))).await.unwrap();
        assert_eq!(message.text, done);
        for number in 0..3 {
            let slug = format!("more-{number}");
            let post = desk.site.build().post(ada, "Another").slug(&slug).status(PostStatus::Draft);
            if form.contains("delete") {
                post.save().await;
            }
        }
    }
    desk.end().await;
}
