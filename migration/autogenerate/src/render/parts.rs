//! The builders' calls that tables, columns, keys and indexes are made with.

use super::{Use, Writer};
use crate::{
    fill::default_in_rust,
    layout::{Call, Code, call, string, text},
    schema::{Column, ForeignKey, Index, Table, Type},
};

impl Writer<'_> {
    pub(super) fn table(&mut self, name: &str, table: &Table) -> Code {
        let (root, mut calls) = match self.style.table {
            Some(helper) => {
                self.uses.insert(Use::Helper(helper));
                (format!("{helper}(manager, {name:?})"), Vec::new())
            }
            None => ("Table::create()".to_owned(), vec![call("table", vec![string(name)])]),
        };
        let single = table.primary_key.len() == 1;
        for column in &table.columns {
            let key = single && table.primary_key.contains(&column.name);
            calls.push(call("col", vec![self.column(column, key)]));
        }
        if table.primary_key.len() > 1 {
            let columns = table.primary_key.iter().map(|column| call("col", vec![string(column)])).collect();
            calls.push(call("primary_key", vec![Code::Chain("Index::create()".to_owned(), columns)]));
        }
        for key in &table.foreign_keys {
            calls.push(call("foreign_key", vec![self.foreign_key(name, key)]));
        }
        calls.push(call("take", Vec::new()));
        Code::Chain(root, calls)
    }

    pub(super) fn column(&mut self, column: &Column, primary_key: bool) -> Code {
        let name = &column.name;
        let helper = match column.kind {
            Type::TimestampWithTimeZone => self.style.instant,
            Type::Text => self.style.long_text,
            _ => None,
        };
        let is_long_text = column.kind == Type::Text && helper.is_some();
        let (root, mut calls) = match helper {
            Some(helper) => {
                self.uses.insert(Use::Helper(helper));
                (format!("{helper}(manager, {name:?})"), Vec::new())
            }
            None => (format!("ColumnDef::new({name:?})"), vec![of_type(&column.kind)]),
        };
        // A project's long text is not null by itself; what else there is may be.
        if column.nullable == is_long_text {
            calls.push(call(if is_long_text { "null" } else { "not_null" }, Vec::new()));
        }
        if let Some(default) = &column.default {
            calls.push(call("default", vec![text(default_in_rust(default, &column.kind))]));
        }
        if column.auto_increment {
            calls.push(call("auto_increment", Vec::new()));
        }
        if primary_key {
            calls.push(call("primary_key", Vec::new()));
        }
        Code::Chain(root, calls)
    }

    pub(super) fn foreign_key(&mut self, table: &str, key: &ForeignKey) -> Code {
        let columns = |columns: &[String]| match columns {
            [one] => string(one),
            more => text(format!(
                "({})",
                more.iter().map(|column| format!("{column:?}")).collect::<Vec<_>>().join(", ")
            )),
        };
        // The database gives it a name, one that nothing else has.
        let mut calls = vec![
            call("from", vec![string(table), columns(&key.columns)]),
            call("to", vec![string(&key.table), columns(&key.references)]),
        ];
        for (name, action) in [("on_delete", key.on_delete), ("on_update", key.on_update)] {
            if action != crate::schema::Action::NoAction {
                self.uses.insert(Use::ForeignKeyAction);
                calls.push(call(name, vec![text(format!("ForeignKeyAction::{}", action.variant()))]));
            }
        }
        Code::Chain("ForeignKey::create()".to_owned(), calls)
    }
}

pub(super) fn alter(table: &str, option: Call) -> Code {
    let calls = vec![call("table", vec![string(table)]), option, call("take", Vec::new())];
    let alter = Code::Chain("Table::alter()".to_owned(), calls);
    Code::Chain("manager".to_owned(), vec![call("alter_table", vec![alter])])
}

pub(super) fn create_index(table: &str, index: &Index) -> Code {
    let mut calls =
        vec![call("name", vec![string(&index.name_on(table))]), call("table", vec![string(table)])];
    calls.extend(index.columns.iter().map(|column| call("col", vec![string(column)])));
    if index.unique {
        calls.push(call("unique", Vec::new()));
    }
    calls.push(call("take", Vec::new()));
    let create = Code::Chain("Index::create()".to_owned(), calls);
    Code::Chain("manager".to_owned(), vec![call("create_index", vec![create])])
}

pub(super) fn array(items: &[String]) -> Code {
    text(format!("[{}]", items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>().join(", ")))
}

pub(super) fn list(items: &[String]) -> Code {
    let Code::Text(array) = array(items) else { return text("&[]") };
    text(format!("&{array}"))
}

fn of_type(kind: &Type) -> Call {
    let sized = |name: &str, size: &Option<u32>, plain: &str| match size {
        Some(size) => call(name, vec![text(size.to_string())]),
        None => call(plain, Vec::new()),
    };
    let pair = |name: &str, size: &Option<(u32, u32)>, plain: &str| match size {
        Some((digits, scale)) => call(name, vec![text(digits.to_string()), text(scale.to_string())]),
        None => call(plain, Vec::new()),
    };
    let plain = |name: &str| call(name, Vec::new());
    match kind {
        Type::Boolean => plain("boolean"),
        Type::TinyInteger => plain("tiny_integer"),
        Type::SmallInteger => plain("small_integer"),
        Type::Integer => plain("integer"),
        Type::BigInteger | Type::AnyInteger => plain("big_integer"),
        Type::TinyUnsigned => plain("tiny_unsigned"),
        Type::SmallUnsigned => plain("small_unsigned"),
        Type::Unsigned => plain("unsigned"),
        Type::BigUnsigned => plain("big_unsigned"),
        Type::Float => plain("float"),
        Type::Double => plain("double"),
        Type::Decimal(size) => pair("decimal_len", size, "decimal"),
        Type::Money(size) => pair("money_len", size, "money"),
        Type::Char(size) => sized("char_len", size, "char"),
        Type::String(size) => sized("string_len", size, "string"),
        Type::Text => plain("text"),
        Type::Json => plain("json"),
        Type::JsonBinary => plain("json_binary"),
        Type::Uuid => plain("uuid"),
        Type::Date => plain("date"),
        Type::Time => plain("time"),
        Type::DateTime => plain("date_time"),
        Type::Timestamp => plain("timestamp"),
        Type::TimestampWithTimeZone => plain("timestamp_with_time_zone"),
        Type::Binary(size) => call("binary_len", vec![text(size.to_string())]),
        // Without a length, sea-query has no builder of its own for it; a blob is what it is then.
        Type::VarBinary(size) => sized("var_binary", size, "blob"),
        Type::Blob => plain("blob"),
        Type::Enum { name, values } => call("enumeration", vec![string(name), array(values)]),
        Type::Custom(name) => call("custom", vec![string(name)]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{render::Style, schema::DefaultValue};

    #[test]
    fn every_long_text_is_the_projects_own() {
        let own = Style { long_text: Some("long_text"), ..Style::default() };
        let written = |style: &Style, nullable: bool, default: Option<&str>| {
            let default = default.map(|text| DefaultValue::Text(text.to_owned()));
            let column =
                Column { name: "bio".to_owned(), kind: Type::Text, nullable, default, auto_increment: false };
            Writer { style, uses: BTreeSet::new() }.column(&column, false).laid_out(0, 200, 0)
        };
        assert_eq!(written(&own, false, None), "long_text(manager, \"bio\")");
        assert_eq!(written(&own, true, None), "long_text(manager, \"bio\").null()");
        assert_eq!(written(&own, false, Some("x")), "long_text(manager, \"bio\").default(\"x\")");
        assert_eq!(written(&own, true, Some("x")), "long_text(manager, \"bio\").null().default(\"x\")");
        let none = Style::default();
        assert_eq!(written(&none, true, None), "ColumnDef::new(\"bio\").text()");
        assert_eq!(written(&none, false, None), "ColumnDef::new(\"bio\").text().not_null()");
    }
}
