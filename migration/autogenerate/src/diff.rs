//! What makes one schema of another: a function of two schemas, and the way back.

mod renames;

use std::collections::{BTreeMap, BTreeSet};

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

/// The steps from `before` to `after`, in an order in which databases take them.
pub fn diff(before: &Schema, after: &Schema, renames: &Renames) -> Vec<Operation> {
    let mut operations = renames.operations(before);
    let before = &apply(before, &operations);

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
    let (created, late) = in_order(after, |name| !before.tables.contains_key(name));
    for name in &created {
        let Some(table) = after.tables.get(name) else { continue };
        let mut table = table.clone();
        table.indexes.clear();
        table.foreign_keys.retain(|key| !late.contains(&(name.clone(), key.clone())));
        operations.push(Operation::CreateTable { name: name.clone(), table });
    }
    for name in &created {
        let Some(table) = after.tables.get(name) else { continue };
        for index in &table.indexes {
            operations.push(Operation::CreateIndex { table: name.clone(), index: index.clone() });
        }
    }
    operations.extend(late.into_iter().map(|(table, key)| Operation::AddForeignKey { table, key }));
    for (name, table) in &after.tables {
        if let Some(old) = before.tables.get(name) {
            table_diff(name, old, table, &mut operations);
        }
    }
    let (mut dropped, late) = in_order(before, |name| !after.tables.contains_key(name));
    operations.extend(late.into_iter().map(|(table, key)| Operation::DropForeignKey { table, key }));
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

fn table_diff(name: &str, before: &Table, after: &Table, operations: &mut Vec<Operation>) {
    let table = || name.to_owned();
    for key in before.foreign_keys.iter().filter(|key| !after.foreign_keys.contains(key)) {
        operations.push(Operation::DropForeignKey { table: table(), key: key.clone() });
    }
    let stays = |index: &Index| {
        let known = |table: &Table| table.indexes.iter().find(|known| *known == index).cloned();
        known(before).zip(known(after)).is_some_and(|(old, new)| !gives_its_name(before, after, &old, &new))
    };
    for index in before.indexes.iter().filter(|index| !stays(index)) {
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
    for key in after.foreign_keys.iter().filter(|key| !before.foreign_keys.contains(key)) {
        operations.push(Operation::AddForeignKey { table: table(), key: key.clone() });
    }
    for index in after.indexes.iter().filter(|index| !stays(index)) {
        operations.push(Operation::CreateIndex { table: table(), index: index.clone() });
    }
}

/// Whether an index is to be made again under another name, which is no difference by itself: another one gets its name, or had the
/// one that it gets.
fn gives_its_name(before: &Table, after: &Table, old: &Index, new: &Index) -> bool {
    let has = |table: &Table, name: &Option<String>| {
        name.is_some() && table.indexes.iter().any(|other| other != old && other.name == *name)
    };
    old.name != new.name && (has(after, &old.name) || has(before, &new.name))
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
