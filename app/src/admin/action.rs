//! What can be done with several rows at once.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sea_orm::DatabaseTransaction;

use crate::{
    auth::{Permission, Viewer},
    web::{Result, forms::Field},
};

/// Rows of one step: an action on very many is done step by step, in one transaction.
pub const STEP: u64 = 200;

/// Does an action to some rows, in the transaction: gets their keys, at most [`STEP`], and what the person chose. Gives
/// the keys of those that were changed by it: they are counted, and the history tells of them.
pub trait Run: Send + Sync {
    /// See [`Run`].
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        viewer: &'a Viewer,
        keys: &'a [i64],
        argument: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>>>;
}

/// Something to do with several rows.
#[derive(Clone)]
pub struct Action {
    /// What it is sent as: `publish`. At most 20 characters.
    pub name: &'static str,
    /// What it is called: "Publish".
    pub label: &'static str,
    /// What was done, before the number: "Published".
    pub done: &'static str,
    /// Who may do it; whoever may change the rows without.
    pub permission: Option<Permission>,
    /// The key that does it to the selected rows, where scripts run.
    pub key: Option<char>,
    /// What it must be told, if anything.
    pub argument: Option<Field>,
    /// Does it.
    pub run: Arc<dyn Run>,
}

impl Action {
    /// An action. Deleting and exporting are the engine's own.
    pub fn new(name: &'static str, label: &'static str, done: &'static str, run: impl Run + 'static) -> Self {
        Self { name, label, done, permission: None, key: None, argument: None, run: Arc::new(run) }
    }

    /// Which must be told something.
    pub fn asks(mut self, argument: Field) -> Self {
        self.argument = Some(argument.required());
        self
    }

    /// Which a key does, where scripts run. Beside such a one `d` deletes.
    pub fn key(mut self, key: char) -> Self {
        self.key = Some(key);
        self
    }

    /// Which needs another permission than changing the rows.
    pub fn only(mut self, permission: Permission) -> Self {
        self.permission = Some(permission);
        self
    }
}
