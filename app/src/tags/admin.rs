//! Tags in the admin.

use entity::{
    post_tag,
    tag::{self, Column as C},
};
use futures_util::future::BoxFuture;
use sea_orm::DatabaseTransaction;

use crate::{
    admin::{Access, Datum, Draft, Hooks, Resource, field},
    auth::Permission,
    posts::save,
    site,
    web::{App, Error, Result, forms::FieldErrors, links},
};

/// How the admin shows tags.
pub fn resource() -> Resource {
    Resource::of::<tag::Entity>("tags", "tag", "Words that group posts. Writing one on a post makes it.")
        .access(Access::all(Permission::ManageTags).seen_with(Permission::UseTags))
        .title(C::Name)
        .column(C::Name)
        .column(C::Slug)
        .count_links("Posts", post_tag::Column::TagId, post_tag::Column::PostId, "posts")
        .search([C::Name, C::Slug])
        .ascending(C::Name)
        .group(
            "",
            [
                field(C::Name),
                field(C::Slug).optional().help("The last part of its address; left empty, made of the name."),
            ],
        )
        .hooks(Tags)
        .view_url(|row| row.get("slug")?.as_text().map(links::tag))
}

struct Tags;

impl Hooks for Tags {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if draft.text("name").contains([',', '\n']) {
                return Err(Error::Invalid(FieldErrors::of(
                    "name",
                    "Commas stand between tags, not in them.",
                )));
            }
            if draft.is_new() || draft.values.contains_key("slug") {
                let is_empty = draft.text("slug").is_empty();
                let wanted = draft.text(if is_empty { "name" } else { "slug" });
                let Some(slug) = save::tag_slug(wanted) else {
                    let field = if is_empty { "name" } else { "slug" };
                    return Err(Error::Invalid(FieldErrors::of(field, "This needs a letter or a digit.")));
                };
                draft.values.insert("slug", Datum::Text(slug));
            }
            Ok(())
        })
    }

    fn stored<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: i64,
        draft: &'a Draft,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { Ok(site::move_slug(transaction, "/tags", draft).await?) })
    }
}
