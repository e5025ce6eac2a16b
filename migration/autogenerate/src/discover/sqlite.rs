//! SQLite's schema: sea-schema's discovery, and what it leaves out. Of columns that is so much that they are read from the pragma
//! alone: sea-schema (0.18.1) takes quotes out of defaults (`'it''s'` is `its`, `'7'` is the number 7), takes an enumeration for a
//! text and one that is generated for one like others, and says nothing of the order of a primary key.

use std::collections::BTreeMap;

use sea_orm::{DatabaseConnection, DbErr};
use sea_schema::sqlite::{def::IndexInfo, discovery::SchemaDiscovery};

use super::{Discovered, Unknown, debug_words, failed, rows};
use crate::schema::{Action, Column, DefaultValue, ForeignKey, Index, Table, Type};

pub(super) async fn discover(db: &DatabaseConnection) -> Result<Discovered, DbErr> {
    let mut discovered = SchemaDiscovery::discover_with(db).await.map_err(failed)?;
    let mut found = Discovered::default();
    // Tables of their own kinds: those that a virtual table keeps its data in are not listed, and sea-schema does not tell.
    let tables = "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') \
                  AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    for row in rows(db, tables).await? {
        let (name, kind): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if kind == "virtual" {
            found.unknown.push(Unknown {
                what: format!("the virtual table {name}"),
                table: name.clone(),
                name,
            });
        } else {
            found.schema.tables.insert(name, Table::default());
        }
    }
    columns(db, &mut found).await?;
    for table in &mut discovered.tables {
        let Some(known) = found.schema.tables.get_mut(&table.name) else { continue };
        for column in &mut known.columns {
            column.auto_increment = table.auto_increment && known.primary_key.contains(&column.name);
        }
        discovered.indexes.append(&mut table.constraints);
    }
    discovered.indexes.sort_by(|one, other| one.index_name.cmp(&other.index_name));
    for info in discovered.indexes {
        index(info, &mut found);
    }
    for table in discovered.tables {
        // The last one that was written is the first one here.
        for key in table.foreign_keys.into_iter().rev() {
            let target = found.schema.tables.get(&key.table);
            let primary_key = target.map(|target| target.primary_key.clone()).unwrap_or_default();
            let Some(known) = found.schema.tables.get_mut(&table.name) else { continue };
            // Where no column is said it is the primary key.
            let is_said = key.to.iter().all(|column| !column.is_empty());
            known.foreign_keys.push(ForeignKey {
                columns: key.from,
                table: key.table,
                references: if is_said { key.to } else { primary_key },
                on_delete: Action::from_sql(&debug_words(&key.on_delete)),
                on_update: Action::from_sql(&debug_words(&key.on_update)),
            });
        }
    }
    for row in rows(db, "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").await? {
        let (name, table): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        found.unknown.push(Unknown { what: format!("the trigger {name}"), name, table });
    }
    Ok(found)
}

async fn columns(db: &DatabaseConnection, found: &mut Discovered) -> Result<(), DbErr> {
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
            auto_increment: false,
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

fn index(info: IndexInfo, found: &mut Discovered) {
    let (name, table) = (info.index_name, info.table_name);
    let Some(known) = found.schema.tables.get_mut(&table) else { return };
    // An expression is a column without a name.
    let special = if info.columns.iter().any(String::is_empty) {
        "which is over an expression"
    } else if info.partial != 0 {
        "which has a condition"
    } else {
        // What a table's own UNIQUE made has a name of SQLite's.
        let name = (info.origin == "c").then_some(name);
        known.indexes.push(Index { name, columns: info.columns, unique: info.unique });
        return;
    };
    found.unknown.push(Unknown { what: format!("the index {name} of {table}, {special}"), name, table });
}
