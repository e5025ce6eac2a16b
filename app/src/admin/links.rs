//! n–m fields: rows of a table between two others.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Utc;
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, OnConflict, Order, Query, SimpleExpr},
};

use super::{
    column::iden,
    narrow::counted,
    resource::{LinkValue, Through},
    store::CHUNK,
    value::Datum,
};

/// What somebody wants to be linked to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// These rows and no others.
    All(Vec<i64>),
    /// What a form changes of what it showed. Whatever else is linked meanwhile stays, so that two who work on one
    /// roster are not in each other's way.
    Changes {
        /// The rows that are to be linked too.
        added: Vec<i64>,
        /// The rows that are to be linked no more.
        removed: Vec<i64>,
    },
}

impl From<Vec<i64>> for Wanted {
    fn from(keys: Vec<i64>) -> Self {
        Self::All(keys)
    }
}

impl Wanted {
    /// What is chosen in a form that showed other choices at first.
    pub fn between(shown: &[i64], chosen: &[i64]) -> Self {
        let left = |of: &[i64], without: &[i64]| {
            let without: BTreeSet<&i64> = without.iter().collect();
            of.iter().filter(|key| !without.contains(key)).copied().collect()
        };
        Self::Changes { added: left(chosen, shown), removed: left(shown, chosen) }
    }

    /// All that is to be linked to a row which has these links now; ascending.
    pub fn of(&self, linked: &[i64]) -> Vec<i64> {
        let keys: BTreeSet<i64> = match self {
            Self::All(keys) => keys.iter().copied().collect(),
            Self::Changes { added, removed } => {
                let mut keys: BTreeSet<i64> = linked.iter().chain(added).copied().collect();
                removed.iter().for_each(|key| {
                    keys.remove(key);
                });
                keys
            }
        };
        keys.into_iter().collect()
    }

    /// The rows that may be new among the links.
    pub fn named(&self) -> &[i64] {
        match self {
            Self::All(keys) | Self::Changes { added: keys, .. } => keys,
        }
    }
}

/// What was done to the links of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The rows that are linked now and were not.
    pub added: Vec<i64>,
    /// The rows that are linked no more.
    pub removed: Vec<i64>,
}

/// The keys of the rows that are linked to a row, ascending.
///
/// # Errors
/// When the database does not answer.
pub async fn read(db: &impl ConnectionTrait, through: &Through, key: i64) -> Result<Vec<i64>, DbErr> {
    let mut select = Query::select();
    select.column(iden(through.there)).from(iden(through.table.name));
    select.and_where(Expr::col(iden(through.here)).eq(key));
    if let Some(counted) = counted(through) {
        select.and_where(counted);
    }
    let rows = db.query_all(&select).await?;
    let keys: BTreeSet<i64> =
        rows.iter().map(|row| row.try_get("", through.there)).collect::<Result<_, DbErr>>()?;
    Ok(keys.into_iter().collect())
}

/// As [`read`], for several rows at once; those without links are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn read_many(
    db: &impl ConnectionTrait,
    through: &Through,
    keys: &[i64],
) -> Result<BTreeMap<i64, Vec<i64>>, DbErr> {
    let mut all: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for keys in keys.chunks(CHUNK) {
        let mut select = Query::select();
        select.columns([iden(through.here), iden(through.there)]).from(iden(through.table.name));
        select.and_where(Expr::col(iden(through.here)).is_in(keys.iter().copied()));
        select.and_where_option(counted(through));
        select.order_by(iden(through.there), Order::Asc);
        for row in db.query_all(&select).await? {
            all.entry(row.try_get("", through.here)?).or_default().push(row.try_get("", through.there)?);
        }
    }
    Ok(all)
}

/// Makes a row's links be these. Somebody else may link the same rows at the same time.
///
/// # Errors
/// A reference to what is not there.
pub async fn write(
    db: &impl ConnectionTrait,
    through: &Through,
    key: i64,
    linked: &[i64],
    wanted: &[i64],
) -> Result<Diff, DbErr> {
    let (linked, wanted): (BTreeSet<i64>, BTreeSet<i64>) =
        (linked.iter().copied().collect(), wanted.iter().copied().collect());
    let diff = Diff {
        added: wanted.difference(&linked).copied().collect(),
        removed: linked.difference(&wanted).copied().collect(),
    };
    for keys in diff.removed.chunks(CHUNK) {
        take_away(db, through, key, keys).await?;
    }
    for keys in diff.added.chunks(CHUNK) {
        add(db, through, key, keys).await?;
    }
    Ok(diff)
}

/// Links several rows to one, `there`, or takes that link away from them. Gives those that it changed something for.
///
/// # Errors
/// A reference to what is not there.
pub async fn set_one(
    db: &impl ConnectionTrait,
    through: &Through,
    keys: &[i64],
    there: i64,
    makes: bool,
) -> Result<Vec<i64>, DbErr> {
    // The same links, seen from the other side.
    let from_there = Through { here: through.there, there: through.here, ..through.clone() };
    let mut changed = Vec::new();
    for keys in keys.chunks(CHUNK) {
        let mut select = Query::select();
        select.column(iden(from_there.there)).from(iden(through.table.name));
        select.and_where(of(&from_there, there, keys)).and_where_option(counted(through));
        let rows = db.query_all(&select).await?;
        let linked: BTreeSet<i64> =
            rows.iter().map(|row| row.try_get("", from_there.there)).collect::<Result<_, DbErr>>()?;
        let keys: Vec<i64> = keys.iter().filter(|key| linked.contains(key) != makes).copied().collect();
        match (keys.is_empty(), makes) {
            (true, _) => {}
            (false, true) => add(db, &from_there, there, &keys).await?,
            (false, false) => take_away(db, &from_there, there, &keys).await?,
        }
        changed.extend(keys);
    }
    Ok(changed)
}

fn of(through: &Through, key: i64, keys: &[i64]) -> SimpleExpr {
    let there = Expr::col(iden(through.there)).is_in(keys.iter().copied());
    Expr::col(iden(through.here)).eq(key).and(there)
}

async fn take_away(
    db: &impl ConnectionTrait,
    through: &Through,
    key: i64,
    keys: &[i64],
) -> Result<(), DbErr> {
    match through.left_as {
        Some((column, value)) => {
            let mut update = Query::update();
            update.table(iden(through.table.name)).value(iden(column), value);
            update.and_where(of(through, key, keys));
            db.execute(&update).await?;
        }
        None => {
            let mut delete = Query::delete();
            delete.from_table(iden(through.table.name)).and_where(of(through, key, keys));
            db.execute(&delete).await?;
        }
    }
    Ok(())
}

async fn add(db: &impl ConnectionTrait, through: &Through, key: i64, keys: &[i64]) -> Result<(), DbErr> {
    // A row that does not count as a link becomes one again, and keeps what else it says.
    if let Some((column, values)) = &through.counted
        && let Some(value) = values.first()
    {
        let given = through.with.iter().find_map(|(name, value)| match value {
            LinkValue::Text(text) if name == column => Some(*text),
            _ => None,
        });
        let mut update = Query::update();
        update.table(iden(through.table.name)).value(iden(column), given.unwrap_or(value));
        update.and_where(of(through, key, keys));
        update.and_where(Expr::col(iden(column)).is_not_in(values.iter().copied()));
        db.execute(&update).await?;
    }
    let with = through.with.iter().filter_map(|(name, value)| {
        let value = match value {
            LinkValue::Text(text) => Datum::Text((*text).to_owned()),
            LinkValue::Now => Datum::DateTime(Utc::now()),
        };
        Some((*name, Expr::val(value.bind(through.table.column(name)?.kind))))
    });
    let (columns, with): (Vec<_>, Vec<_>) = with.unzip();
    let pair = [iden(through.here), iden(through.there)];
    let mut insert = Query::insert();
    insert.into_table(iden(through.table.name));
    insert.columns(pair.iter().cloned().chain(columns.into_iter().map(iden)));
    for there in keys {
        let values = [Expr::val(key), Expr::val(*there)].into_iter().chain(with.iter().cloned());
        insert.values(values).map_err(|error| DbErr::Custom(error.to_string()))?;
    }
    insert.on_conflict(OnConflict::new().do_nothing_on(pair).to_owned());
    db.execute(&insert).await?;
    Ok(())
}
