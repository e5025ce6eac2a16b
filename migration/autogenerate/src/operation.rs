//! What a step is, for people, and what it may lose.

use crate::{
    diff::Operation,
    schema::{Action, Column, DefaultValue, ForeignKey, Index, Type},
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
            Self::AddColumn { table, column, .. } => {
                format!("add column {table}.{}: {}", column.name, words(column))
            }
            Self::DropColumn { table, column } => format!("drop column {table}.{}", column.name),
            Self::ChangeColumn { table, from, to, .. } => {
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
                    "add foreign key {table} ({}) → {} ({}){}",
                    list(&key.columns),
                    key.table,
                    list(&key.references),
                    actions(key)
                )
            }
            Self::DropForeignKey { table, key } => {
                format!("drop foreign key {table} ({}) → {}{}", list(&key.columns), key.table, actions(key))
            }
        }
    }

    /// What it may lose, or make up, of the rows that are there.
    pub fn loss(&self) -> Option<String> {
        match self {
            Self::DropTable { name, .. } => Some(format!("the rows of {name} go")),
            Self::DropColumn { table, column } => Some(format!("what is in {table}.{} goes", column.name)),
            Self::AddColumn { table, column, fill: Some(fill) } => {
                let name = &column.name;
                Some(match fill.words() {
                    Some(value) => {
                        format!("{table}.{name} must have a value: the rows that are there get {value}")
                    }
                    None => format!("{table}.{name} must have a value, and {NONE_KNOWN}"),
                })
            }
            Self::ChangeColumn { table, from, to, fill } => {
                let mut losses = Vec::new();
                if from.kind.narrows_to(&to.kind) {
                    losses.push(format!("what is in {table}.{} may not fit", to.name));
                }
                if let Some(fill) = fill {
                    losses.push(match fill.words() {
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

fn kind(index: &Index) -> &'static str {
    if index.unique { "unique index" } else { "index" }
}

/// What a key does, where it does something.
fn actions(key: &ForeignKey) -> String {
    let of = |what: &str, action: Action| match action {
        Action::NoAction => String::new(),
        action => format!(" on {what} {}", snake(action.variant()).replace('_', " ")),
    };
    of("delete", key.on_delete) + &of("update", key.on_update)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diff::{Renames, diff},
        schema::{Schema, Table},
    };

    fn column(kind: Type) -> Column {
        Column { name: "key".to_owned(), kind, nullable: false, default: None, auto_increment: false }
    }

    /// What is lost where a table with one column, or none, gets another.
    fn loss(before: Option<&Column>, after: &Column) -> Option<String> {
        let schema = |column: Option<&Column>| {
            let table = Table { columns: column.into_iter().cloned().collect(), ..Table::default() };
            Schema { tables: [("users".to_owned(), table)].into() }
        };
        diff(&schema(before), &schema(Some(after)), &Renames::default()).iter().find_map(Operation::loss)
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
            assert_eq!(loss(None, &required), Some(known), "{kind:?}");
            assert_eq!(loss(None, &nullable), None, "{kind:?}");
            assert_eq!(loss(None, &with_default), None, "{kind:?}");
            for to in [required, with_default] {
                let known = format!("rows without users.key must get a value, and {NONE_KNOWN}");
                assert_eq!(loss(Some(&nullable), &to), Some(known), "{kind:?}");
            }
        }
        assert_eq!(loss(None, &Column { auto_increment: true, ..column(Type::BigInteger) }), None);
        let text = loss(None, &column(Type::Text));
        assert_eq!(text.as_deref(), Some("users.key must have a value: the rows that are there get \"\""));
    }
}
