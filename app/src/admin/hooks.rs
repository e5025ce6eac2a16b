//! What a feature does itself when its rows are saved: everything else is the engine's.

use std::collections::{BTreeMap, HashMap};

use chrono_tz::Tz;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseExecutor, DatabaseTransaction};

use super::{
    value::{Datum, Values},
    views::{Chart, Consequence, Extra, Panel},
};
use crate::{
    auth::Viewer,
    web::{App, Result},
};

/// The numbers of small charts, by the keys of their rows; the latest last.
pub type Drawn = HashMap<i64, Vec<u64>>;

/// A row that is being saved.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who saves it.
    pub viewer: Viewer,
    /// Its key; none for a new row.
    pub key: Option<i64>,
    /// What is stored; empty for a new row. Values that hooks keep are among them.
    pub before: Values,
    /// What is to be stored: the given values only. Hooks add to them: rendered HTML, a hash, a time.
    pub values: Values,
}

impl Draft {
    /// What the row will have: the given value, or else the stored one.
    pub fn get(&self, name: &str) -> &Datum {
        self.values.get(name).or_else(|| self.before.get(name)).unwrap_or(&Datum::Null)
    }

    /// As [`Self::get`], a text; empty for anything else.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).as_text().unwrap_or_default()
    }

    /// Whether a value is given that differs from the stored one.
    pub fn changes(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| self.before.get(name) != Some(value))
    }

    /// Whether the row is yet to be made.
    pub fn is_new(&self) -> bool {
        self.key.is_none()
    }
}

/// What a feature does itself. Each method has a default that does nothing of its own.
pub trait Hooks: Send + Sync {
    /// Reads the values of fields that hooks keep, by the keys of their rows: for a form, once more in the transaction
    /// that saves it, and for what the history keeps of rows that are deleted.
    fn read<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<BTreeMap<i64, Values>>> {
        let _ = (db, keys);
        Box::pin(async { Ok(BTreeMap::new()) })
    }

    /// Checks and completes what is to be stored, before the transaction begins: here is the place for what takes
    /// long (rendering, hashing).
    fn prepare<'a>(&'a self, app: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        let _ = (app, draft);
        Box::pin(async { Ok(()) })
    }

    /// Stores the row's own columns, in the transaction, and gives its key. The default inserts or updates the given
    /// values; `created_at` and `updated_at` are set by the engine before.
    fn store<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        resource: &'a super::Resource,
        draft: &'a Draft,
    ) -> BoxFuture<'a, Result<i64>> {
        Box::pin(super::store::row(transaction, &resource.table, draft))
    }

    /// Does what else must be true once the row, its links and its inline rows are stored, in the transaction.
    fn stored<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        key: i64,
        draft: &'a Draft,
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (transaction, key, draft);
        Box::pin(async { Ok(()) })
    }

    /// Moves rows into the resource's trash, in the transaction: for resources that have one. None of them is in it.
    fn trash<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (transaction, keys);
        Box::pin(async { Ok(()) })
    }

    /// Brings rows back from the resource's trash, in the transaction. All of them are in it.
    fn restore<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (transaction, keys);
        Box::pin(async { Ok(()) })
    }

    /// Refuses a deletion for good, or does what must be done before it, in the transaction.
    /// Does what must wait until the row is stored for good: tells somebody. What fails here is logged.
    fn committed<'a>(&'a self, app: &'a App, draft: &'a Draft) -> BoxFuture<'a, ()> {
        let _ = (app, draft);
        Box::pin(async {})
    }

    /// Says no to a deletion of these rows, if the feature has something against it. It is asked by the page that asks
    /// first, and again by the deletion, and changes nothing.
    fn may_delete<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        viewer: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (db, viewer, keys);
        Box::pin(async { Ok(()) })
    }

    /// Does what must be done before a deletion, in the transaction; or refuses it in the last moment.
    fn deleting<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        viewer: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (transaction, viewer, keys);
        Box::pin(async { Ok(()) })
    }

    /// Does what is left to do when a deletion is committed. It cannot fail any more: what goes wrong is logged.
    fn deleted<'a>(&'a self, app: &'a App) -> BoxFuture<'a, ()> {
        let _ = app;
        Box::pin(async {})
    }

    /// Says what a deletion means that no reference of a table tells.
    fn consequences<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<Vec<Consequence>>> {
        let _ = (app, viewer, keys);
        Box::pin(async { Ok(Vec::new()) })
    }

    /// The numbers of the small charts of a list's rows, by their keys: as many for each row, the latest last. None where
    /// there is nothing to draw at present. For resources that declare them ([`super::Resource::drawn`]); the number of
    /// statements must not depend on that of rows.
    fn drawn<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        keys: &'a [i64],
        zone: Tz,
    ) -> BoxFuture<'a, Result<Option<Drawn>>> {
        let _ = (db, keys, zone);
        Box::pin(async { Ok(None) })
    }

    /// What the dashboard shows besides what was declared, to somebody who may see the resource's rows.
    fn dashboard<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        zone: Tz,
    ) -> BoxFuture<'a, Result<(Vec<Panel>, Vec<Chart>)>> {
        let _ = (app, viewer, zone);
        Box::pin(async { Ok((Vec::new(), Vec::new())) })
    }

    /// What a form tells of a stored row beside its fields.
    fn extras<'a>(
        &'a self,
        app: &'a App,
        viewer: &'a Viewer,
        row: &'a Values,
    ) -> BoxFuture<'a, Result<Vec<Extra>>> {
        let _ = (app, viewer, row);
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// For resources whose rows are just rows.
#[derive(Debug)]
pub struct NoHooks;

impl Hooks for NoHooks {}
