//! How often posts are read.

use chrono::{NaiveDate, TimeDelta, Utc};
use entity::{post, post_visit, user::Role};
use harness::TestSite;
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::json;

use super::FIREFOX;

const PERSON: &[(&str, &str)] = &[("user-agent", FIREFOX)];

async fn stored(site: &TestSite) -> Vec<(i64, NaiveDate, i64)> {
    let rows = post_visit::Entity::find().all(site.db.write()).await.unwrap();
    let mut rows: Vec<_> = rows.into_iter().map(|row| (row.post_id, row.day, row.count)).collect();
    rows.sort_unstable();
    rows
}

async fn write(site: &TestSite) {
    site.app.visits.write(&site.db).await.unwrap();
}

#[tokio::test]
async fn views_by_people_are_counted_and_cost_no_statement() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    site.user("mel", Role::Member).await;
    let (one, two) = (site.build().post(ada, "One").save().await, site.build().post(ada, "Two").save().await);
    site.build().course("Course", &[two]).await;
    site.get("/").await.expect(200);
    let (_, before) = site.count_statements("/posts/one").await;
    for _ in 0..3 {
        let asked = site.db.statements();
        site.send(Method::GET, "/posts/one", PERSON).await.expect(200);
        assert_eq!(site.db.statements() - asked, before, "a view costs none");
    }
    site.send(Method::GET, "/courses/course/two", PERSON).await.expect(200);
    site.sign_in("mel").await.send_with(Method::GET, "/posts/two", None, PERSON).await.expect(200);
    // Nobody's views: robots, writers, what is no post, what is only looked at ahead.
    for headers in [
        &[][..],
        &[("user-agent", "curl/8")],
        &[("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")],
        &[("user-agent", FIREFOX), ("sec-purpose", "prefetch")],
    ] {
        site.send(Method::GET, "/posts/one", headers).await.expect(200);
    }
    site.send(Method::HEAD, "/posts/one", PERSON).await.expect(200);
    site.send(Method::GET, "/posts/none", PERSON).await.expect(404);
    site.sign_in("ada").await.send_with(Method::GET, "/posts/one", None, PERSON).await.expect(200);
    assert!(stored(&site).await.is_empty() || stored(&site).await.len() <= 2, "they are written together");
    write(&site).await;
    let today = Utc::now().date_naive();
    assert_eq!(stored(&site).await, [(one, today, 3), (two, today, 2)]);
    let page = site.send(Method::GET, "/posts/one", PERSON).await;
    assert!(page.header("set-cookie").is_empty());
    site.end().await;
}

#[tokio::test]
async fn several_nodes_add_to_one_number_and_a_stop_writes_the_rest() {
    let mut site = TestSite::start().await;
    let other = site.another_node().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 20).await;
    let ids: Vec<i64> =
        post::Entity::find().all(site.db.write()).await.unwrap().iter().map(|row| row.id).collect();
    let now = Utc::now();
    let round = async |node: &TestSite| {
        for _ in 0..20 {
            for id in &ids {
                node.app.visits.add(*id, now, 1);
            }
            node.app.visits.write(&node.db).await.unwrap();
        }
    };
    tokio::join!(round(&site), round(&other));
    let rows = stored(&site).await;
    assert_eq!(rows.len(), 20);
    assert!(rows.iter().all(|(_, _, count)| *count == 40), "{rows:?}");
    // A post that is gone takes nobody else's views along.
    site.app.visits.add(4711, now, 1);
    site.app.visits.add(ids[0], now, 2);
    write(&site).await;
    assert_eq!(stored(&site).await[0].2, 42);
    site.app.visits.add(ids[0], now, 1);
    site.stop().await;
    assert_eq!(stored(&site).await[0].2, 43, "what was counted is written at the end");
    post::Entity::delete_by_id(ids[0]).exec(site.db.write()).await.unwrap();
    assert_eq!(stored(&site).await.len(), 19, "they go with their post");
    other.end().await;
    site.end().await;
}

#[tokio::test]
async fn a_day_begins_where_the_site_is_and_nothing_is_counted_where_the_owner_says_so() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "One").save().await;
    site.build().setting("time_zone", json!("Pacific/Kiritimati")).await;
    let noon = "2026-05-01T12:00:00Z".parse().unwrap();
    site.app.visits.add(id, noon, 1);
    site.app.visits.add(id, noon - TimeDelta::hours(3), 1);
    write(&site).await;
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(stored(&site).await, [(id, day("2026-05-01"), 1), (id, day("2026-05-02"), 1)]);
    site.build().setting("counts_visits", json!(false)).await;
    site.send(Method::GET, "/posts/one", PERSON).await.expect(200);
    write(&site).await;
    assert_eq!(stored(&site).await.len(), 2);
    site.end().await;
}

#[tokio::test]
async fn the_dashboard_and_the_list_show_them_in_as_few_statements_for_many() {
    let site = TestSite::start().await;
    site.user("root", Role::Admin).await;
    let (ada, bo) = (site.user("ada", Role::Author).await, site.build().author("bo").await);
    let mine = site.build().post(ada, "Mine").save().await;
    let now = Utc::now();
    for number in 0..3 {
        let id = site.build().post(bo, &format!("Read {number}")).save().await;
        site.app.visits.add(id, now - TimeDelta::days(number), 1 + number as u64);
    }
    site.app.visits.add(mine, now - TimeDelta::days(29), 1000);
    site.app.visits.add(mine, now - TimeDelta::days(31), 5000);
    write(&site).await;
    let (root, author) = (site.sign_in("root").await, site.sign_in("ada").await);
    let title = "Views of posts, the last 30 days";
    let charts = root.get("/admin").await.expect(200).texts(".chart figcaption");
    assert!(charts.contains(&format!("{title} 1,006 in all")), "{charts:?}");
    let home = root.get("/admin").await.expect(200);
    let read = home.texts(".panel:has(h2) li");
    assert!(
        read.iter().any(|row| row == "Mine 1000 views") && read.iter().any(|row| row == "Read 0 1 view"),
        "{read:?}"
    );
    // Authors see their own.
    let charts = author.get("/admin").await.expect(200).texts(".chart figcaption");
    assert!(charts.contains(&format!("{title} 1,000 in all")), "{charts:?}");

    let list = root.get("/admin/posts").await.expect(200);
    assert_eq!(list.texts("th.is-fixed").last().unwrap(), "Views, 30 days");
    let drawn = list.texts(".cell.is-drawn");
    assert_eq!((drawn.len(), drawn.iter().filter(|text| *text == "1,000").count()), (4, 1), "{drawn:?}");
    let count = async || {
        // The settings are read once after a change.
        root.get("/").await.expect(200);
        let before = site.db.statements();
        root.get("/admin/posts").await.expect(200);
        site.db.statements() - before
    };
    let with_few = count().await;
    site.build().posts(bo, 40).await;
    assert_eq!(count().await, with_few);

    site.build().setting("counts_visits", json!(false)).await;
    assert!(root.get("/admin/posts").await.texts(".is-drawn").is_empty());
    assert!(!root.get("/admin").await.text().contains("Views of posts"));
    site.end().await;
}
