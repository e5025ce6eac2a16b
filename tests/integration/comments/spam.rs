//! A thousand pieces of spam of different kinds: none is read by anybody, the queue can still be worked with, and no real
//! comment is lost among them.

use std::net::Ipv4Addr;

use chrono::{TimeDelta, Utc};
use entity::{
    comment::{self, CommentStatus},
    user::Role,
};
use harness::{Answer, TestSite, Visitor};
use lectern::comments::stamp;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::{read, rows, say, say_with, set_status, stamp_of};

/// Sends a comment from an address of its own.
async fn from(visitor: &Visitor<'_>, number: u32, fields: &[(&str, &str)]) -> Answer {
    let address = Ipv4Addr::from(0x0b00_0000 + number * 7).to_string();
    visitor.post_with("/posts/hello/comments", fields, &[("x-forwarded-for", &address)]).await
}

#[tokio::test]
async fn a_thousand_pieces_of_spam_are_read_by_nobody_and_no_real_comment_is_lost() {
    let site =
        TestSite::start_with(|serve| serve.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let (good, now) = (stamp_of(&site, post), Utc::now());
    let too_old = stamp::form(&site.app.signer, post, now - TimeDelta::days(9));
    let known = site.visitor();
    say(&known, &site, post, "hello", "Ann", "I was here before").await.expect(303);
    set_status(&site, rows(&site).await[0].id, CommentStatus::Approved).await;

    let mut real = Vec::new();
    for number in 0..1_000_u32 {
        let bot = site.visitor();
        let (name, email) = (format!("Seller {number}"), format!("seller{number}@spam.example"));
        let links = |count: u32| -> String {
            (0..count).map(|link| format!("https://spam.example/{number}/{link} ")).collect()
        };
        let text = match number % 10 {
            // Forms that were never opened, of elsewhere, or kept for long.
            0..=2 => format!("Buy pills number {number}"),
            // Filled in by a program.
            3 => format!("Great post, number {number}"),
            // At once.
            4 => format!("Nice {number} {}", links(1)),
            // Many links, in whatever syntax.
            5 => links(40),
            6 => (0..12).map(|link| format!("[x{link}](http://spam.example/{number}) ")).collect(),
            // The same text over and over.
            7 => "Make money fast with this one simple trick that banks do not like".to_owned(),
            // With an address of somebody who is known here, or of a member.
            8 => format!("Visit us {number} {}", links(11)),
            _ => format!("I have a question about number {number}: who are you?"),
        };
        let just_now = stamp::form(&site.app.signer, post, Utc::now());
        let stamp = match number % 10 {
            0 => "",
            1 => &too_old,
            2 => "c29tZXRoaW5nIGVsc2U",
            4 => &just_now,
            _ => &good,
        };
        let trap = if number % 10 == 3 { "http://spam.example" } else { "" };
        let email = match number % 20 {
            8 => "ann@guests.example".to_owned(),
            18 => "ada@example.org".to_owned(),
            _ => email,
        };
        let fields =
            [("stamp", stamp), ("name", &*name), ("email", &*email), ("comment", &*text), ("website", trap)];
        let answer = from(&bot, number, &fields).await;
        let expected = if number % 10 < 3 { 422 } else { 303 };
        assert_eq!(answer.status.as_u16(), expected, "{number}: {}", answer.text());
        if number % 100 == 50 {
            // Between them, somebody real.
            let (name, text) = (format!("Reader {number}"), format!("I liked the part about {number}."));
            let email = format!("reader{number}@guests.example");
            let fields = [
                ("stamp", &*good),
                ("name", &*name),
                ("email", &*email),
                ("comment", &*text),
                ("website", ""),
            ];
            from(&site.visitor(), 5_000 + number, &fields).await.expect(303);
            real.push(text);
        }
    }
    say(&known, &site, post, "hello", "Ann", "Still here").await.expect(303);

    assert_eq!(read(&site.visitor(), "hello").await, ["I was here before", "Still here"]);
    let all = rows(&site).await;
    let with = |status| all.iter().filter(|row| row.status == status).count();
    let waiting: Vec<&str> =
        all.iter().filter(|row| row.status == CommentStatus::Pending).map(|row| row.body.as_str()).collect();
    for text in &real {
        assert!(waiting.contains(&text.as_str()), "{text} is lost");
    }
    // Of what never had a form nothing is kept: its sender got it back. What could be a person's waits: first comments
    // without a link, and the first two of one text.
    assert_eq!(all.len(), 2 + 700 + real.len());
    assert_eq!(waiting.len(), 100 + 2 + real.len());
    assert_eq!(with(CommentStatus::Spam), 700 - 100 - 2);
    assert!(all.iter().all(|row| row.reason.is_empty() == (row.status == CommentStatus::Approved)
        || row.body == "I was here before"));

    // The queue shows what waits and nothing else, and is worked through by pages or at once.
    let author = site.sign_in("ada").await;
    let page = author.get("/admin/comments?status=pending&sort=-created_at").await.expect(200);
    assert!(
        page.one(".list-total").ends_with(&format!("{} comments", waiting.len())),
        "{}",
        page.one(".list-total")
    );
    assert_eq!(page.texts("tbody tr").len(), 25);
    let query = "status=pending&q=question";
    author.whole_result("/admin/comments/actions", query, "spam").await.expect(303);
    let left = rows(&site).await.iter().filter(|row| row.status == CommentStatus::Pending).count();
    assert_eq!(left, 2 + real.len());
    site.end().await;
}

#[tokio::test]
async fn who_sends_too_many_waits_and_keeps_what_they_typed() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("mo", Role::Member).await;
    let post = site.build().post(ada, "Hello").save().await;
    let (bot, mo) = (site.visitor(), site.sign_in("mo").await);
    for who in [&bot, &mo] {
        for number in 0..10 {
            say(who, &site, post, "hello", "Bot", &format!("Word {number}")).await.expect(303);
        }
        let answer = say(who, &site, post, "hello", "Bot", "One too many").await.expect(429);
        assert!((1..=60).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
        assert_eq!(answer.one_raw("#field-comment").trim(), "One too many");
        assert!(answer.one(".complaints").contains("Too many tries"));
    }
    assert_eq!(rows(&site).await.len(), 20);
    site.end().await;
}

#[tokio::test]
async fn what_was_marked_as_spam_once_is_spam_the_next_time() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let text = "A very special offer, for you and for nobody else";
    say(&site.visitor(), &site, post, "hello", "One", text).await.expect(303);
    let first = &rows(&site).await[0];
    assert_eq!(first.status, CommentStatus::Pending);
    set_status(&site, first.id, CommentStatus::Spam).await;
    let answer = say_with(&site.visitor(), &site, post, "hello", "Two", text, &[]).await.expect(303);
    let second = &rows(&site).await[1];
    assert_eq!(
        (second.status, second.reason.as_str()),
        (CommentStatus::Spam, "The same text was marked as spam.")
    );
    // Its sender learns nothing of that.
    assert_eq!(answer.header("location"), format!("/posts/hello?comment=waits#comment-{}", second.id));
    site.end().await;
}

#[tokio::test]
async fn spam_goes_after_thirty_days_and_nothing_else_does() {
    use lectern::comments::{queries, sweep};
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let build = site.build();
    build.comments(post, 1200).await;
    let kept = build.comment(post, "Ann", "Fine", CommentStatus::Approved, None).await;
    let waits = build.comment(post, "Bo", "Waits", CommentStatus::Pending, None).await;
    let ids: Vec<i64> = rows(&site).await.iter().map(|row| row.id).collect();
    queries::set_status(site.db.write(), &ids[..1200], CommentStatus::Spam).await.unwrap();
    let now = Utc::now();
    let sweep = async |days| sweep::once(&site.db, now + TimeDelta::days(days)).await.unwrap();
    assert_eq!(sweep(29).await, 0);
    assert_eq!(sweep(31).await, 1200);
    assert_eq!(sweep(31).await, 0);
    assert_eq!(rows(&site).await.iter().map(|row| row.id).collect::<Vec<_>>(), [kept, waits]);
    // It is kept from when somebody said that it is spam, not from when it was sent.
    let sent = now - TimeDelta::days(90);
    let old = comment::ActiveModel { id: Set(kept), created_at: Set(sent), ..Default::default() };
    old.update(site.db.write()).await.unwrap();
    queries::set_status(site.db.write(), &[kept], CommentStatus::Spam).await.unwrap();
    assert_eq!(sweep(1).await, 0);
    assert_eq!(sweep(31).await, 1);
    site.end().await;
}

/// A flood of what waits costs readers nothing: their pages stay in memory.
#[tokio::test]
async fn what_waits_makes_no_page_old_and_stands_in_the_queue_at_once() {
    let site = TestSite::start_with(|serve| serve.page_cache = 16).await;
    let ada = site.user("ada", Role::Author).await;
    let author = site.sign_in("ada").await;
    let post = site.build().post(ada, "Hello").save().await;
    let (ann, version) = (site.visitor(), || site.db.known().now());
    let waiting = async || {
        let list = author.get("/admin/comments").await.expect(200);
        let states = list.texts("[aria-labelledby=filter-status] li a");
        (list.texts("tbody th"), states.into_iter().filter(|state| state.starts_with("Pending")).collect())
    };
    assert_eq!(waiting().await, (vec![], vec![]));

    // It waits, and so it does when it is another text.
    let before = version();
    say(&ann, &site, post, "hello", "Ann", "The first").await.expect(303);
    assert_eq!(version(), before);
    let (listed, numbers): (Vec<String>, Vec<String>) = waiting().await;
    assert_eq!((listed, numbers), (vec!["The first".to_owned()], vec!["Pending 1".to_owned()]));
    assert_eq!(read(&ann, "hello").await, ["The first"], "her own");
    assert!(read(&site.visitor(), "hello").await.is_empty());
    let id = rows(&site).await[0].id.to_string();
    let edit = format!("/posts/hello/comments/{id}/edit");
    ann.post(&edit, &[("comment", "In other words")]).await.expect(303);
    assert_eq!(version(), before);
    assert_eq!(read(&ann, "hello").await, ["In other words"]);

    // Approved, it is read by all; and so is what she says next, or makes of it.
    let sent = [("query", ""), ("action", "approve"), ("id", &*id)];
    author.post("/admin/comments/actions", &sent).await.expect(303);
    assert_ne!(version(), before);
    assert_eq!(read(&site.visitor(), "hello").await, ["In other words"]);
    // Until she changes it into what waits again: nobody has the page of before.
    let before = version();
    ann.post(&edit, &[("comment", "[Look](https://pills.example)")]).await.expect(303);
    assert_ne!(version(), before);
    assert!(read(&site.visitor(), "hello").await.is_empty());
    ann.post(&edit, &[("comment", "In other words")]).await.expect(303);
    author.post("/admin/comments/actions", &sent).await.expect(303);
    let before = version();
    say(&ann, &site, post, "hello", "Ann", "The second").await.expect(303);
    assert_ne!(version(), before);
    assert_eq!(read(&site.visitor(), "hello").await, ["In other words", "The second"]);
    let before = version();
    ann.post(&edit, &[("comment", "The last words")]).await.expect(303);
    assert_ne!(version(), before);
    assert_eq!(read(&site.visitor(), "hello").await, ["The last words", "The second"]);

    // What is taken away again is told where it was read.
    say(&site.visitor(), &site, post, "hello", "Bo", "The third").await.expect(303);
    let theirs = rows(&site).await;
    let delete = |id: i64| format!("/posts/hello/comments/{id}/delete");
    let before = version();
    let bo = site.visitor();
    say(&bo, &site, post, "hello", "Bo", "The fourth").await.expect(303);
    let fourth = rows(&site).await[theirs.len()].id;
    bo.post(&delete(fourth), &[]).await.expect(303);
    assert_eq!((rows(&site).await.len(), version()), (theirs.len(), before));
    ann.post(&delete(theirs[0].id), &[]).await.expect(303);
    assert_ne!(version(), before);
    assert_eq!(read(&site.visitor(), "hello").await, ["The second"]);
    site.end().await;
}
