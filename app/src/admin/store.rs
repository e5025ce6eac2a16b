//! Rows, read and written by the names of their columns.

use std::collections::BTreeMap;

use chrono::Utc;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExprTrait, QueryResult,
    sea_query::{DynIden, Expr, Order, Query},
};

use super::{
    column::{Column, Kind, TableOf, iden},
    hooks::Draft,
    value::{Datum, Values},
};
use crate::web::Result;

/// Keys or rows in one statement: the databases take 32,766 values and more in one.
pub const CHUNK: usize = 500;

/// The row with this key, all of its columns.
///
/// # Errors
/// When the database does not answer.
pub async fn read(
    db: &impl ConnectionTrait,
    table: &TableOf,
    key: i64,
    lock: bool,
) -> Result<Option<Values>, DbErr> {
    let mut select = Query::select();
    select.columns(table.columns.iter().map(|column| column.iden())).from(iden(table.name));
    select.and_where(Expr::col(iden(table.key)).eq(key));
    // SQLite's transactions that may write are alone with the database anyway.
    if lock && db.get_database_backend() != DbBackend::Sqlite {
        select.lock_exclusive();
    }
    let Some(row) = db.query_one(&select).await? else { return Ok(None) };
    let values = table.columns.iter().map(|column| Ok((column.name, Datum::read(&row, column)?)));
    values.collect::<Result<Values, DbErr>>().map(Some)
}

/// The rows with these keys, by key; those that are not there are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn read_many(
    db: &impl ConnectionTrait,
    table: &TableOf,
    keys: &[i64],
    lock: bool,
) -> Result<BTreeMap<i64, Values>, DbErr> {
    let mut found = BTreeMap::new();
    for keys in keys.chunks(CHUNK) {
        let mut select = Query::select();
        select.columns(table.columns.iter().map(|column| column.iden())).from(iden(table.name));
        select.and_where(Expr::col(iden(table.key)).is_in(keys.iter().copied()));
        // In one order, so that two of these wait for each other instead of both for both.
        select.order_by(iden(table.key), Order::Asc);
        if lock && db.get_database_backend() != DbBackend::Sqlite {
            select.lock_exclusive();
        }
        for row in db.query_all(&select).await? {
            let values = table.columns.iter().map(|column| Ok((column.name, Datum::read(&row, column)?)));
            found.insert(key(&row, table)?, values.collect::<Result<Values, DbErr>>()?);
        }
    }
    Ok(found)
}

/// Inserts or updates a row's own columns: those of the draft's values that the table has.
///
/// # Errors
/// A duplicate, or a reference to what is not there.
pub async fn row(transaction: &DatabaseTransaction, table: &TableOf, draft: &Draft) -> Result<i64> {
    Ok(match draft.key {
        Some(key) => {
            update(transaction, table, key, &draft.values).await?;
            key
        }
        None => insert(transaction, table, &draft.values).await?,
    })
}

/// Inserts a row and gives its key. What may not be null and was not given is empty.
///
/// # Errors
/// As [`row`].
pub async fn insert(db: &impl ConnectionTrait, table: &TableOf, values: &Values) -> Result<i64, DbErr> {
    let now = Datum::DateTime(Utc::now());
    let mut values = values.clone();
    for name in ["created_at", "updated_at"] {
        if table.column(name).is_some() {
            values.entry(name).or_insert_with(|| now.clone());
        }
    }
    for column in table.columns.iter().filter(|column| !column.is_nullable && !column.has_default) {
        match column.kind {
            Kind::Text(_) | Kind::LongText => {
                values.entry(column.name).or_insert(Datum::Text(String::new()));
            }
            Kind::Json => {
                values.entry(column.name).or_insert(Datum::Json(serde_json::json!({})));
            }
            _ => {}
        }
    }
    let (columns, values) = bound(table, &values);
    let mut insert = Query::insert();
    insert.into_table(iden(table.name)).columns(columns);
    insert.values(values).map_err(|error| DbErr::Custom(error.to_string()))?;
    if db.support_returning() {
        insert.returning_col(iden(table.key));
        return match db.query_one(&insert).await? {
            Some(row) => key(&row, table),
            None => Err(DbErr::RecordNotInserted),
        };
    }
    let result = db.execute(&insert).await?;
    i64::try_from(result.last_insert_id()).map_err(|_| DbErr::UnpackInsertId)
}

/// Inserts rows, with one statement for those that have the same columns.
///
/// # Errors
/// As [`row`].
pub async fn insert_many(db: &impl ConnectionTrait, table: &TableOf, rows: &[Values]) -> Result<(), DbErr> {
    let alike = |one: &Values, other: &Values| one.keys().eq(other.keys());
    for rows in rows.chunk_by(alike).flat_map(|rows| rows.chunks(CHUNK)) {
        let mut insert = Query::insert();
        insert.into_table(iden(table.name));
        for (number, row) in rows.iter().enumerate() {
            let (columns, values) = bound(table, row);
            if number == 0 {
                insert.columns(columns);
            }
            insert.values(values).map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        db.execute(&insert).await?;
    }
    Ok(())
}

/// Updates a row's given columns.
///
/// # Errors
/// As [`row`].
pub async fn update(
    db: &impl ConnectionTrait,
    table: &TableOf,
    key: i64,
    values: &Values,
) -> Result<(), DbErr> {
    let mut values = values.clone();
    values.retain(|name, _| *name != table.key && table.column(name).is_some());
    if values.is_empty() {
        return Ok(());
    }
    if table.column("updated_at").is_some() {
        values.insert("updated_at", Datum::DateTime(Utc::now()));
    }
    let (columns, values) = bound(table, &values);
    let mut update = Query::update();
    update.table(iden(table.name)).values(columns.into_iter().zip(values));
    update.and_where(Expr::col(iden(table.key)).eq(key));
    db.execute(&update).await?;
    Ok(())
}

/// The values that the table has columns for, as SQL takes them.
fn bound(table: &TableOf, values: &Values) -> (Vec<DynIden>, Vec<Expr>) {
    values
        .iter()
        .filter_map(|(name, value)| {
            let column = table.column(name)?;
            Some((column.iden(), Expr::val(value.bind(column.kind))))
        })
        .unzip()
}

/// The key of a row of a result.
///
/// # Errors
/// When it is not there.
pub fn key(row: &QueryResult, table: &TableOf) -> Result<i64, DbErr> {
    let integer = |column: &Column| Datum::read(row, column)?.as_integer().ok_or(DbErr::UnpackInsertId);
    table.column(table.key).map_or(Err(DbErr::UnpackInsertId), integer)
}
