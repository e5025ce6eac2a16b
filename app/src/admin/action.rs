//! What can be done with several rows at once.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sea_orm::{DatabaseTransaction, IdenStatic};

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

/// What an action does.
#[derive(Clone)]
pub enum Does {
    /// What the feature says.
    Run(Arc<dyn Run>),
    /// Makes or takes away the link to one row that an n–m field, named here, could link: as the form would, row by row.
    Link {
        /// The field.
        field: &'static str,
        /// Whether the rows are linked to it afterwards.
        makes: bool,
    },
}

/// Something to do with several rows.
#[derive(Clone)]
pub struct Action {
    /// What it is sent as: `publish`. At most 20 characters.
    pub name: &'static str,
    /// What it is called: "Publish". An ellipsis at its end says that a page asks for more first.
    pub label: &'static str,
    /// What was done, before the number: "Published".
    pub done: &'static str,
    /// Who may do it; whoever may change the rows without.
    pub permission: Option<Permission>,
    /// The key that does it to the selected rows, where scripts run.
    pub key: Option<char>,
    /// What it must be told, if anything but a row.
    pub argument: Option<Field>,
    /// The column that says when a row last changed, where rows that changed since they were seen are left as they are.
    pub changed_at: Option<&'static str>,
    /// Does it.
    pub does: Does,
}

impl Action {
    /// An action. Deleting and exporting are the engine's own.
    pub fn new(name: &'static str, label: &'static str, done: &'static str, run: impl Run + 'static) -> Self {
        Self::that(name, label, done, Does::Run(Arc::new(run)))
    }

    /// Which links the rows to one that is asked for: "Enrol in a course…", for the n–m field `courses`.
    pub fn link(name: &'static str, label: &'static str, done: &'static str, field: &'static str) -> Self {
        Self::that(name, label, done, Does::Link { field, makes: true })
    }

    /// Which takes the link to one that is asked for away.
    pub fn unlink(name: &'static str, label: &'static str, done: &'static str, field: &'static str) -> Self {
        Self::that(name, label, done, Does::Link { field, makes: false })
    }

    fn that(name: &'static str, label: &'static str, done: &'static str, does: Does) -> Self {
        Self { name, label, done, permission: None, key: None, argument: None, changed_at: None, does }
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

    /// Which decides on what rows say: a row that changed since it was shown is left as it is. `changed_at` is the column
    /// that says when it last did.
    pub fn decides(mut self, changed_at: impl IdenStatic) -> Self {
        self.changed_at = Some(changed_at.as_str());
        self
    }

    /// Which needs another permission than changing the rows.
    pub fn only(mut self, permission: Permission) -> Self {
        self.permission = Some(permission);
        self
    }
}
