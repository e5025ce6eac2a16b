//! A row's form, made for the template: fields with what stands in them, and inline rows.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    column::Kind,
    filled::{Filled, FilledRow, MAX_SHOWN},
    form_page::Opened,
    history, lookup,
    names::{self, Titles},
    resource::{FieldOf, InlineOf, Source},
    sent::Reader,
    shell,
    stored::Stored,
    trash,
    value::Datum,
    views::{self, Inline, InlineRow, LookupResults, Message, Shell},
};
use crate::web::{
    App, Result,
    forms::{Choice, Complaint, Field, FieldErrors, Group, Widget, complaints},
};

/// The index of the row that scripts copy.
const BLANK: &str = "__index__";

/// A form to be shown.
pub struct Form<'a> {
    /// What handlers reach.
    pub app: &'a App,
    /// Whose form of what.
    pub reader: Reader<'a>,
    /// The row's key; none for a new one.
    pub key: Option<i64>,
    /// The row as it is stored.
    pub stored: Option<&'a Stored>,
    /// What stands in the form.
    pub filled: Filled,
    /// What is wrong.
    pub errors: FieldErrors,
    /// The field whose search step was taken.
    pub find: Option<String>,
    /// Whether somebody else saved meanwhile: `stored` is theirs.
    pub is_stale: bool,
    /// Values that it sends along and that the resource's form page knows, by name.
    pub kept: Vec<(String, String)>,
    /// The word that it is known by, where it is one that was sent: else a new one.
    pub word: Option<String>,
    /// The version that it is a form of, where that is not the one that is stored.
    pub version: Option<String>,
}

impl<'a> Form<'a> {
    /// A form with nothing wrong in it.
    pub fn new(
        app: &'a App,
        reader: Reader<'a>,
        key: Option<i64>,
        stored: Option<&'a Stored>,
        filled: Filled,
    ) -> Self {
        Self {
            app,
            reader,
            key,
            stored,
            filled,
            errors: FieldErrors::default(),
            find: None,
            is_stale: false,
            kept: Vec::new(),
            word: None,
            version: None,
        }
    }

    /// Makes the page: a few statements, however many rows it shows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn view(&self, messages: Vec<Message>) -> Result<views::Form> {
        let Reader { viewer, resource, .. } = self.reader;
        let access = &resource.access;
        let can_save = access.demand_write(viewer, self.key).is_ok();
        let titles = self.titles().await?;
        let found = self.found().await?;
        let of_field = |field: &FieldOf| self.field(field, field.name, &titles, &found);
        let groups: Vec<Group> = resource
            .groups
            .iter()
            .map(|group| Group {
                title: group.title.to_owned(),
                help: group.help.to_owned(),
                fields: group.fields.iter().filter_map(of_field).collect(),
            })
            .filter(|group| !group.fields.is_empty())
            .collect();
        let inlines: Vec<Inline> =
            resource.inlines.iter().map(|inline| self.inline(inline, &titles, &found)).collect();
        let list_url = shell::list_url(resource);
        let heading = shell::heading(&resource.nouns);
        let (title, action) = match (self.key, self.stored) {
            (Some(key), Some(stored)) => (stored.title(resource, key), shell::row_url(resource, key)),
            _ => (format!("New {}", resource.noun), format!("{list_url}/new")),
        };
        let is_there = self.key.is_some();
        let is_trashed = self.stored.is_some_and(|stored| resource.is_trashed(&stored.values));
        let more = match &resource.form_page {
            Some(of) => of.page.more(self.opened()).await?,
            None => serde_json::Value::Null,
        };
        let conflict = if self.is_stale { self.conflict(&titles).await? } else { None };
        let complaints = self.complaints(&groups, &inlines);
        let version = match &self.version {
            Some(version) => version.clone(),
            None => self.stored_version().await?,
        };
        Ok(views::Form {
            template: resource.form_page.as_ref().map(|of| of.template),
            is_unsaved: !complaints.is_empty() || conflict.is_some() || self.version.is_some(),
            word: self.word.clone().unwrap_or_else(|| self.app.tickets.issue(viewer.id)),
            kept: self.kept.clone(),
            more,
            shell: Shell::new(&self.app.admin, viewer, &[(&heading, &list_url), (&title, &action)], messages),
            title,
            noun: resource.noun.to_owned(),
            is_new: !is_there,
            complaints,
            conflict,
            groups,
            inlines,
            version,
            can_save,
            can_add: access.may_add(viewer) && resource.added_by.is_none(),
            delete_url: (is_there && viewer.may(access.delete)).then(|| format!("{action}/delete")),
            history_url: is_there.then(|| format!("{action}/history")),
            pages: self.key.map(|key| trash::row_pages(resource, key, is_trashed)).unwrap_or_default(),
            view_url: resource.view_url.zip(self.stored).and_then(|(url, stored)| url(&stored.values)),
            back_url: list_url,
            extras: match self.stored {
                Some(stored) => resource.hooks.extras(self.app, viewer, &stored.values).await?,
                None => Vec::new(),
            },
            action,
        })
    }

    /// What the form was made from, sent back as `_version`: the row's fingerprint, and what its history had come to.
    async fn stored_version(&self) -> Result<String> {
        let (Some(key), Some(stored)) = (self.key, self.stored) else { return Ok(String::new()) };
        let Reader { viewer, resource, .. } = self.reader;
        let newest = history::newest(self.app, resource, key).await?.map_or(0, |entry| entry.id);
        Ok(format!("{}-{newest}", stored.fingerprint(resource, viewer)))
    }

    /// For what a feature shows beside it.
    pub fn opened(&self) -> Opened<'_> {
        let Reader { viewer, resource, zone } = self.reader;
        let (app, key, stored) = (self.app, self.key, self.stored);
        Opened { app, viewer, resource, zone, key, stored, kept: &self.kept }
    }

    /// What is wrong, in the order of the form.
    fn complaints(&self, groups: &[Group], inlines: &[Inline]) -> Vec<Complaint> {
        let mut all = complaints(groups.iter().flat_map(|group| &group.fields), &self.errors);
        for inline in inlines {
            all.extend(inline.errors.iter().map(|message| Complaint {
                id: format!("field-{}", inline.name),
                label: inline.label.clone(),
                message: message.clone(),
            }));
            let fields = inline.rows.iter().flat_map(|row| &row.fields);
            all.extend(complaints(fields, &FieldErrors::default()));
        }
        // What is wrong with something that the form does not show.
        if all.is_empty() {
            all.extend(self.errors.0.values().flatten().map(|message| Complaint {
                id: String::new(),
                label: String::new(),
                message: message.clone(),
            }));
        }
        all
    }

    /// What the rows are called that the form refers to, in either version.
    async fn titles(&self) -> Result<Titles> {
        Ok(names::of_all(self.app.db.latest(), &self.app.admin, &self.referred()).await?)
    }

    /// The rows that the form refers to, in either version, by their resources.
    pub(super) fn referred(&self) -> BTreeMap<&'static str, BTreeSet<i64>> {
        let mut wanted: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
        let resource = self.reader.resource;
        for field in resource.fields() {
            let Some(target) = field.related else { continue };
            let wanted = wanted.entry(target).or_default();
            wanted.extend(self.text(field.name).parse::<i64>().ok());
            wanted.extend(self.filled.links.get(field.name).into_iter().flatten());
            let Some(stored) = self.stored else { continue };
            wanted.extend(stored.values.get(field.name).and_then(Datum::as_integer));
            wanted.extend(self.filled.shown.get(field.name).into_iter().flatten());
            wanted.extend(stored.links.get(field.name).into_iter().flatten().take(MAX_SHOWN));
        }
        for inline in &resource.inlines {
            for field in &inline.fields {
                let Some(target) = field.related else { continue };
                let wanted = wanted.entry(target).or_default();
                for index in 0..self.rows(inline).len() {
                    wanted.extend(self.text(&row_name(inline, index, field)).parse::<i64>().ok());
                }
                let stored = self.stored.and_then(|stored| stored.inlines.get(inline.name));
                let stored = stored.into_iter().flatten();
                wanted.extend(stored.filter_map(|row| row.values.get(field.name)?.as_integer()));
            }
        }
        wanted
    }

    /// What the search step found.
    async fn found(&self) -> Result<LookupResults> {
        let Some(find) = &self.find else { return Ok(LookupResults::default()) };
        let Reader { viewer, resource, .. } = self.reader;
        let field = match find.split('.').collect::<Vec<_>>()[..] {
            [inline, _, name] => {
                let inline = resource.inlines.iter().find(|known| known.name == inline);
                inline.and_then(|inline| inline.fields.iter().find(|field| field.name == name))
            }
            _ => resource.field(find),
        };
        let target = field.filter(|field| field.may_change(viewer)).and_then(|field| field.related);
        let Some(target) = target.and_then(|target| self.app.admin.referable(viewer, target)) else {
            return Ok(LookupResults::default());
        };
        let query = self.filled.queries.get(find).map_or("", String::as_str);
        lookup::search(self.app.db.latest(), target, query, viewer).await
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.filled.texts.get(name).map_or("", String::as_str)
    }

    /// What is stored of an n–m field, all of it.
    fn linked(&self, field: &FieldOf) -> &[i64] {
        self.stored.and_then(|stored| stored.links.get(field.name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn rows(&self, inline: &InlineOf) -> &[FilledRow] {
        self.filled.rows.get(inline.name).map_or(&[], Vec::as_slice)
    }

    /// A field; none for one that the viewer may not see, or that only shows what is not there yet.
    fn field(&self, of: &FieldOf, name: &str, titles: &Titles, found: &LookupResults) -> Option<Field> {
        let Reader { viewer, resource, .. } = self.reader;
        if !of.is_for(viewer) {
            return None;
        }
        let mut field = Field::new(name, &of.label, of.widget).help(of.help);
        field.errors = self.errors.about(name).to_vec();
        if !of.may_change(viewer) {
            let is_row = name == of.name;
            let shown = self.stored.filter(|_| is_row).map(|stored| self.shown(of, stored, titles));
            field.widget = Widget::ReadOnly;
            field.value = shown.or_else(|| (!is_row).then(|| self.text(name).to_owned()))?;
            return Some(field);
        }
        let text = self.text(name);
        field.value = text.to_owned();
        field.required = of.is_required && (self.key.is_none() || of.widget != Widget::Password);
        match of.kind() {
            Some(Kind::Text(length)) => field.max_length = length,
            Some(Kind::Integer | Kind::BigInteger) => field.step = Some("1".to_owned()),
            Some(Kind::Double) => field.step = Some("any".to_owned()),
            _ => {}
        }
        if of.widget == Widget::Choice {
            let choices = of.choices.iter().map(|(value, label)| choice(value, label, value == text));
            field.choices = choices.collect();
            let is_known = field.choices.iter().any(|choice| choice.selected);
            if !of.is_required && is_nullable(of) || !is_known {
                field.choices.insert(0, choice("", "–", !is_known));
            }
        }
        if let Some(target) = of.related {
            let target_name = target;
            let chosen: Vec<i64> = match of.source {
                Source::Through(_) => self.filled.links.get(of.name).cloned().unwrap_or_default(),
                _ => text.parse().ok().into_iter().collect(),
            };
            if matches!(of.source, Source::Through(_)) {
                let shown = self.filled.shown.get(of.name).into_iter().flatten();
                field.shown = shown.map(i64::to_string).collect::<Vec<_>>().join(",");
                let linked = self.linked(of).len();
                field.total = (linked > MAX_SHOWN).then_some(linked);
            }
            let known = titles.get(target_name);
            let mut choices: Vec<Choice> = chosen
                .iter()
                .filter(|key| known.is_some_and(|known| known.contains_key(key)))
                .map(|key| choice(&key.to_string(), &names::one(titles, target_name, *key), true))
                .collect();
            choices.sort_by(|one, other| one.label.cmp(&other.label));
            field.choices = choices;
            if self.find.as_deref() == Some(name) {
                let mut new = found.results.clone();
                let shown = self.filled.shown.get(of.name).map_or(&[][..], Vec::as_slice);
                for choice in &mut new {
                    // One that is linked and was not among the first: the tick can be taken from it.
                    let is_linked = |key: &i64| self.linked(of).contains(key) && !shown.contains(key);
                    let is_new = !field.choices.iter().any(|known| known.value == choice.value);
                    choice.selected = is_new && choice.value.parse::<i64>().as_ref().is_ok_and(is_linked);
                    if choice.selected {
                        field.shown = format!("{},{}", field.shown, choice.value);
                    }
                }
                field.found(new, found.more);
            }
            let path = name.split('.').filter(|part| part.parse::<usize>().is_err() && *part != BLANK);
            let path: Vec<&str> = path.collect();
            let can_look = self.app.admin.referable(viewer, target).is_some();
            field.lookup =
                can_look.then(|| format!("{}/lookup/{}", shell::list_url(resource), path.join(".")));
            field.query = self.filled.queries.get(name).cloned().unwrap_or_default();
        } else if of.widget == Widget::Tags {
            let path = name.to_owned();
            field.lookup = Some(format!("{}/lookup/{path}", shell::list_url(resource)));
        }
        Some(field)
    }

    /// As people read what is stored.
    fn shown(&self, field: &FieldOf, stored: &Stored, titles: &Titles) -> String {
        match (&field.source, field.related) {
            (Source::Through(_), Some(target)) => {
                let keys = stored.links.get(field.name).map_or(&[][..], Vec::as_slice);
                let mut names: Vec<String> =
                    keys.iter().take(MAX_SHOWN).map(|key| names::one(titles, target, *key)).collect();
                if keys.len() > MAX_SHOWN {
                    names.push(format!("and {} more", keys.len() - MAX_SHOWN));
                }
                names.join(", ")
            }
            _ => {
                let value = stored.values.get(field.name).unwrap_or(&Datum::Null);
                self.readable(field, &value.to_form(self.reader.zone), Some(value), titles)
            }
        }
    }

    /// As people read what stands in a field; `value` where it is known to be one.
    pub(super) fn readable(
        &self,
        field: &FieldOf,
        text: &str,
        value: Option<&Datum>,
        titles: &Titles,
    ) -> String {
        if field.widget == Widget::Password {
            return if text.is_empty() { String::new() } else { "•••".to_owned() };
        }
        if let (Some(target), Ok(key)) = (field.related, text.parse()) {
            return names::one(titles, target, key);
        }
        if let Some((_, label)) = field.choices.iter().find(|(value, _)| value == text) {
            return label.clone();
        }
        match value {
            Some(value) => value.to_text(self.reader.zone),
            None if field.widget == Widget::Switch => if text == "on" { "Yes" } else { "No" }.to_owned(),
            None => text.to_owned(),
        }
    }

    fn inline(&self, of: &InlineOf, titles: &Titles, found: &LookupResults) -> Inline {
        let rows = self.rows(of).iter().enumerate().map(|(index, row)| {
            let fields = |field: &FieldOf| self.field(field, &row_name(of, index, field), titles, found);
            InlineRow {
                index: index.to_string(),
                id: row.key.clone(),
                title: if row.key.is_empty() { String::new() } else { self.line(of, index, titles) },
                order: row.order.clone(),
                is_deleted: row.is_deleted,
                fields: of.fields.iter().filter_map(fields).collect(),
            }
        });
        let rows = rows.collect();
        let blank = of.fields.iter().filter_map(|field| {
            let name = format!("{}.{BLANK}.{}", of.name, field.name);
            let mut shown = self.field(field, &name, titles, &LookupResults::default())?;
            shown.value = self.reader.default_text(field);
            for choice in &mut shown.choices {
                choice.selected = choice.value == shown.value;
            }
            Some(shown)
        });
        Inline {
            name: of.name.to_owned(),
            label: of.label.to_owned(),
            help: of.help.to_owned(),
            noun: of.noun.to_owned(),
            is_ordered: of.order.is_some(),
            rows,
            blank: InlineRow {
                index: BLANK.to_owned(),
                id: String::new(),
                title: String::new(),
                order: String::new(),
                is_deleted: false,
                fields: blank.collect(),
            },
            errors: self.errors.about(of.name).to_vec(),
        }
    }

    /// An inline row in one line.
    pub(super) fn line(&self, of: &InlineOf, index: usize, titles: &Titles) -> String {
        let texts = of
            .fields
            .iter()
            .map(|field| self.readable(field, self.text(&row_name(of, index, field)), None, titles));
        texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}

fn choice(value: &str, label: &str, selected: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), selected }
}

fn is_nullable(field: &FieldOf) -> bool {
    match &field.source {
        Source::Column(column) => column.is_nullable,
        _ => true,
    }
}

fn row_name(inline: &InlineOf, index: usize, field: &FieldOf) -> String {
    format!("{}.{index}.{}", inline.name, field.name)
}
