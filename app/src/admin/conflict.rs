//! Two versions of a row: what somebody typed, and what is stored.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    filled::Filled,
    form::Form,
    history, log,
    names::{self, Titles},
    resource::Source,
    sent::Reader,
    stored::Stored,
    value::Datum,
    views::{Conflict, Difference},
};
use crate::web::{App, Result, diff, forms::Widget};

/// Texts of more bytes than this are shown as one text with its changes.
const LONG: usize = 120;

/// What was typed in some forms of stored rows, where it differs from what is stored: as many statements for many forms
/// as for one. Nothing of a new row's form, whose every field differs.
///
/// # Errors
/// When the database does not answer.
pub async fn differences_to_stored(app: &App, forms: &[Form<'_>]) -> Result<Vec<Vec<Difference>>> {
    let mut referred: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for (resource, keys) in forms.iter().filter(|form| form.stored.is_some()).flat_map(Form::referred) {
        referred.entry(resource).or_default().extend(keys);
    }
    let titles = names::of_all(app.db.latest(), &app.admin, &referred).await?;
    let mut all = Vec::new();
    for form in forms {
        let fields = form.stored.map(|stored| form.differences(stored, &titles)).unwrap_or_default();
        all.push(compared(fields).await?);
    }
    Ok(all)
}

impl Form<'_> {
    /// Takes over a field as it is stored.
    pub fn take_theirs(&mut self, name: &str, theirs: &Stored) {
        let mut stored: Filled = self.reader.of_stored(theirs);
        let Reader { viewer, resource, .. } = self.reader;
        let Some(field) = resource.field(name).filter(|field| field.may_change(viewer)) else { return };
        if let Some(text) = stored.texts.remove(field.name) {
            self.filled.texts.insert(field.name.to_owned(), text);
        }
        if let Some(links) = stored.links.remove(field.name) {
            self.filled.shown.insert(field.name, links.clone());
            self.filled.links.insert(field.name, links);
        }
        self.filled.queries.remove(field.name);
    }

    /// Both versions of what differs; none when nothing does.
    pub(super) async fn conflict(&self, titles: &Titles) -> Result<Option<Conflict>> {
        let (Some(key), Some(stored)) = (self.key, self.stored) else { return Ok(None) };
        let resource = self.reader.resource;
        let fields = compared(self.differences(stored, titles)).await?;
        if fields.is_empty() {
            return Ok(None);
        }
        // Not everything that changes a row is in the history: whoever is named wrote after the form was opened.
        let last = history::newest(self.app, resource, key).await?;
        let last = last.filter(|entry| self.filled.seen.is_some_and(|seen| entry.id > seen));
        let (who, when) = match last {
            Some(entry) => {
                let is_own = entry.user_id == Some(self.reader.viewer.id);
                let who = if is_own { "You".to_owned() } else { entry.user_name };
                (who, Datum::DateTime(entry.at).to_text(self.reader.zone))
            }
            None => (String::new(), String::new()),
        };
        Ok(Some(Conflict { who, when, fields }))
    }

    fn differences(&self, stored: &Stored, titles: &Titles) -> Vec<Difference> {
        let Reader { viewer, resource, .. } = self.reader;
        let theirs = self.reader.of_stored(stored);
        let mut fields = Vec::new();
        for field in resource.fields().filter(|field| field.may_change(viewer)) {
            let (yours, theirs) = if let (Source::Through(_), Some(target)) = (&field.source, field.related) {
                let titles = |links: &BTreeMap<&'static str, Vec<i64>>| {
                    let keys = links.get(field.name).into_iter().flatten();
                    keys.map(|key| names::one(titles, target, *key)).collect::<Vec<_>>().join(", ")
                };
                (titles(&self.filled.links), titles(&self.filled.shown))
            } else {
                let yours = self.text(field.name);
                let stored_text = theirs.texts.get(field.name).map_or("", String::as_str);
                if yours == stored_text.replace("\r\n", "\n") || field.widget == Widget::Password {
                    continue;
                }
                let value = stored.values.get(field.name);
                (self.readable(field, yours, None, titles), self.readable(field, stored_text, value, titles))
            };
            if yours != theirs {
                fields.push(Difference {
                    name: field.name.to_owned(),
                    label: field.label.clone(),
                    yours,
                    theirs,
                    diff: None,
                });
            }
        }
        for inline in &resource.inlines {
            let kept = self.rows(inline).iter().enumerate().filter(|(_, row)| !row.is_deleted);
            let mut kept: Vec<(i64, String)> = kept
                .map(|(index, row)| (row.order.parse().unwrap_or(i64::MAX), self.line(inline, index, titles)))
                .collect();
            kept.sort_by_key(|(order, _)| *order);
            let yours: Vec<String> =
                kept.into_iter().map(|(_, line)| line).filter(|line| !line.is_empty()).collect();
            let theirs = stored.inlines.get(inline.name).into_iter().flatten();
            let theirs: Vec<String> = theirs.map(|row| log::describe(inline, &row.values, titles)).collect();
            if yours != theirs {
                fields.push(Difference {
                    name: String::new(),
                    label: inline.label.to_owned(),
                    yours: yours.join("\n"),
                    theirs: theirs.join("\n"),
                    diff: None,
                });
            }
        }
        fields
    }
}

/// Long texts, with what went and came between the stored and the typed one: side by side nobody finds it.
async fn compared(mut fields: Vec<Difference>) -> Result<Vec<Difference>> {
    for field in &mut fields {
        let is_long = |text: &str| text.len() > LONG || text.contains('\n');
        if !field.yours.is_empty()
            && !field.theirs.is_empty()
            && (is_long(&field.yours) || is_long(&field.theirs))
        {
            let (theirs, yours) = (std::mem::take(&mut field.theirs), std::mem::take(&mut field.yours));
            field.diff = Some(diff::of(theirs, yours).await?);
        }
    }
    Ok(fields)
}
