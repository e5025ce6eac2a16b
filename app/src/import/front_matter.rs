//! Front matter: the TOML or YAML block at the start of a Markdown file.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::dates::parse_date;

/// Why a file's front matter cannot be used, in one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Defect(pub(super) String);

/// A file, taken apart.
pub(super) struct Document<'t> {
    /// `None` when the file has no front matter.
    pub(super) fields: Option<Fields>,
    /// The text after the front matter.
    pub(super) body: &'t str,
}

/// What the front matter states. Names match in any case, as Hugo's do; what is taken is no longer there.
#[derive(Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Toml,
    Yaml,
}

/// Far beyond what a post states about itself, far below what a hostile file needs to hurt.
const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 20_000;
const MAX_FRONT_MATTER: usize = 1024 * 1024;

/// Reads the front matter of `text`.
///
/// # Errors
/// A missing closing delimiter, a syntax error (with its line in the file) or a NUL byte.
pub(super) fn read(text: &str) -> Result<Document<'_>, Defect> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.split_inclusive('\n').enumerate();
    let mut start = 0;
    let opening = lines.find_map(|(number, line)| {
        start += line.len();
        (!line.trim().is_empty()).then(|| (number + 1, line.trim_end()))
    });
    let (opening_line, syntax) = match opening {
        Some((number, "+++")) => (number, Syntax::Toml),
        Some((number, "---")) => (number, Syntax::Yaml),
        _ => {
            return Ok(Document { fields: None, body: text });
        }
    };
    let mut end = start;
    for (_, line) in lines {
        let closes = match line.trim_end() {
            "+++" => syntax == Syntax::Toml,
            "---" | "..." => syntax == Syntax::Yaml,
            _ => false,
        };
        if closes {
            let fields = parse(syntax, &text[start..end], opening_line)?;
            return Ok(Document { fields: Some(fields), body: &text[end + line.len()..] });
        }
        end += line.len();
    }
    let delimiter = if syntax == Syntax::Toml { "+++" } else { "---" };
    Err(Defect(format!(
        "line {opening_line}: the front matter is not closed, no second `{delimiter}` follows"
    )))
}

fn parse(syntax: Syntax, block: &str, opening_line: usize) -> Result<Fields, Defect> {
    if block.len() > MAX_FRONT_MATTER {
        return Err(Defect("the front matter is larger than 1 MiB".to_owned()));
    }
    let fields = match syntax {
        Syntax::Toml => parse_toml(block, opening_line)?,
        Syntax::Yaml => parse_yaml(block, opening_line)?,
    };
    if fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)) {
        return Err(Defect("the front matter contains a NUL character".to_owned()));
    }
    Ok(Fields(fields))
}

/// Databases refuse NUL, and both syntaxes can write it as an escape.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn parse_toml(block: &str, opening_line: usize) -> Result<Map<String, Value>, Defect> {
    let table: toml::Table = toml::from_str(block).map_err(|error| {
        let before = error.span().and_then(|span| block.get(..span.start)).unwrap_or_default();
        let line = opening_line + 1 + before.matches('\n').count();
        Defect(format!("line {line}: {}", one_line(error.message())))
    })?;
    Ok(table.into_iter().map(|(name, value)| (name, json_of_toml(value))).collect())
}

fn json_of_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        // JSON has no infinity and no NaN.
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json_of_toml).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(name, value)| (name, json_of_toml(value))).collect())
        }
    }
}

/// Names whose unquoted value is text even if it looks like a number: `title: 1.10`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct AsWritten {
    title: Option<String>,
    slug: Option<String>,
}

fn parse_yaml(block: &str, opening_line: usize) -> Result<Map<String, Value>, Defect> {
    let defect = |error: serde_saphyr::Error| {
        let message = one_line(&error.without_snippet().to_string());
        match error.location().and_then(|location| usize::try_from(location.line()).ok()) {
            // The message states the line too, but counted from the start of the front matter.
            Some(line) if line > 0 => {
                let message = message.split(" at line ").next().unwrap_or_default();
                Defect(format!("line {}: {message}", opening_line + line))
            }
            _ => Defect(message),
        }
    };
    let value: Value = serde_saphyr::from_str_with_options(block, yaml_options()).map_err(defect)?;
    let mut fields = match value {
        Value::Object(fields) => fields,
        Value::Null => return Ok(Map::new()),
        _ => {
            return Err(Defect(format!(
                "line {}: the front matter is no list of `name: value`",
                opening_line + 1
            )));
        }
    };
    if ["title", "slug"].iter().any(|name| fields.get(*name).is_some_and(Value::is_number)) {
        let written: AsWritten =
            serde_saphyr::from_str_with_options(block, yaml_options()).map_err(defect)?;
        for (name, text) in [("title", written.title), ("slug", written.slug)] {
            if let Some(text) = text {
                fields.insert(name.to_owned(), Value::String(text));
            }
        }
    }
    Ok(fields)
}

fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 4 * MAX_NODES,
            max_nodes: MAX_NODES,
            max_depth: MAX_DEPTH,
            max_aliases: 100,
            max_anchors: 100,
            max_documents: 1,
            max_merge_keys: 100,
            max_recorded_anchor_events: MAX_NODES,
            max_recorded_anchor_bytes: MAX_FRONT_MATTER,
            max_total_scalar_bytes: 4 * MAX_FRONT_MATTER,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_NODES,
            max_replay_stack_depth: 8,
        },
        // `tags: [no, on]` and `title: Yes` are words; `flag` understands `draft: yes` itself.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Fields {
    /// Whether one of `names` has a value.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.position(name).is_some())
    }

    /// The names of the fields, for messages.
    pub(super) fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// What nobody took.
    pub(super) fn into_rest(self) -> Map<String, Value> {
        self.0
    }

    /// Takes the value of the first of `names` that has one.
    pub(super) fn take(&mut self, names: &[&str]) -> Option<Value> {
        let key = names.iter().find_map(|name| self.position(name))?;
        self.0.remove(&key)
    }

    fn position(&self, name: &str) -> Option<String> {
        let (key, _) =
            self.0.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())?;
        Some(key.clone())
    }

    /// Takes a text: one line, trimmed, `None` if empty.
    pub(super) fn text(&mut self, names: &[&str]) -> Result<Option<String>, Defect> {
        let Some(value) = self.take(names) else {
            return Ok(None);
        };
        match words(&value) {
            Some(text) => Ok(Some(one_line(&text)).filter(|text| !text.is_empty())),
            None => Err(Defect(format!("`{}` is not a text", names.first().unwrap_or(&"")))),
        }
    }

    /// Takes a truth value, also written as a text.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let key = self.position(name)?;
        let flag = match self.0.get(&key)? {
            Value::Bool(flag) => *flag,
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => true,
                "false" | "no" | "off" => false,
                _ => return None,
            },
            _ => return None,
        };
        self.0.remove(&key);
        Some(flag)
    }

    /// Takes the texts of all of `names`: single ones, lists, and tables with a `name`. `split` parts single ones.
    pub(super) fn list(&mut self, names: &[&str], split: impl Fn(&str) -> Vec<String>) -> Vec<String> {
        let mut texts = Vec::new();
        for name in names {
            while let Some(value) = self.take(&[name]) {
                match value {
                    Value::Array(items) => texts.extend(items.iter().filter_map(item_text)),
                    single => texts.extend(item_text(&single).iter().flat_map(|text| split(text))),
                }
            }
        }
        texts
    }

    /// Takes a table out of the front matter, e.g. Zola's `[taxonomies]`.
    pub(super) fn table(&mut self, name: &str) -> Option<Fields> {
        let key = self.position(name)?;
        match self.0.remove(&key)? {
            Value::Object(fields) => Some(Fields(fields)),
            other => {
                self.0.insert(key, other);
                None
            }
        }
    }

    /// Puts a value back as it was.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Puts back what is left of a table.
    pub(super) fn put_back(&mut self, name: &str, rest: Fields) {
        if !rest.0.is_empty() {
            self.0.insert(name.to_owned(), Value::Object(rest.0));
        }
    }

    /// Takes a date.
    ///
    /// # Errors
    /// A value that is no date; the message names field and value.
    pub(super) fn date(&mut self, names: &[&str]) -> Result<Option<DateTime<Utc>>, Defect> {
        let Some(name) = names.iter().find(|name| self.has(&[name])) else {
            return Ok(None);
        };
        let Some(value) = self.take(&[name]) else {
            return Ok(None);
        };
        match words(&value) {
            Some(text) if text.trim().is_empty() => Ok(None),
            Some(text) => match parse_date(&text) {
                Some(date) => Ok(Some(date)),
                None => {
                    let shown: String = one_line(&text).chars().take(60).collect();
                    Err(Defect(format!("`{name}` is not a date: {shown}")))
                }
            },
            None => Err(Defect(format!("`{name}` is not a date"))),
        }
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn item_text(item: &Value) -> Option<String> {
    let named = |table: &Map<String, Value>| table.get("name").or_else(|| table.get("Name")).and_then(words);
    let text = item.as_object().map_or_else(|| words(item), named)?;
    Some(one_line(&text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
