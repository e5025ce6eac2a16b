//! Several nodes of one database.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use entity::{
    admin_log,
    post::{self, PostStatus},
};
use harness::TestSite;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use super::{found, until};

#[tokio::test]
async fn two_hundred_posts_of_one_second_go_out_once_each_on_two_nodes() {
    let site = TestSite::start().await;
    let other = site.another_node().await;
    let ada = site.build().author("ada").await;
    let far = Utc::now() + TimeDelta::days(1);
    for number in 1..=200 {
        let build = site.build().post(ada, &format!("Post {number}")).content("All about tulips.");
        build.status(PostStatus::Scheduled).published(far).save().await;
    }
    // Whole: databases keep fractions of a second of different lengths.
    let due = Utc::now() + TimeDelta::seconds(3);
    let due = due - TimeDelta::nanoseconds(due.timestamp_subsec_nanos().into());
    post::Entity::update_many()
        .col_expr(post::Column::PublishedAt, Expr::value(due))
        .exec(site.db.write())
        .await
        .unwrap();
    let read = async |node: &TestSite| {
        let public = node.get("/api/posts").await.expect(200).json()["total"].as_u64().unwrap();
        let found = found(node, "tulips").await;
        assert!(public + found == 0 || Utc::now() >= due, "a reader saw {public} and found {found} early");
        public
    };
    until("all of them go out", async || read(&site).await + read(&other).await == 400).await;
    assert_eq!(found(&site, "tulips").await, 200);
    let published = post::Entity::find().filter(post::Column::Status.eq(PostStatus::Published));
    assert_eq!(published.count(site.db.write()).await.unwrap(), 200);
    let entries = admin_log::Entity::find().all(site.db.write()).await.unwrap();
    assert!(entries.iter().all(|entry| entry.action == "publish"));
    let rows: BTreeSet<&str> = entries.iter().map(|entry| entry.row_id.as_str()).collect();
    assert_eq!((entries.len(), rows.len()), (200, 200), "each is published once");
    other.end().await;
    site.end().await;
}
