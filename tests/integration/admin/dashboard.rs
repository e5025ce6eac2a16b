//! The dashboard: how the site stands, as far as one may see it.

use chrono::{Datelike, Utc};
use entity::{post::PostStatus, user::Role};
use lectern::{
    admin::{dashboard, views::Dashboard},
    auth::Viewer,
};

use super::desk::{Desk, admin, viewer};

async fn show(desk: &Desk, viewer: &Viewer) -> Dashboard {
    dashboard::show(&desk.app, viewer, desk.zone, Vec::new()).await.unwrap()
}

#[tokio::test]
async fn it_counts_and_draws_what_the_viewer_may_see() {
    let desk = Desk::start().await;
    let build = desk.site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    let now = Utc::now();
    for number in 1..=8 {
        build.post(ada, &format!("Draft {number}")).status(PostStatus::Draft).published(now).save().await;
    }
    build.post(bob, "Old").published("2001-01-01T00:00:00Z".parse().unwrap()).save().await;
    let page = show(&desk, &admin(99)).await;
    let counts: Vec<(&str, u64)> =
        page.counts.iter().map(|count| (count.label.as_str(), count.number)).collect();
    assert_eq!(counts, [("Posts", 9), ("Users", 2), ("Tags", 0), ("Courses", 0), ("Students", 0)]);
    let drafts = &page.panels[0];
    assert_eq!((drafts.title.as_str(), drafts.total, drafts.rows.len()), ("Drafts", 8, 5));
    assert_eq!(drafts.rows[0].title, "Draft 1");
    assert_eq!(drafts.rows[0].note, now.format("%-d %b %Y").to_string());
    assert_eq!(drafts.url, "/admin/posts?status=draft&sort=title");
    let chart = &page.charts[0];
    assert_eq!((chart.bars.len(), chart.total, chart.max), (12, 8, 8));
    assert_eq!((chart.bars[11].number, chart.bars[11].percent), (8, 100));
    assert!(chart.bars[11].label.ends_with(&now.year().to_string()));
    let new: Vec<&str> = page.new.iter().map(|link| link.label.as_str()).collect();
    assert_eq!(new, ["New post", "New user", "New tag", "New course", "New student"]);
    assert_eq!(page.history_url.as_deref(), Some("/admin/history"));

    let page = show(&desk, &viewer(bob, Role::Author)).await;
    let counts: Vec<(&str, u64)> =
        page.counts.iter().map(|count| (count.label.as_str(), count.number)).collect();
    assert_eq!(counts, [("Posts", 1), ("Tags", 0)]);
    assert_eq!((page.panels[0].total, page.charts[0].total), (0, 0));
    assert_eq!((page.new.len(), page.history_url), (1, None));
    let member = viewer(ada, Role::Member);
    let refused = dashboard::show(&desk.app, &member, desk.zone, Vec::new()).await;
    assert!(refused.is_err());
    desk.end().await;
}
