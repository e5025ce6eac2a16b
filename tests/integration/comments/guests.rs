//! Guests: who they are is a key in their browser.

use chrono::{TimeDelta, Utc};
use entity::{comment, comment::CommentStatus, user::Role};
use harness::TestSite;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use super::{count, read, row, rows, say, say_with, set_status, stamp_of};

#[tokio::test]
async fn a_first_comment_waits_and_the_next_one_does_not() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let (ann, other) = (site.visitor(), site.visitor());
    assert_eq!(other.get("/posts/hello").await.expect(200).one("#comments-title"), "Comments");

    let answer = say(&ann, &site, post, "hello", "Ann", "So *true*!").await.expect(303);
    let first = rows(&site).await[0].id;
    assert_eq!(answer.header("location"), format!("/posts/hello?comment=waits#comment-{first}"));
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let key = cookie.split(['=', ';']).nth(1).unwrap();
    let stored = row(&site, first).await;
    assert!(stored.key_hash.is_some_and(|hash| hash != key), "only a hash is stored");
    assert_eq!((stored.status, stored.reason.as_str()), (CommentStatus::Pending, "Their first comment."));
    assert_eq!(stored.author_email, "ann@guests.example");

    // Its writer sees it, nobody else does, and no cache keeps their page for others.
    let page = ann.get("/posts/hello").await.expect(200);
    assert_eq!(page.one(".comments-write .comment-body em"), "true");
    assert!(page.one(".comments-write .comment-note").contains("Only you see this"));
    assert_eq!(
        (page.header("cache-control"), page.header("vary")),
        ("private, no-cache".into(), "Cookie".into())
    );
    let page = other.get("/posts/hello").await.expect(200);
    assert!(!page.text().contains("true</em>") && !page.text().contains("ann@"));
    assert_eq!(page.header("cache-control"), "no-cache");
    site.get(&format!("/comments/{first}")).await.expect(404);

    set_status(&site, first, CommentStatus::Approved).await;
    let page = other.get("/posts/hello").await.expect(200);
    assert_eq!(page.one("#comments-title"), "1 comment");
    assert_eq!(page.one(&format!("#comment-{first} .comment-name")), "Ann");
    assert!(!page.text().contains("ann@"), "addresses are nobody's business");
    assert_eq!(
        site.get(&format!("/comments/{first}")).await.expect(302).header("location"),
        format!("/posts/hello#comment-{first}")
    );

    let answer = say(&ann, &site, post, "hello", "Ann", "Once more").await.expect(303);
    let second = rows(&site).await[1].id;
    assert_eq!(answer.header("location"), format!("/posts/hello#comment-{second}"));
    assert_eq!(read(&other, "hello").await, ["So true!", "Once more"]);
    site.end().await;
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let ann = site.visitor();
    let stamp = stamp_of(&site, post);
    let long = "word ".repeat(1500);
    for (fields, wrong) in [
        (vec![("comment", "My words"), ("name", ""), ("email", "ann")], vec!["#field-name", "#field-email"]),
        (vec![("comment", "  "), ("name", "Ann"), ("email", "a@b.example")], vec!["#field-comment"]),
        (vec![("comment", &long), ("name", "Ann"), ("email", "a@b.example")], vec!["#field-comment"]),
        (vec![("comment", "a\u{7}b"), ("name", "Ann"), ("email", "a@b.example")], vec!["#field-comment"]),
        (vec![("comment", "***"), ("name", "Ann"), ("email", "a@b.example")], vec!["#field-comment"]),
    ] {
        let mut sent = fields.clone();
        sent.push(("stamp", &stamp));
        let page = ann.post("/posts/hello/comments", &sent).await.expect(422);
        for field in &wrong {
            assert_eq!(page.attributes(field, "aria-invalid"), ["true"], "{field}");
        }
        assert_eq!(page.texts(".complaints li").len(), wrong.len());
        assert_eq!(page.one_raw("#field-comment").trim_start_matches('\n').trim(), fields[0].1.trim());
        assert_eq!(page.attributes("#field-name", "value"), [fields[1].1]);
        assert_eq!(page.attributes("input[name=stamp]", "value"), [stamp.as_str()], "the time goes on");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    // A form that was made elsewhere, for another post, or long ago.
    let other = site.build().post(ada, "Other").save().await;
    let old = lectern::comments::stamp::form(&site.app.signer, post, Utc::now() - TimeDelta::days(8));
    for bad in ["", "guess", &stamp_of(&site, other), &old] {
        let fields = [("comment", "My words"), ("name", "Ann"), ("email", "a@b.example"), ("stamp", bad)];
        let page = ann.post("/posts/hello/comments", &fields).await.expect(422);
        assert!(page.one(".complaints").contains("open for a long time"), "{}", page.text());
        assert_eq!(page.one_raw("#field-comment").trim(), "My words");
        let new = page.attributes("input[name=stamp]", "value").remove(0);
        assert!(new != bad && !new.is_empty());
    }
    assert_eq!(count(&site).await, 0);
    ann.post("/posts/none/comments", &[("comment", "x")]).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn a_form_sent_twice_is_one_comment() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let stamp = stamp_of(&site, post);
    let fields =
        [("stamp", &*stamp), ("name", "Ann"), ("email", "ann@guests.example"), ("comment", "Only once")];
    let (ann, again) = (site.visitor(), site.visitor());
    let path = "/posts/hello/comments";
    let (one, two) = tokio::join!(ann.post(path, &fields), again.post(path, &fields));
    assert_eq!(one.expect(303).header("location"), two.expect(303).header("location"));
    ann.post(path, &fields).await.expect(303);
    assert_eq!(count(&site).await, 1);
    // The same words with another form are another comment.
    say(&ann, &site, post, "hello", "Bo", "Only once").await.expect(303);
    assert_eq!(count(&site).await, 2);
    site.end().await;
}

#[tokio::test]
async fn a_guest_changes_theirs_for_ten_minutes_and_deletes_it_at_any_time() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let (ann, other) = (site.visitor(), site.visitor());
    say(&ann, &site, post, "hello", "Ann", "Frist!").await.expect(303);
    say(&other, &site, post, "hello", "Bo", "Second").await.expect(303);
    let id = rows(&site).await[0].id;
    set_status(&site, id, CommentStatus::Approved).await;
    let (edit, delete) =
        (format!("/posts/hello/comments/{id}/edit"), format!("/posts/hello/comments/{id}/delete"));
    let page = ann.get("/posts/hello").await.expect(200);
    let links = page.attributes(&format!("#comment-{id} .comment-actions a"), "href");
    assert_eq!(links, [format!("/posts/hello/comments?reply={id}"), edit.clone(), delete.clone()]);
    let others = other.get("/posts/hello").await.expect(200);
    assert_eq!(others.attributes(&format!("#comment-{id} .comment-actions a"), "href").len(), 1);

    for (somebody, expected) in [(&other, 404), (&site.visitor(), 404)] {
        for path in [&edit, &delete] {
            somebody.get(path).await.expect(expected);
            somebody.post(path, &[("comment", "Mine now")]).await.expect(expected);
        }
    }
    let elsewhere = [("sec-fetch-site", "cross-site")];
    ann.post_with(&delete, &[], &elsewhere).await.expect(403);

    assert_eq!(ann.get(&edit).await.expect(200).one_raw("#field-comment").trim(), "Frist!");
    let page = ann.post(&edit, &[("comment", " ")]).await.expect(422);
    assert_eq!(page.attributes("#field-comment", "aria-invalid"), ["true"]);
    let answer = ann.post(&edit, &[("comment", "First **of all**")]).await.expect(303);
    assert_eq!(answer.header("location"), format!("/posts/hello#comment-{id}"));
    let page = other.get("/posts/hello").await.expect(200);
    assert_eq!(page.one(&format!("#comment-{id} strong")), "of all");
    assert!(page.one(&format!("#comment-{id} .comment-when")).contains("changed since"));
    // What would have been held is held now.
    let many = "[a](/a) [b](/b) [c](/c)";
    ann.post(&edit, &[("comment", many)]).await.expect(303);
    assert_eq!(row(&site, id).await.status, CommentStatus::Pending);
    ann.post(&edit, &[("comment", "Harmless again")]).await.expect(303);
    assert_eq!(row(&site, id).await.status, CommentStatus::Pending, "a person lets it out");

    let old = comment::ActiveModel {
        id: Set(id),
        created_at: Set(Utc::now() - TimeDelta::minutes(10)),
        ..Default::default()
    };
    old.update(site.db.write()).await.unwrap();
    ann.get(&edit).await.expect(409);
    let page = ann.post(&edit, &[("comment", "Too late")]).await.expect(409);
    assert_eq!(page.one_raw("#typed").trim(), "Too late");
    assert_eq!(row(&site, id).await.body, "Harmless again");

    ann.get(&delete).await.expect(200);
    assert_eq!(count(&site).await, 2, "asking deletes nothing");
    assert_eq!(ann.post(&delete, &[]).await.expect(303).header("location"), "/posts/hello#comments");
    assert_eq!(count(&site).await, 1);
    ann.post(&delete, &[]).await.expect(404);
    site.end().await;
}

#[tokio::test]
async fn an_answer_stands_below_what_it_answers_and_has_none_of_its_own() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let build = site.build();
    let first = build.comment(post, "Ann", "First", CommentStatus::Approved, None).await;
    build.comment(post, "Bo", "Second", CommentStatus::Approved, None).await;
    let hidden = build.comment(post, "Cy", "Hidden", CommentStatus::Pending, None).await;
    let di = site.visitor();
    let page = di.get(&format!("/posts/hello/comments?reply={first}")).await.expect(200);
    assert_eq!(page.one("h1"), "Your answer to Ann");
    assert_eq!(page.one(".comment-body"), "First");
    for bad in [hidden.to_string(), "4711".to_owned(), "x".to_owned()] {
        di.get(&format!("/posts/hello/comments?reply={bad}")).await.expect(404);
        let page =
            say_with(&di, &site, post, "hello", "Di", "To whom?", &[("reply", &bad)]).await.expect(422);
        assert!(page.one(".complaints").contains("not there any more"));
        assert_eq!(page.one_raw("#field-comment").trim(), "To whom?");
        assert!(page.attributes("input[name=reply]", "value").is_empty());
    }
    let reply = first.to_string();
    say_with(&di, &site, post, "hello", "Di", "An answer", &[("reply", &reply)]).await.expect(303);
    let answer = rows(&site).await.pop().unwrap();
    set_status(&site, answer.id, CommentStatus::Approved).await;
    let reply = answer.id.to_string();
    say_with(&di, &site, post, "hello", "Di", "To the answer", &[("reply", &reply)]).await.expect(303);
    let deeper = rows(&site).await.pop().unwrap();
    assert_eq!((deeper.parent_id, deeper.thread), (Some(first), first));
    assert_eq!(read(&site.visitor(), "hello").await, ["First", "An answer", "To the answer", "Second"]);
    let page = site.get("/posts/hello").await;
    let note = format!("#comment-{} .comment-note a", answer.id);
    assert_eq!(page.attributes(&note, "href"), [format!("/comments/{first}")]);

    // What was answered goes; the answers stay where they are.
    comment::Entity::delete_by_id(first).exec(site.db.write()).await.unwrap();
    assert_eq!(read(&site.visitor(), "hello").await, ["An answer", "To the answer", "Second"]);
    let page = site.get("/posts/hello").await;
    assert!(page.one(&format!("#comment-{} .comment-note", answer.id)).contains("that is gone"));
    say_with(&di, &site, post, "hello", "Di", "And once more", &[("reply", &reply)]).await.expect(303);
    let last = rows(&site).await.pop().unwrap();
    assert_eq!((last.parent_id, last.thread), (None, first));
    site.end().await;
}

#[tokio::test]
async fn a_changed_comment_is_judged_again_and_one_with_links_waits_unless_its_writer_has_another_one() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let ann = site.visitor();
    say(&ann, &site, post, "hello", "Ann", "Frist!").await.expect(303);
    let id = rows(&site).await[0].id;
    set_status(&site, id, CommentStatus::Approved).await;
    let edit = format!("/posts/hello/comments/{id}/edit");
    // The same words again are no change, and words without links stay to be read.
    ann.post(&edit, &[("comment", "Frist!")]).await.expect(303);
    assert_eq!(row(&site, id).await.edited_at, None);
    ann.post(&edit, &[("comment", "First!")]).await.expect(303);
    assert_eq!(row(&site, id).await.status, CommentStatus::Approved);
    // A link in the only one that was approved.
    let linked = "First! [Look](https://pills.example)";
    ann.post(&edit, &[("comment", linked)]).await.expect(303);
    let held = row(&site, id).await;
    assert_eq!(held.status, CommentStatus::Pending);
    assert!(held.reason.starts_with("Edited to have links"), "{}", held.reason);
    assert!(read(&site.visitor(), "hello").await.is_empty());
    // With another one approved they are known.
    set_status(&site, id, CommentStatus::Approved).await;
    say(&ann, &site, post, "hello", "Ann", "Second").await.expect(303);
    ann.post(&edit, &[("comment", "Still [a link](https://tulips.example)")]).await.expect(303);
    assert_eq!(row(&site, id).await.status, CommentStatus::Approved);
    site.end().await;
}

#[tokio::test]
async fn changes_count_as_new_comments_do_before_anything_is_made_of_them() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").save().await;
    let ann = site.visitor();
    say(&ann, &site, post, "hello", "Ann", "Version 0").await.expect(303);
    let id = rows(&site).await[0].id;
    let edit = format!("/posts/hello/comments/{id}/edit");
    for version in 1..10 {
        ann.post(&edit, &[("comment", &format!("Version {version}"))]).await.expect(303);
    }
    let refused = ann.post(&edit, &[("comment", "Version 10")]).await.expect(429);
    assert_eq!(refused.one_raw("#field-comment").trim(), "Version 10");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(row(&site, id).await.body, "Version 9");
    // Nobody could see anything of this: it is not looked at any more.
    say(&ann, &site, post, "hello", "Ann", "***").await.expect(429);
    // What changes nothing costs nothing.
    ann.post(&edit, &[("comment", "Version 9")]).await.expect(303);
    // Whoever moderates the post is not counted.
    let author = site.sign_in("ada").await;
    say(&author, &site, post, "hello", "", "Mine 0").await.expect(303);
    let mine = rows(&site).await[1].id;
    for version in 1..13 {
        let path = format!("/posts/hello/comments/{mine}/edit");
        author.post(&path, &[("comment", &format!("Mine {version}"))]).await.expect(303);
    }
    site.end().await;
}
