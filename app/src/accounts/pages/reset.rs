//! `/forgot` and `/reset/{token}`: a new password for whoever reads the account's mail.

use actix_web::{HttpRequest, HttpResponse, web};
use entity::{
    mail_token::{self, Purpose},
    user,
};
use serde_json::json;

use super::{
    super::{forms, mails, queries, views::FormPage},
    over, tell,
};
use crate::{
    admin::log,
    auth::{
        Permission, permissions, sessions,
        throttle::{LINK_ADDRESS, MAIL_ADDRESS, RESET_MAILBOX, Tries},
    },
    users::{forms::check_email, queries as users},
    web::{
        App, AppData, Error, Result, client,
        forms::{FieldErrors, Submitted},
        links, see_other,
    },
};

fn question() -> FormPage {
    FormPage::new("Forgot your password?", "/forgot", "Send me a link", vec![forms::email()])
        .lead("Type the e-mail address of your account, and get a link to choose a new password.")
        .link("Back to the login", "/login")
}

/// `GET /forgot`
///
/// # Errors
/// When the settings cannot be read or the template fails.
pub async fn ask(app: AppData, request: HttpRequest) -> Result<HttpResponse> {
    question().show(&app, &request).await
}

/// `POST /forgot`: the same answer, whether there is an account with the address or not.
///
/// # Errors
/// 422 for what is no address, 429 after too many.
pub async fn send(app: AppData, request: HttpRequest, submitted: Submitted) -> Result<HttpResponse> {
    match send_link(&app, &request, submitted.text("email")).await {
        Ok(page) => page.show(&app, &request).await,
        Err(error) => question().again(&app, &request, &submitted, error).await,
    }
}

async fn send_link(app: &App, request: &HttpRequest, typed: &str) -> Result<FormPage> {
    check_email(typed)
        .map_err(|_| Error::Invalid(FieldErrors::of("email", "That is no e-mail address.".to_owned())))?;
    let email = typed.to_lowercase();
    Tries::of(MAIL_ADDRESS, client::network(client::address(app, request)))
        .and(RESET_MAILBOX, &email)
        .take(&app.db)
        .await?;
    let site = app.site().await?;
    let user = users::find_for_login(app.db.latest(), &email).await?.filter(|user| user.is_active);
    // Made in any case: the time must not tell.
    let user_id = user.as_ref().map(|user| user.id);
    let token = queries::add_mail_token(app.db.write(), Purpose::Reset, user_id, json!({})).await?;
    if let Some(user) = user {
        app.mail.send(mails::reset(app, &site, &user.email, &user.username, &token));
    }
    let lead =
        format!("If there is an account with the address {typed}, a mail with a link is on its way to it.");
    Ok(FormPage::notice("Look into your mailbox", &lead).link("Back to the login", "/login"))
}

fn form(token: &str) -> FormPage {
    let action = format!("/reset/{}", links::encode(token));
    FormPage::new("Choose a new password", &action, "Set password", vec![forms::new_password("New password")])
        .lead("Wherever you are signed in now, you will not be any more.")
}

/// `GET /reset/{token}`: changes nothing, for mail programs look at links by themselves.
///
/// # Errors
/// 410 for a link that is over.
pub async fn show(app: AppData, request: HttpRequest, token: web::Path<String>) -> Result<HttpResponse> {
    match found(&app, &request, &token).await? {
        Some(_) => form(&token).show(&app, &request).await,
        None => gone(&app, &request).await,
    }
}

/// `POST /reset/{token}`
///
/// # Errors
/// 410 for a link that is over, 422 for a password that is not taken.
pub async fn choose(
    app: AppData,
    request: HttpRequest,
    token: web::Path<String>,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let Some((row, user)) = found(&app, &request, &token).await? else { return gone(&app, &request).await };
    let typed = submitted.get("password").unwrap_or_default();
    match set(&app, &request, row, user, typed).await {
        Ok(Some(home)) => Ok(see_other(home)),
        Ok(None) => gone(&app, &request).await,
        Err(error) => form(&token).again(&app, &request, &submitted, error).await,
    }
}

async fn gone(app: &App, request: &HttpRequest) -> Result<HttpResponse> {
    over(app, request, "It was used already, or is older than an hour.", "Get another one", "/forgot").await
}

async fn found(
    app: &App,
    request: &HttpRequest,
    token: &str,
) -> Result<Option<(mail_token::Model, user::Model)>> {
    Tries::of(LINK_ADDRESS, client::network(client::address(app, request))).take(&app.db).await?;
    let row = queries::find_mail_token(app.db.latest(), Purpose::Reset, token).await?;
    let Some((row, user_id)) = row.and_then(|row| row.user_id.map(|id| (row, id))) else { return Ok(None) };
    let user = users::find(app.db.latest(), user_id).await?.filter(|user| user.is_active);
    Ok(user.map(|user| (row, user)))
}

/// Sets the password and signs in; where they go then. `None` where the link was used meanwhile.
async fn set(
    app: &App,
    request: &HttpRequest,
    row: mail_token::Model,
    user: user::Model,
    typed: &str,
) -> Result<Option<&'static str>> {
    let site = app.site().await?;
    let mut errors = FieldErrors::default();
    let own = [user.username.as_str(), &user.email, &user.display_name, &site.title];
    forms::check_password("password", typed, &own, &mut errors);
    errors.or(())?;

    let hash = forms::hash(typed).await?;
    let transaction = app.db.begin_aside().await?;
    // Their row first, as by all who change a password.
    let user = users::lock(&transaction, user.id).await?.filter(|user| user.is_active);
    let Some(user) = user else { return Ok(None) };
    if !queries::use_mail_token(&transaction, row.id).await? {
        return Ok(None);
    }
    let of = app.admin.find(users::RESOURCE).ok_or(Error::NotFound)?;
    let before = log::before(&transaction, of, user.id).await?;
    let user = queries::set_password(&transaction, user, hash).await?;
    log::record_change(&transaction, &user, &app.admin, of, (user.id, &before)).await?;
    sessions::begin(&transaction, app, request, user.id).await?;
    transaction.commit().await?;
    tell(request, "Your new password is set.");
    Ok(Some(if permissions::allows(user.role, Permission::EnterAdmin) { "/admin" } else { "/account" }))
}
