//! What the engine knows of an entity's columns, from the entity itself.

use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, Schema,
    sea_query::{Alias, ColumnType, DynIden, IntoIden, StringLen},
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text of one line, of at most so many characters.
    Text(Option<u32>),
    /// Text of many lines.
    LongText,
    /// A whole number of 8 to 32 bits.
    Integer,
    /// A whole number of 64 bits.
    BigInteger,
    /// A number.
    Double,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// JSON.
    Json,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name in the database, and in addresses and forms.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may hold nothing.
    pub is_nullable: bool,
    /// Whether the database has a value for it where none is given.
    pub has_default: bool,
    /// Whether no two rows may have the same.
    pub is_unique: bool,
}

impl Column {
    /// What the entity says of one of its columns. A type that forms have no widget for (bytes, arrays, …) is none of
    /// the engine's.
    pub fn of<C: ColumnTrait>(column: C) -> Option<Self> {
        let definition = column.def();
        let kind = match definition.get_column_type() {
            ColumnType::String(StringLen::N(length)) => Kind::Text(Some(*length)),
            ColumnType::Char(length) => Kind::Text(*length),
            ColumnType::String(_) => Kind::Text(None),
            ColumnType::Text => Kind::LongText,
            ColumnType::TinyInteger | ColumnType::SmallInteger | ColumnType::Integer => Kind::Integer,
            ColumnType::BigInteger => Kind::BigInteger,
            ColumnType::Float | ColumnType::Double => Kind::Double,
            ColumnType::Boolean => Kind::Boolean,
            ColumnType::Date => Kind::Date,
            ColumnType::TimestampWithTimeZone | ColumnType::Timestamp | ColumnType::DateTime => {
                Kind::DateTime
            }
            ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
            _ => return None,
        };
        Some(Self {
            name: column.as_str(),
            kind,
            is_nullable: definition.is_null(),
            has_default: definition.get_column_default().is_some(),
            is_unique: definition.is_unique(),
        })
    }

    /// A column that is not in a table: where hooks keep a value of this kind.
    pub fn kept(name: &'static str, kind: Kind) -> Self {
        let is_text = matches!(kind, Kind::Text(_) | Kind::LongText);
        Self { name, kind, is_nullable: !is_text, has_default: true, is_unique: false }
    }

    /// Its name as SQL takes it.
    pub fn iden(&self) -> DynIden {
        iden(self.name)
    }

    /// "published_at" → "Published at"; a reference's `_id` is left out.
    pub fn label(&self) -> String {
        label(self.name)
    }
}

/// The name of a table or a column as SQL takes it.
pub fn iden(name: &'static str) -> DynIden {
    Alias::new(name).into_iden()
}

/// See [`Column::label`].
pub fn label(name: &str) -> String {
    let words = name.strip_suffix("_id").unwrap_or(name).replace('_', " ");
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// A table: its name, its key and its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct TableOf {
    /// Its name in the database.
    pub name: &'static str,
    /// Its primary key: one whole number.
    pub key: &'static str,
    /// Its columns, the key among them, in the entity's order.
    pub columns: Vec<Column>,
    /// Columns that no two rows may have the same of, taken together.
    pub unique: Vec<Vec<&'static str>>,
}

impl TableOf {
    /// What an entity says of its table. Of a primary key of several columns, the first: such tables are edited from
    /// the rows that they join.
    pub fn of<E: EntityTrait>() -> Self {
        let columns: Vec<Column> = E::Column::iter().filter_map(Column::of).collect();
        let singly = columns.iter().filter(|column| column.is_unique).map(|column| vec![column.name]);
        // A unique key of several columns is known to SeaORM's schema builder only.
        let indexes = Schema::new(DbBackend::Sqlite).create_index_from_entity(E::default());
        let together = indexes.iter().filter(|index| index.is_unique_key()).map(|index| {
            let names = index.get_index_spec().get_column_names();
            let named = |name: &String| columns.iter().find(|column| column.name == name);
            names.iter().filter_map(named).map(|column| column.name).collect()
        });
        let unique = singly.chain(together).collect();
        Self {
            name: E::default().table_name(),
            key: E::PrimaryKey::iter().next().map_or("id", |key| key.into_column().as_str()),
            columns,
            unique,
        }
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}
