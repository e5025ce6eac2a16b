//! The JSON API's way into the engine: the same fields, checks and permissions as the admin's forms.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpRequest, http::StatusCode};
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, Query},
};
use serde_json::{Map, Value as Json};

use super::{
    Resource,
    action::STEP,
    column::{Column, Kind, iden},
    delete,
    links::Wanted,
    query::{ListQuery, Scope},
    resource::{FilterOn, Source},
    save::{self, Input},
    save_many, store,
    value::{Datum, Values},
};
use crate::{
    auth::Viewer,
    web::{
        App, Error, Result,
        body::JsonBody,
        forms::{FieldErrors, Submitted, Widget},
        idempotency::Claim,
    },
};

/// The writing handlers of a kind of rows, `create`, `change`, `remove`, `change_many` and `remove_many`, with their
/// descriptions. The feature gives the words, the types and how a stored row is read for the answer: `listed`. Needs
/// nothing in scope but those.
macro_rules! writers {
    (
        $rows:literal of a $noun:literal at $path:literal and $row_path:literal,
        known by $key_field:literal in $key_column:literal,
        named $create:literal, $change:literal, $remove:literal, $change_many:literal, $remove_many:literal,
        from $input:ident to $listed:ident,
        completed by $complete:expr
    ) => {
        /// Make a row
        ///
        /// # Errors
        /// See [`json::create`](crate::admin::json::create).
        #[utoipa::path(post, summary = concat!("Make a ", $noun),
            description = "All fields of the form may be given; one that is not there, or not yours to set, is refused.",
            operation_id = $create, path = $path, tag = $rows,
            security(("token" = [])), params($crate::web::openapi::IfExists, $crate::web::openapi::IdempotencyKey),
            request_body = $input, responses(
            (status = 201, body = $listed),
            (status = 200, description = "It was there (if_exists=return)", body = $listed),
            (status = 422, body = $crate::web::openapi::Problem, content_type = "application/problem+json"),
        ))]
        pub async fn create(
            app: $crate::web::AppData,
            request: actix_web::HttpRequest,
            viewer: $crate::auth::Viewer,
            body: $crate::web::body::JsonBody,
        ) -> $crate::web::Result<actix_web::HttpResponse> {
            // Who may no more make one is not given an earlier answer either.
            $crate::admin::json::demand(&app, &viewer, $rows)?;
            let make = async |claim: Option<&$crate::web::idempotency::Claim>| {
                let known_by = ($key_field, $key_column);
                $crate::admin::json::create(&app, &viewer, &request, $rows, known_by, &body, claim, $complete).await
            };
            let show = async |id| listed(&app, id).await;
            $crate::web::idempotency::once(&app, &viewer, &request, &body, make, show).await
        }

        /// Change the given fields of a row
        ///
        /// # Errors
        /// See [`json::change`](crate::admin::json::change).
        #[utoipa::path(patch, summary = concat!("Change a ", $noun),
            description = "The given fields change, the others stay.",
            operation_id = $change, path = $row_path, tag = $rows,
            security(("token" = [])), params(("id" = i64, Path)), request_body = $input, responses(
            (status = 200, body = $listed),
            (status = 404, body = $crate::web::openapi::Problem, content_type = "application/problem+json"),
            (status = 422, body = $crate::web::openapi::Problem, content_type = "application/problem+json"),
        ))]
        pub async fn change(
            app: $crate::web::AppData,
            id: actix_web::web::Path<i64>,
            viewer: $crate::auth::Viewer,
            body: $crate::web::body::JsonBody,
        ) -> $crate::web::Result<actix_web::web::Json<$listed>> {
            $crate::admin::json::change(&app, &viewer, $rows, *id, &body).await?;
            Ok(actix_web::web::Json(listed(&app, *id).await?))
        }

        /// Delete a row, and what hangs on it (a post goes to the trash first)
        ///
        /// # Errors
        /// See [`json::remove`](crate::admin::json::remove).
        #[utoipa::path(delete, summary = concat!("Delete a ", $noun),
            description = "What hangs on it goes too.",
            operation_id = $remove, path = $row_path, tag = $rows,
            security(("token" = [])), params(("id" = i64, Path)), responses(
            (status = 204),
            (status = 404, body = $crate::web::openapi::Problem, content_type = "application/problem+json"),
        ))]
        pub async fn remove(
            app: $crate::web::AppData,
            request: actix_web::HttpRequest,
            id: actix_web::web::Path<i64>,
            viewer: $crate::auth::Viewer,
        ) -> $crate::web::Result<actix_web::HttpResponse> {
            $crate::admin::json::remove(&app, &viewer, &request, $rows, *id).await?;
            Ok(actix_web::HttpResponse::NoContent().finish())
        }

        /// Change the given fields of all rows that the query means, all or none
        ///
        /// # Errors
        /// See [`json::change_many`](crate::admin::json::change_many).
        #[utoipa::path(patch, summary = concat!("Change several ", $rows),
            description = "All that the query means get the given fields, or none.",
            operation_id = $change_many, path = $path, tag = $rows,
            security(("token" = [])), params($crate::web::openapi::Which), request_body = $input, responses(
            (status = 200, body = $crate::web::openapi::Changed),
            (status = 400, body = $crate::web::openapi::Problem, content_type = "application/problem+json"),
            (status = 422, body = $crate::web::openapi::Problem, content_type = "application/problem+json"),
        ))]
        pub async fn change_many(
            app: $crate::web::AppData,
            request: actix_web::HttpRequest,
            viewer: $crate::auth::Viewer,
            body: $crate::web::body::JsonBody,
        ) -> $crate::web::Result<actix_web::web::Json<$crate::web::openapi::Changed>> {
            let changed = $crate::admin::json::change_many(&app, &viewer, &request, $rows, &body).await?;
            Ok(actix_web::web::Json($crate::web::openapi::Changed { changed }))
        }

        /// Delete all rows that the query means, all or none
        ///
        /// # Errors
        /// See [`json::remove_many`](crate::admin::json::remove_many).
        #[utoipa::path(delete, summary = concat!("Delete several ", $rows),
            description = "All that the query means, and what hangs on them, or none.",
            operation_id = $remove_many, path = $path, tag = $rows,
            security(("token" = [])), params($crate::web::openapi::Which), responses(
            (status = 200, body = $crate::web::openapi::Deleted),
            (status = 400, body = $crate::web::openapi::Problem, content_type = "application/problem+json"),
        ))]
        pub async fn remove_many(
            app: $crate::web::AppData,
            request: actix_web::HttpRequest,
            viewer: $crate::auth::Viewer,
        ) -> $crate::web::Result<actix_web::web::Json<$crate::web::openapi::Deleted>> {
            let deleted = $crate::admin::json::remove_many(&app, &viewer, &request, $rows).await?;
            Ok(actix_web::web::Json($crate::web::openapi::Deleted { deleted }))
        }
    };
}

pub(crate) use writers;

/// The resource with this name.
///
/// # Errors
/// 404 where there is none.
fn resource<'a>(app: &'a App, name: &str) -> Result<&'a Resource> {
    app.admin.find(name).ok_or(Error::NotFound)
}

/// Whether the viewer may make rows of a kind.
///
/// # Errors
/// 403 where they may not.
pub fn demand(app: &App, viewer: &Viewer, name: &str) -> Result<()> {
    resource(app, name)?.access.demand_write(viewer, None)
}

/// Reads a body as what is to be stored. A field that is not there, that is only shown, or that the viewer may not
/// see, is refused: nothing is taken silently, and nothing is dropped silently.
///
/// # Errors
/// 400 for what is no object, 422 by field.
fn input(resource: &Resource, viewer: &Viewer, body: &JsonBody) -> Result<Input> {
    let object: Map<String, Json> = body.parse()?;
    let mut errors = FieldErrors::default();
    let mut values = Values::new();
    let mut links = BTreeMap::new();
    for (name, json) in &object {
        let field = resource.field(name).filter(|field| field.is_for(viewer) && !field.is_read_only);
        let Some(field) = field else {
            errors.add(name, "There is no such field.");
            continue;
        };
        let read = match &field.source {
            Source::Through(_) => ids(json).map(|ids| {
                links.insert(field.name, Wanted::All(ids));
            }),
            Source::Column(column) => Datum::from_json(json, column).map(|value| {
                values.insert(field.name, value);
            }),
            Source::Hooks(_) if field.widget == Widget::Tags && json.is_array() => words(json).map(|text| {
                values.insert(field.name, Datum::Text(text));
            }),
            Source::Hooks(kind) => Datum::from_json(json, &hooked(field.name, *kind)).map(|value| {
                values.insert(field.name, value);
            }),
        };
        if let Err(message) = read {
            errors.add(name, message);
        }
    }
    errors.or(Input { values, links, ..Default::default() })
}

fn hooked(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, is_nullable: true, has_default: true, is_unique: false }
}

fn ids(json: &Json) -> Result<Vec<i64>, String> {
    let ids = json.as_array().and_then(|ids| ids.iter().map(Json::as_i64).collect());
    ids.ok_or_else(|| "This must be a list of ids.".to_owned())
}

fn words(json: &Json) -> Result<String, String> {
    let words = json.as_array().and_then(|words| words.iter().map(Json::as_str).collect::<Option<Vec<_>>>());
    match words {
        Some(words) if !words.iter().any(|word| word.contains([',', '\n'])) => Ok(words.join(", ")),
        Some(_) => Err("A comma stands between words, not in them.".to_owned()),
        None => Err("This must be a list of texts.".to_owned()),
    }
}

/// Makes a row. With `?if_exists=return` a row that is known by the same already is taken instead, and nothing is changed:
/// however many ask at once, there is one row. Rows are known by what is stored of a field in a column: a slug or an
/// address is not what was typed. Gives the row's key, and 201 or 200.
///
/// # Errors
/// Those of [`save::put`]; 400 for a value of `if_exists` that is none.
#[expect(clippy::too_many_arguments, reason = "one caller, which is made by `writers!`")]
pub async fn create(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    name: &str,
    (key_field, key_column): (&'static str, &'static str),
    body: &JsonBody,
    claim: Option<&Claim>,
    complete: impl FnOnce(&mut Values),
) -> Result<(i64, StatusCode)> {
    let resource = resource(app, name)?;
    let query = Submitted::parse(request.query_string().as_bytes())?;
    if let Some((name, _)) = query.pairs().find(|(name, _)| *name != "if_exists") {
        return Err(Error::BadRequest(format!("“{name}” means nothing here; “if_exists” does.")));
    }
    let or_return = match query.get("if_exists") {
        None | Some("error") => false,
        Some("return") => true,
        Some(_) => return Err(Error::BadRequest("if_exists is “return” or “error”.".to_owned())),
    };
    let mut input = input(resource, viewer, body)?;
    complete(&mut input.values);
    if or_return && input.values.get(key_field).is_none_or(Datum::is_blank) {
        let message = "This is needed to look for what is there.";
        return Err(Error::Invalid(FieldErrors::of(key_field, message)));
    }
    let (mut work, mut errors) = save::check_input(app, viewer, resource, None, None, &input).await?;
    // For one that is there already nothing more need be right.
    if errors.is_empty() || or_return {
        match resource.hooks.prepare(app, &mut work.draft).await {
            Err(Error::Invalid(more)) if errors.is_empty() => errors = more,
            Err(Error::Invalid(_)) | Ok(()) => {}
            Err(error) => return Err(error),
        }
    }
    let wanted = Some(work.draft.get(key_column).clone()).filter(|value| or_return && !value.is_blank());
    let known = async || match &wanted {
        Some(wanted) => find(app.db.latest(), resource, viewer, key_column, wanted).await,
        None => Ok(None),
    };
    if let Some(key) = known().await? {
        return Ok((key, StatusCode::OK));
    }
    errors.or(())?;
    match save::put(app, resource, &mut work, claim).await.map_err(Error::from) {
        Ok(saved) => Ok((saved.key, StatusCode::CREATED)),
        // Somebody was faster.
        Err(Error::Invalid(errors)) => match known().await? {
            Some(key) => Ok((key, StatusCode::OK)),
            None => Err(Error::Invalid(errors)),
        },
        Err(error) => Err(error),
    }
}

async fn find(
    db: &impl ConnectionTrait,
    resource: &Resource,
    viewer: &Viewer,
    column: &'static str,
    value: &Datum,
) -> Result<Option<i64>, DbErr> {
    let Some(known) = resource.table.column(column) else { return Ok(None) };
    let mut select = Query::select();
    select.column(iden(resource.table.key)).from(iden(resource.table.name));
    select.and_where(Expr::col(iden(column)).eq(value.bind(known.kind)));
    if let Some(own) = resource.access.own_only(viewer) {
        select.and_where(Expr::col(iden(own)).eq(viewer.id));
    }
    let row = db.query_one(select.limit(1)).await?;
    row.map(|row| store::key(&row, &resource.table)).transpose()
}

/// Changes the given fields of a row.
///
/// # Errors
/// Those of [`save::save`].
pub async fn change(app: &App, viewer: &Viewer, name: &str, key: i64, body: &JsonBody) -> Result<()> {
    let resource = resource(app, name)?;
    viewer.demand(resource.access.change)?;
    let input = input(resource, viewer, body)?;
    save::save(app, viewer, resource, Some(key), &input).await?;
    Ok(())
}

/// Whether a query says that what is in a trash is to go for good: a request that is merely sent again must not.
fn is_for_good(request: &HttpRequest) -> Result<bool> {
    Ok(Submitted::parse(request.query_string().as_bytes())?.get(delete::FOR_GOOD) == Some("true"))
}

/// Deletes a row, and what hangs on it. Where its kind has a trash, it goes there, and from there for good only with
/// `for_good=true`.
///
/// # Errors
/// Those of [`delete::delete`]; 404 where there is none.
pub async fn remove(app: &App, viewer: &Viewer, request: &HttpRequest, name: &str, key: i64) -> Result<()> {
    let resource = resource(app, name)?;
    let for_good = is_for_good(request)?;
    match delete::delete_as_told(app, viewer, resource, &[key], None, for_good).await?.total() {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// The keys of the rows that a query means: the filters of the admin's lists, `ids=1,2,3` and `q` among them, or
/// `all=true`.
async fn meant(app: &App, viewer: &Viewer, resource: &Resource, request: &HttpRequest) -> Result<Vec<i64>> {
    let query = Submitted::parse(request.query_string().as_bytes())?;
    let zone = app.site().await?.time_zone;
    let scope = Scope { admin: &app.admin, resource, viewer, zone };
    // A misspelt filter must not mean everything.
    let filters = scope.filters();
    let is_filter = |name: &str| {
        let stem = name.strip_suffix("_from").or(name.strip_suffix("_to"));
        let of = |on: &FilterOn| on.name() == name || Some(on.name()) == stem;
        ["all", "ids", "q", delete::FOR_GOOD].contains(&name) || filters.iter().any(of)
    };
    if let Some((name, _)) = query.pairs().find(|(name, _)| !is_filter(name)) {
        return Err(Error::BadRequest(format!("“{name}” is no filter of these.")));
    }
    // What a script left empty, or said twice, means something else than it looks like.
    let mut said = BTreeSet::new();
    if let Some((name, _)) = query.pairs().find(|(name, value)| value.is_empty() || !said.insert(*name)) {
        return Err(Error::BadRequest(format!("“{name}” must be there once, and not be empty.")));
    }
    let list = ListQuery::from_pairs(&scope, &query)?;
    if !list.is_narrowed() && query.get("all") != Some("true") {
        let message = "Say which: ids=1,2,3, a filter of the admin's list, or all=true for every one.";
        return Err(Error::BadRequest(message.to_owned()));
    }
    let mut keys = Vec::new();
    loop {
        let step = list.keys(app.db.latest(), &scope, keys.last().copied(), STEP).await?;
        if step.is_empty() {
            return Ok(keys);
        }
        keys.extend(step);
    }
}

/// Changes the given fields of all rows that the query means; all of them or none. Gives their number.
///
/// # Errors
/// As [`change`]; 400 for a query that means nothing in particular.
pub async fn change_many(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    name: &str,
    body: &JsonBody,
) -> Result<u64> {
    let resource = resource(app, name)?;
    viewer.demand(resource.access.change)?;
    let input = input(resource, viewer, body)?;
    if let Some(field) = input.links.keys().next() {
        let message = "Links are changed one row at a time.";
        return Err(Error::Invalid(FieldErrors::of(field, message)));
    }
    let keys = meant(app, viewer, resource, request).await?;
    save_many::change(app, viewer, resource, &keys, &input.values).await
}

/// Deletes all rows that the query means; all of them or none. Gives their number.
///
/// # Errors
/// As [`remove`]; 400 for a query that means nothing in particular.
pub async fn remove_many(app: &App, viewer: &Viewer, request: &HttpRequest, name: &str) -> Result<u64> {
    let resource = resource(app, name)?;
    viewer.demand(resource.access.delete)?;
    let keys = meant(app, viewer, resource, request).await?;
    let for_good = is_for_good(request)?;
    Ok(delete::delete_as_told(app, viewer, resource, &keys, None, for_good).await?.total())
}
