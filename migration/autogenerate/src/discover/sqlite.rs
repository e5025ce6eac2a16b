//! SQLite's schema, from its pragmas. sea-schema's own discovery (0.18.1) gets something of each part wrong, so that each would need
//! its pragma beside it:
//! - tables: those that a virtual table keeps its data in are tables like others, and a quote in a name ends its pragma;
//! - columns: quotes are taken out of defaults (`'it''s'` is `its`, `'7'` is the number 7), an enumeration is a text, one that is
//!   generated is one like others, and of a primary key of several columns nobody knows the order;
//! - indexes: it panics at one over an expression, whose column is NULL in `PRAGMA index_info`;
//! - foreign keys: it panics at `REFERENCES a_table` without a column, which is NULL in `PRAGMA foreign_key_list`.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::{Discovered, Unknown, rows};
use crate::schema::{Action, Column, DefaultValue, ForeignKey, Index, Table, Type};

pub(super) async fn discover(db: &impl ConnectionTrait) -> Result<Discovered, DbErr> {
    let mut found = Discovered::default();
    let mut counted = BTreeMap::new();
    // Tables of their own kinds: those that a virtual table keeps its data in are not listed.
    let tables = "SELECT l.name, l.type, m.sql FROM pragma_table_list l JOIN sqlite_master m ON m.name = l.name \
                  WHERE l.schema = 'main' AND l.type IN ('table', 'virtual') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    for row in rows(db, tables).await? {
        let (name, kind, sql): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if kind == "virtual" {
            found.unknown.push(Unknown {
                what: format!("the virtual table {name}"),
                table: name.clone(),
                name,
            });
            continue;
        }
        counted.insert(name.clone(), sql.to_ascii_uppercase().contains("AUTOINCREMENT"));
        found.schema.tables.insert(name, Table::default());
    }
    columns(db, &mut found, &counted).await?;
    indexes(db, &mut found).await?;
    foreign_keys(db, &mut found).await?;
    for row in rows(db, "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").await? {
        let (name, table): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        found.unknown.push(Unknown { what: format!("the trigger {name}"), name, table });
    }
    Ok(found)
}

async fn columns(
    db: &impl ConnectionTrait,
    found: &mut Discovered,
    counted: &BTreeMap<String, bool>,
) -> Result<(), DbErr> {
    let sql = "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk FROM sqlite_master m, \
               pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND c.hidden = 0 ORDER BY m.name, c.cid";
    let mut keys: BTreeMap<String, Vec<(i32, String)>> = BTreeMap::new();
    for row in rows(db, sql).await? {
        let table: String = row.try_get_by_index(0)?;
        let Some(known) = found.schema.tables.get_mut(&table) else { continue };
        let (name, declared): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let (not_null, place): (i32, i32) = (row.try_get_by_index(3)?, row.try_get_by_index(5)?);
        let default: Option<String> = row.try_get_by_index(4)?;
        let kind = Type::from_sqlite(&declared);
        if place > 0 {
            keys.entry(table.clone()).or_default().push((place, name.clone()));
        }
        known.columns.push(Column {
            default: default.and_then(|default| DefaultValue::from_sql(&default, &kind)),
            nullable: not_null == 0 && place == 0,
            auto_increment: place > 0 && counted.get(&table) == Some(&true),
            name,
            kind,
        });
    }
    for (table, mut columns) in keys {
        columns.sort();
        if let Some(table) = found.schema.tables.get_mut(&table) {
            table.primary_key = columns.into_iter().map(|(_, name)| name).collect();
        }
    }
    Ok(())
}

async fn indexes(db: &impl ConnectionTrait, found: &mut Discovered) -> Result<(), DbErr> {
    let sql = "SELECT m.name, i.name, i.\"unique\", i.partial, c.name FROM sqlite_master m, \
               pragma_index_list(m.name) i, pragma_index_info(i.name) c \
               WHERE m.type = 'table' AND i.origin <> 'pk' ORDER BY m.name, i.name, c.seqno";
    for row in rows(db, sql).await? {
        let (table, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let (unique, partial): (i32, i32) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let column: Option<String> = row.try_get_by_index(4)?;
        let Some(known) = found.schema.tables.get_mut(&table) else { continue };
        let special = |what: &str| Unknown {
            what: format!("the index {name} of {table}, {what}"),
            name: name.clone(),
            table: table.clone(),
        };
        let problem = match &column {
            None => Some(special("which is over an expression")),
            Some(_) if partial != 0 => Some(special("which has a condition")),
            Some(_) => None,
        };
        if let Some(problem) = problem {
            if !found.unknown.contains(&problem) {
                found.unknown.push(problem);
            }
            known.indexes.retain(|index| index.name.as_deref() != Some(&name));
            continue;
        }
        let columns = column.into_iter().collect();
        match known.indexes.iter_mut().find(|index| index.name.as_deref() == Some(&name)) {
            Some(index) => index.columns.extend::<Vec<String>>(columns),
            None => known.indexes.push(Index { name: Some(name.clone()), columns, unique: unique != 0 }),
        }
    }
    for table in found.schema.tables.values_mut() {
        for index in &mut table.indexes {
            // What a table's own UNIQUE made: the name is SQLite's.
            index.name = index.name.take().filter(|name| !name.starts_with("sqlite_autoindex_"));
        }
    }
    Ok(())
}

async fn foreign_keys(db: &impl ConnectionTrait, found: &mut Discovered) -> Result<(), DbErr> {
    let sql = "SELECT m.name, k.id, k.\"table\", k.\"from\", k.\"to\", k.on_update, k.on_delete FROM sqlite_master m, \
               pragma_foreign_key_list(m.name) k WHERE m.type = 'table' ORDER BY m.name, k.id DESC, k.seq";
    let mut last = None;
    for row in rows(db, sql).await? {
        let (table, id): (String, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let (target, from): (String, String) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let to: Option<String> = row.try_get_by_index(4)?;
        let (update, delete): (String, String) = (row.try_get_by_index(5)?, row.try_get_by_index(6)?);
        // Where no column is said it is the primary key.
        let to =
            to.or_else(|| found.schema.tables.get(&target)?.primary_key.first().cloned()).unwrap_or_default();
        let Some(known) = found.schema.tables.get_mut(&table) else { continue };
        let place = Some((table, id));
        if last == place
            && let Some(key) = known.foreign_keys.last_mut()
        {
            key.columns.push(from);
            key.references.push(to);
        } else {
            known.foreign_keys.push(ForeignKey {
                columns: vec![from],
                table: target,
                references: vec![to],
                on_delete: Action::from_sql(&delete),
                on_update: Action::from_sql(&update),
            });
        }
        last = place;
    }
    Ok(())
}
