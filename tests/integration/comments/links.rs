//! The mail to a post's author, and what its link opens.

use chrono::{TimeDelta, Utc};
use entity::{
    admin_log,
    comment::CommentStatus,
    user::{self, Role},
};
use harness::{Mailbox, TestSite, build::day};
use lectern::comments::stamp;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{count, row, rows, say, say_with};

async fn start(mailbox: &Mailbox) -> TestSite {
    let url = mailbox.url.clone();
    TestSite::start_with(|serve| serve.smtp_url = Some(url)).await
}

#[tokio::test]
async fn the_authors_mail_leads_to_a_page_that_decides() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    say(&site.visitor(), &site, post, "hello", "Ann", "Dear Ada,\nwell said").await.expect(303);
    let id = rows(&site).await[0].id;
    let mail = mailbox.wait(1).await;
    assert_eq!(mail.to, "ada@example.org");
    for part in [
        "Subject: Lectern: a comment on Hello",
        "Ann (ann@guests.example)",
        "> Dear Ada,",
        "> well said",
        "Their first comment.",
    ] {
        assert!(mail.text.contains(part), "{part} in {}", mail.text);
    }
    let link = mail.link(&format!("{}/comments/moderate/", site.origin));
    let link = link.trim_start_matches(&site.origin).to_owned();

    // Mail scanners follow links. Nobody is signed in.
    let scanner = site.visitor();
    for _ in 0..2 {
        let page = scanner.get(&link).await.expect(200);
        assert_eq!(page.texts("main form button"), ["Approve", "Spam", "Delete"]);
        assert!(page.one(".comment-body").contains("well said"));
        assert_eq!(
            (page.header("cache-control"), page.header("referrer-policy")),
            ("no-store".into(), "same-origin".into())
        );
        assert_eq!(page.attributes("meta[name=robots]", "content"), ["noindex"]);
    }
    assert_eq!(row(&site, id).await.status, CommentStatus::Pending);
    for bad in [vec![], vec![("action", "publish")]] {
        scanner.post(&link, &bad).await.expect(400);
    }
    scanner.post_with(&link, &[("action", "delete")], &[("sec-fetch-site", "cross-site")]).await.expect(403);

    // What is approved is what was read, not what it became meanwhile.
    let page = scanner.get(&link).await.expect(200);
    let text = page.attributes("input[name=text]", "value").remove(0);
    assert_eq!(text, row(&site, id).await.text_hash);
    for other in ["", "another"] {
        let page = scanner.post(&link, &[("action", "approve"), ("text", other)]).await.expect(409);
        assert!(page.one(".comment-body").contains("well said"));
        assert_eq!(page.attributes("input[name=text]", "value"), [text.as_str()]);
    }
    assert_eq!(row(&site, id).await.status, CommentStatus::Pending);
    let approve = [("action", "approve"), ("text", &*text)];
    let page = scanner.post(&link, &approve).await.expect(200);
    assert_eq!(
        (page.one("h1"), page.texts("main form button")),
        ("Approved".into(), vec!["Spam".into(), "Delete".into()])
    );
    assert_eq!(site.get("/posts/hello").await.texts("#comments .comment").len(), 1);
    scanner.post(&link, &approve).await.expect(200);
    scanner.post(&link, &[("action", "spam")]).await.expect(200);
    assert_eq!(row(&site, id).await.status, CommentStatus::Spam);
    let entries = admin_log::Entity::find().filter(admin_log::Column::Resource.eq("comments"));
    let entries = entries.all(site.db.write()).await.unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (entry.action.as_str(), entry.user_id)).collect();
    assert_eq!(told, [("approve", Some(ada)), ("spam", Some(ada))]);
    let page = scanner.post(&link, &[("action", "delete")]).await.expect(200);
    assert_eq!(page.one("h1"), "Deleted");
    assert_eq!(count(&site).await, 0);
    scanner.get(&link).await.expect(410);
    scanner.post(&link, &[("action", "approve")]).await.expect(410);
    site.end().await;
}

#[tokio::test]
async fn a_link_is_good_for_one_comment_one_person_and_some_days() {
    let site = TestSite::start().await;
    let (ada, bo) = (site.user("ada", Role::Author).await, site.user("bo", Role::Author).await);
    let ed = site.user("ed", Role::Editor).await;
    let build = site.build();
    let post = build.post(ada, "Hello").save().await;
    let id = build.comment(post, "Ann", "Hi", CommentStatus::Pending, None).await;
    let other = build.comment(post, "Ann", "Ho", CommentStatus::Pending, None).await;
    let signer = &site.app.signer;
    let path = |text: &str| format!("/comments/moderate/{text}");
    let good = stamp::link(signer, id, ada, Utc::now());
    let visitor = site.visitor();
    visitor.get(&path(&good)).await.expect(200);
    visitor.get(&path(&stamp::link(signer, id, ed, Utc::now()))).await.expect(200);
    let flipped = format!("{}{}", if good.starts_with('A') { "B" } else { "A" }, &good[1..]);
    for bad in [
        "guess".to_owned(),
        flipped,
        format!("{good}A"),
        stamp::form(signer, id, Utc::now()),
        stamp::link(signer, id, bo, Utc::now()),
        stamp::link(signer, id, 4711, Utc::now()),
        stamp::link(signer, 4711, ada, Utc::now()),
        stamp::link(signer, id, ada, Utc::now() - stamp::LINK_LIFE - TimeDelta::seconds(1)),
    ] {
        visitor.get(&path(&bad)).await.expect(410);
        visitor.post(&path(&bad), &[("action", "approve")]).await.expect(410);
    }
    // Whoever moderates no more does not do it by a link either.
    build.role(ada, Role::Member).await;
    visitor.post(&path(&good), &[("action", "approve")]).await.expect(410);
    build.role(ada, Role::Author).await;
    let locked = user::ActiveModel { id: Set(ada), is_active: Set(false), ..Default::default() };
    locked.update(site.db.write()).await.unwrap();
    visitor.post(&path(&good), &[("action", "approve")]).await.expect(410);
    assert_eq!(row(&site, id).await.status, CommentStatus::Pending);
    assert_eq!(row(&site, other).await.status, CommentStatus::Pending);
    site.end().await;
}

#[tokio::test]
async fn an_author_is_not_told_of_their_own_words_nor_of_spam_nor_without_end() {
    let mailbox = Mailbox::start();
    let site = start(&mailbox).await;
    let ada = site.user("ada", Role::Author).await;
    site.user("ed", Role::Editor).await;
    let post = site.build().post(ada, "Hello").published(day(1)).save().await;
    let author = site.sign_in("ada").await;
    say_with(&author, &site, post, "hello", "", "My own", &[]).await.expect(303);
    say_with(&site.visitor(), &site, post, "hello", "Spam", "Buy", &[("website", "http://x")])
        .await
        .expect(303);
    // Who moderates is not throttled, the author's mailbox is.
    let editor = site.sign_in("ed").await;
    for number in 0..25 {
        say(&editor, &site, post, "hello", "", &format!("Remark {number}")).await.expect(303);
    }
    assert_eq!(count(&site).await, 27);
    let mail = mailbox.wait(20).await;
    assert!(mail.text.contains("Everybody can read it:"), "{}", mail.text);
    assert!(mailbox.all().iter().all(|mail| !mail.text.contains("My own") && !mail.text.contains("> Buy")));
    let seen = admin_log::Entity::find().count(site.db.write()).await.unwrap();
    assert_eq!(seen, 0, "comments are no changes of the desk");
    site.end().await;
}
