//! What entities describe, as a schema.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic, Iterable,
    sea_query::{ColumnType, Index as IndexBuilder, IndexCreateStatement, TableCreateStatement},
};

use crate::{
    discover::discover,
    schema::{Index, Schema, Type, short},
    scratch,
};

/// The entities of a program, and the indexes over several columns that their attributes cannot say.
#[derive(Debug, Default)]
pub struct Entities {
    tables: Vec<TableCreateStatement>,
    indexes: Vec<IndexCreateStatement>,
    types: Vec<(String, String, ColumnType)>,
    /// Tables that are said to be in another schema than the connection's.
    elsewhere: Vec<String>,
}

impl Entities {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entity.
    #[must_use]
    pub fn with<E: EntityTrait>(mut self, entity: E) -> Self {
        let helper = sea_orm::Schema::new(DbBackend::Sqlite);
        let table = entity.table_name();
        self.elsewhere.extend(entity.schema_name().map(|schema| format!("{schema}.{table}")));
        for column in E::Column::iter() {
            let kind = column.def().get_column_type().clone();
            self.types.push((table.to_owned(), column.as_str().to_owned(), kind));
        }
        // What not every database has is said by `describe`; to make a statement of it is to panic.
        if self.types.iter().all(|(_, _, kind)| Type::from_sea_query(kind).is_some()) {
            self.tables.push(helper.create_table_from_entity(entity));
            self.indexes.extend(helper.create_index_from_entity(entity));
        }
        self
    }

    /// Adds the index `idx_{table}_{name}` over some columns of an entity, in their order.
    #[must_use]
    pub fn index<E: EntityTrait>(mut self, entity: E, name: &str, columns: &[E::Column]) -> Self {
        self.indexes.push(index(entity, name, columns));
        self
    }

    /// Adds the unique index `idx_{table}_{name}` over some columns of an entity, in their order.
    #[must_use]
    pub fn unique_index<E: EntityTrait>(mut self, entity: E, name: &str, columns: &[E::Column]) -> Self {
        self.indexes.push(index(entity, name, columns).unique().take());
        self
    }

    /// Makes the tables in a database in memory, and describes them. What that database takes for one thing is as the
    /// entities say.
    ///
    /// An `indexed` column needs no index of its own where a wider one begins with it: then there is none.
    ///
    /// # Errors
    /// When a column has a type that not every database has, or the entities contradict each other.
    pub async fn describe(&self) -> Result<Schema, DbErr> {
        for (table, column, kind) in &self.types {
            if Type::from_sea_query(kind).is_none() {
                let message = format!("{table}.{column} has a type that not every database has: {kind:?}");
                return Err(DbErr::Type(message));
            }
        }
        if let Some(table) = self.elsewhere.first() {
            return Err(DbErr::Type(format!(
                "{table} names a schema: migrations go to the connection's own"
            )));
        }
        let mut enumerations = HashMap::new();
        for (table, column, kind) in &self.types {
            if let Some(Type::Enum { name, values }) = Type::from_sea_query(kind)
                && let Some((other, known)) =
                    enumerations.insert(name.clone(), (format!("{table}.{column}"), values.clone()))
                && known != values
                && !name.is_empty()
            {
                let message =
                    format!("{other} and {table}.{column} have other values, but one enumeration: {name}");
                return Err(DbErr::Type(message));
            }
        }
        let db = scratch().await?;
        for table in &self.tables {
            db.execute(table).await?;
        }
        for index in &self.indexes {
            db.execute(index).await?;
        }
        let mut schema = discover(&db, "").await?.schema;
        db.close().await?;
        for (table, column, kind) in &self.types {
            let column = schema
                .tables
                .get_mut(table)
                .and_then(|table| table.columns.iter_mut().find(|known| known.name == *column));
            if let (Some(column), Some(kind)) = (column, Type::from_sea_query(kind)) {
                column.kind = kind;
            }
        }
        let mut counting = schema
            .tables
            .iter()
            .flat_map(|(table, known)| known.columns.iter().map(move |column| (table, column)));
        if let Some((table, column)) =
            counting.find(|(_, column)| column.auto_increment && column.kind.is_unsigned())
        {
            let name = &column.name;
            let message = format!(
                "{table}.{name} counts itself up and is unsigned, which PostgreSQL has not: make it an i64"
            );
            return Err(DbErr::Type(message));
        }
        for table in schema.tables.values_mut() {
            for index in &mut table.indexes {
                // SeaORM has hyphens in its names.
                index.name = index.name.take().map(|name| short(name.replace('-', "_")));
            }
            let begins = |wider: &[String], index: &Index| {
                wider.len() > index.columns.len() && wider.starts_with(&index.columns)
                    || wider == index.columns && !index.unique
            };
            let all = table.indexes.clone();
            table.indexes.retain(|index| {
                index.unique
                    || !(begins(&table.primary_key, index)
                        || all.iter().any(|other| {
                            begins(&other.columns, index) && (other.columns != index.columns || other.unique)
                        }))
            });
        }
        Ok(schema)
    }
}

fn index<E: EntityTrait>(entity: E, name: &str, columns: &[E::Column]) -> IndexCreateStatement {
    let mut index = IndexBuilder::create();
    index.name(format!("idx_{}_{name}", entity.table_name())).table(entity.table_ref());
    for column in columns {
        index.col(*column);
    }
    index
}
