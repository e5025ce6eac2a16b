//! What stands in a form of the admin, and what becomes of it when somebody else stores the row meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    links::Wanted,
    resource::InlineOf,
    sent::Reader,
    stored::{Stored, StoredRow},
};

/// The most linked rows that a form shows of a field. The others stay linked, and are found by its search.
pub const MAX_SHOWN: usize = 100;

/// What stands in a form, as texts: what was typed comes back as it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filled {
    /// By the fields' names, `lessons.0.post_id` in inline rows. A switch that is on has `on`.
    pub texts: BTreeMap<String, String>,
    /// What n–m fields link, of the first [`MAX_SHOWN`].
    pub links: BTreeMap<&'static str, Vec<i64>>,
    /// What they linked when the form was opened: sent along, what differs is what somebody changes.
    pub shown: BTreeMap<&'static str, Vec<i64>>,
    /// Inline rows.
    pub rows: BTreeMap<&'static str, Vec<FilledRow>>,
    /// What the search steps of fields were asked.
    pub queries: BTreeMap<String, String>,
    /// The newest entry of the row's history when the form was opened, if it says so.
    pub seen: Option<i64>,
}

impl Filled {
    /// Leaves out the inline rows that are not among the stored ones any more; those behind them move up.
    fn leave_out_gone(&mut self, inline: &InlineOf, stored: &[StoredRow]) {
        let rows = self.rows.remove(inline.name).unwrap_or_default();
        let mut kept: Vec<FilledRow> = Vec::new();
        for (index, row) in rows.into_iter().enumerate() {
            let is_there = row.key.is_empty() || stored.iter().any(|known| known.key.to_string() == row.key);
            for field in &inline.fields {
                let name = |index: usize| format!("{}.{index}.{}", inline.name, field.name);
                for texts in [&mut self.texts, &mut self.queries] {
                    if let Some(text) = texts.remove(&name(index)).filter(|_| is_there) {
                        texts.insert(name(kept.len()), text);
                    }
                }
            }
            if is_there {
                kept.push(row);
            }
        }
        self.rows.insert(inline.name, kept);
    }
}

impl Reader<'_> {
    /// Puts what was typed onto what somebody else stored meanwhile: rows that they took away are gone, rows that they
    /// added are there, and of links only what the person changed differs from theirs.
    pub fn rebase(&self, filled: &mut Filled, theirs: &Stored) {
        for inline in &self.resource.inlines {
            let rows = theirs.inlines.get(inline.name).map_or(&[][..], Vec::as_slice);
            filled.leave_out_gone(inline, rows);
            let kept = filled.rows.get(inline.name).map_or(&[][..], Vec::as_slice);
            let kept: BTreeSet<String> = kept.iter().map(|row| row.key.clone()).collect();
            for row in rows.iter().filter(|row| !kept.contains(&row.key.to_string())) {
                let index = filled.rows.get(inline.name).map_or(0, Vec::len);
                self.fill_row(filled, inline, index, row);
            }
        }
        for (name, linked) in &theirs.links {
            let shown = filled.shown.remove(name).unwrap_or_default();
            let chosen = filled.links.get(name).map_or(&[][..], Vec::as_slice);
            let wanted = Wanted::between(&shown, chosen);
            // What was shown is shown again, as far as it is still linked: it may be what was taken away.
            let first = linked.iter().take(MAX_SHOWN);
            let again = shown.iter().filter(|key| linked.binary_search(key).is_ok());
            let base: BTreeSet<i64> = first.chain(again).copied().collect();
            let base: Vec<i64> = base.into_iter().collect();
            filled.links.insert(name, wanted.of(&base));
            filled.shown.insert(name, base);
        }
    }
}

/// An inline row in a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilledRow {
    /// Its key; empty for a new one.
    pub key: String,
    /// Its place, as typed.
    pub order: String,
    /// Whether it is to go.
    pub is_deleted: bool,
}
