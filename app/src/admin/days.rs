//! Days, months and years as an address names them, and the rows that lie in them: days are the site's, instants are
//! UTC.

use chrono::{DateTime, Datelike, Days as DayCount, Months, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use sea_orm::{
    ExprTrait,
    sea_query::{CaseStatement, Expr},
};

use super::{column::Kind, value::Datum};

/// The years that an address can name: those that every database has instants of.
pub const YEARS: std::ops::RangeInclusive<i32> = 1970..=2037;

/// A step of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
}

/// Some days on end, both ends included; without an end as far as there are rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first one.
    pub from: Option<NaiveDate>,
    /// The last one.
    pub to: Option<NaiveDate>,
    /// Whether they are just one year, month or day.
    pub step: Option<Step>,
}

impl Days {
    /// Reads `2026`, `2026-03`, `2026-03-05`, or `today`, `week`, `month`, `year`: those that `today` lies in.
    pub fn parse(text: &str, today: NaiveDate) -> Option<Self> {
        let word = match text {
            "today" => Some((today, Some(today))),
            "week" => {
                let week = today.week(chrono::Weekday::Mon);
                Some((week.first_day(), Some(week.last_day())))
            }
            "month" => today.with_day(1).map(|first| (first, end_of(Step::Month, first))),
            "year" => today.with_ordinal(1).map(|first| (first, end_of(Step::Year, first))),
            _ => None,
        };
        if let Some((from, to)) = word {
            return Some(Self { from: Some(from), to, step: None });
        }
        let step = match text.len() {
            4 => Step::Year,
            7 => Step::Month,
            10 => Step::Day,
            _ => return None,
        };
        let first = parse_day(&format!("{text}{}", &"0000-01-01"[text.len()..]))?;
        Some(Self::of(step, first))
    }

    /// The step that begins on this day.
    pub fn of(step: Step, first: NaiveDate) -> Self {
        Self { from: Some(first), to: end_of(step, first), step: Some(step) }
    }

    /// Whether `column` lies in these days.
    pub fn contain(&self, column: Expr, kind: Kind, zone: Tz) -> Option<Expr> {
        let after = self.from.map(|day| column.clone().gte(bind_start(day, kind, zone)));
        let next = self.to.and_then(|day| day.checked_add_days(DayCount::new(1)));
        let before = next.map(|day| column.lt(bind_start(day, kind, zone)));
        match (after, before) {
            (Some(after), Some(before)) => Some(after.and(before)),
            (one, other) => one.or(other),
        }
    }

    /// As people read one year, month or day.
    pub fn label(&self) -> String {
        let format = match self.step {
            Some(Step::Year) => "%Y",
            Some(Step::Month) => "%B %Y",
            _ => "%-d %B %Y",
        };
        let day = |day: Option<NaiveDate>| day.map(|day| day.format(format).to_string()).unwrap_or_default();
        match (self.step, self.from, self.to) {
            (Some(_), from, _) => day(from),
            (None, from, None) => format!("from {}", day(from)),
            (None, None, to) => format!("until {}", day(to)),
            (None, from, to) if from == to => day(from),
            (None, from, to) => format!("{} to {}", day(from), day(to)),
        }
    }

    /// As an address names one year, month or day.
    pub fn name(&self) -> String {
        let format = match self.step {
            Some(Step::Year) => "%Y",
            Some(Step::Month) => "%Y-%m",
            _ => "%Y-%m-%d",
        };
        self.from.map(|day| day.format(format).to_string()).unwrap_or_default()
    }

    /// The year of a month, the month of a day.
    pub fn up(&self) -> Option<Self> {
        match self.step? {
            Step::Year => None,
            Step::Month => Some(Self::of(Step::Year, self.from?.with_ordinal(1)?)),
            Step::Day => Some(Self::of(Step::Month, self.from?.with_day(1)?)),
        }
    }

    /// The months of a year, the days of a month; of anything else, the years that an address can name.
    pub fn down(chosen: Option<&Self>) -> Vec<Self> {
        let inside = chosen.and_then(|days| Some((days.step?, days.from?)));
        let firsts: Vec<NaiveDate> = match inside {
            Some((Step::Day, _)) => return Vec::new(),
            Some((Step::Month, first)) => {
                first.iter_days().take_while(|day| day.month() == first.month()).collect()
            }
            Some((Step::Year, first)) => {
                (0..12).filter_map(|count| first.checked_add_months(Months::new(count))).collect()
            }
            None => YEARS.filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1)).collect(),
        };
        let step = match inside {
            None => Step::Year,
            Some((Step::Year, _)) => Step::Month,
            Some(_) => Step::Day,
        };
        firsts.into_iter().map(|first| Self::of(step, first)).collect()
    }
}

/// A day that an address can name: `2026-03-05`.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_plain)?;
    YEARS.contains(&day.year()).then_some(day)
}

fn end_of(step: Step, first: NaiveDate) -> Option<NaiveDate> {
    let months = match step {
        Step::Year => 12,
        Step::Month => 1,
        Step::Day => return Some(first),
    };
    first.checked_add_months(Months::new(months))?.pred_opt()
}

/// The first instant of a day. Where the clock skips midnight the day begins later.
pub fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let mut local = day.and_time(chrono::NaiveTime::MIN);
    // No clock has ever skipped more than a day.
    for _ in 0..=24 * 4 {
        if let Some(start) = zone.from_local_datetime(&local).earliest() {
            return start.to_utc();
        }
        local += TimeDelta::minutes(15);
    }
    local.and_utc()
}

fn bind_start(day: NaiveDate, kind: Kind, zone: Tz) -> Expr {
    let datum = match kind {
        Kind::Date => Datum::Date(day),
        // MySQL and MariaDB know no instant before 1970: the first day of it begins earlier in the East.
        _ => Datum::DateTime(Ord::max(start_of(day, zone), DateTime::UNIX_EPOCH)),
    };
    Expr::val(datum.bind(kind))
}

/// Which of some periods on end, given by their first days in order, `column` lies in: its number; nothing before the
/// first one and from `end` on. The same on every database, whatever it knows of time zones.
pub fn period_of(column: Expr, kind: Kind, zone: Tz, starts: &[NaiveDate], end: Option<NaiveDate>) -> Expr {
    let from = |day: NaiveDate| column.clone().gte(bind_start(day, kind, zone));
    let mut case = CaseStatement::new();
    if let Some(end) = end {
        case = case.case(from(end), Expr::cust("NULL"));
    }
    match starts.first() {
        Some(first) => case.case(from(*first), halved(&from, starts, 0)).into(),
        None => Expr::cust("NULL"),
    }
}

/// Which of some periods, numbered from `number`, holds what lies in one of them. Asked by halves: a row is compared
/// with a few of them, not with all.
fn halved(from: &impl Fn(NaiveDate) -> Expr, starts: &[NaiveDate], number: usize) -> Expr {
    if starts.len() <= 1 {
        // A number in its place: a bound one would have no type.
        return Expr::cust(number.to_string());
    }
    let half = starts.len() / 2;
    let (early, late) = starts.split_at(half);
    let case = CaseStatement::new().case(from(late[0]), halved(from, late, number + half));
    case.finally(halved(from, early, number)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_named_in_words_and_numbers() {
        let today = day("2026-11-25");
        let read = |text: &str| {
            let days = Days::parse(text, today).unwrap_or_else(|| panic!("{text}"));
            format!("{} {}", days.from.unwrap(), days.to.unwrap())
        };
        assert_eq!(read("2026"), "2026-01-01 2026-12-31");
        assert_eq!(read("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(read("2026-03-05"), "2026-03-05 2026-03-05");
        assert_eq!(read("2037"), "2037-01-01 2037-12-31");
        assert_eq!(read("today"), "2026-11-25 2026-11-25");
        assert_eq!(read("week"), "2026-11-23 2026-11-29");
        assert_eq!(read("month"), "2026-11-01 2026-11-30");
        assert_eq!(read("year"), "2026-01-01 2026-12-31");
        for bad in [
            "",
            "26",
            "2026-",
            "2026-13",
            "2026-3-05",
            "2026-02-30",
            "1969",
            "2038",
            "+202",
            "-2026",
            "٢٠٢٦",
            "2026-03-05T00:00",
            "yesterday",
            "99999999999999999999",
            "2026-03- 5",
            "éé",
            "ééééé",
        ] {
            assert_eq!(Days::parse(bad, today), None, "{bad}");
        }
    }

    #[test]
    fn a_day_begins_when_the_clock_says_so() {
        let start = |text, zone| start_of(day(text), zone).to_rfc3339();
        assert_eq!(start("2026-03-29", Tz::Europe__Berlin), "2026-03-28T23:00:00+00:00");
        assert_eq!(start("2026-03-30", Tz::Europe__Berlin), "2026-03-29T22:00:00+00:00");
        // Clocks that skip midnight, show it twice, and skip a whole day.
        assert_eq!(start("2018-11-04", Tz::America__Sao_Paulo), "2018-11-04T03:00:00+00:00");
        assert_eq!(start("2024-11-03", Tz::America__Havana), "2024-11-03T04:00:00+00:00");
        assert_eq!(start("2011-12-30", Tz::Pacific__Apia), "2011-12-30T10:00:00+00:00");
    }

    #[test]
    fn the_calendar_is_walked_in_steps() {
        let today = day("2026-11-25");
        let years = Days::down(None);
        assert_eq!((years.len(), years[0].name().as_str()), (68, "1970"));
        let year = Days::parse("2026", today);
        let months = Days::down(year.as_ref());
        assert_eq!((months.len(), months[11].label().as_str()), (12, "December 2026"));
        let february = Days::parse("2024-02", today);
        let days = Days::down(february.as_ref());
        assert_eq!((days.len(), days[28].name().as_str()), (29, "2024-02-29"));
        assert_eq!(Days::down(Some(&days[28])), []);
        assert_eq!(days[28].up(), february);
        assert_eq!(february.and_then(|month| month.up()).map(|year| year.label()).as_deref(), Some("2024"));
    }
}
