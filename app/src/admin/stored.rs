//! What a form shows of a row: its values, its links and its inline rows, and the fingerprint of all that.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};
use sha2::{Digest, Sha256};

use super::{
    Resource, inline, links,
    resource::{FieldOf, Source},
    store,
    value::{Datum, Values},
};
use crate::{auth::Viewer, web::forms::Widget};

/// A row as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// Its columns, and what hooks keep.
    pub values: Values,
    /// The keys of the rows that are linked to it, ascending, by field.
    pub links: BTreeMap<&'static str, Vec<i64>>,
    /// Its inline rows in their order, by inline.
    pub inlines: BTreeMap<&'static str, Vec<StoredRow>>,
}

/// An inline row as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    /// Its key.
    pub key: i64,
    /// Its columns.
    pub values: Values,
}

impl Stored {
    /// Reads a row with its links and inline rows; what hooks keep is not among it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(
        db: &impl ConnectionTrait,
        resource: &Resource,
        key: i64,
        lock: bool,
    ) -> Result<Option<Self>, DbErr> {
        let Some(values) = store::read(db, &resource.table, key, lock).await? else { return Ok(None) };
        let mut stored = Self { values, ..Self::default() };
        for field in resource.fields() {
            if let Source::Through(through) = &field.source {
                stored.links.insert(field.name, links::read(db, through, key).await?);
            }
        }
        for inline in &resource.inlines {
            stored.inlines.insert(inline.name, inline::read(db, inline, key).await?);
        }
        Ok(Some(stored))
    }

    /// Whether the viewer may know of it: everybody who may see the rows of others, else its owner.
    pub fn is_for(&self, resource: &Resource, viewer: &Viewer) -> bool {
        is_for(resource, viewer, &self.values)
    }

    /// What the row is called.
    pub fn title(&self, resource: &Resource, key: i64) -> String {
        title(resource, key, &self.values)
    }

    /// A short text that is another one whenever something differs that this viewer may change. Links are not among
    /// it: a form sends what it changes of them, and whoever enrols meanwhile is in nobody's way.
    pub fn fingerprint(&self, resource: &Resource, viewer: &Viewer) -> String {
        let mut digest = Sha256::new();
        // As JSON, so that no value can be taken for two.
        let mut add = |part: serde_json::Value| {
            digest.update(part.to_string());
            digest.update("\n");
        };
        let value = |values: &Values, field: &FieldOf| {
            serde_json::json!([field.name, values.get(field.name).unwrap_or(&Datum::Null).to_json()])
        };
        for field in resource.fields().filter(|field| field.may_change(viewer)) {
            match &field.source {
                Source::Through(_) => {}
                _ => add(value(&self.values, field)),
            }
        }
        for inline in &resource.inlines {
            for row in self.inlines.get(inline.name).into_iter().flatten() {
                add(serde_json::json!([inline.name, row.key]));
                for field in inline.fields.iter().filter(|field| field.may_change(viewer)) {
                    add(value(&row.values, field));
                }
            }
        }
        digest.finalize()[..12].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// See [`Stored::is_for`].
pub fn is_for(resource: &Resource, viewer: &Viewer, row: &Values) -> bool {
    let own = resource.access.own_only(viewer);
    own.is_none_or(|column| row.get(column) == Some(&Datum::Integer(viewer.id)))
}

/// What a row is called; by its key where it has no title.
pub fn title(resource: &Resource, key: i64, row: &Values) -> String {
    let title = row.get(resource.title).map(|title| title.to_text(chrono_tz::Tz::UTC)).unwrap_or_default();
    if title.trim().is_empty() { format!("{} {key}", super::shell::heading(resource.noun)) } else { title }
}

impl FieldOf {
    /// Whether a viewer who may change the row may change this of it.
    pub fn may_change(&self, viewer: &Viewer) -> bool {
        !self.is_read_only && self.widget != Widget::ReadOnly && self.is_for(viewer)
    }
}
