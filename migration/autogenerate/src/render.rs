//! Steps as a migration: Rust as a person would have written it.

mod parts;

use std::collections::BTreeSet;

use self::parts::{alter, array, create_index, list};
use crate::{
    diff::{Operation, Renames, apply, diff, with_names},
    fill::Fill,
    layout::{Call, Code, call, string, text},
    schema::{DefaultValue, ForeignKey, Index, Schema, Table},
};

/// How a project writes its migrations: its own helpers, where it has them.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The longest line.
    pub width: usize,
    /// The module of the helpers below.
    pub module: &'static str,
    /// `fn(&SchemaManager, name) -> TableCreateStatement`.
    pub table: Option<&'static str>,
    /// `fn(&SchemaManager, name) -> ColumnDef`, an instant in UTC that may be null.
    pub instant: Option<&'static str>,
    /// `fn(&SchemaManager, name) -> ColumnDef`, text of any length that is not null.
    pub long_text: Option<&'static str>,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 100, module: "crate::columns", table: None, instant: None, long_text: None }
    }
}

/// Why a migration cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{0}: write this one by hand (`generate`)")]
pub struct ByHand(String);

/// The file of a migration from `before` to `after`. `title` is its first line.
///
/// # Errors
/// When a step is not one that all databases can take.
pub fn render(
    title: &str,
    before: &Schema,
    after: &Schema,
    renames: &Renames,
    style: &Style,
) -> Result<String, ByHand> {
    let after = &with_names(before, after, renames);
    let mut writer = Writer { style, uses: BTreeSet::new() };
    let up = writer.body(before, after, renames)?;
    let down = writer.body(after, before, &renames.reversed())?;
    Ok(format!(
        "//! {title}\n\n{}\n\
         #[derive(DeriveMigrationName)]\npub struct Migration;\n\n\
         #[async_trait::async_trait]\nimpl MigrationTrait for Migration {{\n    \
         async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {{\n{up}    }}\n\n    \
         async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {{\n{down}    }}\n}}\n",
        writer.imports()
    ))
}

/// What a file takes from elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Backend,
    ForeignKeyAction,
    PostgresType,
    Change,
    ChangeEnum,
    Helper(&'static str),
}

struct Writer<'s> {
    style: &'s Style,
    uses: BTreeSet<Use>,
}

/// A statement: comments, what it is under, and the call, which ends with `.await`.
struct Statement {
    comments: Vec<String>,
    condition: Option<String>,
    code: Code,
}

impl Writer<'_> {
    fn imports(&self) -> String {
        let mut own = Vec::new();
        own.extend(self.uses.contains(&Use::Change).then_some("TableChange"));
        own.extend(self.uses.contains(&Use::ChangeEnum).then_some("change_enum"));
        let mut from_migration = vec!["prelude::*"];
        from_migration.extend(self.uses.contains(&Use::Backend).then_some("sea_orm::DbBackend"));
        match (self.uses.contains(&Use::ForeignKeyAction), self.uses.contains(&Use::PostgresType)) {
            (true, true) => from_migration.push("sea_query::{ForeignKeyAction, extension::postgres::Type}"),
            (true, false) => from_migration.push("sea_query::ForeignKeyAction"),
            (false, true) => from_migration.push("sea_query::extension::postgres::Type"),
            (false, false) => {}
        }
        let helpers: Vec<&str> = self
            .uses
            .iter()
            .filter_map(|used| match used {
                Use::Helper(name) => Some(*name),
                _ => None,
            })
            .collect();
        let mut out = import("autogenerate", &own) + &import("sea_orm_migration", &from_migration);
        if !helpers.is_empty() {
            out.push('\n');
            out.push_str(&import(self.style.module, &helpers));
        }
        out
    }

    fn body(&mut self, before: &Schema, after: &Schema, renames: &Renames) -> Result<String, ByHand> {
        let statements = self.statements(before, after, renames)?;
        let mut out = String::new();
        let count = statements.len();
        for (place, statement) in statements.into_iter().enumerate() {
            for comment in &statement.comments {
                out.push_str(&format!("        // {comment}\n"));
            }
            let Code::Chain(root, mut calls) = statement.code else { continue };
            match statement.condition {
                Some(condition) => {
                    calls.push(call("await?", Vec::new()));
                    let code = Code::Chain(root, calls).laid_out(12, self.style.width, 2);
                    out.push_str(&format!("        if {condition} {{\n            {code};\n        }}\n"));
                    if place + 1 == count {
                        out.push_str("        Ok(())\n");
                    }
                }
                None if place + 1 == count => {
                    calls.push(call("await", Vec::new()));
                    out.push_str(&format!(
                        "        {}\n",
                        Code::Chain(root, calls).laid_out(8, self.style.width, 0)
                    ));
                }
                None => {
                    calls.push(call("await?", Vec::new()));
                    // rustfmt breaks a chain that ends with a question mark one letter early.
                    out.push_str(&format!(
                        "        {};\n",
                        Code::Chain(root, calls).laid_out(8, self.style.width, 2)
                    ));
                }
            }
        }
        Ok(out)
    }

    fn statements(
        &mut self,
        before: &Schema,
        after: &Schema,
        renames: &Renames,
    ) -> Result<Vec<Statement>, ByHand> {
        let operations = diff(before, after, renames);
        let mut statements = Vec::new();
        // Renames come first: what follows goes by the new names.
        let before =
            &apply(before, &operations[..operations.iter().take_while(|step| is_rename(step)).count()]);
        let mut rest = &operations[..];
        while let Some(first) = rest.first() {
            // What concerns one table that is there comes together, except its renames.
            let count = changed_table(first).map_or(1, |table| together(table, rest));
            let (together, later) = rest.split_at(count);
            match changed_table(first) {
                Some(table)
                    if together
                        .iter()
                        .any(|step| needs_change(step) || drops_what_serves(step, before, after)) =>
                {
                    self.change(table, together, (before, after), &mut statements)?;
                }
                _ => {
                    for operation in together {
                        statements.push(self.plain(operation, before, after)?);
                    }
                }
            }
            rest = later;
        }
        Ok(statements)
    }

    /// A change that SQLite makes by making the table anew.
    fn change(
        &mut self,
        table: &str,
        operations: &[Operation],
        (before, after): (&Schema, &Schema),
        statements: &mut Vec<Statement>,
    ) -> Result<(), ByHand> {
        self.uses.insert(Use::Change);
        let mut comments = Vec::new();
        let mut calls = Vec::new();
        let mut indexes = Vec::new();
        for operation in operations {
            comments.extend(loss_comment(operation));
            match operation {
                Operation::DropIndex { index, .. } if is_a_keys_own(before, after, table, index) => {
                    statements.push(self.plain(operation, before, after)?);
                }
                Operation::DropForeignKey { key, .. } => {
                    calls.push(call("drop_foreign_key", vec![list(&key.columns)]))
                }
                Operation::DropIndex { index, .. } => calls.push(match &index.name {
                    Some(name) if !index.unique => call("drop_index", vec![string(name)]),
                    _ => call("drop_unique", vec![list(&index.columns)]),
                }),
                Operation::AddColumn { column, fill, .. } => {
                    if column.auto_increment {
                        return Err(ByHand(format!("{table}.{} is to count itself up", column.name)));
                    }
                    calls.push(call("add_column", vec![self.column(column, false)]));
                    calls.extend(fill.as_ref().and_then(|fill| filled(&column.name, fill)));
                }
                Operation::ChangeColumn { from, to, fill, .. } => {
                    if from.auto_increment != to.auto_increment {
                        return Err(ByHand(format!("{table}.{} begins or ends to count itself up", to.name)));
                    }
                    if !from.kind.converts_to(&to.kind) {
                        return Err(ByHand(operation.summary()));
                    }
                    calls.push(call("change_column", vec![self.column(to, false)]));
                    calls.extend(fill.as_ref().and_then(|fill| filled(&to.name, fill)));
                }
                Operation::ChangePrimaryKey { to, .. } => calls.push(call("primary_key", vec![list(to)])),
                Operation::DropColumn { column, .. } => {
                    calls.push(call("drop_column", vec![string(&column.name)]))
                }
                Operation::AddForeignKey { key, .. } => {
                    calls.push(call("add_foreign_key", vec![self.foreign_key(table, key)]));
                }
                Operation::CreateIndex { .. } => indexes.push(self.plain(operation, before, after)?),
                _ => {}
            }
        }
        calls.push(call("run", vec![text("manager")]));
        let code = Code::Chain(format!("TableChange::of({table:?})"), calls);
        statements.push(Statement { comments, condition: None, code });
        statements.extend(indexes);
        Ok(())
    }

    fn plain(&mut self, operation: &Operation, before: &Schema, after: &Schema) -> Result<Statement, ByHand> {
        let comments = loss_comment(operation).into_iter().collect();
        let mut condition = None;
        let manager =
            |name: &str, argument: Code| Code::Chain("manager".to_owned(), vec![call(name, vec![argument])]);
        let code = match operation {
            Operation::RenameTable { from, to } => {
                let calls = vec![call("table", vec![string(from), string(to)]), call("take", Vec::new())];
                manager("rename_table", Code::Chain("Table::rename()".to_owned(), calls))
            }
            Operation::RenameColumn { table, from, to } => {
                alter(table, call("rename_column", vec![string(from), string(to)]))
            }
            Operation::AddColumn { table, column, .. } => {
                alter(table, call("add_column", vec![self.column(column, false)]))
            }
            Operation::DropColumn { table, column } => {
                alter(table, call("drop_column", vec![string(&column.name)]))
            }
            Operation::CreateEnum { name, values } => {
                condition = Some(self.only_on("=="));
                self.uses.insert(Use::PostgresType);
                let calls = vec![
                    call("as_enum", vec![string(name)]),
                    call("values", vec![array(values)]),
                    call("to_owned", Vec::new()),
                ];
                manager("create_type", Code::Chain("Type::create()".to_owned(), calls))
            }
            Operation::DropEnum { name, .. } => {
                condition = Some(self.only_on("=="));
                self.uses.insert(Use::PostgresType);
                let calls = vec![call("name", vec![string(name)]), call("to_owned", Vec::new())];
                manager("drop_type", Code::Chain("Type::drop()".to_owned(), calls))
            }
            Operation::ChangeEnum { name, to, .. } => {
                self.uses.insert(Use::ChangeEnum);
                let Code::Text(values) = list(to) else { return Err(ByHand(name.clone())) };
                Code::Chain(format!("change_enum(manager, {name:?}, {values})"), Vec::new())
            }
            Operation::CreateTable { name, table } => manager("create_table", self.table(name, table)),
            Operation::DropTable { name, .. } => {
                let calls = vec![call("table", vec![string(name)]), call("take", Vec::new())];
                manager("drop_table", Code::Chain("Table::drop()".to_owned(), calls))
            }
            Operation::CreateIndex { table, index } => {
                if is_a_keys_own(before, after, table, index) {
                    // MySQL has one, or keeps one, for the foreign key.
                    condition =
                        Some(format!("!manager.has_index({table:?}, {:?}).await?", index.name_on(table)));
                }
                create_index(table, index)
            }
            Operation::DropIndex { table, index } => {
                if is_a_keys_own(before, after, table, index) {
                    self.uses.insert(Use::Backend);
                    condition = Some("manager.get_database_backend() != DbBackend::MySql".to_owned());
                }
                let calls = vec![
                    call("name", vec![string(&index.name_on(table))]),
                    call("table", vec![string(table)]),
                    call("to_owned", Vec::new()),
                ];
                manager("drop_index", Code::Chain("Index::drop()".to_owned(), calls))
            }
            Operation::AddForeignKey { .. }
            | Operation::DropForeignKey { .. }
            | Operation::ChangeColumn { .. }
            | Operation::ChangePrimaryKey { .. } => return Err(ByHand(operation.summary())),
        };
        Ok(Statement { comments, condition, code })
    }

    fn only_on(&mut self, sign: &str) -> String {
        self.uses.insert(Use::Backend);
        format!("manager.get_database_backend() {sign} DbBackend::Postgres")
    }
}

fn import(from: &str, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("use {from}::{one};\n"),
        // rustfmt puts each on a line of its own where one of them is a list.
        more if more.iter().any(|name| name.contains('{')) => {
            let lines: String = more.iter().map(|name| format!("    {name},\n")).collect();
            format!("use {from}::{{\n{lines}}};\n")
        }
        more => format!("use {from}::{{{}}};\n", more.join(", ")),
    }
}

fn is_rename(operation: &Operation) -> bool {
    matches!(operation, Operation::RenameTable { .. } | Operation::RenameColumn { .. })
}

/// The call that gives rows a value.
fn filled(column: &str, fill: &Fill) -> Option<Call> {
    match fill {
        Fill::Value(value) => Some(call("fill", vec![string(column), text(value)])),
        Fill::Key(key) => Some(call("fill", vec![string(column), text(format!("Expr::col({key:?})"))])),
        Fill::Reference { table, column: key } => {
            Some(call("fill_reference", vec![string(column), string(table), string(key)]))
        }
        Fill::Unknown => None,
    }
}

fn loss_comment(operation: &Operation) -> Option<String> {
    operation.loss().map(|loss| format!("Loses data: {loss}."))
}

/// The table that is changed, of what can be one change.
fn changed_table(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::DropForeignKey { table, .. }
        | Operation::DropIndex { table, .. }
        | Operation::AddColumn { table, .. }
        | Operation::ChangeColumn { table, .. }
        | Operation::ChangePrimaryKey { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::AddForeignKey { table, .. }
        | Operation::CreateIndex { table, .. } => Some(table),
        _ => None,
    }
}

/// How many steps from here are one change of a table. Its indexes are made after all else, so that a key to columns that one of
/// them makes unique is another change.
fn together(table: &str, steps: &[Operation]) -> usize {
    let mut indexed = false;
    let goes_on = |step: &&Operation| {
        indexed |= matches!(step, Operation::CreateIndex { .. });
        changed_table(step) == Some(table) && !(indexed && matches!(step, Operation::AddForeignKey { .. }))
    };
    steps.iter().take_while(goes_on).count()
}

/// Whether SQLite must make the table anew.
fn needs_change(operation: &Operation) -> bool {
    match operation {
        Operation::ChangeColumn { .. }
        | Operation::ChangePrimaryKey { .. }
        | Operation::AddForeignKey { .. }
        | Operation::DropForeignKey { .. } => true,
        // A unique key that the table itself has. Whoever dropped it made an index of it in going back.
        Operation::DropIndex { index, .. } => index.unique && index.name.is_none(),
        Operation::AddColumn { column, .. } => match &column.default {
            None => !column.nullable,
            Some(default) => matches!(default, DefaultValue::Now | DefaultValue::Expression(_)),
        },
        _ => false,
    }
}

/// Whether an index is dropped that a foreign key needs, and that is more than the key's own: on MySQL the key gets another one.
fn drops_what_serves(step: &Operation, before: &Schema, after: &Schema) -> bool {
    matches!(step, Operation::DropIndex { table, index }
        if serves_a_key_alone(before, after, table, index) && !is_a_keys_own(before, after, table, index))
}

/// Whether MySQL keeps an index, or has one, because it is just what a foreign key needs.
fn is_a_keys_own(before: &Schema, after: &Schema, table: &str, index: &Index) -> bool {
    let is_its = |key: &ForeignKey| key.columns == index.columns;
    !index.unique
        && serves_a_key_alone(before, after, table, index)
        && after.tables.get(table).is_some_and(|table| table.foreign_keys.iter().any(is_its))
}

/// Whether a foreign key has no other index than this one, on either side: MySQL does not let that one go.
fn serves_a_key_alone(before: &Schema, after: &Schema, table: &str, index: &Index) -> bool {
    let (Some(before), Some(after)) = (before.tables.get(table), after.tables.get(table)) else {
        return false;
    };
    let serves = |columns: &[String], key: &ForeignKey| columns.starts_with(&key.columns);
    before.foreign_keys.iter().filter(|key| after.foreign_keys.contains(key)).any(|key| {
        let without = |table: &Table| {
            !table.indexes.iter().any(|other| other != index && serves(&other.columns, key))
                && !serves(&table.primary_key, key)
        };
        serves(&index.columns, key) && (without(before) || without(after))
    })
}
