//! What makes one schema of another: a function of two schemas, and the way back.

mod keys;
mod names;
mod renames;

use std::collections::{BTreeMap, BTreeSet};

use self::keys::Keys;
pub(crate) use self::names::with_names;
pub use self::renames::{Renames, likely_renames, reconcile};
use crate::{
    fill::Fill,
    schema::{Column, ForeignKey, Index, Schema, Table, Type},
};

/// One step from a schema to another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what they are")]
pub enum Operation {
    RenameTable {
        from: String,
        to: String,
    },
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    /// An enumeration is a type of its own on PostgreSQL.
    CreateEnum {
        name: String,
        values: Vec<String>,
    },
    ChangeEnum {
        name: String,
        from: Vec<String>,
        to: Vec<String>,
    },
    /// Its indexes follow by themselves.
    CreateTable {
        name: String,
        table: Table,
    },
    DropForeignKey {
        table: String,
        key: ForeignKey,
    },
    DropIndex {
        table: String,
        index: Index,
    },
    AddColumn {
        table: String,
        column: Column,
        fill: Option<Fill>,
    },
    ChangeColumn {
        table: String,
        from: Column,
        to: Column,
        fill: Option<Fill>,
    },
    ChangePrimaryKey {
        table: String,
        from: Vec<String>,
        to: Vec<String>,
    },
    DropColumn {
        table: String,
        column: Column,
    },
    AddForeignKey {
        table: String,
        key: ForeignKey,
    },
    CreateIndex {
        table: String,
        index: Index,
    },
    DropTable {
        name: String,
        table: Table,
    },
    DropEnum {
        name: String,
        values: Vec<String>,
    },
}

/// The steps from `before` to `after`, in an order in which databases take them: a key goes before, and comes after, what it
/// refers to is changed.
pub fn diff(before: &Schema, after: &Schema, renames: &Renames) -> Vec<Operation> {
    let mut operations = renames.operations(before);
    let before = &apply(before, &operations);
    let keys = Keys { before, after };

    let early = keys.early();
    operations.extend(early.iter().map(|(table, key)| drop_key(table, key)));
    let (old_enums, new_enums) = (enums(before), enums(after));
    for (name, values) in &new_enums {
        match old_enums.get(name) {
            None => operations.push(Operation::CreateEnum { name: name.clone(), values: values.clone() }),
            Some(old) if old != values => operations.push(Operation::ChangeEnum {
                name: name.clone(),
                from: old.clone(),
                to: values.clone(),
            }),
            Some(_) => {}
        }
    }
    let (order, _) = in_order(after, |_| true);
    let late = keys.late(&order);
    for name in &order {
        let Some(table) = after.tables.get(name) else { continue };
        // Keys that do not stay are dropped and made, now or early and late.
        let now = |key: &&ForeignKey, others: &[(String, ForeignKey)]| {
            !keys.stays(name, key) && !others.iter().any(|(of, other)| of == name && other == *key)
        };
        let coming = table.foreign_keys.iter().filter(|key| now(key, &late)).cloned().collect();
        if let Some(old) = before.tables.get(name) {
            let gone = old.foreign_keys.iter().filter(|key| now(key, &early));
            operations.extend(gone.map(|key| drop_key(name, key)));
            table_diff(name, old, table, coming, &mut operations);
        } else {
            let made = Table { indexes: Vec::new(), foreign_keys: coming, ..table.clone() };
            operations.push(Operation::CreateTable { name: name.clone(), table: made });
            let create = |index: &Index| Operation::CreateIndex { table: name.clone(), index: index.clone() };
            operations.extend(table.indexes.iter().map(create));
        }
    }
    operations.extend(late.into_iter().map(|(table, key)| Operation::AddForeignKey { table, key }));
    let (mut dropped, circle) = in_order(before, |name| !after.tables.contains_key(name));
    let circle = circle.iter().filter(|key| !early.contains(key));
    operations.extend(circle.map(|(table, key)| drop_key(table, key)));
    dropped.reverse();
    for name in dropped {
        if let Some(table) = before.tables.get(&name) {
            operations.push(Operation::DropTable { name, table: table.clone() });
        }
    }
    for (name, values) in old_enums {
        if !new_enums.contains_key(&name) {
            operations.push(Operation::DropEnum { name, values });
        }
    }
    operations
}

fn drop_key(table: &str, key: &ForeignKey) -> Operation {
    Operation::DropForeignKey { table: table.to_owned(), key: key.clone() }
}

/// A table's own steps, after its keys that go. `coming` are those that come now.
fn table_diff(
    name: &str,
    before: &Table,
    after: &Table,
    coming: Vec<ForeignKey>,
    operations: &mut Vec<Operation>,
) {
    let table = || name.to_owned();
    for index in before.indexes.iter().filter(|index| !after.indexes.contains(index)) {
        operations.push(Operation::DropIndex { table: table(), index: index.clone() });
    }
    for column in after.columns.iter().filter(|column| before.column(&column.name).is_none()) {
        let fill = Fill::of(before, after, None, column);
        operations.push(Operation::AddColumn { table: table(), column: column.clone(), fill });
    }
    for to in &after.columns {
        if let Some(from) = before.column(&to.name).filter(|from| *from != to) {
            let fill = Fill::of(before, after, Some(from), to);
            let (from, to) = (from.clone(), to.clone());
            operations.push(Operation::ChangeColumn { table: table(), from, to, fill });
        }
    }
    if before.primary_key != after.primary_key {
        let (from, to) = (before.primary_key.clone(), after.primary_key.clone());
        operations.push(Operation::ChangePrimaryKey { table: table(), from, to });
    }
    for column in before.columns.iter().filter(|column| after.column(&column.name).is_none()) {
        operations.push(Operation::DropColumn { table: table(), column: column.clone() });
    }
    operations.extend(coming.into_iter().map(|key| Operation::AddForeignKey { table: table(), key }));
    for index in after.indexes.iter().filter(|index| !before.indexes.contains(index)) {
        operations.push(Operation::CreateIndex { table: table(), index: index.clone() });
    }
}

/// The enumerations of a schema's columns.
pub(crate) fn enums(schema: &Schema) -> BTreeMap<String, Vec<String>> {
    let columns = schema.tables.values().flat_map(|table| &table.columns);
    columns
        .filter_map(|column| match &column.kind {
            Type::Enum { name, values } if !name.is_empty() => Some((name.clone(), values.clone())),
            _ => None,
        })
        .collect()
}

/// The chosen tables, each after those that it refers to, and the keys that cannot be made with their tables, because the
/// tables refer to each other in a circle.
fn in_order(schema: &Schema, chosen: impl Fn(&String) -> bool) -> (Vec<String>, Vec<(String, ForeignKey)>) {
    let mut left: BTreeSet<&String> = schema.tables.keys().filter(|name| chosen(name)).collect();
    let (mut ordered, mut late) = (Vec::new(), Vec::new());
    while let Some(first) = left.first().copied() {
        let waits = |name: &String| {
            let keys = schema.tables.get(name).map(|table| &table.foreign_keys[..]).unwrap_or_default();
            keys.iter()
                .filter(|key| key.table != *name && left.contains(&key.table))
                .cloned()
                .collect::<Vec<_>>()
        };
        let next = left.iter().copied().find(|name| waits(name).is_empty()).unwrap_or(first);
        late.extend(waits(next).into_iter().map(|key| (next.clone(), key)));
        left.remove(next);
        ordered.push(next.clone());
    }
    (ordered, late)
}

/// The schema that the steps make of another.
pub fn apply(schema: &Schema, operations: &[Operation]) -> Schema {
    let mut schema = schema.clone();
    for operation in operations {
        step(&mut schema, operation);
    }
    schema
}

fn step(schema: &mut Schema, operation: &Operation) {
    use Operation as O;
    let tables = &mut schema.tables;
    match operation {
        O::CreateEnum { .. } | O::ChangeEnum { .. } | O::DropEnum { .. } => {}
        O::CreateTable { name, table } => {
            tables.insert(name.clone(), table.clone());
        }
        O::DropTable { name, .. } => {
            tables.remove(name);
        }
        O::RenameTable { from, to } => {
            if let Some(table) = tables.remove(from) {
                tables.insert(to.clone(), table);
            }
            for key in tables.values_mut().flat_map(|table| &mut table.foreign_keys) {
                if key.table == *from {
                    key.table.clone_from(to);
                }
            }
        }
        O::RenameColumn { table, from, to } => {
            for (name, known) in tables.iter_mut() {
                rename_column(known, name == table, table, from, to);
            }
        }
        O::AddColumn { table, .. }
        | O::DropColumn { table, .. }
        | O::ChangeColumn { table, .. }
        | O::ChangePrimaryKey { table, .. }
        | O::CreateIndex { table, .. }
        | O::DropIndex { table, .. }
        | O::AddForeignKey { table, .. }
        | O::DropForeignKey { table, .. } => {
            if let Some(table) = tables.get_mut(table) {
                table_step(table, operation);
            }
        }
    }
}

fn rename_column(table: &mut Table, own: bool, owner: &str, from: &str, to: &str) {
    let rename = |name: &mut String| {
        if name == from {
            to.clone_into(name);
        }
    };
    if own {
        table.columns.iter_mut().for_each(|column| rename(&mut column.name));
        table.primary_key.iter_mut().for_each(rename);
        table.indexes.iter_mut().flat_map(|index| &mut index.columns).for_each(rename);
        table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns).for_each(rename);
    }
    let keys = table.foreign_keys.iter_mut().filter(|key| key.table == owner);
    keys.flat_map(|key| &mut key.references).for_each(rename);
}

fn table_step(table: &mut Table, operation: &Operation) {
    use Operation as O;
    match operation {
        O::AddColumn { column, .. } => table.columns.push(column.clone()),
        O::DropColumn { column, .. } => table.columns.retain(|known| known.name != column.name),
        O::ChangeColumn { from, to, .. } => {
            if let Some(column) = table.columns.iter_mut().find(|known| known.name == from.name) {
                column.clone_from(to);
            }
        }
        O::ChangePrimaryKey { to, .. } => table.primary_key.clone_from(to),
        O::CreateIndex { index, .. } => table.indexes.push(index.clone()),
        O::DropIndex { index, .. } => table.indexes.retain(|known| known != index),
        O::AddForeignKey { key, .. } => table.foreign_keys.push(key.clone()),
        O::DropForeignKey { key, .. } => table.foreign_keys.retain(|known| known != key),
        _ => {}
    }
}
