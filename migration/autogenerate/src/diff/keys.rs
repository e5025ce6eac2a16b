//! When foreign keys go and come. A database takes a key only to columns of its own columns' types of which no two rows are alike:
//! by the primary key, or by a unique index. While a key is there it lets neither go (PostgreSQL, MariaDB), and no type change (MariaDB).

use crate::schema::{Column, ForeignKey, Schema, Table};

/// The keys of two schemas, by the names of the later one.
pub(super) struct Keys<'s> {
    pub(super) before: &'s Schema,
    pub(super) after: &'s Schema,
}

/// A key and the table that has it.
type Of = (String, ForeignKey);

impl Keys<'_> {
    /// Whether a key is there before and afterwards, and all the time. Keys of the same columns are dropped together.
    pub(super) fn stays(&self, name: &str, key: &ForeignKey) -> bool {
        let (Some(before), Some(after)) = (self.before.tables.get(name), self.after.tables.get(name)) else {
            return false;
        };
        let mut alike = before.foreign_keys.iter().filter(|other| other.columns == key.columns);
        before.foreign_keys.contains(key)
            && are_alike(before, after, &key.columns)
            && alike.all(|other| after.foreign_keys.contains(other) && !self.loses_its_hold(other))
    }

    /// Those that must be gone before any table is changed.
    pub(super) fn early(&self) -> Vec<Of> {
        let goes = |(name, key): &Of| !self.stays(name, key);
        let lost: Vec<Of> =
            all(self.before).filter(goes).filter(|(_, key)| self.loses_its_hold(key)).collect();
        let along =
            |(name, key): &Of| lost.iter().any(|(of, other)| of == name && other.columns == key.columns);
        all(self.before).filter(goes).filter(along).collect()
    }

    /// Those that can come only after all tables were changed, each in its turn: what they refer to comes later, or with themselves.
    pub(super) fn late(&self, order: &[String]) -> Vec<Of> {
        let place = |name: &str| order.iter().position(|known| known == name);
        let comes = |(name, key): &Of| !self.stays(name, key);
        let waits = |(name, key): &Of| place(name) <= place(&key.table) && !self.holds_already(name, key);
        all(self.after).filter(comes).filter(waits).collect()
    }

    /// Whether what a key refers to is changed so that no key may be there meanwhile. A table that goes does so after all else.
    fn loses_its_hold(&self, key: &ForeignKey) -> bool {
        let tables = self.before.tables.get(&key.table).zip(self.after.tables.get(&key.table));
        tables.is_some_and(|(before, after)| {
            !are_alike(before, after, &key.references)
                || holds(before, key).into_iter().any(|hold| !holds(after, key).contains(&hold))
        })
    }

    /// Whether a key can come before what it refers to is changed, or with its own table's change.
    fn holds_already(&self, name: &str, key: &ForeignKey) -> bool {
        let is_own = key.table == name;
        let Some(after) = self.after.tables.get(&key.table) else { return false };
        match self.before.tables.get(&key.table) {
            // A table is made with its primary key, and gets its indexes then.
            None => is_own && same(&after.primary_key, &key.references),
            Some(before) => {
                let now = holds(before, key);
                let has_key = is_own && same(&after.primary_key, &key.references);
                has_key
                    || holds(after, key).iter().any(|hold| now.contains(hold))
                        && (is_own || are_alike(before, after, &key.references))
            }
        }
    }
}

fn all(schema: &Schema) -> impl Iterator<Item = Of> {
    schema
        .tables
        .iter()
        .flat_map(|(name, table)| table.foreign_keys.iter().map(|key| (name.clone(), key.clone())))
}

/// What a key may hold on to, in the table that it refers to: the lists of columns of its primary key (first) and unique indexes.
fn holds<'t>(table: &'t Table, key: &ForeignKey) -> Vec<(bool, &'t [String])> {
    let primary = (true, &table.primary_key[..]);
    let unique = table.indexes.iter().filter(|index| index.unique).map(|index| (false, &index.columns[..]));
    let found = [primary].into_iter().chain(unique);
    found.filter(|(_, columns)| same(columns, &key.references)).collect()
}

/// Whether two lists have the same columns.
fn same(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|column| other.contains(column))
}

/// Whether columns are of the same types before and afterwards.
fn are_alike(before: &Table, after: &Table, columns: &[String]) -> bool {
    let kind = |table: &Table, name: &String| table.column(name).map(|column: &Column| column.kind.clone());
    columns.iter().all(|name| kind(before, name) == kind(after, name))
}
