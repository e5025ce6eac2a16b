//! The admin engine: lists and forms for any entity, from its columns and a short declaration. It knows no feature;
//! features describe themselves to it in their `admin.rs`, and the pages and the API store through it.
//!
//! - `resource`: declarations; `column`, `value`: what the entity says by itself; `hooks`, `action`: what a feature
//!   does itself;
//! - `query` reads a list's address (`days`: its days), `narrow` makes SQL of it; `list` shows it (`filters`, `rows`),
//!   `export` streams it, `actions` (`declared`: a resource's own) changes many of its rows, `lookup` finds single ones, `dashboard` sums up;
//! - `form` shows a row (`filled`, `sent`: what stands in it; `conflict`: two versions of one; `form_page`: a page that a
//!   feature makes of it), `save` stores it (`save_many`: several at once; `check`, `links`, `inline` and `taken` are parts of that), `delete` deletes it
//!   (`trash`: for some time only, `consequences`, `farewell`: what goes with it), `log` remembers who did, `history` shows
//!   that;
//! - `views`: what the templates receive; `shell`: what stands around every page, and who gets in.

pub mod action;
pub mod actions;
mod check;
pub mod column;
pub mod conflict;
mod consequences;
pub mod counted;
pub mod dashboard;
pub mod days;
mod declared;
pub mod delete;
pub mod export;
pub mod farewell;
pub mod filled;
pub mod filters;
pub mod form;
pub mod form_page;
pub mod forms_pages;
pub mod history;
pub mod hooks;
pub mod inline;
pub mod json;
pub mod links;
pub mod list;
pub mod log;
pub mod lookup;
pub mod names;
pub mod narrow;
pub mod pages;
pub mod query;
pub mod resource;
pub mod rows;
pub mod save;
pub mod save_many;
pub mod sent;
pub mod shell;
pub mod store;
pub mod stored;
mod taken;
pub mod trash;
pub mod value;
pub mod views;

use sea_orm::{
    EntityTrait, Iterable, RelationTrait,
    sea_query::{ForeignKeyAction, TableName, TableRef},
};

pub use action::Action;
pub use form_page::FormPage;
pub use hooks::{Draft, Hooks};
pub use resource::{Access, FieldOf, FilterOn, InlineOf, LinkValue, Resource, field, hooked, picker};
pub use value::{Datum, Values};

use crate::auth::Permission;

/// A column that refers to another table's rows, and what becomes of its row when one of those is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The table that has the column.
    pub table: &'static str,
    /// What its rows are called: "lessons".
    pub nouns: &'static str,
    /// The column.
    pub column: String,
    /// The table that it refers to.
    pub to: String,
    /// Whether the row goes too; else the column is emptied.
    pub cascades: bool,
}

/// Everything that the admin shows: the features' declarations, put together at start.
#[derive(Clone, Default)]
pub struct Admin {
    /// In the order of the rail.
    pub resources: Vec<Resource>,
    /// Which columns refer to which tables.
    pub references: Vec<Reference>,
    /// What else is in the history, and who may read that.
    pub told: Vec<(&'static str, Permission)>,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.resources.iter().map(|resource| resource.name)).finish()
    }
}

impl Admin {
    /// Adds a resource to the rail.
    pub fn resource(mut self, resource: Resource) -> Self {
        self.resources.push(resource);
        self
    }

    /// Shows what is no resource in the site's history, to those with a permission: settings.
    pub fn tells(mut self, name: &'static str, permission: Permission) -> Self {
        self.told.push((name, permission));
        self
    }

    /// Tells of a table whose rows may go, or lose a reference, when others are deleted.
    pub fn refers<E: EntityTrait>(mut self, nouns: &'static str) -> Self {
        let table = E::default().table_name();
        for relation in E::Relation::iter().map(|relation| relation.def()).filter(|def| !def.is_owner) {
            let (Some(column), TableRef::Table(TableName(_, to), _)) =
                (relation.from_col.into_iter().next(), relation.to_tbl)
            else {
                continue;
            };
            self.references.push(Reference {
                table,
                nouns,
                column: column.to_string(),
                to: to.to_string(),
                cascades: matches!(relation.on_delete, Some(ForeignKeyAction::Cascade)),
            });
        }
        self
    }

    /// The resource with this name.
    pub fn find(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }
}
