//! PostgreSQL's and MySQL's schemas: sea-schema's discovery, and what it leaves out.

use sea_orm::{DatabaseConnection, DbErr, sea_query::TableCreateStatement};
use sea_schema::{mysql, postgres};

use super::{Discovered, Unknown, debug_words, failed, rows};
use crate::schema::{Action, Column, DefaultValue, ForeignKey, Index, Table, Type};

pub(super) async fn postgres(db: &DatabaseConnection, schema: &str) -> Result<Discovered, DbErr> {
    let discovery = postgres::discovery::SchemaDiscovery::new_no_exec(schema);
    let discovered = discovery.discover_with(db).await.map_err(failed)?;
    let mut found = Discovered::default();
    for table in &discovered.tables {
        let mut described = Table::default();
        for column in &table.columns {
            if column.generated.is_some() {
                found.unknown.push(Unknown {
                    name: column.name.clone(),
                    table: table.info.name.clone(),
                    what: format!("the column {}.{}, which is generated", table.info.name, column.name),
                });
            }
            let kind = Type::from_sea_query(&column.write_col_type())
                .unwrap_or_else(|| Type::Custom(format!("{:?}", column.col_type)));
            described.columns.push(Column {
                name: column.name.clone(),
                nullable: column.not_null.is_none(),
                default: None,
                auto_increment: column.is_identity,
                kind,
            });
        }
        for key in &table.primary_key_constraints {
            described.primary_key.clone_from(&key.columns);
        }
        found.schema.tables.insert(table.info.name.clone(), described);
    }
    // As they are written: sea-schema does not tell 'a' from an expression.
    let defaults = format!(
        "SELECT table_name::text, column_name::text, column_default FROM information_schema.columns \
         WHERE table_schema = {} AND column_default IS NOT NULL",
        literal(schema)
    );
    for row in rows(db, &defaults).await? {
        let (table, name, default): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let Some(table) = found.schema.tables.get_mut(&table) else { continue };
        if let Some(column) = table.columns.iter_mut().find(|column| column.name == name) {
            column.auto_increment |= default.starts_with("nextval(");
            column.default = DefaultValue::from_sql(&default, &column.kind);
        }
    }
    postgres_keys(db, schema, &mut found).await?;
    postgres_indexes(db, schema, &mut found).await?;
    Ok(found)
}

/// Of a key of several columns sea-schema (0.18.1) says each of them with each of those that it refers to.
async fn postgres_keys(db: &DatabaseConnection, schema: &str, found: &mut Discovered) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT t.relname::text, k.place, o.attname::text, f.relname::text, r.attname::text, c.confdeltype::text, \
         c.confupdtype::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
         JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_class f ON f.oid = c.confrelid \
         CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (own, other, place) \
         JOIN pg_attribute o ON o.attrelid = c.conrelid AND o.attnum = k.own \
         JOIN pg_attribute r ON r.attrelid = c.confrelid AND r.attnum = k.other \
         WHERE c.contype = 'f' AND n.nspname = {} ORDER BY t.relname, c.conname, k.place",
        literal(schema)
    );
    let action = |code: String| match &*code {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    };
    for row in rows(db, &sql).await? {
        let (table, place): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let Some(known) = found.schema.tables.get_mut(&table) else { continue };
        if place == 1 {
            known.foreign_keys.push(ForeignKey {
                columns: Vec::new(),
                table: row.try_get_by_index(3)?,
                references: Vec::new(),
                on_delete: action(row.try_get_by_index(5)?),
                on_update: action(row.try_get_by_index(6)?),
            });
        }
        if let Some(key) = known.foreign_keys.last_mut() {
            key.columns.push(row.try_get_by_index(2)?);
            key.references.push(row.try_get_by_index(4)?);
        }
    }
    Ok(())
}

/// sea-schema knows unique ones only.
async fn postgres_indexes(
    db: &DatabaseConnection,
    schema: &str,
    found: &mut Discovered,
) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT t.relname::text, x.relname::text, i.indisunique, i.indpred IS NOT NULL OR i.indexprs IS NOT NULL OR \
         m.amname <> 'btree', a.attname::text \
         FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
         JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_am m ON m.oid = x.relam \
         CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, place) \
         LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum \
         WHERE NOT i.indisprimary AND n.nspname = {} ORDER BY t.relname, x.relname, k.place",
        literal(schema)
    );
    for row in rows(db, &sql).await? {
        let (table, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let (unique, special): (bool, bool) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let column: Option<String> = row.try_get_by_index(4)?;
        let Some(known) = found.schema.tables.get_mut(&table) else { continue };
        match column.filter(|_| !special) {
            Some(column) => add_to_index(known, name, unique, column),
            None => {
                let what = format!("the index {name} of {table}, which is over more than columns");
                let unknown = Unknown { name, table, what };
                if !found.unknown.contains(&unknown) {
                    found.unknown.push(unknown);
                }
            }
        }
    }
    Ok(())
}

fn add_to_index(table: &mut Table, name: String, unique: bool, column: String) {
    match table.indexes.iter_mut().find(|index| index.name.as_ref() == Some(&name)) {
        Some(index) => index.columns.push(column),
        None => table.indexes.push(Index { name: Some(name), columns: vec![column], unique }),
    }
}

pub(super) async fn mysql(db: &DatabaseConnection) -> Result<Discovered, DbErr> {
    let current = rows(db, "SELECT DATABASE()").await?;
    let name: String = current.first().ok_or_else(|| failed("no database"))?.try_get_by_index(0)?;
    let discovery = mysql::discovery::SchemaDiscovery::new_no_exec(&name);
    let discovered = discovery.discover_with(db).await.map_err(failed)?;
    let mut found = Discovered::default();
    for table in &discovered.tables {
        let written: TableCreateStatement = table.write();
        let mut described = Table::default();
        for (column, written) in table.columns.iter().zip(written.get_columns()) {
            described.columns.push(Column {
                name: column.name.clone(),
                kind: mysql_type(&column.col_type, written.get_column_type().and_then(Type::from_sea_query)),
                nullable: column.null,
                default: None,
                auto_increment: column.extra.auto_increment,
            });
        }
        for index in &table.indexes {
            let columns: Vec<String> = index.parts.iter().map(|part| part.column.clone()).collect();
            if index.name == "PRIMARY" {
                described.primary_key = columns;
            } else if index.functional || !matches!(index.idx_type, mysql::def::IndexType::BTree) {
                found.unknown.push(Unknown {
                    what: format!(
                        "the index {} of {}, which is over more than columns",
                        index.name, table.info.name
                    ),
                    name: index.name.clone(),
                    table: table.info.name.clone(),
                });
            } else {
                described.indexes.push(Index {
                    name: Some(index.name.clone()),
                    columns,
                    unique: index.unique,
                });
            }
        }
        for key in &table.foreign_keys {
            described.foreign_keys.push(ForeignKey {
                columns: key.columns.clone(),
                table: key.referenced_table.clone(),
                references: key.referenced_columns.clone(),
                on_delete: Action::from_sql(&debug_words(&key.on_delete)),
                on_update: Action::from_sql(&debug_words(&key.on_update)),
            });
        }
        found.schema.tables.insert(table.info.name.clone(), described);
    }
    let defaults = "SELECT table_name, column_name, CAST(column_default AS CHAR), VERSION() LIKE '%MariaDB%' \
                    FROM information_schema.columns WHERE table_schema = DATABASE() AND column_default IS NOT NULL";
    for row in rows(db, defaults).await? {
        let (table, name, default): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let quotes: i64 = row.try_get_by_index(3)?;
        let Some(table) = found.schema.tables.get_mut(&table) else { continue };
        if let Some(column) = table.columns.iter_mut().find(|column| column.name == name) {
            let now = default.to_ascii_lowercase().starts_with("current_timestamp");
            // MySQL says a text as it is, MariaDB as SQL.
            column.default = match column.kind {
                _ if quotes != 0 || now => DefaultValue::from_sql(&default, &column.kind),
                ref kind if kind.is_number() || *kind == Type::Boolean => {
                    DefaultValue::from_sql(&default, kind)
                }
                _ => Some(DefaultValue::Text(default)),
            };
        }
    }
    Ok(found)
}

fn mysql_type(kind: &mysql::def::Type, written: Option<Type>) -> Type {
    use mysql::def::Type as MySql;
    match kind {
        MySql::TinyInt(size) if size.maximum == Some(1) => Type::Boolean,
        MySql::TinyText(_) | MySql::Text(_) | MySql::MediumText(_) | MySql::LongText(_) => Type::Text,
        MySql::TinyBlob | MySql::Blob(_) | MySql::MediumBlob | MySql::LongBlob => Type::Blob,
        MySql::Decimal(size) => Type::Decimal(size.maximum.map(|digits| (digits, size.decimal.unwrap_or(0)))),
        MySql::Enum(values) => Type::Enum { name: String::new(), values: values.values.clone() },
        MySql::TinyInt(size) if size.unsigned == Some(true) => Type::TinyUnsigned,
        MySql::SmallInt(size) if size.unsigned == Some(true) => Type::SmallUnsigned,
        MySql::Int(size) if size.unsigned == Some(true) => Type::Unsigned,
        MySql::BigInt(size) if size.unsigned == Some(true) => Type::BigUnsigned,
        MySql::TinyInt(_) => Type::TinyInteger,
        MySql::SmallInt(_) => Type::SmallInteger,
        MySql::Int(_) => Type::Integer,
        MySql::BigInt(_) => Type::BigInteger,
        MySql::Json => Type::Json,
        _ => written.unwrap_or_else(|| Type::Custom(format!("{kind:?}"))),
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
