//! Changes on PostgreSQL, MySQL and MariaDB.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{
    SchemaManager, SchemaManagerConnection,
    sea_query::{
        ColumnDef, ColumnType, Expr, ExprTrait, ForeignKey, Index, PostgresQueryBuilder, Query, Table,
    },
};

use super::{Step, TableChange, literal, query, quoted};
use crate::{
    schema::{Type, short},
    sql::{split_create_table, tokens},
};

pub(super) async fn run(change: &TableChange, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let table = &*change.table;
    for step in &change.steps {
        match step {
            Step::DropForeignKey(columns) => {
                for name in foreign_keys(db, table, columns).await? {
                    let mut drop = ForeignKey::drop();
                    manager.drop_foreign_key(drop.table(table.to_owned()).name(&name).to_owned()).await?;
                    drop_made_index(db, table, &name, columns).await?;
                }
            }
            Step::DropUnique(columns) => drop_unique(db, table, columns).await?,
            Step::DropIndex(name) => {
                if manager.has_index(table, name).await? {
                    match db.get_database_backend() {
                        DbBackend::MySql => drop_index_of_mysql(db, table, name).await?,
                        _ => {
                            let drop = Index::drop().table(table.to_owned()).name(name).to_owned();
                            manager.drop_index(drop).await?;
                        }
                    }
                }
            }
            Step::AddColumn(column) | Step::ChangeColumn(column) => {
                let fill = change.fill_of(&column.get_column_name());
                let mut first = column.clone();
                if fill.is_some() {
                    first.null();
                }
                if matches!(step, Step::AddColumn(_)) {
                    let mut alter = Table::alter();
                    manager.alter_table(alter.table(table.to_owned()).add_column(first).take()).await?;
                } else {
                    change_column(manager, table, &first).await?;
                }
                if let Some(value) = fill {
                    fill_nulls(db, table, column, value).await?;
                    require(manager, table, column).await?;
                }
            }
            Step::PrimaryKey(columns) => primary_key(db, table, columns).await?,
            Step::DropColumn(name) => {
                let mut alter = Table::alter();
                manager
                    .alter_table(alter.table(table.to_owned()).drop_column(name.to_owned()).take())
                    .await?;
            }
            Step::AddForeignKey(key) => manager.create_foreign_key(key.clone()).await?,
        }
    }
    Ok(())
}

/// The names of the foreign keys of exactly these columns.
async fn foreign_keys(
    db: &SchemaManagerConnection<'_>,
    table: &str,
    columns: &[String],
) -> Result<Vec<String>, DbErr> {
    let (table, columns) = (literal(table), literal(&columns.join(",")));
    let sql = match db.get_database_backend() {
        DbBackend::MySql => format!(
            "SELECT constraint_name FROM information_schema.key_column_usage \
             WHERE table_schema = DATABASE() AND table_name = {table} AND referenced_table_name IS NOT NULL \
             GROUP BY constraint_name HAVING GROUP_CONCAT(column_name ORDER BY ordinal_position) = {columns}"
        ),
        _ => format!(
            "SELECT c.conname::text FROM pg_constraint c \
             CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (attnum, place) \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum \
             WHERE c.contype = 'f' AND c.conrelid = to_regclass(quote_ident({table})) \
             GROUP BY c.conname HAVING string_agg(a.attname::text, ',' ORDER BY k.place) = {columns}"
        ),
    };
    query(db, &sql).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Drops the index that MySQL made for a foreign key that is gone: it is called as the key is, or as its first column.
async fn drop_made_index(
    db: &SchemaManagerConnection<'_>,
    table: &str,
    key: &str,
    columns: &[String],
) -> Result<(), DbErr> {
    let Some(first) = columns.first().filter(|_| db.get_database_backend() == DbBackend::MySql) else {
        return Ok(());
    };
    let sql = format!(
        "SELECT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = {of} \
         AND non_unique = 1 AND index_name IN ({}, {}) GROUP BY index_name \
         HAVING GROUP_CONCAT(column_name ORDER BY seq_in_index) = {}",
        literal(key),
        literal(first),
        literal(&columns.join(",")),
        of = literal(table)
    );
    for row in query(db, &sql).await? {
        let index: String = row.try_get_by_index(0)?;
        if key_that_needs(db, table, &index).await?.is_none() {
            let (table, index) = (quoted(DbBackend::MySql, table), quoted(DbBackend::MySql, &index));
            db.execute_unprepared(&format!("ALTER TABLE {table} DROP INDEX {index}")).await?;
        }
    }
    Ok(())
}

/// Drops an index of MySQL's. A foreign key that has no other gets one of its own, called as nothing is that a generated migration makes.
async fn drop_index_of_mysql(db: &SchemaManagerConnection<'_>, table: &str, name: &str) -> Result<(), DbErr> {
    let mut steps = Vec::new();
    if let Some(columns) = key_that_needs(db, table, name).await? {
        let own = short(format!("fk_{table}_{}", columns.replace(',', "_")));
        let list: Vec<String> = columns.split(',').map(|column| quoted(DbBackend::MySql, column)).collect();
        steps.push(format!("ADD INDEX {} ({})", quoted(DbBackend::MySql, &own), list.join(", ")));
    }
    steps.push(format!("DROP INDEX {}", quoted(DbBackend::MySql, name)));
    let table = quoted(DbBackend::MySql, table);
    db.execute_unprepared(&format!("ALTER TABLE {table} {}", steps.join(", "))).await.map(drop)
}

/// The columns, joined by commas, of the widest foreign key of MySQL's that has no other index than this one.
async fn key_that_needs(
    db: &SchemaManagerConnection<'_>,
    table: &str,
    index: &str,
) -> Result<Option<String>, DbErr> {
    let of = literal(table);
    let indexes = format!(
        "SELECT index_name, GROUP_CONCAT(column_name ORDER BY seq_in_index) FROM information_schema.statistics \
         WHERE table_schema = DATABASE() AND table_name = {of} GROUP BY index_name"
    );
    let keys = format!(
        "SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM information_schema.key_column_usage \
         WHERE table_schema = DATABASE() AND table_name = {of} AND referenced_table_name IS NOT NULL \
         GROUP BY constraint_name"
    );
    let mut others = Vec::new();
    for row in query(db, &indexes).await? {
        let (name, columns): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        others.extend((name != index).then(|| columns + ","));
    }
    let mut needed = Vec::new();
    for row in query(db, &keys).await? {
        let columns: String = row.try_get_by_index(0)?;
        needed.extend(
            (!others.iter().any(|other| other.starts_with(&format!("{columns},")))).then_some(columns),
        );
    }
    Ok(needed.into_iter().max_by_key(String::len))
}

async fn drop_unique(db: &SchemaManagerConnection<'_>, table: &str, columns: &[String]) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let (of, columns) = (literal(table), literal(&columns.join(",")));
    let sql = match backend {
        DbBackend::MySql => format!(
            "SELECT index_name, 1 = 0 FROM information_schema.statistics WHERE table_schema = DATABASE() \
             AND table_name = {of} AND non_unique = 0 AND index_name <> 'PRIMARY' \
             GROUP BY index_name HAVING GROUP_CONCAT(column_name ORDER BY seq_in_index) = {columns}"
        ),
        _ => format!(
            "SELECT x.relname::text, c.conname IS NOT NULL FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid \
             LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u' \
             CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, place) \
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
             WHERE i.indisunique AND NOT i.indisprimary AND i.indpred IS NULL \
             AND i.indrelid = to_regclass(quote_ident({of})) GROUP BY x.relname, c.conname \
             HAVING string_agg(a.attname::text, ',' ORDER BY k.place) = {columns}"
        ),
    };
    for row in query(db, &sql).await? {
        let name: String = row.try_get_by_index(0)?;
        if backend == DbBackend::MySql {
            drop_index_of_mysql(db, table, &name).await?;
            continue;
        }
        let (table, name) = (quoted(backend, table), quoted(backend, &name));
        let sql = match row.try_get_by_index::<bool>(1)? {
            true => format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
            false => format!("DROP INDEX {name}"),
        };
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

async fn fill_nulls(
    db: &SchemaManagerConnection<'_>,
    table: &str,
    column: &ColumnDef,
    value: &Expr,
) -> Result<(), DbErr> {
    let name = column.get_column_name();
    let mut value = value.clone();
    if db.get_database_backend() == DbBackend::Postgres {
        // A text is no number and no date there until it is said to be.
        value = value.cast_as(type_in_postgres(column));
    }
    let mut update = Query::update();
    update.table(table.to_owned()).value(name.clone(), value).and_where(Expr::col(name).is_null());
    db.execute(&update).await.map(drop)
}

fn type_in_postgres(column: &ColumnDef) -> String {
    let kind = column.get_column_type().cloned().unwrap_or(ColumnType::Text);
    if let ColumnType::Enum { name, .. } = &kind {
        return quoted(DbBackend::Postgres, &name.to_string());
    }
    let mut table = Table::create();
    let sql = table.table("t").col(ColumnDef::new_with_type("c", kind)).to_string(PostgresQueryBuilder);
    let written =
        split_create_table(&sql).and_then(|(_, items, _)| items.first().copied()).unwrap_or_default();
    tokens(written).get(1..).unwrap_or_default().join(" ")
}

/// PostgreSQL's numbers that are compared with other ones.
const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/// PostgreSQL's word for what a column holds.
async fn type_now(db: &SchemaManagerConnection<'_>, table: &str, column: &str) -> Result<String, DbErr> {
    let sql = format!(
        "SELECT format_type(atttypid, NULL) FROM pg_attribute \
         WHERE attrelid = to_regclass(quote_ident({})) AND attname = {} AND NOT attisdropped",
        literal(table),
        literal(column)
    );
    query(db, &sql).await?.first().map_or(Ok(String::new()), |row| row.try_get_by_index(0))
}

async fn change_column(manager: &SchemaManager<'_>, table: &str, column: &ColumnDef) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut alter = Table::alter();
    alter.table(table.to_owned());
    if db.get_database_backend() == DbBackend::MySql {
        return manager.alter_table(alter.modify_column(column.clone()).take()).await;
    }
    let name = column.get_column_name();
    let place = quoted(DbBackend::Postgres, &name);
    if column.get_column_spec().auto_increment {
        return change_counting_column(db, table, column).await;
    }
    // The old default need not be one of the new type's.
    let drop_default =
        format!("ALTER TABLE {} ALTER COLUMN {place} DROP DEFAULT", quoted(DbBackend::Postgres, table));
    db.execute_unprepared(&drop_default).await?;
    let mut made_of_it = Vec::new();
    if let Some(kind) = column.get_column_type() {
        let written = type_in_postgres(column);
        let now = type_now(db, table, &name).await?;
        let is_number = |kind: &ColumnType| Type::from_sea_query(kind).is_some_and(|kind| kind.is_number());
        let using = match kind {
            ColumnType::Enum { .. } | ColumnType::Custom(_) => format!("{place}::text::{written}"),
            // Between truth and numbers PostgreSQL knows a way to integers only, and back.
            kind if now == "boolean" && is_number(kind) => format!("{place}::integer::{written}"),
            ColumnType::Boolean if NUMBERS.contains(&&*now) => format!("{place} <> 0"),
            _ => format!("{place}::{written}"),
        };
        let mut of_type = ColumnDef::new_with_type(name.clone(), kind.clone());
        alter.modify_column(of_type.using(Expr::cust(using)).take());
        made_of_it = generated(db, table, &name).await?;
    }
    for sql in made_of_it.iter().map(|(drop, _)| drop) {
        db.execute_unprepared(sql).await?;
    }
    let spec = column.get_column_spec();
    let mut rest = ColumnDef::new(name);
    match spec.nullable {
        Some(false) => rest.not_null(),
        _ => rest.null(),
    };
    if let Some(default) = &spec.default {
        rest.default(default.clone());
    }
    manager.alter_table(alter.modify_column(rest).take()).await?;
    for sql in made_of_it.iter().flat_map(|(_, again)| again) {
        db.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Gives a column that counts itself up another type, and what it counts with.
async fn change_counting_column(
    db: &SchemaManagerConnection<'_>,
    table: &str,
    column: &ColumnDef,
) -> Result<(), DbErr> {
    let (name, written) = (column.get_column_name(), type_in_postgres(column));
    let (of, place) = (quoted(DbBackend::Postgres, table), quoted(DbBackend::Postgres, &name));
    db.execute_unprepared(&format!("ALTER TABLE {of} ALTER COLUMN {place} TYPE {written}")).await?;
    let sequence = format!("SELECT pg_get_serial_sequence({}, {})", literal(&of), literal(&name));
    for row in query(db, &sequence).await? {
        if let Some(sequence) = row.try_get_by_index::<Option<String>>(0)? {
            db.execute_unprepared(&format!("ALTER SEQUENCE {sequence} AS {written}")).await?;
        }
    }
    Ok(())
}

/// The columns that PostgreSQL makes of another, whose type it would not change under them: what drops each, and what makes it
/// again, with its keys, checks and indexes.
async fn generated(
    db: &SchemaManagerConnection<'_>,
    table: &str,
    column: &str,
) -> Result<Vec<(String, Vec<String>)>, DbErr> {
    let place = quoted(DbBackend::Postgres, table);
    let sql = format!(
        "SELECT format('%I', g.attname), g.attnum, format('%I %s GENERATED ALWAYS AS (%s) %s%s', g.attname, \
         format_type(g.atttypid, g.atttypmod), pg_get_expr(d.adbin, d.adrelid), \
         CASE g.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END, CASE WHEN g.attnotnull THEN ' NOT NULL' END) \
         FROM pg_attribute g JOIN pg_attrdef d ON d.adrelid = g.attrelid AND d.adnum = g.attnum \
         JOIN pg_attribute c ON c.attrelid = g.attrelid AND c.attname = {} \
         WHERE g.attrelid = to_regclass({}) AND g.attgenerated <> '' AND EXISTS (SELECT FROM pg_depend p \
         WHERE p.refobjid = g.attrelid AND p.refobjsubid = c.attnum AND (p.objid = d.oid OR \
         p.objid = g.attrelid AND p.objsubid = g.attnum)) ORDER BY g.attnum",
        literal(column),
        literal(&place)
    );
    let mut found = Vec::new();
    for row in query(db, &sql).await? {
        let (name, number, definition): (String, i16, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let mut again = vec![format!("ALTER TABLE {place} ADD COLUMN {definition}")];
        let others = format!(
            "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
             FROM pg_constraint WHERE conrelid = to_regclass({of}) AND contype IN ('c', 'f', 'u') AND {number} = ANY (conkey) \
             UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = to_regclass({of}) \
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) \
             AND EXISTS (SELECT FROM pg_depend p WHERE p.objid = i.indexrelid AND p.refobjid = i.indrelid \
             AND p.refobjsubid = {number})",
            of = literal(&place)
        );
        for row in query(db, &others).await? {
            again.push(row.try_get_by_index(0)?);
        }
        found.push((format!("ALTER TABLE {place} DROP COLUMN {name}"), again));
    }
    Ok(found)
}

/// Takes null from a column that is in all else as it should be.
async fn require(manager: &SchemaManager<'_>, table: &str, column: &ColumnDef) -> Result<(), DbErr> {
    let mut column = column.clone();
    if manager.get_database_backend() == DbBackend::Postgres {
        column = ColumnDef::new(column.get_column_name()).not_null().take();
    }
    manager.alter_table(Table::alter().table(table.to_owned()).modify_column(column).take()).await
}

async fn primary_key(db: &SchemaManagerConnection<'_>, table: &str, columns: &[String]) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let list = columns.iter().map(|column| quoted(backend, column)).collect::<Vec<_>>().join(", ");
    let of = quoted(backend, table);
    let drop = if backend == DbBackend::MySql {
        Some("DROP PRIMARY KEY".to_owned())
    } else {
        let sql = format!(
            "SELECT conname::text FROM pg_constraint WHERE contype = 'p' AND conrelid = to_regclass(quote_ident({}))",
            literal(table)
        );
        let name: Option<String> =
            query(db, &sql).await?.first().map(|row| row.try_get_by_index(0)).transpose()?;
        name.map(|name| format!("DROP CONSTRAINT {}", quoted(backend, &name)))
    };
    let add = (!columns.is_empty()).then(|| format!("ADD PRIMARY KEY ({list})"));
    let steps: Vec<String> = drop.into_iter().chain(add).collect();
    db.execute_unprepared(&format!("ALTER TABLE {of} {}", steps.join(", "))).await.map(|_| ())
}

pub(super) async fn change_enum(
    manager: &SchemaManager<'_>,
    name: &str,
    values: &[&str],
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = db.get_database_backend();
    if backend != DbBackend::Postgres {
        return Ok(());
    }
    let columns = format!(
        "SELECT a.attrelid::regclass::text, a.attname::text, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a \
         JOIN pg_class t ON t.oid = a.attrelid AND t.relkind IN ('r', 'p') \
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.atttypid = to_regtype(quote_ident({})) AND NOT a.attisdropped",
        literal(name)
    );
    let columns = query(db, &columns).await?;
    let (new, old) = (quoted(backend, name), quoted(backend, &short(format!("{name}_before"))));
    let list = values.iter().map(|value| literal(value)).collect::<Vec<_>>().join(", ");
    db.execute_unprepared(&format!("ALTER TYPE {new} RENAME TO {old}")).await?;
    db.execute_unprepared(&format!("CREATE TYPE {new} AS ENUM ({list})")).await?;
    for row in columns {
        let (table, column): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let default: Option<String> = row.try_get_by_index(2)?;
        let column = quoted(backend, &column);
        let mut steps = vec![
            format!("ALTER COLUMN {column} DROP DEFAULT"),
            format!("ALTER COLUMN {column} TYPE {new} USING {column}::text::{new}"),
        ];
        // One that is no value any more goes; whatever comes instead, the columns' own change says.
        let stays = |default: &String| {
            !default.starts_with('\'')
                || values.iter().any(|value| default.starts_with(&format!("{}::", literal(value))))
        };
        if let Some(default) = default.filter(stays) {
            steps.push(format!("ALTER COLUMN {column} SET DEFAULT {default}"));
        }
        db.execute_unprepared(&format!("ALTER TABLE {table} {}", steps.join(", "))).await?;
    }
    db.execute_unprepared(&format!("DROP TYPE {old}")).await.map(|_| ())
}
