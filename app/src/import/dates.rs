//! Dates as static site generators write them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// A date or a moment in the forms that static site generators write. Without a zone it is UTC.
pub(super) fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc()).ok();
    let moment = moment.or_else(|| {
        let plain =
            text.strip_suffix("UTC").or_else(|| text.strip_suffix(['Z', 'z'])).unwrap_or(text).trim_end();
        let plain = plain.replacen(['T', 't'], " ", 1);
        let zoned = ["%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%d %H:%M %#z"];
        let local = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];
        let days = ["%Y-%m-%d", "%Y/%m/%d"];
        let with_zone = zoned.iter().find_map(|form| DateTime::parse_from_str(&plain, form).ok());
        let moment = with_zone.map(|moment| moment.to_utc());
        let without = || local.iter().find_map(|form| NaiveDateTime::parse_from_str(&plain, form).ok());
        let day = || days.iter().find_map(|form| NaiveDate::parse_from_str(&plain, form).ok());
        moment.or_else(|| without().map(|moment| moment.and_utc())).or_else(|| day().map(start_of_day))
    })?;
    // Databases and RFC 3339 end at year 9999.
    (1..=9999).contains(&moment.year()).then_some(moment)
}

/// Midnight UTC.
pub(super) fn start_of_day(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_understood() {
        for (text, expected) in [
            ("2023-01-10", "2023-01-10T00:00:00+00:00"),
            ("2023/01/10", "2023-01-10T00:00:00+00:00"),
            ("2023-01-10T12:30:05Z", "2023-01-10T12:30:05+00:00"),
            ("2023-01-10 12:30:05 Z", "2023-01-10T12:30:05+00:00"),
            ("2023-01-10 12:30:05 UTC", "2023-01-10T12:30:05+00:00"),
            ("2023-01-10T12:30:05+02:00", "2023-01-10T10:30:05+00:00"),
            ("2023-01-10 12:30:05 +0200", "2023-01-10T10:30:05+00:00"),
            ("2023-01-10 12:30:05 -08:00", "2023-01-10T20:30:05+00:00"),
            ("2023-01-10 12:30:05+02", "2023-01-10T10:30:05+00:00"),
            ("2023-01-10T12:30:05", "2023-01-10T12:30:05+00:00"),
            ("2023-01-10 12:30:05.250", "2023-01-10T12:30:05.250+00:00"),
            ("2023-01-10 12:30", "2023-01-10T12:30:00+00:00"),
            ("2023-01-10T12:30+0100", "2023-01-10T11:30:00+00:00"),
            ("2023-01-10 12:30 +0100", "2023-01-10T11:30:00+00:00"),
            (" 2023-01-10 ", "2023-01-10T00:00:00+00:00"),
        ] {
            assert_eq!(parse_date(text).map(|d| d.to_rfc3339()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "2023",
            "2023-02-30",
            "2023-01-10 25:00",
            "12:30:00",
            "+12023-01-10",
            "0000-01-01",
            "é",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
