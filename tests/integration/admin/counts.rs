//! Filters by days count too, in the site's days.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use entity::{course, post::PostStatus};
use lectern::admin::views::{Filter, List};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::desk::{Desk, admin};

/// A zone in which it is noon or so, with midnight hours away: the day does not end during a test.
fn zone() -> Tz {
    let east = 12 - Utc::now().hour().cast_signed();
    // These names count to the west.
    let name = if east > 0 { format!("Etc/GMT-{east}") } else { format!("Etc/GMT+{}", -east) };
    name.parse().unwrap()
}

fn counts(list: &List, name: &str) -> Vec<(String, u64)> {
    let filter: &Filter = list.filters.iter().find(|filter| filter.name == name).unwrap();
    let of = |label: &String, count: Option<u64>| count.map(|count| (label.clone(), count));
    filter.options.iter().filter_map(|option| of(&option.label, option.count)).collect()
}

/// What the calendar says of some days.
fn expected(today: NaiveDate, days: &[NaiveDate]) -> Vec<(String, u64)> {
    let month = |day: NaiveDate| (day.year(), day.month());
    let number = |is_in: &dyn Fn(&NaiveDate) -> bool| days.iter().filter(|day| is_in(day)).count() as u64;
    [
        ("Today", number(&|day| *day == today)),
        ("This week", number(&|day| day.iso_week() == today.iso_week())),
        ("This month", number(&|day| month(*day) == month(today))),
        ("This year", number(&|day| day.year() == today.year())),
    ]
    .map(|(label, count)| (label.to_owned(), count))
    .to_vec()
}

/// The first days of today, of this week, this month and this year, and of the ones after.
fn borders(today: NaiveDate) -> Vec<NaiveDate> {
    let week = today.week(chrono::Weekday::Mon).first_day();
    let month = today.with_day(1).unwrap();
    let year = today.with_ordinal(1).unwrap();
    let (next_month, next_year) =
        (month.checked_add_months(chrono::Months::new(1)), year.with_year(year.year() + 1));
    vec![
        today,
        today + Days::new(1),
        week,
        week + Days::new(7),
        month,
        next_month.unwrap(),
        year,
        next_year.unwrap(),
    ]
}

#[tokio::test]
async fn filters_by_days_count_in_the_sites_zone_what_each_would_leave() {
    let mut desk = Desk::start().await;
    desk.zone = zone();
    let today = Utc::now().with_timezone(&desk.zone).date_naive();
    let author = desk.site.build().author("ada").await;
    let mut all: Vec<(NaiveDate, PostStatus)> = Vec::new();
    for day in borders(today) {
        let start = desk.zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).unwrap().to_utc();
        for (at, status) in
            [(start, PostStatus::Draft), (start - TimeDelta::seconds(1), PostStatus::Published)]
        {
            let number = all.len();
            let post = desk.site.build().post(author, &format!("Post {number}")).published(at);
            post.status(status).save().await;
            all.push((at.with_timezone(&desk.zone).date_naive(), status));
        }
    }
    let me = admin(99);
    let days = |status: Option<PostStatus>| -> Vec<NaiveDate> {
        let rows = all.iter().filter(|(_, known)| status.is_none_or(|status| status == *known));
        rows.map(|(day, _)| *day).collect()
    };
    for (address, left) in [
        ("posts?per_page=200", days(None)),
        ("posts?status=draft&per_page=200", days(Some(PostStatus::Draft))),
        // What it is set to itself does not matter.
        ("posts?published_at=today&per_page=200", days(None)),
        ("posts?published_at_to=2001-01-01&status=published", days(Some(PostStatus::Published))),
        ("posts?q=no+such+post", Vec::new()),
    ] {
        let list = desk.list(&me, address).await.unwrap();
        assert_eq!(counts(&list, "published_at"), expected(today, &left), "{address}");
    }
    // Each shows as many as it said.
    let list = desk.list(&me, "posts?status=draft&per_page=200").await.unwrap();
    let filter = list.filters.iter().find(|filter| filter.name == "published_at").unwrap();
    for option in filter.options.iter().filter(|option| option.count.is_some()) {
        let shown = desk.titles(&me, option.url.trim_start_matches("/admin/")).await;
        assert_eq!(Some(shown.len() as u64), option.count, "{}", option.label);
    }
    desk.end().await;
}

#[tokio::test]
async fn days_without_a_time_are_counted_as_they_are() {
    let mut desk = Desk::start().await;
    desk.zone = zone();
    let today = Utc::now().with_timezone(&desk.zone).date_naive();
    let mut days: Vec<NaiveDate> = borders(today);
    days.extend(borders(today).into_iter().map(|day| day - Days::new(1)));
    for (number, day) in days.iter().enumerate() {
        let id = desk.site.build().course(&format!("Course {number}"), &[]).await;
        let row = course::ActiveModel { id: Set(id), starts_on: Set(Some(*day)), ..Default::default() };
        row.update(desk.site.db.write()).await.unwrap();
    }
    // One without a day is in none.
    desk.site.build().course("Some day", &[]).await;
    let list = desk.list(&admin(99), "courses").await.unwrap();
    assert_eq!(counts(&list, "starts_on"), expected(today, &days));
    desk.end().await;
}

#[tokio::test]
async fn a_search_is_counted_right_whether_it_finds_few_rows_or_many() {
    let desk = Desk::start().await;
    let build = desk.site.build();
    let (ada, bob) = (build.author("ada").await, build.author("bob").await);
    build.posts(ada, 520).await;
    build.post(bob, "Post scriptum").pinned().save().await;
    build.post(bob, "A letter").save().await;
    let me = admin(99);
    // More than are named by their keys and more than are counted, so that authors have no numbers; a few; none. A filter that
    // is on does not change what it counts itself.
    for (address, total, authors, pinned) in [
        ("posts?q=post", 521, vec![], 1),
        ("posts?q=post+5", 116, vec![("ada", 116)], 0),
        ("posts?q=scriptum", 1, vec![("bob", 1)], 1),
        ("posts?q=nothing+like+it", 0, vec![], 0),
    ] {
        for narrowed in ["", "&pinned=no"] {
            let list = desk.list(&me, &format!("{address}{narrowed}")).await.unwrap();
            let left = if narrowed.is_empty() { total } else { total - pinned };
            assert_eq!(list.pagination.total, left.min(500), "{address}{narrowed}");
            assert_eq!(counts(&list, "pinned")[0], ("Yes".to_owned(), pinned), "{address}{narrowed}");
        }
        let list = desk.list(&me, address).await.unwrap();
        let authors: Vec<_> = authors.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        assert_eq!(counts(&list, "user_id"), authors, "{address}");
    }
    desk.end().await;
}
