//! Redirects in the admin.

use entity::redirect::{self, Column as C};
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use unicode_normalization::UnicodeNormalization;

use crate::{
    admin::{Access, Datum, Draft, Hooks, Resource, field},
    auth::Permission,
    web::{
        App, Error, Result,
        forms::{FieldErrors, Widget},
        links,
    },
};

/// Redirects after one another that are still followed to see where they end.
const MAX_STEPS: usize = 10;

/// How the admin shows redirects.
pub fn resource() -> Resource {
    Resource::of::<redirect::Entity>(
        "redirects",
        "redirect",
        "Where old addresses lead. A post that gets another slug leaves one by itself.",
    )
    .access(Access::all(Permission::ManageRedirects))
    .title(C::OldPath)
    .column_as(C::OldPath, "From")
    .column_as(C::NewPath, "To")
    .column_as(C::CreatedAt, "Since")
    .search([C::OldPath, C::NewPath])
    .filter(C::CreatedAt)
    .descending(C::CreatedAt)
    .group(
        "",
        [
            field(C::OldPath).label("From").widget(Widget::Url).help("A path of this site: /2019/old-post"),
            field(C::NewPath)
                .label("To")
                .widget(Widget::Url)
                .help("The path that took its place: /posts/new-post"),
        ],
    )
    .hooks(Redirects)
    .view_url(|row| row.get("new_path")?.as_text().map(links::encode_path))
}

struct Redirects;

impl Hooks for Redirects {
    fn prepare<'a>(&'a self, app: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut errors = FieldErrors::default();
            for name in ["old_path", "new_path"] {
                match path(draft.text(name)) {
                    Some(path) => {
                        draft.values.insert(name, Datum::Text(path));
                    }
                    None => errors.add(name, "This is no path of this site: it begins with a slash."),
                }
            }
            if errors.is_empty() && draft.text("old_path") == draft.text("new_path") {
                errors.add("new_path", "It would lead to itself.");
            }
            if draft.text("old_path") == "/" {
                errors.add("old_path", "The home page is always there.");
            }
            errors.or(())?;
            let (from, to) = (draft.text("old_path").to_owned(), draft.text("new_path").to_owned());
            if leads_to(app, to, &from, draft.key).await? {
                let message = "That leads back here: readers would go round and round.";
                return Err(Error::Invalid(FieldErrors::of("new_path", message)));
            }
            Ok(())
        })
    }
}

/// Whether redirects lead from one path to another, within a few steps. `except` is the one that is being changed.
async fn leads_to(app: &App, mut path: String, goal: &str, except: Option<i64>) -> Result<bool> {
    for _ in 0..MAX_STEPS {
        let next = redirect::Entity::find().filter(C::OldPath.eq(&path)).one(app.db.latest()).await?;
        match next.filter(|row| Some(row.id) != except) {
            Some(row) if row.new_path == goal => return Ok(true),
            Some(row) => path = row.new_path,
            None => return Ok(false),
        }
    }
    // Longer than any browser follows.
    Ok(true)
}

/// A path as redirects are stored: decoded, composed, without a slash at its end. None for what leads elsewhere.
fn path(typed: &str) -> Option<String> {
    let path: String = links::decode(typed)?.nfc().collect();
    let is_path = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['?', '#', '\\'])
        && path.split('/').all(|segment| segment != "." && segment != "..")
        && path.chars().count() <= 500;
    let trimmed = path.trim_end_matches('/');
    is_path.then(|| if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_redirect_stays_on_this_site() {
        assert_eq!(path("/old/caf%C3%A9/").as_deref(), Some("/old/café"));
        assert_eq!(path("/").as_deref(), Some("/"));
        for bad in ["", "old", "//evil.example", "https://evil.example", "/\\evil", "/a/../b", "/a?b", "/%00"]
        {
            assert_eq!(path(bad), None, "{bad}");
        }
    }
}
