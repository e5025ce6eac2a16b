//! A column's value, on its way between the database, forms, JSON and CSV.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use sea_orm::{DbErr, QueryResult, Value};
use serde_json::Value as Json;

use super::column::{Column, Kind};

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Double(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(NaiveDate),
    /// An instant.
    DateTime(DateTime<Utc>),
    /// JSON.
    Json(Json),
}

/// A row, or what a form says of one: values by the columns' names.
pub type Values = BTreeMap<&'static str, Datum>;

impl Datum {
    /// Reads a column of a result.
    ///
    /// # Errors
    /// When the column is not there or holds something else.
    pub fn read(row: &QueryResult, column: &Column) -> Result<Self, DbErr> {
        let name = column.name;
        Ok(match column.kind {
            Kind::Text(_) | Kind::LongText => row.try_get::<Option<String>>("", name)?.map(Self::Text),
            Kind::Integer => row.try_get::<Option<i32>>("", name)?.map(|number| Self::Integer(number.into())),
            Kind::BigInteger => row.try_get::<Option<i64>>("", name)?.map(Self::Integer),
            Kind::Double => row.try_get::<Option<f64>>("", name)?.map(Self::Double),
            Kind::Boolean => row.try_get::<Option<bool>>("", name)?.map(Self::Boolean),
            Kind::Date => row.try_get::<Option<NaiveDate>>("", name)?.map(Self::Date),
            Kind::DateTime => row.try_get::<Option<DateTime<Utc>>>("", name)?.map(Self::DateTime),
            Kind::Json => row.try_get::<Option<Json>>("", name)?.map(Self::Json),
        }
        .unwrap_or(Self::Null))
    }

    /// As SQL takes it, of the column's own type: PostgreSQL would not convert it.
    pub fn bind(&self, kind: Kind) -> Value {
        match (self, kind) {
            (Self::Null, Kind::Text(_) | Kind::LongText) => Value::String(None),
            (Self::Null, Kind::Integer) => Value::Int(None),
            (Self::Null, Kind::BigInteger) => Value::BigInt(None),
            (Self::Null, Kind::Double) => Value::Double(None),
            (Self::Null, Kind::Boolean) => Value::Bool(None),
            (Self::Null, Kind::Date) => Value::ChronoDate(None),
            (Self::Null, Kind::DateTime) => Value::ChronoDateTimeUtc(None),
            (Self::Null, Kind::Json) => Value::Json(None),
            (Self::Text(text), _) => text.clone().into(),
            // Out of the type's bounds is out of the form's: see `bounds`.
            (Self::Integer(number), Kind::Integer) => i32::try_from(*number).unwrap_or(i32::MAX).into(),
            (Self::Integer(number), _) => (*number).into(),
            (Self::Double(number), _) => (*number).into(),
            (Self::Boolean(flag), _) => (*flag).into(),
            (Self::Date(date), _) => (*date).into(),
            (Self::DateTime(time), _) => (*time).into(),
            (Self::Json(json), _) => json.clone().into(),
        }
    }

    /// Reads what was typed into a form. Blanks at the ends are nobody's intention, except in long texts.
    ///
    /// # Errors
    /// A sentence for whoever typed it.
    pub fn parse(text: &str, column: &Column, zone: Tz) -> Result<Self, String> {
        let text = if column.kind == Kind::LongText { text } else { text.trim() };
        if text.is_empty() && !matches!(column.kind, Kind::Boolean) {
            let is_text = matches!(column.kind, Kind::Text(_) | Kind::LongText);
            return Ok(if is_text && !column.is_nullable { Self::Text(String::new()) } else { Self::Null });
        }
        let datum = match column.kind {
            Kind::Text(_) | Kind::LongText => Self::Text(text.to_owned()),
            Kind::Integer | Kind::BigInteger => {
                Self::Integer(text.parse().map_err(|_| "This is no whole number.")?)
            }
            Kind::Double => Self::Double(text.replace(',', ".").parse().map_err(|_| "This is no number.")?),
            Kind::Boolean => Self::Boolean(matches!(text, "on" | "true" | "1" | "yes")),
            Kind::Date => {
                let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
                Self::Date(date.map_err(|_| "This is no day: write 2026-03-31.")?)
            }
            Kind::DateTime => Self::DateTime(instant(text, zone)?),
            Kind::Json => {
                Self::Json(serde_json::from_str(text).map_err(|error| format!("This is no JSON: {error}."))?)
            }
        };
        datum.check(column)?;
        Ok(datum)
    }

    /// Reads what the API was sent.
    ///
    /// # Errors
    /// A sentence for whoever sent it.
    pub fn from_json(json: &Json, column: &Column) -> Result<Self, String> {
        let datum = match (json, column.kind) {
            (Json::Null, _) if column.is_nullable => Self::Null,
            (Json::String(text), Kind::Text(_)) => Self::Text(text.trim().to_owned()),
            (Json::String(text), Kind::LongText) => Self::Text(text.clone()),
            (Json::Number(number), Kind::Integer | Kind::BigInteger) => {
                Self::Integer(number.as_i64().ok_or("This must be a whole number.")?)
            }
            (Json::Number(number), Kind::Double) => {
                Self::Double(number.as_f64().ok_or("This number is too large.")?)
            }
            (Json::Bool(flag), Kind::Boolean) => Self::Boolean(*flag),
            (Json::String(text), Kind::Date | Kind::DateTime) => {
                return Self::parse(text, column, Tz::UTC);
            }
            (_, Kind::Json) => Self::Json(json.clone()),
            (_, kind) => {
                return Err(format!(
                    "This must be {}.",
                    match kind {
                        Kind::Text(_) | Kind::LongText => "a text",
                        Kind::Integer | Kind::BigInteger | Kind::Double => "a number",
                        Kind::Boolean => "true or false",
                        Kind::Date => "a day: 2026-03-31",
                        Kind::DateTime => "a time: 2026-03-31T12:00:00Z",
                        Kind::Json => "JSON",
                    }
                ));
            }
        };
        datum.check(column)?;
        Ok(datum)
    }

    /// What the schema says of a value: length and size.
    fn check(&self, column: &Column) -> Result<(), String> {
        match (self, column.kind) {
            (Self::Text(text), kind) => {
                // PostgreSQL's largest text is a gigabyte; what people write ends far before the bound of bodies.
                if let Kind::Text(Some(length)) = kind
                    && text.chars().count() > length as usize
                {
                    return Err(format!(
                        "This may have at most {length} characters; it has {}.",
                        text.chars().count()
                    ));
                }
                let is_line = matches!(kind, Kind::Text(_));
                if text.chars().any(|letter| letter == '\0' || is_line && letter.is_control()) {
                    return Err("This holds a character that no text has.".to_owned());
                }
            }
            (Self::Integer(number), Kind::Integer) if i32::try_from(*number).is_err() => {
                return Err("This number is too large.".to_owned());
            }
            (Self::Double(number), _) if !number.is_finite() => {
                return Err("This is no number.".to_owned());
            }
            // MySQL's and MariaDB's days have no others.
            (Self::Date(date), _) if !(1000..=9999).contains(&date.year()) => {
                return Err("This day lies outside the years 1000 to 9999.".to_owned());
            }
            // MySQL and MariaDB bind instants as TIMESTAMP, which has no others.
            (Self::DateTime(time), _)
                if !(DateTime::UNIX_EPOCH
                    ..DateTime::from_timestamp(i32::MAX.into(), 0).unwrap_or_default())
                    .contains(time) =>
            {
                return Err("This time lies outside the years 1970 to 2037.".to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    /// As a form's field holds it.
    pub fn to_form(&self, zone: Tz) -> String {
        match self {
            Self::Boolean(flag) => if *flag { "on" } else { "" }.to_owned(),
            Self::DateTime(time) => time.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S").to_string(),
            Self::Json(json) => serde_json::to_string_pretty(json).unwrap_or_default(),
            Self::Date(date) => date.to_string(),
            other => other.to_text(zone),
        }
    }

    /// As people read it.
    pub fn to_text(&self, zone: Tz) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Double(number) => number.to_string(),
            Self::Boolean(flag) => if *flag { "Yes" } else { "No" }.to_owned(),
            Self::Date(date) => date.format("%-d %b %Y").to_string(),
            Self::DateTime(time) => time.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string(),
            Self::Json(json) => json.to_string(),
        }
    }

    /// As machines read it: the API and CSV.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Text(text) => text.clone().into(),
            Self::Integer(number) => (*number).into(),
            Self::Double(number) => (*number).into(),
            Self::Boolean(flag) => (*flag).into(),
            Self::Date(date) => date.to_string().into(),
            Self::DateTime(time) => time.to_rfc3339_opts(SecondsFormat::AutoSi, true).into(),
            Self::Json(json) => json.clone(),
        }
    }

    /// The text, of a text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, of a whole number.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether it is nothing, or a text without a letter.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Null) || self.as_text().is_some_and(|text| text.trim().is_empty())
    }
}

/// Reads a day and a time: with an offset as it is, without one of the zone. A time that the clock skips is none; of
/// one that it shows twice, the first.
fn instant(text: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let local = local.ok_or("This is no day and time: write 2026-03-31T18:30.")?;
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Ok(time.to_utc()),
        LocalResult::None => Err(format!("The clocks of {zone} skip this time.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: Kind) -> Column {
        Column { name: "x", kind, is_nullable: false, has_default: false, is_unique: false }
    }

    #[test]
    fn a_time_is_of_the_sites_zone() {
        let parse = |text: &str| Datum::parse(text, &column(Kind::DateTime), Tz::Europe__Berlin);
        let shown = |text: &str| parse(text).map(|datum| datum.to_json().to_string());
        assert_eq!(shown("2026-07-01T12:00").as_deref(), Ok("\"2026-07-01T10:00:00Z\""));
        assert_eq!(shown("2026-01-01T12:00:30").as_deref(), Ok("\"2026-01-01T11:00:30Z\""));
        assert_eq!(shown("2026-01-01T12:00:00Z").as_deref(), Ok("\"2026-01-01T12:00:00Z\""));
        // Skipped, and shown twice.
        assert!(parse("2026-03-29T02:30").is_err());
        assert_eq!(shown("2026-10-25T02:30").as_deref(), Ok("\"2026-10-25T00:30:00Z\""));
        for bad in ["yesterday", "2026-13-01T00:00", "1969-12-31T00:00", "2038-02-01T00:00", "2026-07-01"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_form_shows_is_read_back() {
        let zone = Tz::America__New_York;
        for (kind, text) in [
            (Kind::Text(Some(5)), "a b"),
            (Kind::LongText, " two\nlines "),
            (Kind::Integer, "-3"),
            (Kind::BigInteger, "9007199254740993"),
            (Kind::Double, "2.5"),
            (Kind::Boolean, "on"),
            (Kind::Boolean, ""),
            (Kind::Json, "{\n  \"a\": 1\n}"),
            (Kind::DateTime, "2026-07-01T12:00:30"),
            (Kind::Date, "2026-07-01"),
        ] {
            let datum = Datum::parse(text, &column(kind), zone).expect(text);
            assert_eq!(datum.to_form(zone), text, "{kind:?}");
        }
    }

    #[test]
    fn the_schema_bounds_what_is_taken() {
        let refused = |kind, text| Datum::parse(text, &column(kind), Tz::UTC).is_err();
        assert!(refused(Kind::Text(Some(3)), "four"));
        assert!(!refused(Kind::Text(Some(3)), "äöü"));
        assert!(refused(Kind::Text(None), "a\nb"));
        assert!(refused(Kind::LongText, "a\0b"));
        assert!(refused(Kind::Integer, "2147483648"));
        assert!(refused(Kind::Integer, "1.5"));
        assert!(refused(Kind::Double, "NaN"));
        assert!(refused(Kind::Double, "1e999"));
        assert!(refused(Kind::Date, "31.3.2026"));
        assert!(refused(Kind::Date, "0000-01-01"));
        assert!(refused(Kind::Json, "{"));
    }

    #[test]
    fn json_is_of_the_columns_kind() {
        let read = |kind, json: Json| Datum::from_json(&json, &column(kind));
        assert_eq!(read(Kind::Text(None), " a ".into()), Ok(Datum::Text("a".into())));
        assert_eq!(read(Kind::Boolean, true.into()), Ok(Datum::Boolean(true)));
        for (kind, json) in [
            (Kind::Text(None), Json::Null),
            (Kind::Text(None), 3.into()),
            (Kind::Integer, "3".into()),
            (Kind::Integer, 1.5.into()),
            (Kind::Boolean, "on".into()),
            (Kind::DateTime, "soon".into()),
        ] {
            assert!(read(kind, json.clone()).is_err(), "{kind:?} {json}");
        }
    }
}
