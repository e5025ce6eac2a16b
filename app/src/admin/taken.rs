//! What a database's refusal means to the person: which value is taken, which row is not there.

use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, Query},
};

use super::{
    Resource, check,
    column::{TableOf, iden},
    resource::InlineOf,
    save::{InlineInput, Refusal, Work},
    value::Datum,
};
use crate::{
    db::{self, Failure},
    web::{App, Error, Result, forms::FieldErrors},
};

/// Turns a duplicate or a missing reference, met after all checks because somebody else was faster, into complaints
/// about fields. To be asked after the transaction is rolled back: PostgreSQL answers nothing within a failed one.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn explain(
    app: &App,
    resource: &Resource,
    work: &Work,
    refusal: Refusal,
) -> Result<Refusal> {
    let Refusal::Other(Error::Internal(cause)) = &refusal else { return Ok(refusal) };
    let Some(cause) = cause.downcast_ref::<DbErr>() else { return Ok(refusal) };
    let errors = match db::classify(cause) {
        Failure::Duplicate => duplicates(app.db.latest(), resource, work).await?,
        Failure::MissingReference => {
            let mut errors = check::references(app, resource, None, work).await?;
            if errors.is_empty() {
                errors.add("", "Something that this refers to is not there any more.");
            }
            errors
        }
        _ => return Ok(refusal),
    };
    Ok(Refusal::Other(Error::Invalid(errors)))
}

async fn duplicates(
    db: &impl ConnectionTrait,
    resource: &Resource,
    work: &Work,
) -> Result<FieldErrors, DbErr> {
    let mut errors = FieldErrors::default();
    let draft = &work.draft;
    for group in &resource.table.unique {
        let is_given = group.iter().any(|name| draft.values.contains_key(name));
        if is_given && is_taken(db, &resource.table, group, |name| draft.get(name), draft.key).await? {
            complain(&mut errors, "", resource.noun, group, |name| {
                resource.field(name).map(|field| field.label.clone())
            });
        }
    }
    for inline in &resource.inlines {
        let Some(sent) = work.inlines.get(inline.name) else { continue };
        for row in sent.iter().filter(|row| !row.is_deleted) {
            row_duplicates(db, inline, draft.key, row, &mut errors).await?;
        }
    }
    if errors.is_empty() {
        // Whoever was faster has gone again, or it is a feature's own table.
        errors.add("", "Something of this is there already.");
    }
    Ok(errors)
}

async fn row_duplicates(
    db: &impl ConnectionTrait,
    inline: &InlineOf,
    parent: Option<i64>,
    row: &InlineInput,
    errors: &mut FieldErrors,
) -> Result<(), DbErr> {
    let parent = parent.map_or(Datum::Null, Datum::Integer);
    let get = |name: &str| {
        if name == inline.parent { &parent } else { row.values.get(name).unwrap_or(&Datum::Null) }
    };
    for group in &inline.table.unique {
        if is_taken(db, &inline.table, group, get, row.key).await? {
            let own: Vec<&'static str> =
                group.iter().copied().filter(|name| *name != inline.parent).collect();
            let prefix = format!("{}.{}.", inline.name, row.place);
            complain(errors, &prefix, inline.noun, &own, |name| {
                let field = inline.fields.iter().find(|field| field.name == name);
                field.map(|field| field.label.clone())
            });
        }
    }
    Ok(())
}

/// Whether another row has all of these values.
async fn is_taken<'a>(
    db: &impl ConnectionTrait,
    table: &TableOf,
    group: &[&'static str],
    get: impl Fn(&str) -> &'a Datum,
    key: Option<i64>,
) -> Result<bool, DbErr> {
    let mut select = Query::select();
    select.column(iden(table.key)).from(iden(table.name)).limit(1);
    for name in group {
        let (Some(column), value) = (table.column(name), get(name)) else { return Ok(false) };
        if *value == Datum::Null {
            return Ok(false);
        }
        select.and_where(Expr::col(column.iden()).eq(Expr::val(value.bind(column.kind))));
    }
    if let Some(key) = key {
        select.and_where(Expr::col(iden(table.key)).ne(key));
    }
    Ok(db.query_one(&select).await?.is_some())
}

/// "There is a post with this slug already.", beside the first of the fields.
fn complain(
    errors: &mut FieldErrors,
    prefix: &str,
    noun: &str,
    group: &[&'static str],
    label: impl Fn(&str) -> Option<String>,
) {
    let labels: Vec<String> =
        group.iter().filter_map(|name| label(name)).map(|label| lower(&label)).collect();
    let field = group.iter().find(|name| label(name).is_some());
    // "a user"
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    let message = match labels.is_empty() {
        true => format!("There is {article} {noun} like this already."),
        false => format!("There is {article} {noun} with this {} already.", labels.join(" and ")),
    };
    let field = field.map(|field| format!("{prefix}{field}"));
    errors.add(field.as_deref().unwrap_or_default(), message);
}

/// "Slug" → "slug"; what is written in capitals stays.
fn lower(label: &str) -> String {
    if label.chars().skip(1).any(char::is_uppercase) {
        return label.to_owned();
    }
    label.to_lowercase()
}
