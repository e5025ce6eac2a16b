//! What may be said of a row: needed fields, choices, references that lead somewhere.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::DbErr;

use super::{
    Draft, Resource,
    column::Kind,
    inline::MAX_ROWS,
    resource::{FieldOf, InlineOf, Source},
    save::{InlineInput, Input, Work},
    stored::{Stored, StoredRow},
    trash,
    value::{Datum, Values},
};
use crate::{
    auth::Viewer,
    web::{App, forms::FieldErrors},
};

const NEEDED: &str = "This is needed.";
/// The most bytes of any text; columns with a length of their own hold less.
const MAX_TEXT_BYTES: usize = crate::content::MAX_MARKDOWN;
const UNKNOWN: &str = "There is no such field.";

/// What is to be stored of what was sent: the values that are new, for a new row with what it begins with; and what
/// is wrong, which needs no database.
pub(super) fn values(
    resource: &Resource,
    viewer: &Viewer,
    before: Option<&Stored>,
    input: &Input,
) -> (Values, FieldErrors) {
    let mut errors = FieldErrors::default();
    let mut values = Values::new();
    for (name, value) in &input.values {
        match resource.field(name) {
            Some(field) if field.may_change(viewer) && field.kind().is_some() => {
                let value = tidy(field, value);
                if before.is_none_or(|before| before.values.get(name) != Some(&value)) {
                    values.insert(field.name, value);
                }
            }
            _ => errors.add(name, UNKNOWN),
        }
    }
    for name in input.links.keys() {
        let known = resource.field(name).filter(|field| field.may_change(viewer));
        if known.is_none_or(|field| field.kind().is_some()) {
            errors.add(name, UNKNOWN);
        }
    }
    if before.is_none() {
        for field in resource.fields().filter(|field| field.kind().is_some()) {
            if let Some(default) = field.default {
                values.entry(field.name).or_insert_with(|| default(viewer));
            }
        }
    }
    own(resource, viewer, before.is_none(), &mut values, &mut errors);
    for field in resource.fields() {
        let is_given = match &field.source {
            Source::Through(_) => {
                let linked = before.and_then(|before| before.links.get(field.name));
                let linked = linked.map_or(&[][..], Vec::as_slice);
                input.links.get(field.name).map(|wanted| !wanted.of(linked).is_empty())
            }
            _ => values.get(field.name).map(|value| !value.is_blank()),
        };
        // What a viewer may not say, hooks or the database do.
        let is_asked = before.is_none() && field.may_change(viewer);
        match is_given {
            Some(false) if field.is_required => errors.add(field.name, NEEDED),
            None if field.is_required && is_asked => errors.add(field.name, NEEDED),
            _ => {}
        }
    }
    check(resource.fields(), &mut values, before.is_none(), "", &mut errors);
    (values, errors)
}

/// Whose the row is: the viewer's, unless they may give it to somebody else.
fn own(resource: &Resource, viewer: &Viewer, is_new: bool, values: &mut Values, errors: &mut FieldErrors) {
    let Some((column, permission)) = resource.access.own else { return };
    let me = Datum::Integer(viewer.id);
    if is_new {
        values.entry(column).or_insert_with(|| me.clone());
    }
    if values.get(column).is_some_and(|owner| *owner != me) && !viewer.may(permission) {
        errors.add(column, "This cannot be given to somebody else.");
    }
}

/// Blank is nothing, where there can be nothing.
fn tidy(field: &FieldOf, value: &Datum) -> Datum {
    match &field.source {
        Source::Column(column) if column.is_nullable && value.is_blank() => Datum::Null,
        _ => value.clone(),
    }
}

/// Choices, and nothing where there must be something. A new row's column with a default does without.
fn check<'a>(
    fields: impl Iterator<Item = &'a FieldOf>,
    values: &mut Values,
    is_new: bool,
    prefix: &str,
    errors: &mut FieldErrors,
) {
    for field in fields {
        let name = format!("{prefix}{}", field.name);
        let Some(value) = values.get(field.name) else { continue };
        if let (Source::Column(column), Datum::Null) = (&field.source, value)
            && !column.is_nullable
        {
            if matches!(column.kind, Kind::Text(_) | Kind::LongText) {
                values.insert(field.name, Datum::Text(String::new()));
            } else if is_new && column.has_default {
                values.remove(field.name);
            } else if errors.about(&name).is_empty() {
                errors.add(&name, NEEDED);
            }
            continue;
        }
        if let Some(text) = value.as_text().filter(|text| text.len() > MAX_TEXT_BYTES) {
            let (has, most) = (text.len().div_ceil(1024), MAX_TEXT_BYTES / 1024);
            errors.add(&name, format!("This is too long: {has} KiB, where {most} are the most."));
            continue;
        }
        let is_choice = |text: &str| field.choices.iter().any(|(value, _)| value == text);
        if !field.choices.is_empty()
            && *value != Datum::Null
            && !value.as_text().is_some_and(is_choice)
            && errors.about(&name).is_empty()
        {
            errors.add(&name, "This is none of the choices.");
        }
    }
}

/// Checks inline rows and gives them back with what new ones begin with.
pub(super) fn rows(
    resource: &Resource,
    viewer: &Viewer,
    before: Option<&Stored>,
    input: &Input,
) -> (BTreeMap<&'static str, Vec<InlineInput>>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let mut checked = BTreeMap::new();
    for (name, sent) in &input.inlines {
        let Some(inline) = resource.inlines.iter().find(|inline| inline.name == *name) else {
            errors.add(name, UNKNOWN);
            continue;
        };
        if sent.len() > MAX_ROWS {
            errors.add(name, format!("There may be at most {MAX_ROWS} rows."));
            continue;
        }
        let stored = before.and_then(|before| before.inlines.get(name)).map_or(&[][..], Vec::as_slice);
        let of_form = sent.iter().map(|row| self::row(inline, viewer, stored, row, &mut errors));
        let of_form: Vec<InlineInput> = of_form.collect();
        twice(inline, stored, &of_form, &mut errors);
        checked.insert(inline.name, of_form);
    }
    (checked, errors)
}

fn row(
    inline: &InlineOf,
    viewer: &Viewer,
    stored: &[StoredRow],
    sent: &InlineInput,
    errors: &mut FieldErrors,
) -> InlineInput {
    let mut checked = InlineInput { values: Values::new(), ..sent.clone() };
    let known = sent.key.map(|key| stored.iter().find(|row| row.key == key));
    if matches!(known, Some(None)) && !sent.is_deleted {
        errors.add(inline.name, format!("One {} is not there any more.", inline.noun));
    }
    if sent.is_deleted {
        return checked;
    }
    if sent.order.is_some_and(|place| i32::try_from(place).is_err()) {
        errors.add(inline.name, "A place in the order is too large a number.");
    }
    let prefix = format!("{}.{}.", inline.name, sent.place);
    for (name, value) in &sent.values {
        match inline.fields.iter().find(|field| field.name == *name) {
            Some(field) if field.may_change(viewer) && field.kind().is_some() => {
                checked.values.insert(field.name, tidy(field, value));
            }
            _ => errors.add(&format!("{prefix}{name}"), UNKNOWN),
        }
    }
    let is_new = sent.key.is_none();
    for field in &inline.fields {
        if is_new && let Some(default) = field.default {
            checked.values.entry(field.name).or_insert_with(|| default(viewer));
        }
        let is_blank = checked.values.get(field.name).map(Datum::is_blank);
        if field.is_required && (is_blank == Some(true) || is_new && is_blank.is_none()) {
            errors.add(&format!("{prefix}{}", field.name), NEEDED);
        }
        if is_new
            && let Source::Column(column) = &field.source
            && !column.is_nullable
            && !column.has_default
        {
            // Nothing that is stored is left open.
            let empty = matches!(column.kind, Kind::Text(_) | Kind::LongText);
            checked.values.entry(field.name).or_insert_with(|| match column.kind {
                Kind::Boolean => Datum::Boolean(false),
                _ if empty => Datum::Text(String::new()),
                _ => Datum::Null,
            });
        }
    }
    check(inline.fields.iter(), &mut checked.values, is_new, &prefix, errors);
    checked
}

/// Rows of one form that may not be there together.
fn twice(inline: &InlineOf, stored: &[StoredRow], sent: &[InlineInput], errors: &mut FieldErrors) {
    for group in &inline.table.unique {
        let own: Vec<&'static str> = group.iter().copied().filter(|name| *name != inline.parent).collect();
        let Some(first) = own.first().filter(|name| inline.fields.iter().any(|field| field.name == **name))
        else {
            continue;
        };
        let mut seen: Vec<Vec<Datum>> = Vec::new();
        for row in sent.iter().filter(|row| !row.is_deleted) {
            let before = row.key.and_then(|key| stored.iter().find(|stored| stored.key == key));
            let value = |name: &&'static str| {
                row.values.get(name).or_else(|| before?.values.get(name)).cloned().unwrap_or(Datum::Null)
            };
            let values: Vec<Datum> = own.iter().map(value).collect();
            if values.contains(&Datum::Null) {
                continue;
            }
            if seen.contains(&values) {
                errors.add(&format!("{}.{}.{first}", inline.name, row.place), "This is in the list twice.");
            }
            seen.push(values);
        }
    }
}

/// Checks that what is referred to is there and may be referred to: one statement for each resource. Of what is in
/// `before` already nothing is asked.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn references(
    app: &App,
    resource: &Resource,
    before: Option<&Stored>,
    work: &Work,
) -> Result<FieldErrors, DbErr> {
    let Work { draft: Draft { viewer, values, .. }, links, inlines, .. } = work;
    let (db, admin) = (app.db.latest(), &app.admin);
    // What is asked of: the form's name, the resource, the keys.
    let mut asked: Vec<(String, &'static str, BTreeSet<i64>)> = Vec::new();
    for field in resource.fields() {
        let Some(target) = field.related else { continue };
        let key = values.get(field.name).and_then(Datum::as_integer);
        // That a row is the viewer's own is always theirs to say.
        let is_own = resource.access.own.is_some_and(|(column, _)| column == field.name);
        if let Some(key) = key.filter(|key| !(is_own && *key == viewer.id)) {
            asked.push((field.name.to_owned(), target, BTreeSet::from([key])));
        }
        if let Some(wanted) = links.get(field.name) {
            let known = before.and_then(|before| before.links.get(field.name));
            let new = |key: &&i64| known.is_none_or(|known| known.binary_search(key).is_err());
            asked.push((field.name.to_owned(), target, wanted.named().iter().filter(new).copied().collect()));
        }
    }
    for inline in &resource.inlines {
        let stored = before.and_then(|before| before.inlines.get(inline.name));
        for row in inlines.get(inline.name).into_iter().flatten().filter(|row| !row.is_deleted) {
            let of_row = row.key.and_then(|key| stored?.iter().find(|stored| stored.key == key));
            for field in &inline.fields {
                let (Some(target), Some(value)) = (field.related, row.values.get(field.name)) else {
                    continue;
                };
                let is_known = of_row.is_some_and(|stored| stored.values.get(field.name) == Some(value));
                if let (Some(key), false) = (value.as_integer(), is_known) {
                    let name = format!("{}.{}.{}", inline.name, row.place, field.name);
                    asked.push((name, target, BTreeSet::from([key])));
                }
            }
        }
    }
    let mut by_target: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for (_, target, keys) in &asked {
        by_target.entry(target).or_default().extend(keys);
    }
    let mut found: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for (name, keys) in by_target {
        let keys = match admin.referable(viewer, name) {
            Some(target) if !keys.is_empty() => trash::existing(db, viewer, target, &keys).await?,
            _ => BTreeSet::new(),
        };
        found.insert(name, keys);
    }
    let mut errors = FieldErrors::default();
    for (name, target, keys) in asked {
        // What is no resource is held together by the database alone.
        let (Some(resource), Some(found)) = (admin.find(target), found.get(target)) else { continue };
        for _ in keys.difference(found).take(1) {
            errors.add(&name, format!("There is no such {}.", resource.noun));
        }
    }
    Ok(errors)
}
