//! What saving a course does besides storing it.

use futures_util::future::BoxFuture;
use sea_orm::DatabaseTransaction;

use super::queries;
use crate::{
    admin::{Datum, Draft, Hooks, action::Run},
    auth::Viewer,
    content,
    media::uses::{self, Owner},
    site,
    web::{App, Result, forms::FieldErrors},
};

/// Checks what the schema cannot, renders the description, and leaves a redirect behind a slug that changes.
#[derive(Debug)]
pub struct Courses;

impl Hooks for Courses {
    fn prepare<'a>(&'a self, app: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut errors = FieldErrors::default();
            if draft.is_new() || draft.values.contains_key("slug") {
                let wanted =
                    if draft.text("slug").is_empty() { draft.text("name") } else { draft.text("slug") };
                match content::slugify(wanted) {
                    Some(slug) => {
                        draft.values.insert("slug", Datum::Text(slug.chars().take(80).collect()));
                    }
                    None => errors.add("slug", "This needs a letter or a digit."),
                }
            }
            if matches!(draft.get("credits"), Datum::Double(credits) if *credits < 0.0) {
                errors.add("credits", "This must be 0 or more.");
            }
            if draft.is_new() || draft.changes("description") {
                let markdown = draft.text("description").to_owned();
                let place = app.renderings.for_save(draft.viewer.id).await?;
                let rendered = place.run(move || content::render(&markdown)).await?;
                if rendered.is_too_large() {
                    errors.add("description", content::TOO_LARGE);
                }
                draft.values.insert("html", Datum::Text(rendered.html));
            }
            errors.or(())
        })
    }

    fn stored<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        key: i64,
        draft: &'a Draft,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if draft.is_new() {
                uses::record_new(transaction, Owner::Course(key), draft.text("html")).await?;
            } else if draft.changes("html") {
                uses::record_again(transaction, Owner::Course(key), draft.text("html")).await?;
            }
            Ok(site::move_slug(transaction, "/courses", draft).await?)
        })
    }
}

/// Lets students enrol themselves in courses, or no more. Who is enrolled stays so.
#[derive(Debug)]
pub struct SetOpen(pub bool);

impl Run for SetOpen {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
        _: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>>> {
        Box::pin(async move { Ok(queries::set_open(transaction, keys, self.0).await?) })
    }
}
