//! What the admin shows of the numbers.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::DatabaseExecutor;

use super::queries;
use crate::{
    admin::{
        hooks::Drawn,
        views::{Bar, Chart, Panel, PanelRow},
    },
    auth::{Permission, Viewer},
    site,
    web::{App, Result},
};

/// How many days are shown, today the last.
pub const DAYS: u64 = 30;
/// The most posts that the dashboard names.
const MOST_READ: u64 = 5;

/// The days that are shown.
fn days(today: NaiveDate) -> Vec<NaiveDate> {
    (0..DAYS).rev().filter_map(|back| today.checked_sub_days(Days::new(back))).collect()
}

fn today(zone: Tz) -> NaiveDate {
    Utc::now().with_timezone(&zone).date_naive()
}

/// The numbers of each of the days, in their order.
fn spread(days: &[NaiveDate], counts: &[(NaiveDate, i64)]) -> Vec<u64> {
    let counts: HashMap<NaiveDate, i64> = counts.iter().copied().collect();
    days.iter().map(|day| counts.get(day).map_or(0, |count| count.unsigned_abs())).collect()
}

/// For the list of posts: the views of each on the last days, in one statement; none where nothing is counted.
///
/// # Errors
/// When the database does not answer.
pub async fn of_list(db: DatabaseExecutor<'_>, posts: &[i64], zone: Tz) -> Result<Option<Drawn>> {
    if !site::load(&db).await?.counts_visits {
        return Ok(None);
    }
    let days = days(today(zone));
    let counts = queries::of_posts(&db, posts, days[0]).await?;
    let of_post = |post: &i64| (*post, spread(&days, counts.get(post).map_or(&[], Vec::as_slice)));
    Ok(Some(posts.iter().map(of_post).collect()))
}

/// For the dashboard: the views of all posts by day, and which were read most; of one's own posts alone for those who may
/// not see others' in the admin. Nothing where nothing is counted.
///
/// # Errors
/// When the database does not answer.
pub async fn of_dashboard(app: &App, viewer: &Viewer, zone: Tz) -> Result<(Vec<Panel>, Vec<Chart>)> {
    let db = app.db.latest();
    if !site::load(db).await?.counts_visits {
        return Ok((Vec::new(), Vec::new()));
    }
    let author = (!viewer.may(Permission::EditAllPosts)).then_some(viewer.id);
    let days = days(today(zone));
    let numbers = spread(&days, &queries::by_day(db, days[0], author).await?);
    let most = queries::most_read(db, days[0], author, MOST_READ).await?;
    let max = numbers.iter().copied().max().unwrap_or_default();
    let bars = days.iter().zip(&numbers).map(|(day, number)| Bar {
        label: day.format("%-d %b %Y").to_string(),
        number: *number,
        percent: (number * 100).checked_div(max).unwrap_or_default(),
    });
    let chart = Chart {
        title: format!("Views of posts, the last {DAYS} days"),
        bars: bars.collect(),
        max,
        total: numbers.iter().sum(),
    };
    let row = |read: queries::Read| PanelRow {
        title: read.title,
        url: format!("/admin/posts/{}", read.id),
        note: if read.views == 1 { "1 view".to_owned() } else { format!("{} views", read.views) },
    };
    let rows: Vec<PanelRow> = most.into_iter().map(row).collect();
    let panel = Panel {
        title: format!("Most read, the last {DAYS} days"),
        empty: "Nobody has read a post in these days, as far as was counted.".to_owned(),
        url: "/admin/posts".to_owned(),
        total: rows.len() as u64,
        rows,
    };
    Ok((vec![panel], vec![chart]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_a_number_for_each_day() {
        let days = days("2026-03-02".parse().unwrap());
        assert_eq!((days.len(), days[0].to_string().as_str()), (30, "2026-02-01"));
        let counts = [("2026-03-02".parse().unwrap(), 3), ("2026-02-01".parse().unwrap(), 1)];
        let numbers = spread(&days, &counts);
        assert_eq!((numbers[0], numbers[1], numbers[29], numbers.len()), (1, 0, 3, 30));
    }
}
