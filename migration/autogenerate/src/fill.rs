//! What rows that are there get in a column that must have a value.

use crate::schema::{Column, DefaultValue, Table, Type};

/// What rows get that have no value where there must be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The same for all: Rust.
    Value(String),
    /// What each has in this column, which is the primary key: no two are alike.
    Key(String),
    /// The first row of the table that the column refers to.
    Reference {
        /// Which table.
        table: String,
        /// Its key.
        column: String,
    },
    /// Nothing that could be made up.
    Unknown,
}

/// The time of a statement, in Rust.
const NOW: &str = "Expr::current_timestamp()";

impl Fill {
    /// What rows get in a column that comes, or that was `old` before; nothing where they need nothing.
    pub(crate) fn of(before: &Table, after: &Table, old: Option<&Column>, column: &Column) -> Option<Self> {
        let needed = match old {
            None => column.default.is_none() && !column.auto_increment,
            Some(old) => old.nullable,
        };
        if column.nullable || !needed {
            return None;
        }
        Some(match after.foreign_keys.iter().find(|key| key.columns.contains(&column.name)) {
            Some(key) if key.columns.len() == 1 => {
                let column = key.references.first().cloned().unwrap_or_default();
                Self::Reference { table: key.table.clone(), column }
            }
            Some(_) => Self::Unknown,
            None if must_differ(before, after, column) => key(before, after, column),
            None => value(column).map_or(Self::Unknown, Self::Value),
        })
    }

    /// For people; nothing where nothing could be made up.
    pub(crate) fn words(&self) -> Option<String> {
        match self {
            Self::Value(value) if value == NOW => Some("the present time".to_owned()),
            Self::Value(value) => Some(value.clone()),
            Self::Key(key) => Some(format!("their {key}")),
            Self::Reference { table, column } => Some(format!("the first {table}.{column}")),
            Self::Unknown => None,
        }
    }
}

/// Whether no two rows may be alike in this column, or in several that would not differ without it.
fn must_differ(before: &Table, after: &Table, column: &Column) -> bool {
    let unique = after.indexes.iter().filter(|index| index.unique).map(|index| &index.columns);
    unique.chain([&after.primary_key]).any(|columns| {
        columns.contains(&column.name)
            && (before.primary_key.is_empty() || !before.primary_key.iter().all(|key| columns.contains(key)))
    })
}

/// The primary key, where it is one column that was there before and of which the other can be made.
fn key(before: &Table, after: &Table, column: &Column) -> Fill {
    let key = match &after.primary_key[..] {
        [key] => before.column(key),
        _ => None,
    };
    let fits = |key: &&Column| {
        let is_integer = key.kind.is_integer();
        is_integer && (column.kind.is_integer() || column.kind.is_text())
            || key.kind.is_text() && column.kind.is_text() && !key.kind.narrows_to(&column.kind)
    };
    key.filter(fits).map_or(Fill::Unknown, |key| Fill::Key(key.name.clone()))
}

/// Its default, or whatever is empty among its type's values: Rust.
fn value(column: &Column) -> Option<String> {
    match &column.default {
        None | Some(DefaultValue::Now | DefaultValue::Expression(_)) => neutral(column),
        Some(default) => Some(default_in_rust(default, &column.kind)),
    }
}

/// A default as the argument of `ColumnDef::default`.
pub(crate) fn default_in_rust(default: &DefaultValue, kind: &Type) -> String {
    match default {
        DefaultValue::Bool(value) => value.to_string(),
        DefaultValue::Number(number)
            if matches!(kind, Type::Float | Type::Double) && !number.contains(['.', 'e']) =>
        {
            format!("{number}.0")
        }
        // Else Rust would take it for an i32, or for an f64 that has fewer digits.
        DefaultValue::Number(number)
            if number.parse::<i32>().is_err() && !matches!(kind, Type::Float | Type::Double) =>
        {
            format!("Expr::cust({number:?})")
        }
        DefaultValue::Number(number) => number.clone(),
        DefaultValue::Text(text) => format!("{text:?}"),
        DefaultValue::Now => NOW.to_owned(),
        DefaultValue::Expression(sql) => format!("Expr::cust({sql:?})"),
    }
}

fn neutral(column: &Column) -> Option<String> {
    Some(match &column.kind {
        Type::Boolean => "false".to_owned(),
        Type::Float | Type::Double => "0.0".to_owned(),
        kind if kind.is_number() => "0".to_owned(),
        kind if kind.is_text() => "\"\"".to_owned(),
        Type::Json | Type::JsonBinary => "\"{}\"".to_owned(),
        Type::Date => "\"1970-01-01\"".to_owned(),
        Type::Time => "\"00:00:00\"".to_owned(),
        Type::DateTime | Type::Timestamp | Type::TimestampWithTimeZone => NOW.to_owned(),
        Type::Enum { values, .. } => format!("{:?}", values.first()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Index;

    fn column(name: &str, kind: Type) -> Column {
        Column { name: name.to_owned(), kind, nullable: false, default: None, auto_increment: false }
    }

    /// A table of columns of which the first is the primary key.
    fn table(columns: &[&Column]) -> Table {
        Table {
            columns: columns.iter().map(|column| (*column).clone()).collect(),
            primary_key: vec![columns[0].name.clone()],
            ..Table::default()
        }
    }

    #[test]
    fn what_must_differ_is_made_of_the_primary_key() {
        let name = |kind: Type| column("name", kind);
        let (number, text) = (Type::BigInteger, Type::String(Some(20)));
        for (key, kind, made) in [
            (&number, Type::String(Some(40)), true),
            (&number, Type::Integer, true),
            (&text, Type::Text, true),
            (&text, Type::String(Some(9)), false),
            (&text, Type::Integer, false),
            (&number, Type::Uuid, false),
            (&Type::Uuid, Type::Text, false),
        ] {
            let (id, name) = (column("id", key.clone()), name(kind.clone()));
            let (before, mut after) = (table(&[&id]), table(&[&id, &name]));
            after.indexes.push(Index { name: None, columns: vec!["name".to_owned()], unique: true });
            let expected = if made { Fill::Key("id".to_owned()) } else { Fill::Unknown };
            assert_eq!(Fill::of(&before, &after, None, &name), Some(expected), "{key:?}, {kind:?}");
            // Beside the key anything will do.
            after.indexes[0].columns.push("id".to_owned());
            assert_ne!(Fill::of(&before, &after, None, &name), Some(Fill::Key("id".to_owned())));
        }
        let (old, new) = (column("id", number.clone()), column("uid", number));
        let fill = Fill::of(&table(&[&old]), &table(&[&new]), None, &new);
        assert_eq!(fill, Some(Fill::Unknown), "the key that would make it goes");
    }

    #[test]
    fn a_default_is_written_as_the_number_that_it_is() {
        let number =
            |number: &str, kind: Type| default_in_rust(&DefaultValue::Number(number.to_owned()), &kind);
        assert_eq!(number("10", Type::BigInteger), "10");
        assert_eq!(number("-2147483648", Type::Integer), "-2147483648");
        assert_eq!(number("3000000000", Type::BigInteger), "Expr::cust(\"3000000000\")");
        assert_eq!(number("1", Type::Double), "1.0");
        assert_eq!(number("1.5", Type::Double), "1.5");
    }
}
