//! What a schema is: one kind of description for entities, migrations and databases, so that like is compared with like.

use std::collections::BTreeMap;

pub use crate::types::{DefaultValue, Type};

/// The tables of a schema, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables.
    pub tables: BTreeMap<String, Table>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The columns, in order. The order is no difference: columns that are added come last.
    pub columns: Vec<Column>,
    /// The columns of the primary key, in order.
    pub primary_key: Vec<String>,
    /// The indexes and unique keys.
    pub indexes: Vec<Index>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Type,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it holds where nothing is said.
    pub default: Option<DefaultValue>,
    /// Whether the database counts it up.
    pub auto_increment: bool,
}

/// An index or a unique key, which are one thing to who uses them.
#[derive(Clone, Debug)]
pub struct Index {
    /// Its name, where it has one of its own. The name is no difference.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// Whether no two rows may be alike in them.
    pub unique: bool,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    /// Its columns.
    pub columns: Vec<String>,
    /// The table that it refers to.
    pub table: String,
    /// The columns there.
    pub references: Vec<String>,
    /// What happens when what it refers to is deleted.
    pub on_delete: Action,
    /// What happens when what it refers to changes.
    pub on_update: Action,
}

/// What a foreign key does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It refuses, at the end of the statement at the latest.
    #[default]
    NoAction,
    /// It refuses at once.
    Restrict,
    /// The row goes, or changes, along.
    Cascade,
    /// The column becomes null.
    SetNull,
    /// The column gets its default.
    SetDefault,
}

impl Action {
    /// From SQL's words; what is not known is [`Action::NoAction`].
    pub fn from_sql(words: &str) -> Self {
        match words.to_ascii_uppercase().as_str() {
            "RESTRICT" => Self::Restrict,
            "CASCADE" => Self::Cascade,
            "SET NULL" => Self::SetNull,
            "SET DEFAULT" => Self::SetDefault,
            _ => Self::NoAction,
        }
    }

    /// As `ForeignKeyAction` names it.
    pub fn variant(self) -> &'static str {
        match self {
            Self::NoAction => "NoAction",
            Self::Restrict => "Restrict",
            Self::Cascade => "Cascade",
            Self::SetNull => "SetNull",
            Self::SetDefault => "SetDefault",
        }
    }
}

impl Index {
    /// Whether it is the same index, by whatever name.
    pub fn same(&self, other: &Self) -> bool {
        (self.unique, &self.columns) == (other.unique, &other.columns)
    }

    /// Its name, or the one that it gets.
    pub fn name_on(&self, table: &str) -> String {
        self.name.clone().unwrap_or_else(|| short(format!("idx_{table}_{}", self.columns.join("_"))))
    }
}

/// A name that every database takes whole. PostgreSQL cuts after 63 bytes and MySQL refuses more than 64 letters: a longer one
/// ends in a hash (FNV-1a) of all of it, so that two that begin alike stay two.
pub(crate) fn short(name: String) -> String {
    const LONGEST: usize = 63;
    if name.len() <= LONGEST {
        return name;
    }
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let kept = name.floor_char_boundary(LONGEST - "_01234567".len());
    format!("{}_{hash:08x}", &name[..kept])
}

impl PartialEq for Index {
    fn eq(&self, other: &Self) -> bool {
        self.same(other)
    }
}

impl Eq for Index {}

impl Table {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Whether two lists hold the same things, in whatever order.
fn alike<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.len() == other.len()
        && one.iter().all(|item| other.contains(item))
        && other.iter().all(|item| one.contains(item))
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.primary_key == other.primary_key
            && alike(&self.columns, &other.columns)
            && alike(&self.indexes, &other.indexes)
            && alike(&self.foreign_keys, &other.foreign_keys)
    }
}

impl Eq for Table {}

/// Something that entities cannot express. It is declared beside the migration that makes it, and left alone.
#[derive(Clone, Copy, Debug)]
pub enum Object {
    /// A table, by its name.
    Table(&'static str),
    /// A column of a table, one that the database makes of others, with the indexes that it is in.
    Column(&'static str, &'static str),
    /// An index, by its name: one with a condition, or over an expression.
    Index(&'static str),
    /// A trigger, by its name.
    Trigger(&'static str),
    /// The foreign key of these columns of a table.
    ForeignKey(&'static str, &'static [&'static str]),
}

impl Schema {
    /// Why a foreign key of a table of this schema cannot be; nothing where it can.
    pub(crate) fn why_not(&self, table: &Table, key: &ForeignKey) -> Option<String> {
        let (of, references) = (&key.table, key.references.join(", "));
        let Some(target) = self.tables.get(of) else {
            return Some(format!("there is no entity of {of}, to which it refers"));
        };
        let unique = target.indexes.iter().filter(|index| index.unique).map(|index| &index.columns);
        if !unique.chain([&target.primary_key]).any(|columns| *columns == key.references) {
            return Some(format!(
                "it refers to ({references}) of {of}, which is no primary key and no unique one: two rows may be alike"
            ));
        }
        let differ = key.columns.iter().zip(&key.references).find(|(own, other)| {
            let kinds =
                table.column(own).zip(target.column(other)).map(|(own, other)| (&own.kind, &other.kind));
            kinds.is_some_and(|(own, other)| own != other && !(own.is_text() && other.is_text()))
        });
        differ.map(|(own, other)| format!("{own} is of another type than {of}.{other}, to which it refers"))
    }

    /// Takes out what was declared.
    pub fn without(mut self, objects: &[Object]) -> Self {
        for object in objects {
            match *object {
                Object::Table(name) => {
                    self.tables.remove(name);
                }
                Object::Column(name, column) => {
                    if let Some(table) = self.tables.get_mut(name) {
                        table.columns.retain(|known| known.name != column);
                        table.indexes.retain(|index| !index.columns.iter().any(|known| known == column));
                    }
                }
                Object::Index(name) => {
                    for table in self.tables.values_mut() {
                        table.indexes.retain(|index| index.name.as_deref() != Some(name));
                    }
                }
                Object::ForeignKey(name, columns) => {
                    if let Some(table) = self.tables.get_mut(name) {
                        table.foreign_keys.retain(|key| key.columns != columns);
                    }
                }
                Object::Trigger(_) => {}
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_become_short_ones_that_differ() {
        let fits = "idx_a_".to_owned() + &"b".repeat(57);
        assert_eq!(short(fits.clone()), fits);
        let (one, other) = (short(format!("{fits}_c")), short(format!("{fits}_d")));
        assert_eq!(one, format!("idx_a_{}_5540777b", "b".repeat(48)));
        assert_ne!(one, other);
        assert_eq!(short(one.clone()), one);
        // Letters are not cut in two.
        assert_eq!(short("ü".repeat(40)).len(), 63);
    }
}
