//! Forms: what templates show of them, and what comes back.

use std::collections::BTreeMap;

use percent_encoding::percent_decode;
use serde::Serialize;

use super::{Error, Result};

/// What is wrong with each field, by its name. Under the empty name: what is wrong with all of it together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(pub BTreeMap<String, Vec<String>>);

impl FieldErrors {
    /// One complaint about one field.
    pub fn of(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds a complaint; a sentence for the person who typed.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_default().push(message.into());
    }

    /// The complaints about a field.
    pub fn about(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether there is nothing to complain about.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds all complaints of `other`.
    pub fn extend(&mut self, other: Self) {
        for (field, messages) in other.0 {
            self.0.entry(field).or_default().extend(messages);
        }
    }

    /// `value` if there is no complaint.
    ///
    /// # Errors
    /// The complaints, as 422.
    pub fn or<T>(self, value: T) -> Result<T> {
        if self.is_empty() { Ok(value) } else { Err(Error::Invalid(self)) }
    }
}

/// How a field is filled in. Templates match on its kebab-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Widget {
    /// One line.
    Text,
    /// An e-mail address.
    Email,
    /// A password; what was typed never comes back.
    Password,
    /// One line that is part of an address.
    Slug,
    /// A path of this site or a URL.
    Url,
    /// Several lines.
    LongText,
    /// Several lines of Markdown.
    Markdown,
    /// Several lines of JSON.
    Json,
    /// A number: `step` and `min` say which.
    Number,
    /// Yes or no, a check box whose value is `on`.
    Switch,
    /// One of `choices`: a select.
    Choice,
    /// A day: `YYYY-MM-DD`.
    Date,
    /// A day and a time of the site's zone: `YYYY-MM-DDTHH:MM:SS` (a `datetime-local` input).
    DateTime,
    /// One other row, found by searching: `choices` hold the chosen one and what a search step found.
    Related,
    /// Several other rows, found by searching.
    Picker,
    /// Words separated by commas.
    Tags,
    /// An image's address, shown.
    Image,
    /// Shown only.
    ReadOnly,
}

/// One of several values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// A field of a form, ready to be shown.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// What it is sent as.
    pub name: String,
    /// Its element's id; the help's is `{id}-help`, the errors' `{id}-error`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// A sentence below it, may be empty.
    pub help: String,
    /// How it is filled in.
    pub widget: Widget,
    /// What is in it; a switch that is on has `on`.
    pub value: String,
    /// What may be chosen, or was.
    pub choices: Vec<Choice>,
    /// Whether it must be filled in.
    pub required: bool,
    /// The most characters.
    pub max_length: Option<u32>,
    /// The least number.
    pub min: Option<String>,
    /// The step between numbers: `1`, or `any`.
    pub step: Option<String>,
    /// The `autocomplete` token (HTML's autofill), if any.
    pub autocomplete: Option<String>,
    /// The keys that a picker showed as chosen when its form was opened, sent along as `{name}__shown`: what differs
    /// from them is what somebody changes.
    pub shown: String,
    /// How many rows a picker links in all, where it shows the first of them only.
    pub total: Option<usize>,
    /// Where related rows are searched: answers `?q=` with JSON `{"results": [{"value", "label"}], "more": bool}`.
    pub lookup: Option<String>,
    /// What the search step of a related field was asked; its input is `{name}__q`, its button `_find={name}`.
    pub query: String,
    /// Whether the search step was taken: then "nothing found" is worth saying.
    pub searched: bool,
    /// How many of the rows that it found are chosen already.
    pub known: usize,
    /// Whether it found more than it shows.
    pub more: bool,
    /// What is wrong with it.
    pub errors: Vec<String>,
}

impl Field {
    /// A field with nothing in it.
    pub fn new(name: &str, label: &str, widget: Widget) -> Self {
        Self {
            name: name.to_owned(),
            id: format!("field-{}", name.replace('.', "-")),
            label: label.to_owned(),
            help: String::new(),
            widget,
            value: String::new(),
            choices: Vec::new(),
            shown: String::new(),
            total: None,
            required: false,
            max_length: None,
            min: None,
            step: None,
            autocomplete: None,
            lookup: None,
            query: String::new(),
            searched: false,
            known: 0,
            more: false,
            errors: Vec::new(),
        }
    }

    /// That must be filled in.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// With a sentence below it.
    pub fn help(mut self, help: &str) -> Self {
        self.help = help.to_owned();
        self
    }

    /// With at most this many characters.
    pub fn max_length(mut self, characters: u32) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// With an `autocomplete` token.
    pub fn autocomplete(mut self, token: &str) -> Self {
        self.autocomplete = Some(token.to_owned());
        self
    }

    /// With something in it.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Adds what the search step found to the choices; those that are among them already stay as they are.
    pub fn found(&mut self, found: Vec<Choice>, more: bool) {
        self.searched = true;
        self.more = more;
        for choice in found {
            let known = self.choices.iter().find(|known| known.value == choice.value);
            if known.unwrap_or(&choice).selected {
                self.known += 1;
            }
            if known.is_none() {
                self.choices.push(choice);
            }
        }
    }

    /// With what was typed, unless that is a secret, and what is wrong with it.
    pub fn filled(mut self, submitted: &Submitted, errors: &FieldErrors) -> Self {
        if self.widget != Widget::Password
            && let Some(value) = submitted.get(&self.name)
        {
            self.value = value.to_owned();
        } else if self.widget == Widget::Switch && submitted.has(&format!("{}__sent", self.name)) {
            self.value.clear();
        }
        self.errors = errors.about(&self.name).to_vec();
        self
    }
}

/// Fields under one heading.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Group {
    /// The heading; none for the first fields.
    pub title: String,
    /// A sentence below it, may be empty.
    pub help: String,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A complaint at the top of a form, linking to its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// The field's element; empty for one about all of the form.
    pub id: String,
    /// The field's label, empty as above.
    pub label: String,
    /// What is wrong.
    pub message: String,
}

/// The complaints about some fields, in their order, those about the whole form first.
pub fn complaints<'a>(fields: impl IntoIterator<Item = &'a Field>, errors: &FieldErrors) -> Vec<Complaint> {
    let of_all = errors.about("").iter().map(|message| Complaint {
        id: String::new(),
        label: String::new(),
        message: message.clone(),
    });
    let of_fields = fields.into_iter().flat_map(|field| {
        field.errors.iter().map(|message| Complaint {
            id: field.id.clone(),
            label: field.label.clone(),
            message: message.clone(),
        })
    });
    of_all.chain(of_fields).collect()
}

/// The most names and values of a form: of bytes that say next to nothing each takes a hundred. A course's form has one
/// for each of its students.
pub const MAX_PAIRS: usize = 10_000;

/// What a form sent: names and values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submitted(Vec<(String, String)>);

impl Submitted {
    /// Reads `application/x-www-form-urlencoded`. Line ends become `\n`.
    ///
    /// # Errors
    /// 400 for what is not UTF-8 or holds a NUL, which no database of ours stores in a text; 413 for more than
    /// [`MAX_PAIRS`] names.
    pub fn parse(body: &[u8]) -> Result<Self> {
        let decode = |part: &[u8]| {
            let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            let text = percent_decode(&spaced).decode_utf8().ok()?.replace("\r\n", "\n");
            (!text.contains('\0')).then_some(text)
        };
        let pairs = || body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        if pairs().nth(MAX_PAIRS).is_some() {
            return Err(Error::TooLarge);
        }
        let pairs = pairs().map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            Some((decode(&pair[..at])?, decode(pair.get(at + 1..).unwrap_or_default())?))
        });
        let pairs: Option<Vec<_>> = pairs.collect();
        let pairs =
            pairs.ok_or_else(|| Error::BadRequest("What was sent is not readable text.".to_owned()))?;
        Ok(Self(pairs))
    }

    /// The last value with this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The last value with this name, without blanks at its ends; empty without one.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default().trim()
    }

    /// All values with this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether something with this name was sent.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Everything, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Submitted {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let form = Submitted::parse(b"a=1&b=x+y%26z&a=2&text=one%0D%0Atwo&empty=&bare").unwrap();
        assert_eq!(form.get("a"), Some("2"));
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("b"), Some("x y&z"));
        assert_eq!(form.get("text"), Some("one\ntwo"));
        assert_eq!((form.get("empty"), form.get("bare"), form.get("none")), (Some(""), Some(""), None));
    }

    #[test]
    fn a_form_has_so_many_names_and_no_more() {
        assert!(Submitted::parse("a&".repeat(MAX_PAIRS).as_bytes()).is_ok());
        assert!(matches!(Submitted::parse("a&".repeat(MAX_PAIRS + 1).as_bytes()), Err(Error::TooLarge)));
    }

    #[test]
    fn what_no_text_is_is_refused() {
        for bad in [&b"a=%ff"[..], b"a=%00", b"%00=a", b"a=\xff"] {
            assert!(matches!(Submitted::parse(bad), Err(Error::BadRequest(_))), "{bad:?}");
        }
    }
}
