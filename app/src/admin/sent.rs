//! What a form of the admin sent, or what stands in one that was not sent yet: from texts to values and back.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use chrono_tz::Tz;

use super::{
    Resource,
    column::Column,
    filled::{Filled, FilledRow, MAX_SHOWN},
    inline::MAX_ROWS,
    links::Wanted,
    resource::{FieldOf, InlineOf, Source},
    save::{InlineInput, Input},
    stored::{Stored, StoredRow},
    value::{Datum, Values},
};
use crate::{
    auth::Viewer,
    web::forms::{FieldErrors, Submitted, Widget},
};

/// What was sent, found by its name at once: a form may have thousands of parts.
#[derive(Debug, Default)]
pub struct Sent<'a>(HashMap<&'a str, Vec<&'a str>>);

impl<'a> Sent<'a> {
    /// Reads it.
    pub fn new(submitted: &'a Submitted) -> Self {
        let mut parts: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, value) in submitted.pairs() {
            parts.entry(name).or_default().push(value);
        }
        Self(parts)
    }

    /// The last value with this name.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.last().copied()
    }

    /// All values with this name.
    pub fn all(&self, name: &str) -> &[&'a str] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether something with this name was sent.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// Whose form of what, in which zone.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Whose.
    pub viewer: &'a Viewer,
    /// Of what.
    pub resource: &'a Resource,
    /// The site's zone.
    pub zone: Tz,
}

impl Reader<'_> {
    /// A form as it is opened.
    pub fn of_stored(&self, stored: &Stored) -> Filled {
        let few = |linked: &Vec<i64>| linked.iter().take(MAX_SHOWN).copied().collect();
        let links: BTreeMap<&'static str, Vec<i64>> =
            stored.links.iter().map(|(name, linked)| (*name, few(linked))).collect();
        let mut filled = Filled { links: links.clone(), shown: links, ..Filled::default() };
        for field in self.resource.fields().filter(|field| field.kind().is_some()) {
            filled.texts.insert(field.name.to_owned(), self.text(field, &stored.values));
        }
        for inline in &self.resource.inlines {
            let rows = stored.inlines.get(inline.name).map_or(&[][..], Vec::as_slice);
            for (index, row) in rows.iter().enumerate() {
                self.fill_row(&mut filled, inline, index, row);
            }
        }
        filled
    }

    /// An empty form: what new rows begin with, and what the address says.
    pub fn of_new(&self, address: &Sent<'_>) -> Filled {
        let mut filled = Filled::default();
        for field in self.resource.fields().filter(|field| field.may_change(self.viewer)) {
            if matches!(field.source, Source::Through(_)) {
                let keys: BTreeSet<i64> =
                    address.all(field.name).iter().filter_map(|key| key.parse().ok()).collect();
                filled.links.insert(field.name, keys.into_iter().collect());
                continue;
            }
            let default = field.default.map(|default| default(self.viewer).to_form(self.zone));
            let said = address.get(field.name).filter(|_| field.widget != Widget::Password);
            let text = said.map(str::to_owned).or(default).unwrap_or_default();
            filled.texts.insert(field.name.to_owned(), text);
        }
        filled
    }

    /// A form as it was sent; what was not in it is as it is stored.
    pub fn of_sent(&self, sent: &Sent<'_>, stored: Option<&Stored>) -> Filled {
        let mut filled = stored.map(|stored| self.of_stored(stored)).unwrap_or_default();
        filled.seen = sent.get("_version").and_then(|version| version.split_once('-')?.1.parse().ok());
        for field in self.resource.fields().filter(|field| field.may_change(self.viewer)) {
            if matches!(field.source, Source::Through(_)) {
                if is_sent(sent, field.name) {
                    filled.links.insert(field.name, keys(sent.all(field.name)).0);
                }
                if let Some(shown) = shown(sent, field.name) {
                    filled.shown.insert(field.name, shown);
                }
            } else if let Some(text) = typed(sent, field, field.name) {
                filled.texts.insert(field.name.to_owned(), with_seconds(field, text).into_owned());
            }
            note_query(&mut filled, sent, field.name);
        }
        for inline in &self.resource.inlines {
            let Some(count) = sent.get(&format!("{}._count", inline.name)) else { continue };
            let stored = stored.and_then(|stored| stored.inlines.get(inline.name));
            filled.rows.remove(inline.name);
            for index in 0..count.trim().parse().unwrap_or(0).min(MAX_ROWS) {
                let part = |name: &str| format!("{}.{index}.{name}", inline.name);
                let row = FilledRow {
                    key: sent.get(&part("_id")).unwrap_or_default().trim().to_owned(),
                    order: sent.get(&part("_order")).unwrap_or_default().trim().to_owned(),
                    is_deleted: sent.has(&part("_delete")),
                };
                let before =
                    stored.and_then(|rows| rows.iter().find(|known| known.key.to_string() == row.key));
                for field in &inline.fields {
                    let name = part(field.name);
                    let text = typed(sent, field, &name).filter(|_| field.may_change(self.viewer));
                    let kept = || before.map(|row| self.text(field, &row.values)).unwrap_or_default();
                    filled.texts.insert(name.clone(), text.map_or_else(kept, str::to_owned));
                    note_query(&mut filled, sent, &name);
                }
                filled.rows.entry(inline.name).or_default().push(row);
            }
        }
        filled
    }

    /// One more empty row.
    pub fn add_row(&self, filled: &mut Filled, inline: &InlineOf) {
        let rows = filled.rows.entry(inline.name).or_default();
        if rows.len() >= MAX_ROWS {
            return;
        }
        let order = rows.iter().filter_map(|row| row.order.parse::<i64>().ok()).max();
        let order = inline.order.map(|_| order.map_or(1, |order| order.saturating_add(1)).to_string());
        rows.push(FilledRow { order: order.unwrap_or_default(), ..FilledRow::default() });
        let index = rows.len() - 1;
        for field in &inline.fields {
            let text = self.default_text(field);
            filled.texts.insert(format!("{}.{index}.{}", inline.name, field.name), text);
        }
    }

    /// What a field of a new row begins with.
    pub fn default_text(&self, field: &FieldOf) -> String {
        field.default.map(|default| default(self.viewer).to_form(self.zone)).unwrap_or_default()
    }

    pub(super) fn fill_row(&self, filled: &mut Filled, inline: &InlineOf, index: usize, row: &StoredRow) {
        for field in &inline.fields {
            let text = self.text(field, &row.values);
            filled.texts.insert(format!("{}.{index}.{}", inline.name, field.name), text);
        }
        let order =
            inline.order.and_then(|order| row.values.get(order)).map(|order| order.to_form(self.zone));
        let row = FilledRow { key: row.key.to_string(), order: order.unwrap_or_default(), is_deleted: false };
        filled.rows.entry(inline.name).or_default().push(row);
    }

    fn text(&self, field: &FieldOf, values: &Values) -> String {
        let value = values.get(field.name).filter(|_| field.widget != Widget::Password);
        value.map(|value| value.to_form(self.zone)).unwrap_or_default()
    }

    /// What was sent, as values; and what cannot be read. What is as it was is left out.
    pub fn input(&self, sent: &Sent<'_>, stored: Option<&Stored>) -> (Input, FieldErrors) {
        let mut errors = FieldErrors::default();
        // Behind the hyphen is what the history had come to.
        let version = sent.get("_version").and_then(|version| version.split('-').next()).map(str::to_owned);
        let mut input = Input { version, ..Input::default() };
        if stored.is_none() {
            input.version = None;
        }
        for field in self.resource.fields().filter(|field| field.may_change(self.viewer)) {
            if matches!(field.source, Source::Through(_)) {
                if is_sent(sent, field.name) {
                    let (keys, are_good) = keys(sent.all(field.name));
                    if !are_good {
                        errors.add(field.name, "One of these is not there.");
                    }
                    // What a form of some version does not say it showed, it does not take away.
                    let shown = shown(sent, field.name).or(input.version.is_some().then(Vec::new));
                    let wanted = match shown.filter(|_| stored.is_some()) {
                        Some(shown) => Wanted::between(&shown, &keys),
                        None => Wanted::All(keys),
                    };
                    input.links.insert(field.name, wanted);
                }
            } else if let Some(text) = typed(sent, field, field.name) {
                let before = stored.map(|stored| &stored.values);
                self.value(field, text, before, field.name, &mut input.values, &mut errors);
            }
        }
        for inline in &self.resource.inlines {
            let Some(count) = sent.get(&format!("{}._count", inline.name)) else { continue };
            match count.trim().parse::<usize>() {
                Ok(count) if count <= MAX_ROWS => {
                    let stored = stored.and_then(|stored| stored.inlines.get(inline.name));
                    let rows = (0..count).filter_map(|index| {
                        self.row(sent, inline, index, stored.map_or(&[], |rows| rows), &mut errors)
                    });
                    input.inlines.insert(inline.name, rows.collect());
                }
                _ => errors.add(inline.name, format!("There may be at most {MAX_ROWS} rows.")),
            }
        }
        (input, errors)
    }

    /// An inline row; none for one that nothing was typed into.
    fn row(
        &self,
        sent: &Sent<'_>,
        inline: &InlineOf,
        index: usize,
        stored: &[StoredRow],
        errors: &mut FieldErrors,
    ) -> Option<InlineInput> {
        let part = |name: &str| format!("{}.{index}.{name}", inline.name);
        let mut row =
            InlineInput { place: index, is_deleted: sent.has(&part("_delete")), ..Default::default() };
        let key = sent.get(&part("_id")).unwrap_or_default().trim();
        if !key.is_empty() {
            // What is no number is the key of no row.
            row.key = Some(key.parse().unwrap_or(i64::MIN));
        } else if row.is_deleted || self.is_blank(sent, inline, index) {
            return None;
        }
        if row.is_deleted {
            return Some(row);
        }
        let order = sent.get(&part("_order")).unwrap_or_default().trim();
        if inline.order.is_some() && !order.is_empty() {
            row.order = order.parse().ok();
            if row.order.is_none() {
                errors.add(
                    inline.name,
                    format!("The place “{}” is no whole number.", super::log::cut(order.to_owned(), 40)),
                );
            }
        }
        let before = stored.iter().find(|stored| Some(stored.key) == row.key).map(|stored| &stored.values);
        for field in inline.fields.iter().filter(|field| field.may_change(self.viewer)) {
            let name = part(field.name);
            if let Some(text) = typed(sent, field, &name) {
                self.value(field, text, before, &name, &mut row.values, errors);
            }
        }
        Some(row)
    }

    /// Whether nothing but what a new row begins with stands in a row.
    fn is_blank(&self, sent: &Sent<'_>, inline: &InlineOf, index: usize) -> bool {
        inline.fields.iter().all(|field| {
            let text = typed(sent, field, &format!("{}.{index}.{}", inline.name, field.name));
            text.is_none_or(|text| text.trim().is_empty() || text == self.default_text(field))
        })
    }

    /// Fields whose search somebody typed into without choosing anything new: what they meant is not what was sent.
    pub fn unfinished(&self, sent: &Sent<'_>, stored: Option<&Stored>) -> Vec<String> {
        let before = stored.map(|stored| self.of_stored(stored)).unwrap_or_default();
        let looks = |field: &&FieldOf| field.related.is_some() && field.may_change(self.viewer);
        let is_searched =
            |name: &str| sent.get(&format!("{name}__q")).is_some_and(|query| !query.trim().is_empty());
        let is_chosen = |name: &str, before: &str| {
            sent.get(name).map(str::trim).is_some_and(|key| !key.is_empty() && key != before)
        };
        let mut unfinished = Vec::new();
        for field in self.resource.fields().filter(looks).filter(|field| is_searched(field.name)) {
            let is_chosen = if matches!(field.source, Source::Through(_)) {
                let known = shown(sent, field.name).or(before.links.get(field.name).cloned());
                keys(sent.all(field.name)).0 != known.unwrap_or_default()
            } else {
                let default = || self.default_text(field);
                is_chosen(field.name, &before.texts.get(field.name).cloned().unwrap_or_else(default))
            };
            if !is_chosen {
                unfinished.push(field.name.to_owned());
            }
        }
        for inline in &self.resource.inlines {
            let count = sent.get(&format!("{}._count", inline.name)).unwrap_or_default();
            let stored = before.rows.get(inline.name).map_or(&[][..], Vec::as_slice);
            for index in 0..count.trim().parse().unwrap_or(0).min(MAX_ROWS) {
                let part = |name: &str| format!("{}.{index}.{name}", inline.name);
                if sent.has(&part("_delete")) {
                    continue;
                }
                let key = sent.get(&part("_id")).unwrap_or_default().trim();
                let known = stored.iter().position(|row| !key.is_empty() && row.key == key);
                for field in inline.fields.iter().filter(looks).filter(|field| is_searched(&part(field.name)))
                {
                    let text = |place| before.texts.get(&format!("{}.{place}.{}", inline.name, field.name));
                    let text = known.and_then(text).cloned();
                    if !is_chosen(&part(field.name), &text.unwrap_or_else(|| self.default_text(field))) {
                        unfinished.push(part(field.name));
                    }
                }
            }
        }
        unfinished
    }

    fn value(
        &self,
        field: &FieldOf,
        text: &str,
        before: Option<&Values>,
        name: &str,
        values: &mut Values,
        errors: &mut FieldErrors,
    ) {
        // What was not touched is not read: a form drops the fraction of a second, and the blanks around a text.
        let shown = before.map(|before| self.text(field, before).replace("\r\n", "\n"));
        let text = &*with_seconds(field, text);
        if shown.is_some_and(|shown| shown == text) || field.widget == Widget::Password && text.is_empty() {
            return;
        }
        let column = match &field.source {
            Source::Column(column) => column.clone(),
            Source::Hooks(kind) => Column::kept(field.name, *kind),
            Source::Through(_) => return,
        };
        match Datum::parse(text, &column, self.zone) {
            Ok(value) => {
                values.insert(field.name, value);
            }
            Err(message) => errors.add(name, message),
        }
    }
}

/// A time as forms show it: browsers leave out the seconds where there are none, which nobody has typed.
fn with_seconds<'a>(field: &FieldOf, text: &'a str) -> Cow<'a, str> {
    let is_short = text.len() == "2026-03-31T12:00".len() && text.as_bytes().get(10) == Some(&b'T');
    if field.widget == Widget::DateTime && is_short { format!("{text}:00").into() } else { text.into() }
}

/// Whether a field was in the form: boxes without a tick send nothing themselves.
fn is_sent(sent: &Sent<'_>, name: &str) -> bool {
    sent.has(&format!("{name}__sent")) || sent.has(name)
}

/// The rows that an n–m field showed as linked when the form was opened, if it says so.
fn shown(sent: &Sent<'_>, name: &str) -> Option<Vec<i64>> {
    let shown = sent.get(&format!("{name}__shown"))?;
    // Scripts find linked rows that the form did not show: a tick that was taken from one is sent as `__off`.
    let off = sent.all(&format!("{name}__off")).iter().copied();
    Some(keys(&shown.split(',').chain(off).collect::<Vec<_>>()).0)
}

/// What was typed into a field, if it was in the form.
fn typed<'a>(sent: &Sent<'a>, field: &FieldOf, name: &str) -> Option<&'a str> {
    if field.widget == Widget::Switch {
        return is_sent(sent, name).then(|| if sent.has(name) { "on" } else { "" });
    }
    sent.get(name)
}

fn note_query(filled: &mut Filled, sent: &Sent<'_>, name: &str) {
    if let Some(query) = sent.get(&format!("{name}__q")) {
        filled.queries.insert(name.to_owned(), query.to_owned());
    }
}

/// Keys, each once, ascending; and whether all of them were any.
fn keys(texts: &[&str]) -> (Vec<i64>, bool) {
    let texts = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    let keys: Vec<Option<i64>> = texts.map(|text| text.parse().ok()).collect();
    let are_good = keys.iter().all(Option::is_some);
    let keys: BTreeSet<i64> = keys.into_iter().flatten().collect();
    (keys.into_iter().collect(), are_good)
}
