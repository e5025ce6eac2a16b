//! The page cache: what is answered from memory, to whom, and for how long.
#![expect(clippy::unwrap_used, reason = "a helper that fails must fail its test")]

use std::time::{Duration, Instant};

use entity::{api_token::Scope, comment::CommentStatus, content_version, post::PostStatus, tag, user::Role};
use futures_util::future::join_all;
use harness::{Answer, TestSite, Visitor};
use lectern::db::version::GRACE;
use reqwest::Method;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, TransactionTrait, sea_query::Expr,
};
use serde_json::json;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";

/// A site with the cache on, `root`, and a post by Ada.
async fn open() -> (TestSite, i64) {
    let site = TestSite::start_with(|serve| serve.page_cache = 16).await;
    site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    let post = site.build().post(ada, "Hello").content("Some *text*.").tags(&["rust"]).save().await;
    (site, post)
}

async fn hits(site: &TestSite) -> u64 {
    site.app.cache.numbers().await.hits
}

/// Asks twice: the second answer must come from memory.
async fn from_memory(site: &TestSite, path: &str) -> Answer {
    site.get(path).await.expect(200);
    let (before, statements) = (hits(site).await, site.db.statements());
    let answer = site.get(path).await.expect(200);
    assert_eq!(hits(site).await, before + 1, "{path} does not come from memory");
    assert_eq!(site.db.statements(), statements, "{path} asks the database");
    answer
}

#[tokio::test]
async fn what_anybody_may_see_comes_from_memory_and_is_what_was_made() {
    let (site, _) = open().await;
    for path in [
        "/",
        "/archive",
        "/authors/ada",
        "/tags/rust",
        "/posts/hello",
        "/search?q=text",
        "/feed.xml",
        "/sitemap.xml",
        "/robots.txt",
    ] {
        let made = site.get(path).await.expect(200);
        let kept = from_memory(&site, path).await;
        assert_eq!(made.text(), kept.text(), "{path}");
        for name in made.headers.keys().filter(|name| *name != "date") {
            assert_eq!(made.headers.get(name), kept.headers.get(name), "{path}: {name}");
        }
        assert_eq!(kept.header("content-length"), kept.text().len().to_string(), "{path}");
        let head = site.send(Method::HEAD, path, &[]).await.expect(200);
        assert_eq!(head.header("content-length"), kept.header("content-length"), "{path}");
        assert_eq!(head.text(), "");
        let tag = kept.header("etag");
        assert!(tag.starts_with('"'), "{tag}");
        let again = site.send(Method::GET, path, &[("if-none-match", &tag)]).await.expect(304);
        assert_eq!((again.header("etag"), again.text()), (tag, String::new()));
        assert!(again.header("content-security-policy").contains("default-src"));
    }
    // Each address by itself, with its query.
    assert_ne!(from_memory(&site, "/search?q=text").await.text(), from_memory(&site, "/search").await.text());
    site.end().await;
}

#[tokio::test]
async fn a_page_is_kept_in_each_encoding_under_a_tag_of_its_own() {
    let (site, _) = open().await;
    let plain = from_memory(&site, "/").await;
    let length = |answer: &Answer| answer.header("content-length").parse::<usize>().unwrap();
    let mut tags = vec![plain.header("etag")];
    for (accepted, encoding) in [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip")] {
        let answer = site.send(Method::GET, "/", &[("accept-encoding", accepted)]).await.expect(200);
        assert_eq!(answer.header("content-encoding"), encoding);
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert!(length(&answer) < length(&plain) / 2, "{encoding}");
        tags.push(answer.header("etag"));
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    site.end().await;
}

#[tokio::test]
async fn whoever_is_known_gets_theirs_and_leaves_nothing_for_others() {
    let (site, _) = open().await;
    let ada = site.sign_in("ada").await;
    for path in ["/", "/posts/hello"] {
        let theirs = ada.get(path).await.expect(200);
        assert!(theirs.text().contains("\"/account\""), "{path}");
        assert_eq!(theirs.header("cache-control"), "private, no-cache");
        let others = from_memory(&site, path).await.text();
        assert!(others.contains("Hello") && !others.contains("\"/account\""), "{path}");
        let before = hits(&site).await;
        assert!(ada.get(path).await.expect(200).text().contains("\"/account\""));
        assert_eq!(hits(&site).await, before, "{path}");
    }
    // A cookie of somebody else's is nobody's of ours.
    let before = hits(&site).await;
    site.send(Method::GET, "/", &[("cookie", "theme=dark")]).await.expect(200);
    assert_eq!(hits(&site).await, before + 1);
    site.end().await;
}

#[tokio::test]
async fn what_is_no_page_for_readers_is_never_kept() {
    let (site, _) = open().await;
    for path in [
        "/login",
        "/admin",
        "/posts/none",
        "/posts/hello/",
        "/posts/hello/comments",
        "/api/posts",
        "/healthz",
        "/metrics",
        "/?page=0",
        "/?page=9",
        "/static/css/none.css",
    ] {
        let first = site.get(path).await;
        let before = hits(&site).await;
        assert_eq!(site.get(path).await.status, first.status, "{path}");
        assert_eq!(hits(&site).await, before, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn a_page_that_many_ask_for_at_once_is_made_once() {
    let (site, _) = open().await;
    let before = site.db.statements();
    site.get("/archive").await.expect(200);
    let one = site.db.statements() - before;
    let before = site.db.statements();
    let answers = join_all((0..50).map(|_| site.get("/tags"))).await;
    assert!(answers.iter().all(|answer| answer.text() == answers[0].text() && answer.status == 200));
    assert!(site.db.statements() - before <= one + 3, "{} statements", site.db.statements() - before);
    site.end().await;
}

/// Takes all connections: whoever makes a page now waits for one.
async fn hold(site: &TestSite) -> Vec<DatabaseTransaction> {
    let mut held = Vec::new();
    while let Ok(transaction) =
        tokio::time::timeout(Duration::from_millis(300), site.app.db.latest().begin()).await
    {
        held.push(transaction.unwrap());
    }
    held
}

async fn release(held: Vec<DatabaseTransaction>) {
    for transaction in held {
        transaction.rollback().await.unwrap();
    }
}

/// What those get who come while somebody else waits for the page to be made anew: nothing where they wait too.
async fn meanwhile(site: &TestSite, held: Vec<DatabaseTransaction>, path: &str) -> (Answer, Option<Answer>) {
    let others = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let got = tokio::time::timeout(Duration::from_millis(200), site.get(path)).await.ok();
        release(held).await;
        got
    };
    tokio::join!(site.get(path), others)
}

#[tokio::test]
async fn while_a_page_is_made_anew_others_get_the_one_before_it_for_a_moment() {
    let (site, _) = open().await;
    let ada = entity::user::Entity::find().all(site.db.write()).await.unwrap().pop().unwrap().id;
    let mut attempts = 0;
    let (first, got) = loop {
        attempts += 1;
        assert!(attempts < 30, "this machine is too slow to see anything within {GRACE:?}");
        site.get("/archive").await.expect(200);
        let wrote = Instant::now();
        site.build().post(ada, &format!("Attempt {attempts}")).save().await;
        let held = hold(&site).await;
        let (first, got) = meanwhile(&site, held, "/archive").await;
        if wrote.elapsed() < GRACE {
            break (first, got);
        }
    };
    let title = format!("Attempt {attempts}");
    assert!(first.text().contains(&title), "whoever has it made gets what was made");
    let got = got.expect("nobody else waits").expect(200);
    assert!(got.text().contains("Hello") && !got.text().contains(&title));
    assert!(site.get("/archive").await.expect(200).text().contains(&title));
    // Later they wait.
    site.build().post(ada, "Much later").save().await;
    let held = hold(&site).await;
    tokio::time::sleep(GRACE).await;
    let (first, got) = meanwhile(&site, held, "/archive").await;
    assert!(first.text().contains("Much later"));
    assert!(got.is_none(), "{}", got.unwrap().text());
    site.end().await;
}

#[tokio::test]
async fn what_another_node_wrote_is_waited_for() {
    let (site, _) = open().await;
    let ada = entity::user::Entity::find().all(site.db.write()).await.unwrap().pop().unwrap().id;
    site.build().post(ada, "Of this node").save().await;
    site.get("/archive").await.expect(200);
    // Within the moment in which pages of before this node's own write would do.
    let next = Expr::col(content_version::Column::Version).add(1);
    let raise = content_version::Entity::update_many().col_expr(content_version::Column::Version, next);
    raise.exec(site.db.write()).await.unwrap();
    lectern::db::version::catch_up(&site.app.db).await.unwrap();
    let held = hold(&site).await;
    let (_, got) = meanwhile(&site, held, "/archive").await;
    assert!(got.is_none(), "{}", got.unwrap().text());
    site.end().await;
}

#[tokio::test]
async fn whoever_wrote_never_gets_the_page_before() {
    let (site, _) = open().await;
    let ada = entity::user::Entity::find().all(site.db.write()).await.unwrap().pop().unwrap().id;
    let program = site.program(ada, Scope::Write).await;
    site.get("/archive").await.expect(200);
    program.json(Method::POST, "/api/posts", &json!({ "title": "News", "content": "." })).await.expect(201);
    let held = hold(&site).await;
    let (first, got) = meanwhile(&site, held, "/archive").await;
    assert!(first.text().contains("News"));
    assert!(got.is_none(), "{}", got.unwrap().text());
    site.end().await;
}

#[tokio::test]
async fn who_asks_after_a_write_does_not_get_what_was_begun_before_it() {
    let (site, _) = open().await;
    let write = async |name: &str| site.build().setting(name, json!("x")).await;
    write("one").await;
    let (_, one) = site.count_statements("/archive").await;
    write("two").await;
    let held = hold(&site).await;
    let pause = || tokio::time::sleep(Duration::from_millis(300));
    let later = async {
        pause().await;
        write("three").await;
        tokio::time::sleep(GRACE).await;
        let before = site.db.statements();
        let release = async {
            pause().await;
            release(held).await;
        };
        let (answer, ()) = tokio::join!(site.get("/archive"), release);
        (answer, before)
    };
    let (first, (second, before)) = tokio::join!(site.get("/archive"), later);
    assert_eq!([first.status.as_u16(), second.status.as_u16()], [200, 200]);
    // Each has a page of their own; the settings they may have read together.
    let made = site.db.statements() - before;
    assert!((2 * one - 1..=2 * one).contains(&made), "{made} statements in place of twice {one}");
    site.end().await;
}

#[tokio::test]
async fn a_failure_is_not_remembered_for_long() {
    let (site, _) = open().await;
    let rename = async |sql: &str| site.db.write().execute_unprepared(sql).await.unwrap();
    rename("ALTER TABLE posts RENAME TO posts_gone").await;
    site.get("/archive").await.expect(500);
    rename("ALTER TABLE posts_gone RENAME TO posts").await;
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let before = hits(&site).await;
        site.get("/archive").await.expect(200);
        if hits(&site).await > before {
            break;
        }
        assert!(Instant::now() < end, "it is never kept again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    site.end().await;
}

#[tokio::test]
async fn a_view_from_memory_is_a_view() {
    let (site, post) = open().await;
    for _ in 0..5 {
        site.send(Method::GET, "/posts/hello", &[("user-agent", FIREFOX)]).await.expect(200);
    }
    site.app.visits.write(&site.db).await.unwrap();
    let visits = entity::post_visit::Entity::find().all(site.db.write()).await.unwrap();
    assert_eq!(visits.iter().map(|row| (row.post_id, row.count)).collect::<Vec<_>>(), [(post, 5)]);
    site.end().await;
}

/// A page, the form that changes it, what is sent, and what the page says then.
type Change<'a> = (&'a str, String, &'a [(&'a str, &'a str)], &'a str);

/// What readers see changes with each of these: at once on the node that wrote it, and soon on another.
#[tokio::test]
async fn every_kind_of_change_is_seen_at_once_and_on_other_nodes_too() {
    let (site, post) = open().await;
    let other = site.another_node_with(|serve| serve.page_cache = 16).await;
    let root = site.sign_in("root").await;
    let me = root.get("/account").await.expect(200);
    assert!(me.text().contains("root"));
    let ada = entity::user::Entity::find().all(site.db.write()).await.unwrap();
    let ada = ada.iter().find(|user| user.username == "ada").unwrap().id;
    let program = site.program(ada, Scope::Write).await;
    let ann = site.build().comment(post, "Ann", "Well said", CommentStatus::Pending, None).await.to_string();
    let tag = tag::Entity::find().one(site.db.write()).await.unwrap().unwrap().id;
    let forms: [Change<'_>; 8] = [
        ("/posts/hello", format!("/admin/posts/{post}"), &[("content", "Other words")], "Other words"),
        ("/tags/rust", format!("/admin/tags/{tag}"), &[("name", "Oxide")], "Oxide"),
        ("/", "/admin/settings".to_owned(), &[("title", "Renamed site")], "Renamed site"),
        (
            "/posts/hello",
            "/admin/comments/actions".to_owned(),
            &[("action", "approve"), ("id", &ann)],
            "Well said",
        ),
        ("/authors/ada", format!("/admin/users/{ada}"), &[("display_name", "Countess")], "Countess"),
        (
            "/about",
            "/admin/pages/new".to_owned(),
            &[("title", "About us"), ("slug", "about"), ("is_published", "on")],
            "About us",
        ),
        ("/courses", "/admin/courses/new".to_owned(), &[("name", "Logic")], "Logic"),
        ("/feed.xml", "/admin/posts/new".to_owned(), &[("title", "Fresh"), ("status", "published")], "Fresh"),
    ];
    for (path, form, fields, text) in forms {
        for node in [&site, &other] {
            let before = [node.get(path).await, node.get(path).await];
            assert!(before.iter().all(|page| !page.text().contains(text)), "{path} says {text} before");
        }
        send(&root, &form, fields).await.expect(303);
        assert!(site.get(path).await.text().contains(text), "{path} does not say {text} at once");
        other.until(path, |page| page.contains(text)).await;
    }
    // By a program, by the command line, and what goes.
    let says = async |path: &str, text: &str| {
        assert!(site.get(path).await.text().contains(text), "{path} does not say {text} at once");
        other.until(path, |page| page.contains(text)).await;
    };
    let new = json!({ "title": "By a program", "content": "." });
    program.json(Method::POST, "/api/posts", &new).await.expect(201);
    says("/", "By a program").await;
    root.post(&format!("/admin/posts/{post}/delete"), &[("confirmed", "1")]).await.expect(303);
    site.get("/posts/hello").await.expect(404);
    other.until("/posts/hello", |page| !page.contains("Other words")).await;
    other.end().await;
    site.end().await;
}

/// Sends a form as it was opened: with its version, where it has one.
async fn send(root: &Visitor<'_>, form: &str, fields: &[(&str, &str)]) -> Answer {
    let mut fields = fields.to_vec();
    let version = match form.ends_with("/actions") {
        true => Vec::new(),
        false => root.get(form).await.expect(200).attributes("input[name=_version]", "value"),
    };
    fields.extend(version.iter().map(|version| ("_version", &**version)));
    root.post(form, &fields).await
}

#[tokio::test]
async fn what_another_program_writes_is_seen_soon() {
    let (site, _) = open().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("imported.md"),
        "+++\ntitle = \"Imported\"\ndate = 2026-01-01\n+++\nText.\n",
    )
    .unwrap();
    from_memory(&site, "/").await;
    let path = folder.path().to_string_lossy();
    let output = site.lectern(&["import", "markdown", &path, "--author", "ada"]);
    assert!(output.status.success(), "{output:?}");
    site.until("/", |page| page.contains("Imported")).await;
    site.end().await;
}

#[tokio::test]
async fn what_readers_never_see_makes_no_page_old() {
    let (site, post) = open().await;
    let before = site.db.known().now();
    let root = site.sign_in("root").await;
    root.get("/admin").await.expect(200);
    site.visitor().sign_in("root", "a wrong password").await;
    let draft = [("title", "Unsaved"), ("content", "Words"), ("tab", "0123456789abcdef")];
    root.post("/admin/posts/autosave", &draft).await;
    site.app.visits.add(post, chrono::Utc::now(), 3);
    site.app.visits.write(&site.db).await.unwrap();
    assert_eq!(site.db.known().now(), before);
    // What fails makes none old either.
    root.post("/admin/tags/new", &[("name", "")]).await.expect(422);
    assert_eq!(site.db.known().now(), before);
    root.post("/admin/tags/new", &[("name", "New")]).await.expect(303);
    assert_ne!(site.db.known().now(), before);
    site.end().await;
}

#[tokio::test]
async fn a_database_in_the_place_of_another_is_noticed() {
    let (site, _) = open().await;
    let set = async |version: i64| {
        let change = content_version::Entity::update_many();
        let change = change.col_expr(content_version::Column::Version, Expr::value(version));
        change.exec(site.db.write()).await.unwrap();
    };
    let wait = async |old: u64| {
        let end = Instant::now() + Duration::from_secs(30);
        while site.db.known().now() == old {
            assert!(Instant::now() < end, "nothing was noticed");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let first = site.db.known().now();
    set(1_000_000).await;
    wait(first).await;
    let high = site.db.known().now();
    from_memory(&site, "/").await;
    // Back to a number that was there before: not the same as then.
    set(i64::try_from(first).unwrap()).await;
    wait(high).await;
    assert_ne!(site.db.known().now(), first);
    let made = site.app.cache.numbers().await.misses;
    site.get("/").await.expect(200);
    assert_eq!(site.app.cache.numbers().await.misses, made + 1);
    site.end().await;
}

#[tokio::test]
async fn memory_is_bounded_and_its_numbers_are_there_to_be_watched() {
    let site = TestSite::start_with(|serve| serve.page_cache = 1).await;
    let ada = site.user("ada", Role::Author).await;
    site.build().post(ada, "Hello").status(PostStatus::Published).save().await;
    for number in 0..300 {
        site.get(&format!("/?x={number}")).await.expect(200);
    }
    let numbers = site.app.cache.numbers().await;
    assert!(numbers.bytes <= 1 << 20 && numbers.entries < 300 && numbers.misses == 300, "{numbers:?}");
    let text = site.get("/metrics").await.expect(200);
    assert_eq!(text.header("content-type"), "text/plain; version=0.0.4");
    assert!(text.text().contains("\nlectern_page_cache_misses_total 300\n"), "{}", text.text());
    site.end().await;
}

/// The statements of a list of the admin.
async fn statements_of(root: &Visitor<'_>, site: &TestSite, path: &str) -> u64 {
    let before = site.db.statements();
    root.get(path).await.expect(200);
    site.db.statements() - before
}

#[tokio::test]
async fn what_lists_of_the_admin_count_is_counted_once_and_again_after_each_change() {
    let (site, post) = open().await;
    site.build().posts(1, 40).await;
    let (root, ada) = (site.sign_in("root").await, site.sign_in("ada").await);
    for path in ["/admin/posts", "/admin/posts?q=post&status=published", "/admin/tags"] {
        let first = root.get(path).await.expect(200);
        let counted = statements_of(&root, &site, path).await;
        assert_eq!(root.get(path).await.one(".list-total"), first.one(".list-total"));
        let form = format!("/admin/posts/{post}");
        send(&root, &form, &[("summary", path)]).await.expect(303);
        let anew = statements_of(&root, &site, path).await;
        assert!(counted < anew, "{path}: {counted} and {anew}");
    }
    // Each has their own numbers, and they are right after a change.
    let total = async |who: &Visitor<'_>, path: &str| who.get(path).await.expect(200).one(".list-total");
    assert!(total(&root, "/admin/posts").await.ends_with("41 posts"));
    assert!(total(&ada, "/admin/posts").await.ends_with("1 post"));
    assert!(total(&root, "/admin/posts?page=2").await.starts_with("26–41"));
    let numbers = async || root.get("/admin/posts").await.texts(".filters a");
    let before = numbers().await;
    root.post(&format!("/admin/posts/{post}/delete"), &[("confirmed", "1")]).await.expect(303);
    assert!(total(&root, "/admin/posts").await.ends_with("40 posts"));
    assert_ne!(numbers().await, before);
    site.end().await;
}
