//! What a step is, for people, and what it may lose.

use crate::{
    diff::Operation,
    schema::{Column, DefaultValue, Index, Type},
};

impl Operation {
    /// What it does, in a line.
    pub fn summary(&self) -> String {
        let list = |columns: &[String]| columns.join(", ");
        match self {
            Self::RenameTable { from, to } => format!("rename table {from} to {to}"),
            Self::RenameColumn { table, from, to } => format!("rename column {table}.{from} to {to}"),
            Self::CreateEnum { name, values } => format!("add enum {name} ({})", list(values)),
            Self::ChangeEnum { name, from, to } => {
                format!("change enum {name}: {} → {}", list(from), list(to))
            }
            Self::DropEnum { name, .. } => format!("drop enum {name}"),
            Self::CreateTable { name, table } => {
                let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
                format!("add table {name} ({})", names.join(", "))
            }
            Self::DropTable { name, .. } => format!("drop table {name}"),
            Self::AddColumn { table, column } => {
                format!("add column {table}.{}: {}", column.name, words(column))
            }
            Self::DropColumn { table, column } => format!("drop column {table}.{}", column.name),
            Self::ChangeColumn { table, from, to } => {
                format!("change column {table}.{}: {} → {}", to.name, words(from), words(to))
            }
            Self::ChangePrimaryKey { table, from, to } => {
                format!("change primary key of {table}: ({}) → ({})", list(from), list(to))
            }
            Self::CreateIndex { table, index } => {
                format!("add {} of {table} ({})", kind(index), list(&index.columns))
            }
            Self::DropIndex { table, index } => {
                format!("drop {} of {table} ({})", kind(index), list(&index.columns))
            }
            Self::AddForeignKey { table, key } => {
                format!(
                    "add foreign key {table} ({}) → {} ({})",
                    list(&key.columns),
                    key.table,
                    list(&key.references)
                )
            }
            Self::DropForeignKey { table, key } => {
                format!("drop foreign key {table} ({}) → {}", list(&key.columns), key.table)
            }
        }
    }

    /// What it may lose, or make up, of the rows that are there.
    pub fn loss(&self) -> Option<String> {
        match self {
            Self::DropTable { name, .. } => Some(format!("the rows of {name} go")),
            Self::DropColumn { table, column } => Some(format!("what is in {table}.{} goes", column.name)),
            Self::AddColumn { table, column } if must_be_given(column) => {
                let name = &column.name;
                Some(match filled(column) {
                    Some(value) => {
                        format!("{table}.{name} must have a value: the rows that are there get {value}")
                    }
                    None => format!("{table}.{name} must have a value, and {NONE_KNOWN}"),
                })
            }
            Self::ChangeColumn { table, from, to } => {
                let mut losses = Vec::new();
                if from.kind.narrows_to(&to.kind) {
                    losses.push(format!("what is in {table}.{} may not fit", to.name));
                }
                if from.nullable && !to.nullable {
                    losses.push(match filled(to) {
                        Some(value) => format!("rows without {table}.{} get {value}", to.name),
                        None => {
                            format!("rows without {table}.{} must get a value, and {NONE_KNOWN}", to.name)
                        }
                    });
                }
                Some(losses.join("; ")).filter(|losses| !losses.is_empty())
            }
            _ => None,
        }
    }
}

/// Of a type that has no empty value.
const NONE_KNOWN: &str = "none can be made up: say one with `fill`, or this is for tables without rows";

/// The time of a statement, in Rust.
const NOW: &str = "Expr::current_timestamp()";

fn kind(index: &Index) -> &'static str {
    if index.unique { "unique index" } else { "index" }
}

fn words(column: &Column) -> String {
    let mut words = match &column.kind {
        Type::Enum { name, values } => format!("enum {name} ({})", values.join(", ")),
        Type::Custom(name) => name.clone(),
        // The name of the variant, and its sizes without what is around them.
        kind => snake(
            &format!("{kind:?}")
                .replace("Some(", "(")
                .replace("(None)", "")
                .replace("((", "(")
                .replace("))", ")"),
        ),
    };
    words.push_str(if column.nullable { "" } else { " not null" });
    match &column.default {
        None => {}
        Some(DefaultValue::Bool(value)) => words.push_str(&format!(" default {value}")),
        Some(DefaultValue::Number(value) | DefaultValue::Expression(value)) => {
            words.push_str(&format!(" default {value}"));
        }
        Some(DefaultValue::Text(value)) => words.push_str(&format!(" default '{value}'")),
        Some(DefaultValue::Now) => words.push_str(" default current_timestamp"),
    }
    words
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Whether rows that are there when a column comes have to be given a value.
fn must_be_given(column: &Column) -> bool {
    !column.nullable && column.default.is_none() && !column.auto_increment
}

/// What rows get that are there when a column comes which must have a value and has no default: Rust.
pub(crate) fn fill(column: &Column) -> Option<String> {
    must_be_given(column).then(|| neutral(column)).flatten()
}

/// What rows without a value get where a column must have one.
pub(crate) fn fill_of_null(column: &Column) -> Option<String> {
    if column.nullable {
        return None;
    }
    match &column.default {
        Some(DefaultValue::Now) | Some(DefaultValue::Expression(_)) | None => neutral(column),
        Some(default) => Some(default_in_rust(default, &column.kind)),
    }
}

/// [`fill_of_null`], for people.
fn filled(column: &Column) -> Option<String> {
    fill_of_null(column).map(|value| if value == NOW { "the present time".to_owned() } else { value })
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
        Type::DateTime | Type::Timestamp | Type::TimestampWithTimeZone => {
            "Expr::current_timestamp()".to_owned()
        }
        Type::Enum { values, .. } => format!("{:?}", values.first()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: Type) -> Column {
        Column { name: "key".to_owned(), kind, nullable: false, default: None, auto_increment: false }
    }

    fn added(column: Column) -> Option<String> {
        Operation::AddColumn { table: "users".to_owned(), column }.loss()
    }

    #[test]
    fn what_must_have_a_value_is_a_loss_whatever_its_type() {
        let no_values = Type::Enum { name: "none".to_owned(), values: Vec::new() };
        for kind in [
            Type::Uuid,
            Type::Blob,
            Type::Binary(4),
            Type::VarBinary(Some(4)),
            Type::Custom("inet".to_owned()),
            no_values,
        ] {
            let required = column(kind.clone());
            let nullable = Column { nullable: true, ..required.clone() };
            let default = Some(DefaultValue::Expression("a()".to_owned()));
            let with_default = Column { default, ..required.clone() };
            let known = format!("users.key must have a value, and {NONE_KNOWN}");
            assert_eq!(added(required.clone()), Some(known), "{kind:?}");
            assert_eq!(added(nullable.clone()), None, "{kind:?}");
            assert_eq!(added(with_default.clone()), None, "{kind:?}");
            for to in [required, with_default] {
                let changed =
                    Operation::ChangeColumn { table: "users".to_owned(), from: nullable.clone(), to };
                let known = format!("rows without users.key must get a value, and {NONE_KNOWN}");
                assert_eq!(changed.loss(), Some(known), "{kind:?}");
            }
        }
        assert_eq!(added(Column { auto_increment: true, ..column(Type::BigInteger) }), None);
        let text = added(column(Type::Text));
        assert_eq!(text.as_deref(), Some("users.key must have a value: the rows that are there get \"\""));
    }
}
