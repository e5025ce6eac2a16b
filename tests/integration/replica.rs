//! A node that reads from a replica, which has what was written a little later, or not at all.
//!
//! The replica is a database that the test itself brings forward: what it has and when is known then, and that something was
//! read from it shows by words that it alone has.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test, as assertions do")]

use entity::{content_version, post, user::Role};
use harness::TestSite;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// A site, the database that plays its replica, and a second node that reads from it. Both have Ada's post, in other words.
async fn open(page_cache: u16) -> (TestSite, TestSite, TestSite) {
    let (site, replica) = (TestSite::start().await, TestSite::start().await);
    for (database, words) in [(&site, "Of the primary."), (&replica, "Of the replica.")] {
        database.user("root", Role::Admin).await;
        let ada = database.user("ada", Role::Author).await;
        database.build().post(ada, "Hello").content(words).save().await;
    }
    catch_up(&replica, &site).await;
    let node = site.another_node_reading(replica.database_url(), |serve| serve.page_cache = page_cache).await;
    (site, replica, node)
}

async fn version(site: &TestSite) -> i64 {
    content_version::Entity::find().one(site.db.write()).await.unwrap().unwrap().version
}

/// The replica has all now, as far as a node can tell.
async fn catch_up(replica: &TestSite, site: &TestSite) {
    let change = content_version::Entity::update_many();
    let change = change.col_expr(content_version::Column::Version, Expr::value(version(site).await));
    change.exec(replica.db.write()).await.unwrap();
}

/// The post's text, in the editor of whoever may.
async fn write(site: &TestSite, words: &str) {
    let root = site.sign_in("root").await;
    let post = post::Entity::find().filter(post::Column::Slug.eq("hello")).one(site.db.write()).await;
    let form = format!("/admin/posts/{}", post.unwrap().unwrap().id);
    let version = root.get(&form).await.expect(200).attributes("input[name=_version]", "value");
    root.post(&form, &[("content", words), ("_version", &version[0])]).await.expect(303);
}

#[tokio::test]
async fn readers_get_the_replica_while_it_has_everything() {
    let (site, replica, node) = open(0).await;
    node.until("/posts/hello", |page| page.contains("Of the replica.")).await;
    assert!(site.get("/posts/hello").await.text().contains("Of the primary."));
    for path in ["/", "/archive", "/authors/ada", "/feed.xml", "/search?q=replica", "/api/posts"] {
        assert!(node.get(path).await.expect(200).text().contains("Hello"), "{path}");
    }
    node.end().await;
    replica.end().await;
    site.end().await;
}

#[tokio::test]
async fn what_the_replica_does_not_have_yet_comes_from_the_primary() {
    for page_cache in [0, 16] {
        let (site, replica, node) = open(page_cache).await;
        node.until("/posts/hello", |page| page.contains("Of the replica.")).await;
        // On another node: soon, though the replica never gets it.
        write(&site, "Newer words.").await;
        node.until("/posts/hello", |page| page.contains("Newer words.")).await;
        // On this node: at once, for anybody.
        write(&node, "The newest words.").await;
        assert!(node.get("/posts/hello").await.text().contains("The newest words."));
        assert!(node.get("/search?q=newest").await.text().contains("Hello"));
        // And once the replica has it, it is asked again.
        let change =
            post::Entity::update_many().col_expr(post::Column::Html, Expr::value("<p>It is here.</p>"));
        change.exec(replica.db.write()).await.unwrap();
        catch_up(&replica, &site).await;
        if page_cache == 0 {
            node.until("/posts/hello", |page| page.contains("It is here.")).await;
        }
        node.end().await;
        replica.end().await;
        site.end().await;
    }
}

/// Whoever wrote sees what they wrote with their next request, on whichever node that ends up.
#[tokio::test]
async fn a_writer_reads_what_they_wrote_on_any_node() {
    let (site, replica, node) = open(16).await;
    node.until("/posts/hello", |page| page.contains("Of the replica.")).await;
    let root = site.sign_in("root").await;
    let cookie = root.cookie().expect("a session");
    // The session is a row that the replica never had.
    let there = node.visitor().with_cookie(&cookie);
    assert!(there.is_known().await);
    for number in 0..20 {
        let words = format!("Words number {number}.");
        let (writes, reads) = if number % 2 == 0 { (&site, &there) } else { (&node, &root) };
        let writer = writes.visitor().with_cookie(&cookie);
        let post = post::Entity::find().filter(post::Column::Slug.eq("hello")).one(site.db.write()).await;
        let form = format!("/admin/posts/{}", post.unwrap().unwrap().id);
        let version = writer.get(&form).await.expect(200).attributes("input[name=_version]", "value");
        writer.post(&form, &[("content", &words), ("_version", &version[0])]).await.expect(303);
        assert!(reads.get("/posts/hello").await.text().contains(&words), "{words}");
        assert!(reads.get(&form).await.text().contains(&words), "{words}");
    }
    node.end().await;
    replica.end().await;
    site.end().await;
}

/// What the content's version says nothing of: sessions, tokens, what somebody's page of them says.
#[tokio::test]
async fn accounts_never_wait_for_a_replica() {
    let (site, replica, node) = open(16).await;
    node.until("/posts/hello", |page| page.contains("Of the replica.")).await;
    let ada = node.sign_in("ada").await;
    assert!(ada.is_known().await);
    let made = ada.post("/account/tokens", &[("name", "Script"), ("scope", "write")]).await.expect(201);
    let token = made.one("code");
    let page = ada.get("/account").await.expect(200);
    assert!(page.text().contains("Script"), "the new token is not in the list");
    for one in [&node, &site] {
        let me = one.visitor().with_token(&token).get("/api/posts").await;
        me.expect(200);
    }
    ada.post("/logout", &[]).await;
    assert!(!ada.is_known().await);
    node.end().await;
    replica.end().await;
    site.end().await;
}

#[tokio::test]
async fn a_replica_that_is_broken_behind_or_of_another_past_is_left_alone() {
    let (site, replica, node) = open(0).await;
    node.until("/posts/hello", |page| page.contains("Of the replica.")).await;
    let change =
        content_version::Entity::update_many().col_expr(content_version::Column::Version, Expr::value(0_i64));
    change.exec(replica.db.write()).await.unwrap();
    node.until("/posts/hello", |page| page.contains("Of the primary.")).await;
    catch_up(&replica, &site).await;
    node.until("/posts/hello", |page| page.contains("Of the replica.")).await;
    // It has what the primary never had: another past, from before a backup was put back.
    let ahead = content_version::Entity::update_many()
        .col_expr(content_version::Column::Version, Expr::value(version(&site).await + 100));
    ahead.exec(replica.db.write()).await.unwrap();
    node.until("/posts/hello", |page| page.contains("Of the primary.")).await;
    catch_up(&replica, &site).await;
    node.until("/posts/hello", |page| page.contains("Of the replica.")).await;
    // It says that it has everything, and has not: the newest migration, or a right.
    replica.db.write().execute_unprepared("ALTER TABLE post_tags RENAME TO links_of_posts").await.unwrap();
    for path in ["/posts/hello", "/tags", "/feed.xml"] {
        node.get(path).await.expect(200);
    }
    assert!(node.db.known().replica_failures() > 0);
    assert!(node.get("/metrics").await.text().contains("\nlectern_replica_failures_total "));
    replica.db.write().execute_unprepared("ALTER TABLE links_of_posts RENAME TO post_tags").await.unwrap();
    replica.db.write().execute_unprepared("DROP TABLE content_version").await.unwrap();
    node.until("/posts/hello", |page| page.contains("Of the primary.")).await;
    node.get("/readyz").await.expect(200);
    node.end().await;
    replica.end().await;
    site.end().await;
}
