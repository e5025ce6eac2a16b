//! Types of columns and their defaults, and where databases take several for one. All of that is here.

mod fits;

use sea_orm::{
    DbBackend,
    sea_query::{ColumnType, StringLen},
};

use crate::schema::{Action, Schema};

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of sea-query's ColumnType")]
pub enum Type {
    Boolean,
    TinyInteger,
    SmallInteger,
    Integer,
    BigInteger,
    TinyUnsigned,
    SmallUnsigned,
    Unsigned,
    BigUnsigned,
    /// An integer of which nobody knows how wide it is: SQLite has one kind.
    AnyInteger,
    Float,
    Double,
    Decimal(Option<(u32, u32)>),
    Money(Option<(u32, u32)>),
    Char(Option<u32>),
    String(Option<u32>),
    Text,
    Json,
    JsonBinary,
    Uuid,
    Date,
    Time,
    DateTime,
    Timestamp,
    TimestampWithTimeZone,
    Binary(u32),
    VarBinary(Option<u32>),
    Blob,
    /// One of some values. Of an enumeration whose values nobody knows they are none.
    Enum {
        name: String,
        values: Vec<String>,
    },
    /// A type that only the database knows.
    Custom(String),
}

/// What a column holds where nothing is said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefaultValue {
    /// True or false.
    Bool(bool),
    /// A number, in its shortest form.
    Number(String),
    /// A text.
    Text(String),
    /// The time of the statement.
    Now,
    /// Any other expression.
    Expression(String),
}

impl DefaultValue {
    /// From what a database says of a column of this kind; none for null.
    pub fn from_sql(text: &str, kind: &Type) -> Option<Self> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        if text.is_empty() || lower == "null" || lower.starts_with("null::") || lower.starts_with("nextval(")
        {
            return None;
        }
        if matches!(lower.as_str(), "current_timestamp" | "current_timestamp()" | "now()") {
            return Some(Self::Now);
        }
        // PostgreSQL says the type of what is quoted: 'a'::character varying.
        let quoted = crate::sql::tokens(text);
        if let Some(first) = quoted.first().filter(|first| first.starts_with('\'')) {
            let inner = crate::sql::name(first);
            return Some(match kind {
                _ if kind.is_number() => Self::number(&inner).unwrap_or(Self::Text(inner)),
                _ => Self::Text(inner),
            });
        }
        if let Some(inner) = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
            return Self::from_sql(inner, kind);
        }
        Some(match lower.as_str() {
            "true" | "1" if *kind == Type::Boolean => Self::Bool(true),
            "false" | "0" if *kind == Type::Boolean => Self::Bool(false),
            _ => Self::number(text).unwrap_or_else(|| Self::Expression(text.to_owned())),
        })
    }

    fn number(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<i128>() {
            return Some(Self::Number(number.to_string()));
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite())?;
        Some(Self::Number(number.to_string()))
    }
}

impl Type {
    /// Whether it holds numbers.
    pub fn is_number(&self) -> bool {
        self.width().is_some()
            || matches!(self, Self::Float | Self::Double | Self::Decimal(_) | Self::Money(_))
    }

    /// Whether it holds whole numbers.
    pub fn is_integer(&self) -> bool {
        self.width().is_some()
    }

    /// Whether it holds texts.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Char(_) | Self::String(_) | Self::Text)
    }

    /// From a type as SQLite keeps it, which is as sea-query wrote it.
    pub fn from_sqlite(declared: &str) -> Self {
        let lower = declared.to_ascii_lowercase();
        let (word, sizes) = word_and_sizes(&lower);
        let size = sizes.first().copied();
        let pair = sizes.first().copied().zip(sizes.get(1).copied());
        match word {
            "boolean" | "bool" => Self::Boolean,
            "tinyint" => Self::TinyInteger,
            "smallint" => Self::SmallInteger,
            "integer" | "int" | "bigint" => Self::AnyInteger,
            "float" => Self::Float,
            "double" | "double precision" => Self::Double,
            "real" if pair.is_some() => Self::Decimal(pair),
            "real" => Self::Double,
            "real_decimal" | "decimal" | "numeric" => Self::Decimal(pair),
            "real_money" | "money" => Self::Money(pair),
            "char" => Self::Char(size),
            "varchar" => Self::String(size),
            "text" => Self::Text,
            "json_text" => Self::Json,
            "jsonb_text" => Self::JsonBinary,
            "uuid_text" => Self::Uuid,
            "date_text" => Self::Date,
            "time_text" => Self::Time,
            "datetime_text" => Self::DateTime,
            "timestamp_text" => Self::Timestamp,
            "timestamp_with_timezone_text" => Self::TimestampWithTimeZone,
            "varbinary_blob" => size.map_or(Self::Blob, |size| Self::VarBinary(Some(size))),
            "blob" => size.map_or(Self::Blob, Self::Binary),
            "enum_text" => Self::Enum { name: String::new(), values: Vec::new() },
            _ => Self::Custom(declared.to_owned()),
        }
    }

    /// From a type as sea-query writes it for PostgreSQL, as far as that says more than SQLite does.
    pub(crate) fn from_postgres(written: &str) -> Option<Self> {
        Some(match written.to_ascii_lowercase().as_str() {
            "smallint" | "smallserial" => Self::SmallInteger,
            "integer" | "serial" => Self::Integer,
            "bigint" | "bigserial" => Self::BigInteger,
            _ => return None,
        })
    }

    /// From sea-query's own; nothing for what not every database has.
    pub fn from_sea_query(kind: &ColumnType) -> Option<Self> {
        let length = |length: &StringLen| match length {
            StringLen::N(length) => Some(*length),
            StringLen::Max | StringLen::None => None,
        };
        Some(match kind {
            ColumnType::Char(length) => Self::Char(*length),
            ColumnType::String(size) => Self::String(length(size)),
            ColumnType::Text => Self::Text,
            ColumnType::Blob => Self::Blob,
            ColumnType::TinyInteger => Self::TinyInteger,
            ColumnType::SmallInteger => Self::SmallInteger,
            ColumnType::Integer => Self::Integer,
            ColumnType::BigInteger => Self::BigInteger,
            ColumnType::TinyUnsigned => Self::TinyUnsigned,
            ColumnType::SmallUnsigned => Self::SmallUnsigned,
            ColumnType::Unsigned => Self::Unsigned,
            ColumnType::BigUnsigned => Self::BigUnsigned,
            ColumnType::Float => Self::Float,
            ColumnType::Double => Self::Double,
            ColumnType::Decimal(size) => Self::Decimal(*size),
            ColumnType::Money(size) => Self::Money(*size),
            ColumnType::DateTime => Self::DateTime,
            ColumnType::Timestamp => Self::Timestamp,
            ColumnType::TimestampWithTimeZone => Self::TimestampWithTimeZone,
            ColumnType::Time => Self::Time,
            ColumnType::Date => Self::Date,
            ColumnType::Binary(length) => Self::Binary(*length),
            // Without a length, sea-query's builders have no other word for it.
            ColumnType::VarBinary(size) => {
                length(size).map_or(Self::Blob, |size| Self::VarBinary(Some(size)))
            }
            ColumnType::Boolean => Self::Boolean,
            ColumnType::Json => Self::Json,
            ColumnType::JsonBinary => Self::JsonBinary,
            ColumnType::Uuid => Self::Uuid,
            ColumnType::Custom(name) => Self::Custom(name.to_string()),
            ColumnType::Enum { name, variants } => Self::Enum {
                name: name.to_string(),
                values: variants.iter().map(ToString::to_string).collect(),
            },
            _ => return None,
        })
    }
}

/// A schema as one kind of database keeps it: what it takes for one thing becomes one. What a live database holds is
/// compared so with what was asked for.
pub(crate) fn as_kept(schema: &Schema, backend: DbBackend) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            column.kind = match backend {
                DbBackend::MySql => kept_by_mysql(&column.kind),
                DbBackend::Postgres => kept_by_postgres(&column.kind),
                _ => column.kind.clone(),
            };
        }
        for key in &mut table.foreign_keys {
            // MySQL has no deferred keys, and says the one for the other.
            if backend == DbBackend::MySql {
                for action in [&mut key.on_delete, &mut key.on_update] {
                    if *action == Action::Restrict {
                        *action = Action::NoAction;
                    }
                }
            }
        }
    }
    schema
}

fn kept_by_postgres(kind: &Type) -> Type {
    match kind {
        Type::TinyInteger | Type::TinyUnsigned => Type::SmallInteger,
        Type::SmallUnsigned => Type::Integer,
        Type::Unsigned | Type::BigUnsigned => Type::BigInteger,
        Type::Binary(_) | Type::VarBinary(_) => Type::Blob,
        Type::Timestamp => Type::DateTime,
        Type::Money(_) => Type::Money(None),
        Type::Char(None) => Type::Char(Some(1)),
        kind => kind.clone(),
    }
}

fn kept_by_mysql(kind: &Type) -> Type {
    match kind {
        // MariaDB has no JSON of its own, and long texts may be said to be longer.
        Type::Json | Type::JsonBinary => Type::Text,
        Type::Custom(name) if name.to_ascii_lowercase().ends_with("text") => Type::Text,
        // Fractions of seconds and the year 2038 are said by types of the database's own.
        Type::DateTime | Type::Timestamp => Type::TimestampWithTimeZone,
        Type::Uuid => Type::Binary(16),
        Type::Decimal(None) | Type::Money(None) => Type::Decimal(Some((10, 0))),
        Type::Money(size) => Type::Decimal(*size),
        Type::String(None) => Type::String(Some(255)),
        Type::Char(None) => Type::Char(Some(1)),
        Type::Enum { values, .. } => Type::Enum { name: String::new(), values: values.clone() },
        kind => kind.clone(),
    }
}

/// `varchar(40)` in two: the word, and the numbers.
pub(crate) fn word_and_sizes(written: &str) -> (&str, Vec<u32>) {
    let (word, sizes) = written.split_once('(').unwrap_or((written, ""));
    let sizes = sizes.trim_end_matches(')').split(',').filter_map(|size| size.trim().parse().ok()).collect();
    (word.trim(), sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_read_alike_however_databases_say_them() {
        let text = Type::String(Some(9));
        for said in ["'it''s'", "'it''s'::character varying", "('it''s')"] {
            assert_eq!(DefaultValue::from_sql(said, &text), Some(DefaultValue::Text("it's".to_owned())));
        }
        for (said, kind) in [("TRUE", Type::Boolean), ("1", Type::Boolean), ("true", Type::Boolean)] {
            assert_eq!(DefaultValue::from_sql(said, &kind), Some(DefaultValue::Bool(true)));
        }
        for said in ["0", "0.0", "'0'::double precision", "(0)"] {
            assert_eq!(
                DefaultValue::from_sql(said, &Type::Double),
                Some(DefaultValue::Number("0".to_owned()))
            );
        }
        for said in ["", "NULL", "NULL::character varying", "nextval('a_id_seq'::regclass)"] {
            assert_eq!(DefaultValue::from_sql(said, &Type::BigInteger), None);
        }
    }
}
