//! What keeps its rows under another name.

use std::collections::BTreeMap;

use super::{Operation, apply};
use crate::schema::{Column, Schema, short};

/// What is to keep its rows under another name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Tables: from, to.
    pub tables: Vec<(String, String)>,
    /// Columns: the table as it is called afterwards, from, to.
    pub columns: Vec<(String, String, String)>,
}

impl Renames {
    /// What `--rename` says: `table.old:new` or `old:new`, of what goes and what comes.
    ///
    /// # Errors
    /// The one that is not there, stands twice, or takes a name that another has and keeps.
    pub fn parse(said: &[String], before: &Schema, after: &Schema) -> Result<Self, String> {
        let mut renames = Self::default();
        let (columns, tables): (Vec<&String>, Vec<&String>) =
            said.iter().partition(|said| said.split(':').next().unwrap_or_default().contains('.'));
        for said in tables {
            let pair = said
                .split_once(':')
                .filter(|(from, to)| before.tables.contains_key(*from) && after.tables.contains_key(*to));
            let (from, to) = pair.ok_or_else(|| said.clone())?;
            renames.tables.push((from.to_owned(), to.to_owned()));
        }
        for said in columns {
            let known = |renames: &Self| {
                let (from, to) = said.split_once(':')?;
                let (table, from) = from.split_once('.')?;
                // By either name of the table; of two that change names, by the new one.
                let is_new = renames.tables.iter().any(|(_, new)| new == table);
                let by_old = renames.tables.iter().find(|(old, _)| old == table && !is_new);
                let table = by_old.map_or(table, |(_, new)| new);
                let old_table =
                    renames.tables.iter().find(|(_, new)| new == table).map_or(table, |(old, _)| old);
                before.tables.get(old_table)?.column(from)?;
                after.tables.get(table)?.column(to)?;
                Some((table.to_owned(), from.to_owned(), to.to_owned()))
            };
            let rename = known(&renames).ok_or_else(|| said.clone())?;
            renames.columns.push(rename);
        }
        for (from, to) in &renames.tables {
            let pairs: Vec<_> = renames.tables.iter().map(|(from, to)| (from, to)).collect();
            if is_in_the_way(&pairs, from, to, before.tables.contains_key(to)) {
                return Err(format!("{from}:{to}"));
            }
        }
        for (table, from, to) in &renames.columns {
            let of_table = renames.columns.iter().filter(|(of, ..)| of == table);
            let pairs: Vec<_> = of_table.map(|(_, from, to)| (from, to)).collect();
            let old = renames.tables.iter().find(|(_, new)| new == table).map_or(table, |(old, _)| old);
            let was_there = before.tables.get(old).is_some_and(|old| old.column(to).is_some());
            if is_in_the_way(&pairs, from, to, was_there) {
                return Err(format!("{table}.{from}:{to}"));
            }
        }
        Ok(renames)
    }

    /// The way back.
    pub fn reversed(&self) -> Self {
        let table = |after: &str| {
            self.tables.iter().find(|(_, to)| to == after).map_or(after, |(from, _)| from).to_owned()
        };
        Self {
            tables: self.tables.iter().map(|(from, to)| (to.clone(), from.clone())).collect(),
            columns: self
                .columns
                .iter()
                .map(|(of, from, to)| (table(of), to.clone(), from.clone()))
                .collect(),
        }
    }

    /// The steps. What is in a name's way gets another one first: it is to be renamed itself, or goes.
    pub(super) fn operations(&self, before: &Schema) -> Vec<Operation> {
        let mut operations = Vec::new();
        let tables: Vec<&String> = before.tables.keys().collect();
        for (from, to) in in_turn(&tables, self.tables.iter().map(|(from, to)| (from, to))) {
            operations.push(Operation::RenameTable { from, to });
        }
        for (name, table) in &apply(before, &operations).tables {
            let columns: Vec<&String> = table.columns.iter().map(|column| &column.name).collect();
            let renames = self.columns.iter().filter(|(of, ..)| of == name).map(|(_, from, to)| (from, to));
            for (from, to) in in_turn(&columns, renames) {
                operations.push(Operation::RenameColumn { table: name.clone(), from, to });
            }
        }
        operations
    }
}

/// Whether a rename is none, one of two of the same name, or to a name that another has and keeps.
fn is_in_the_way(all: &[(&String, &String)], from: &String, to: &String, was_there: bool) -> bool {
    let alike = all.iter().filter(|(other, another)| *other == from || *another == to).count();
    from == to || alike > 1 || was_there && !all.iter().any(|(other, _)| *other == to)
}

/// Renames in an order in which no name is there twice at any time.
fn in_turn<'n>(
    known: &[&String],
    renames: impl Iterator<Item = (&'n String, &'n String)>,
) -> Vec<(String, String)> {
    let mut now: BTreeMap<String, String> =
        known.iter().map(|name| ((*name).clone(), (*name).clone())).collect();
    let mut steps = Vec::new();
    for (from, to) in renames.filter(|(from, to)| from != to) {
        let Some(called) = now.get(from).filter(|name| *name != to).cloned() else { continue };
        if called.eq_ignore_ascii_case(to) {
            // SQLite takes the two for one name.
            let other = short(format!("{to}_before"));
            steps.push((called, other.clone()));
            steps.push((other, to.clone()));
            now.insert(from.clone(), to.clone());
            continue;
        }
        if let Some(in_the_way) = now.values_mut().find(|name| *name == to) {
            let other = short(format!("{to}_before"));
            steps.push((to.clone(), other.clone()));
            *in_the_way = other;
        }
        steps.push((called, to.clone()));
        now.insert(from.clone(), to.clone());
    }
    steps
}

/// Takes over, into `before`, what whoever described it could not know: types that may be those of `after`.
pub fn reconcile(before: &mut Schema, after: &Schema, renames: &Renames) {
    for (name, table) in &mut before.tables {
        let name = renames.tables.iter().find(|(from, _)| from == name).map_or(name, |(_, to)| to);
        let Some(other) = after.tables.get(name) else { continue };
        for column in &mut table.columns {
            let renamed = renames.columns.iter().find(|(of, from, _)| of == name && *from == column.name);
            let column_name = renamed.map_or(&column.name, |(_, _, to)| to);
            if let Some(other) = other.column(column_name).filter(|other| column.kind.may_be(&other.kind)) {
                column.kind.clone_from(&other.kind);
            }
        }
    }
}

/// Columns and tables that go while a like one comes, as `--rename` takes them.
pub fn likely_renames(operations: &[Operation]) -> Vec<String> {
    use Operation as O;
    let mut found = Vec::new();
    for gone in operations {
        match gone {
            O::DropColumn { table, column } => {
                let like = |operation: &&Operation| {
                    matches!(operation, O::AddColumn { table: of, column: new, .. }
                    if of == table && Column { name: column.name.clone(), ..new.clone() } == *column)
                };
                let mut candidates = operations.iter().filter(like);
                if let (Some(O::AddColumn { column: new, .. }), None) = (candidates.next(), candidates.next())
                {
                    found.push(format!("{table}.{}:{}", column.name, new.name));
                }
            }
            O::DropTable { name, table } => {
                let like = |operation: &&Operation| {
                    matches!(operation, O::CreateTable { table: new, .. }
                        if new.columns == table.columns && new.primary_key == table.primary_key)
                };
                let mut candidates = operations.iter().filter(like);
                if let (Some(O::CreateTable { name: new, .. }), None) = (candidates.next(), candidates.next())
                {
                    found.push(format!("{name}:{new}"));
                }
            }
            _ => {}
        }
    }
    found
}
