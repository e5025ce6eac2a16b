//! `/admin/{resource}/export.csv`: the rows of a list as CSV (RFC 4180), in the order of their keys. Step by step: no
//! connection is held while the client reads, and the memory is that of one step however many rows there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use actix_web::web::Bytes;
use chrono::Utc;
use chrono_tz::Tz;
use csv::{Terminator, WriterBuilder};
use futures_util::{Stream, StreamExt, stream};

use super::{
    Datum, links, list,
    query::{ListQuery, Scope},
    resource::{ListedWhat, Source},
    rows::{self, Titles},
};
use crate::{
    auth::Viewer,
    web::{AppData, Error, Result, forms::Widget},
};

/// Rows of a step.
const STEP: u64 = 100;

/// A column of the file.
#[derive(Clone, Debug)]
struct Head {
    name: String,
    what: ListedWhat,
}

/// What is streamed, kept between the steps.
struct Export {
    app: AppData,
    viewer: Viewer,
    resource: &'static str,
    zone: Tz,
    query: ListQuery,
    heads: Vec<Head>,
    /// The fields whose values are in no column of the table: links, and what hooks keep.
    more: Vec<&'static str>,
}

impl Export {
    fn scope(&self) -> Result<Scope<'_>> {
        let resource = self.app.admin.find(self.resource).ok_or(Error::NotFound)?;
        Ok(Scope { admin: &self.app.admin, resource, viewer: &self.viewer, zone: self.zone })
    }
}

/// The rows of a list as a file, piece by piece.
///
/// # Errors
/// When the database does not answer for the first rows; later the file breaks off.
pub async fn stream(
    app: AppData,
    scope: &Scope<'_>,
    query: ListQuery,
) -> Result<impl Stream<Item = Result<Bytes>> + use<>> {
    let heads = heads(scope);
    let more = more(scope, &heads);
    let mut start = writer();
    let names = heads.iter().map(|head| head.name.as_str()).chain(more.iter().copied());
    start.write_record(names).map_err(internal)?;
    let start = into_bytes(start)?;
    let (viewer, resource) = (scope.viewer.clone(), scope.resource.name);
    let export = Export { app, viewer, resource, zone: scope.zone, query, heads, more };
    // The first step before the answer begins: then a database that is away is still a proper 503.
    let first = step(&export, None).await?;
    let steps = stream::try_unfold((export, first), |(export, done)| async move {
        let Some((chunk, last)) = done else { return Ok::<_, Error>(None) };
        let next = step(&export, Some(last)).await?;
        Ok(Some((chunk, (export, next))))
    });
    Ok(stream::iter([Ok(start)]).chain(steps))
}

/// What the file is called.
pub fn name(scope: &Scope<'_>) -> String {
    format!("{}-{}.csv", scope.resource.name, Utc::now().with_timezone(&scope.zone).date_naive())
}

/// The file's columns: the key, what the list shows, and the form's fields that are columns of the table; none that
/// the viewer may not see, and no secret.
fn heads(scope: &Scope<'_>) -> Vec<Head> {
    let mut heads: Vec<Head> = Vec::new();
    let mut add = |name: String, what: ListedWhat| {
        if !heads.iter().any(|head| head.name == name) {
            heads.push(Head { name, what });
        }
    };
    let key = scope.resource.table.key;
    add(key.to_owned(), ListedWhat::Column(key));
    for listed in list::listed(scope) {
        let name = match listed.what {
            ListedWhat::Column(name) => name.to_owned(),
            // What the row is called; its key is a column of its own.
            ListedWhat::Related(name, _) => name.strip_suffix("_id").unwrap_or(name).to_owned(),
            ListedWhat::Count { .. } => listed.label.to_lowercase().replace(' ', "_"),
            // The columns themselves are exported.
            ListedWhat::Made(columns, _) => {
                columns.iter().for_each(|name| add((*name).to_owned(), ListedWhat::Column(name)));
                continue;
            }
        };
        let key = match listed.what {
            ListedWhat::Related(name, _) => Some(name),
            _ => None,
        };
        add(name, listed.what);
        if let Some(key) = key {
            add(key.to_owned(), ListedWhat::Column(key));
        }
    }
    let fields = scope.resource.fields().filter(|field| field.is_for(scope.viewer));
    for field in fields.filter(|field| field.widget != Widget::Password) {
        if let Source::Column(column) = &field.source {
            add(column.name.to_owned(), ListedWhat::Column(column.name));
        }
    }
    heads
}

/// The form's fields that are no columns: links, and what hooks keep. Theirs are the file's last columns.
fn more(scope: &Scope<'_>, heads: &[Head]) -> Vec<&'static str> {
    let fields = scope.resource.fields().filter(|field| field.is_for(scope.viewer));
    let fields = fields.filter(|field| {
        let is_more = !matches!(field.source, Source::Column(_)) && field.widget != Widget::Password;
        is_more && !heads.iter().any(|head| head.name == field.name)
    });
    fields.map(|field| field.name).collect()
}

/// The lines of the next rows after a key, and the last key looked at; none at the end.
async fn step(export: &Export, mut after: Option<i64>) -> Result<Option<(Bytes, i64)>> {
    let (scope, db) = (export.scope()?, export.app.db.latest());
    loop {
        let keys = export.query.keys(db, &scope, after, STEP).await?;
        let Some(last) = keys.last().copied() else { return Ok(None) };
        let lines = lines(export, &scope, &keys).await?;
        // All of them deleted since their keys were found: an empty chunk would end the answer.
        if !lines.is_empty() {
            return Ok(Some((lines, last)));
        }
        after = Some(last);
    }
}

async fn lines(export: &Export, scope: &Scope<'_>, keys: &[i64]) -> Result<Bytes> {
    let db = export.app.db.latest();
    let columns: BTreeSet<&'static str> = export.heads.iter().filter_map(|head| head.column()).collect();
    let rows = rows::read(db, &scope.resource.table, &columns, keys).await?;
    let mut titles = Titles::default();
    let mut counts: HashMap<&str, HashMap<i64, i64>> = HashMap::new();
    for head in &export.heads {
        match head.what {
            ListedWhat::Column(_) | ListedWhat::Made(..) => {}
            ListedWhat::Related(column, target) => {
                let keys = rows.values().filter_map(|values| rows::reference(values, column));
                keys.for_each(|key| titles.want(target, key));
            }
            ListedWhat::Count { table, column } => {
                counts.insert(
                    &head.name,
                    rows::counts(db, scope.admin, scope.resource, (table, column), keys).await?,
                );
            }
        }
    }
    let mut linked: HashMap<&str, (&'static str, BTreeMap<i64, Vec<i64>>)> = HashMap::new();
    for field in export.more.iter().filter_map(|name| scope.resource.field(name)) {
        let (Source::Through(through), Some(target)) = (&field.source, field.related) else { continue };
        let links = links::read_many(db, through, keys).await?;
        links.values().flatten().for_each(|key| titles.want(target, *key));
        linked.insert(field.name, (target, links));
    }
    let kept = match export.more.is_empty() {
        true => BTreeMap::new(),
        false => scope.resource.hooks.read(db.into(), keys).await?,
    };
    titles.load(db, scope.admin).await?;
    let mut lines = writer();
    for (key, values) in keys.iter().filter_map(|key| Some((key, rows.get(key)?))) {
        let cells = export.heads.iter().map(|head| match head.what {
            ListedWhat::Column(name) => text(values.get(name).unwrap_or(&Datum::Null)),
            ListedWhat::Related(column, target) => {
                let key = rows::reference(values, column);
                key.map(|key| harmless(titles.get(target, key))).unwrap_or_default()
            }
            ListedWhat::Count { .. } => {
                let count = counts.get(head.name.as_str()).and_then(|counts| counts.get(key));
                count.copied().unwrap_or_default().to_string()
            }
            ListedWhat::Made(_, made) => harmless(made(values)),
        });
        let more = export.more.iter().map(|name| match linked.get(name) {
            Some((target, links)) => {
                let names: Vec<String> =
                    links.get(key).into_iter().flatten().map(|key| titles.get(target, *key)).collect();
                harmless(names.join(", "))
            }
            None => text(kept.get(key).and_then(|values| values.get(name)).unwrap_or(&Datum::Null)),
        });
        lines.write_record(cells.chain(more)).map_err(internal)?;
    }
    into_bytes(lines)
}

impl Head {
    fn column(&self) -> Option<&'static str> {
        match self.what {
            ListedWhat::Column(name) | ListedWhat::Related(name, _) => Some(name),
            ListedWhat::Count { .. } | ListedWhat::Made(..) => None,
        }
    }
}

/// A value as machines read it.
fn text(value: &Datum) -> String {
    match value {
        Datum::Null => String::new(),
        Datum::Text(text) => harmless(text.clone()),
        Datum::Integer(_) | Datum::Double(_) | Datum::Boolean(_) => value.to_json().to_string(),
        Datum::Date(_) | Datum::DateTime(_) => value.to_json().as_str().unwrap_or_default().to_owned(),
        Datum::Json(json) => json.to_string(),
    }
}

/// A text that no spreadsheet takes for a formula (OWASP: "CSV injection"): one that begins like one gets an
/// apostrophe before it.
fn harmless(text: String) -> String {
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(starts) { format!("'{text}") } else { text }
}

fn writer() -> csv::Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

fn into_bytes(writer: csv::Writer<Vec<u8>>) -> Result<Bytes> {
    writer.into_inner().map(Bytes::from).map_err(|error| Error::Internal(error.to_string().into()))
}

fn internal(error: csv::Error) -> Error {
    Error::Internal(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for formula in ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(text(&Datum::Text(formula.to_owned())), format!("'{formula}"));
        }
        for plain in ["", "a=b", "1-2", " x", "\"quoted\", one"] {
            assert_eq!(text(&Datum::Text(plain.to_owned())), plain);
        }
        assert_eq!(text(&Datum::Integer(-3)), "-3");
        assert_eq!(text(&Datum::Double(-0.5)), "-0.5");
        assert_eq!(text(&Datum::Boolean(true)), "true");
    }
}
