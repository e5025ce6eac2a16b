//! A node that reads from a real replica: a second server that follows the primary, `scripts/databases --replica`.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test, as assertions do")]

use std::time::{Duration, Instant};

use entity::{post, user::Role};
use futures_util::future::join_all;
use harness::{Replica, TestSite, Visitor};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Which server a node's pages are read from.
async fn reads_from_replica(node: &TestSite, replica: &Replica) -> bool {
    let reader = node.db.read();
    let question = Statement::from_string(reader.get_database_backend(), replica.question());
    let answer: i64 = reader.query_one_raw(question).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    answer == 1
}

/// Waits until a node's pages are read from the replica, or until they are not, and until it says so.
async fn until_reads_from(node: &TestSite, replica: &Replica, expected: bool) {
    let end = Instant::now() + PATIENCE;
    let says = format!("lectern_replica_in_use {}\n", u8::from(expected));
    while reads_from_replica(node, replica).await != expected
        || !node.get("/metrics").await.text().contains(&says)
    {
        assert!(Instant::now() < end, "expected to read from the replica: {expected}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The post's text, in the editor.
async fn write(writer: &Visitor<'_>, form: &str, words: &str) {
    let version = writer.get(form).await.expect(200).attributes("input[name=_version]", "value");
    writer.post(form, &[("content", words), ("_version", &version[0])]).await.expect(303);
}

/// One scenario, for all of it holds up one server.
#[tokio::test]
#[ignore = "needs a replica: scripts/databases --replica"]
async fn a_real_replica_is_read_from_while_it_has_everything_and_answers() {
    let replica = Replica::of_run().await;
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let ada = site.user("ada", Role::Author).await;
    site.build().post(ada, "Hello").content("The first words.").save().await;
    // The replica need not have the site yet.
    let node = site.another_node_reading(&replica.url(&site), |serve| serve.page_cache = 16).await;
    until_reads_from(&node, &replica, true).await;
    node.until("/posts/hello", |page| page.contains("The first words.")).await;

    // Whoever wrote sees it at once, wherever that was and wherever they look; others on the node that it was written on at once, and
    // on the other one soon.
    let post = post::Entity::find().filter(post::Column::Slug.eq("hello")).one(site.db.write()).await;
    let form = format!("/admin/posts/{}", post.unwrap().unwrap().id);
    let root = site.sign_in("root").await;
    let there = node.visitor().with_cookie(&root.cookie().unwrap());
    let mut slowest = Duration::ZERO;
    for number in 0..20 {
        let words = format!("Words number {number}.");
        let (writer, reader) = if number % 2 == 0 { (&root, &there) } else { (&there, &root) };
        let (here, other) = if number % 2 == 0 { (&site, &node) } else { (&node, &site) };
        write(writer, &form, &words).await;
        let written = Instant::now();
        // A node that somebody who is known asks learns of it by that.
        if number % 4 < 2 {
            other.until("/posts/hello", |page| page.contains(&words)).await;
            slowest = slowest.max(written.elapsed());
        }
        assert!(reader.get("/posts/hello").await.text().contains(&words), "{words}");
        assert!(here.get("/posts/hello").await.text().contains(&words), "{words}");
        other.until("/posts/hello", |page| page.contains(&words)).await;
    }
    println!("seen on the other node after {} ms at most", slowest.as_millis());
    until_reads_from(&node, &replica, true).await;

    // It is behind: what it does not have comes from the primary.
    replica.hold().await;
    write(&root, &form, "While it is behind.").await;
    node.until("/posts/hello", |page| page.contains("While it is behind.")).await;
    until_reads_from(&node, &replica, false).await;
    assert!(node.get("/search?q=behind").await.text().contains("Hello"));
    replica.go_on().await;
    until_reads_from(&node, &replica, true).await;

    // It falls silent, connections and all, while pages are read from it: each of them is answered.
    let paths =
        ["/", "/archive", "/authors", "/authors/ada", "/tags", "/search?q=words", "/api/posts", "/feed.xml"];
    replica.freeze();
    let asked = Instant::now();
    let silent = async {
        let answers = join_all(paths.iter().cycle().take(40).map(|path| node.get(path))).await;
        let took = asked.elapsed();
        node.get("/readyz").await.expect(200);
        write(&there, &form, "While it was silent.").await;
        assert!(node.get("/posts/hello").await.text().contains("While it was silent."));
        assert!(!reads_from_replica(&node, &replica).await);
        for answer in answers {
            answer.expect(200);
        }
        println!("answered in {} ms while the replica was silent", took.as_millis());
    };
    tokio::time::timeout(PATIENCE, silent).await.expect("an answer to each");
    replica.thaw();
    until_reads_from(&node, &replica, true).await;
    node.until("/posts/hello", |page| page.contains("While it was silent.")).await;

    // It falls silent again, and a node is told to stop that has asked it something.
    replica.freeze();
    node.get("/archive?page=1").await.expect(200);
    until_reads_from(&node, &replica, false).await;
    tokio::time::timeout(PATIENCE, node.end()).await.expect("it stops");
    replica.thaw();

    // A node starts without it.
    replica.freeze();
    let late = site.another_node_reading(&replica.url(&site), |serve| serve.page_cache = 16).await;
    let page = tokio::time::timeout(PATIENCE, late.get("/posts/hello")).await;
    replica.thaw();
    page.unwrap().expect(200);
    until_reads_from(&late, &replica, true).await;
    late.end().await;
    site.end().await;
}
