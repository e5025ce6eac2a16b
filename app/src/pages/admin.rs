//! Pages in the admin: the declaration, and what saving one does.

use entity::page::{self, Column as C};
use futures_util::future::BoxFuture;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{queries, reserved::is_reserved};
use crate::{
    admin::{Access, Datum, Draft, Hooks, Resource, field, store, views::Consequence},
    auth::{Permission, Viewer},
    content,
    media::uses::{self, Owner},
    posts::save::{MAX_TITLE, excerpt},
    site::{self, menu},
    web::{
        App, Error, Result,
        forms::{FieldErrors, Widget},
        links,
    },
};

/// How the admin shows pages.
pub fn resource() -> Resource {
    Resource::of::<page::Entity>(
        "pages",
        "page",
        "What the site has to say that is no post: about, imprint. The menu leads to it.",
    )
    .access(Access::all(Permission::ManagePages))
    .title(C::Title)
    .column(C::Title)
    .column_as(C::Slug, "Address")
    .column_as(C::IsPublished, "Published")
    .column_as(C::UpdatedAt, "Changed")
    .search([C::Title, C::Slug])
    .filter(C::IsPublished)
    .ascending(C::Title)
    .group(
        "",
        [
            field(C::Title),
            field(C::Content).widget(Widget::Markdown).optional(),
            field(C::Summary)
                .optional()
                .help("A sentence or two for search engines; without it, the text's beginning."),
        ],
    )
    .group(
        "Publishing",
        [
            field(C::IsPublished).label("Published").help(
                "Until then only those see it at its address who may change it: save it to look at it.",
            ),
            field(C::Slug).optional().help("Its address is / and this; left empty, made of the title."),
        ],
    )
    .hooks(Pages)
    .view_url(|row| row.get("slug")?.as_text().map(links::page))
}

struct Pages;

/// The addresses of some pages.
async fn paths(db: &impl ConnectionTrait, keys: &[i64]) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for keys in keys.chunks(store::CHUNK) {
        paths.extend(queries::slugs(db, keys).await?.iter().map(|slug| links::page(slug)));
    }
    Ok(paths)
}

impl Hooks for Pages {
    fn prepare<'a>(&'a self, app: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut errors = FieldErrors::default();
            if draft.is_new() || draft.values.contains_key("slug") {
                let is_empty = draft.text("slug").is_empty();
                let wanted = draft.text(if is_empty { "title" } else { "slug" });
                match content::slugify(wanted) {
                    Some(slug) if is_reserved(&slug) => {
                        errors.add(
                            "slug",
                            format!("The site itself has a use for /{slug}: choose another one."),
                        );
                    }
                    Some(slug) => {
                        draft.values.insert("slug", Datum::Text(slug.chars().take(MAX_TITLE).collect()));
                    }
                    None => errors.add("slug", "This needs a letter or a digit."),
                }
            }
            errors.or(())?;
            if !(draft.is_new() || draft.changes("content") || draft.changes("summary")) {
                return Ok(());
            }
            let place = app.renderings.for_save(draft.viewer.id).await?;
            if draft.is_new() || draft.changes("content") {
                let markdown = draft.text("content").to_owned();
                let rendered = place.run(move || content::render(&markdown)).await?;
                if rendered.is_too_large() {
                    return Err(Error::Invalid(FieldErrors::of("content", content::TOO_LARGE)));
                }
                draft.values.insert("html", Datum::Text(rendered.html));
            }
            let texts = [draft.text("summary"), draft.text("html")].map(str::to_owned);
            let excerpt = place.run(move || excerpt(&texts[0], None, &texts[1])).await?;
            draft.values.insert("excerpt", Datum::Text(excerpt));
            Ok(())
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
                uses::record_new(transaction, Owner::Page(key), draft.text("html")).await?;
            } else if draft.changes("html") {
                uses::record_again(transaction, Owner::Page(key), draft.text("html")).await?;
            }
            if !draft.is_new() && draft.changes("slug") {
                let old = draft.before.get("slug").and_then(Datum::as_text).unwrap_or_default();
                let to = links::page(draft.text("slug"));
                menu::follow(transaction, &draft.viewer, &[links::page(old)], Some(&to)).await?;
            }
            Ok(site::move_slug(transaction, "", draft).await?)
        })
    }

    fn consequences<'a>(
        &'a self,
        app: &'a App,
        _: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<Vec<Consequence>>> {
        Box::pin(async move {
            let db = app.db.latest();
            let labels = menu::labels_of(db, &paths(db, keys).await?).await?;
            let text = match labels.len() {
                0 => return Ok(Vec::new()),
                1 => "1 entry of the menu leads there and goes too".to_owned(),
                number => format!("{number} entries of the menu lead there and go too"),
            };
            Ok(vec![Consequence { text, samples: labels, more: 0 }])
        })
    }

    fn deleting<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        viewer: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let paths = paths(transaction, keys).await?;
            menu::follow(transaction, viewer, &paths, None).await
        })
    }
}
