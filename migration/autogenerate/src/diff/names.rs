//! Names of indexes. PostgreSQL and SQLite have each of them once, whichever table it is of.

use std::collections::BTreeSet;

use super::{Renames, apply};
use crate::schema::{ForeignKey, Schema, short};

/// The schema that is to come, with the names that its indexes have then: what stays keeps its own, and what comes gets one that
/// nothing else has, before or afterwards. What goes from the same table has gone by then, but for an index that a foreign key needs:
/// MySQL keeps it.
pub(crate) fn with_names(before: &Schema, after: &Schema, renames: &Renames) -> Schema {
    let before = apply(before, &renames.operations(before));
    let mut after = after.clone();
    let mut taken: BTreeSet<String> =
        before.tables.keys().chain(after.tables.keys()).map(|name| name.to_lowercase()).collect();
    let mut leaving = Vec::new();
    for (name, table) in &before.tables {
        for index in &table.indexes {
            let after = after
                .tables
                .get_mut(name)
                .and_then(|table| table.indexes.iter_mut().find(|new| *new == index));
            let called = index.name_on(name).to_lowercase();
            match after {
                Some(stays) => {
                    stays.name.clone_from(&index.name);
                    taken.insert(called);
                }
                None => {
                    let serves = |key: &ForeignKey| index.columns.starts_with(&key.columns);
                    leaving.push((name.clone(), called, table.foreign_keys.iter().any(serves)));
                }
            }
        }
    }
    for (name, table) in &mut after.tables {
        let known = before.tables.get(name).map(|table| &table.indexes[..]).unwrap_or_default();
        for index in table.indexes.iter_mut().filter(|index| !known.contains(index)) {
            let wanted = index.name_on(name);
            let is_free = |candidate: &String| {
                let candidate = candidate.to_lowercase();
                let is_there = |(of, other, is_kept): &(String, String, bool)| {
                    *other == candidate && (of != name || *is_kept)
                };
                !taken.contains(&candidate) && !leaving.iter().any(is_there)
            };
            let numbered = (2..).map(|number| short(format!("{wanted}_{number}")));
            let chosen = [wanted.clone()].into_iter().chain(numbered).find(is_free).unwrap_or(wanted.clone());
            taken.insert(chosen.to_lowercase());
            index.name = Some(chosen);
        }
    }
    after
}
