//! Users in the admin: the declaration, and what saving one does.

use std::sync::Arc;

use entity::{
    media, post,
    user::{self, Column as C, Role},
};
use futures_util::future::BoxFuture;
use sea_orm::{ActiveEnum, DatabaseExecutor, DatabaseTransaction};

use super::{forms, queries};
use crate::{
    accounts::{mails, queries as accounts},
    admin::{Access, Action, Datum, Draft, Hooks, Resource, action::Run, column::Kind, field, hooked},
    auth::{Permission, Viewer, password, sessions},
    comments::queries as comments,
    web::{
        App, Error, Result,
        forms::{FieldErrors, Widget},
        links,
    },
};

/// How the admin shows users.
pub fn resource() -> Resource {
    let is_active = |_: &Viewer| Datum::Boolean(true);
    Resource::of::<user::Entity>(
        queries::RESOURCE,
        "user",
        "People with an account, and authors who only have a name.",
    )
    .access(Access::all(Permission::ManageUsers).referred_with(Permission::EditAllPosts))
    .title(C::Username)
    .column(C::Username)
    .column_as(C::DisplayName, "Name")
    .column(C::Email)
    .column(C::Role)
    .column_as(C::IsActive, "Active")
    .count("Posts", post::Column::UserId)
    .column_as(C::CreatedAt, "Since")
    .search([C::Username, C::DisplayName, C::Email])
    .filter(C::Role)
    .filter(C::IsActive)
    .filter(C::CreatedAt)
    .dates(C::CreatedAt)
    .ascending(C::Username)
    .group(
        "",
        [
            field(C::Username).help("Part of their address: letters, digits, dots, underscores, hyphens."),
            field(C::Email).label("E-mail").help("Never shown to readers."),
            field(C::DisplayName).label("Name").optional().help("What readers see; else the username."),
            field(C::Bio).optional().help("A few sentences below their posts."),
        ],
    )
    .group(
        "Access",
        [
            field(C::Role)
                .choose::<Role>()
                .starts_as(|_| Datum::Text(Role::Author.to_value()))
                .help("Admins do everything, editors all content, authors their own posts, members none."),
            field(C::IsActive)
                .label("Active")
                .starts_as(is_active)
                .help("Somebody who is not cannot sign in; what they wrote stays."),
            hooked("password", Kind::Text(None), Widget::Password).help(
                "At least 10 characters. Left empty, it stays as it is; without one they cannot sign in.",
            ),
        ],
    )
    .action(Action::new("activate", "Activate", "Activated", SetActive(true)))
    .action(Action::new("deactivate", "Deactivate", "Deactivated", SetActive(false)))
    .hand_over("posts", post::Column::UserId)
    .hand_over("files", media::Column::UserId)
    .hooks(Users)
    .view_url(|row| row.get("username")?.as_text().map(links::author))
    .chart("New accounts", C::CreatedAt, "")
}

struct Users;

impl Hooks for Users {
    fn prepare<'a>(&'a self, app: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if draft.text("display_name").is_empty() {
                draft.values.insert("display_name", Datum::Text(draft.text("username").to_owned()));
            }
            if draft.values.contains_key("email") {
                draft.values.insert("email", Datum::Text(draft.text("email").to_lowercase()));
            }
            let mut errors = FieldErrors::default();
            for (field, checked) in [
                ("username", forms::check_username(draft.text("username"))),
                ("email", forms::check_email(draft.text("email"))),
                ("display_name", forms::check_display_name(draft.text("display_name"))),
            ] {
                if let Err(line) = checked {
                    errors.add(field, forms::sentence(line));
                }
            }
            if draft.is_new() || draft.changes("username") || draft.changes("email") {
                let (username, email) = (draft.text("username"), draft.text("email"));
                errors.extend(queries::check_free(app.db.latest(), username, email, draft.key).await?);
            }
            if draft.is_new() || draft.changes("username") {
                let key = Datum::Text(draft.text("username").to_lowercase());
                draft.values.insert("username_key", key);
            }
            if draft.key == Some(draft.viewer.id) && (draft.changes("role") || draft.changes("is_active")) {
                // Or the last one who could undo it might be gone.
                let field = if draft.changes("role") { "role" } else { "is_active" };
                errors.add(field, "You cannot do this to yourself: ask another admin.");
            }
            let password = draft.values.remove("password");
            let password = password.as_ref().and_then(Datum::as_text).unwrap_or_default();
            if draft.key == Some(draft.viewer.id) {
                // That needs the password, or a browser left alone would be enough to take the account.
                for (field, is_given) in
                    [("email", draft.changes("email")), ("password", !password.is_empty())]
                {
                    if is_given {
                        errors.add(field, "Change your own on your account's page.");
                    }
                }
            }
            if !password.is_empty() {
                let site = app.site().await?;
                let own = ["username", "email", "display_name"].map(|name| draft.text(name));
                let [username, email, display_name] = own;
                match password::check(password, &[username, email, display_name, &site.title]) {
                    _ if !errors.is_empty() => {}
                    Ok(()) => {
                        let hash = password::hash(password.to_owned()).await.map_err(Error::internal)?;
                        draft.values.insert("password_hash", Datum::Text(hash));
                    }
                    Err(error) => errors.add("password", forms::sentence(&error.to_string())),
                }
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
            let (username, email) = (draft.text("username"), draft.text("email"));
            queries::check_free(transaction, username, email, Some(key)).await?.or(())?;
            queries::reindex(transaction, &[key]).await?;
            if !draft.is_new()
                && ["role", "is_active", "password_hash"].iter().any(|name| draft.changes(name))
            {
                sessions::end_all(transaction, key, None).await?;
            }
            if !draft.is_new() && draft.changes("display_name") {
                comments::rename(transaction, key, draft.text("display_name")).await?;
            }
            if !draft.is_new()
                && ["email", "is_active", "password_hash"].iter().any(|name| draft.changes(name))
            {
                accounts::end_mail_tokens(transaction, &[key]).await?;
            }
            Ok(())
        })
    }

    fn committed<'a>(&'a self, app: &'a App, draft: &'a Draft) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if draft.is_new() || !draft.changes("email") {
                return;
            }
            let old_email = draft.before.get("email").and_then(Datum::as_text).unwrap_or_default();
            let site = app.site().await.unwrap_or_else(|error| {
                log::error!("a mail goes out without the site's title: {error}");
                Arc::default()
            });
            app.mail.send(mails::address_changed(app, &site, old_email, draft.text("username")));
        })
    }

    fn may_delete<'a>(
        &'a self,
        _: DatabaseExecutor<'a>,
        viewer: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { not_oneself(viewer, keys) })
    }
}

/// Nobody locks themselves out: so there is always an admin left.
fn not_oneself(viewer: &Viewer, keys: &[i64]) -> Result<()> {
    if keys.contains(&viewer.id) {
        let message = "Your own account is among them: ask another admin, or use your account's page.";
        return Err(Error::Invalid(FieldErrors::of("", message)));
    }
    Ok(())
}

/// Lets people sign in again, or no more.
struct SetActive(bool);

impl Run for SetActive {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        viewer: &'a Viewer,
        keys: &'a [i64],
        _: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>>> {
        Box::pin(async move {
            if !self.0 {
                not_oneself(viewer, keys)?;
            }
            Ok(queries::set_active(transaction, keys, self.0).await?)
        })
    }
}
