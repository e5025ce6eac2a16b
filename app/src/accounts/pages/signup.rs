//! `/signup`, where the site is open: a mail with a link, and an account for whoever can read it.
//!
//! What a stranger asked for is never more than a mail. The password is chosen by whoever reads that mail.

use actix_web::{HttpRequest, HttpResponse, web};
use entity::{
    mail_token::{self, Purpose},
    user::Role,
};
use serde_json::json;

use super::{
    super::{
        forms::{self, Names},
        mails, queries,
        views::FormPage,
    },
    Secret, over, tell,
};
use crate::{
    admin::{Values, log},
    auth::{
        MaybeViewer, sessions,
        throttle::{LINK_ADDRESS, MAIL_ADDRESS, SIGNUP_MAILBOX, Tries},
    },
    site,
    users::queries::{self as users, NewUser},
    web::{
        App, AppData, Error, Result, client,
        forms::{FieldErrors, Submitted},
        see_other,
    },
};

fn form() -> FormPage {
    FormPage::new("Sign up", "/signup", "Send me a mail", vec![forms::username(), forms::email()])
        .lead("With an account you can enrol in courses and keep your place in them.")
        .link("I have an account: sign in", "/login")
}

fn confirmation(token: &str, username: &str) -> FormPage {
    let fields =
        vec![forms::username().value(username), forms::display_name(), forms::new_password("Password")];
    FormPage::new("Your account", "/signup", "Make the account", fields).hidden("token", token)
}

/// `GET /signup`: the form, or with the token of a mail its second half. Neither changes anything.
///
/// # Errors
/// 404 where the site is closed.
pub async fn show(
    app: AppData,
    request: HttpRequest,
    viewer: MaybeViewer,
    query: web::Query<Secret>,
) -> Result<HttpResponse> {
    demand_open(&app).await?;
    match (&query.token, viewer) {
        (Some(token), _) => match found(&app, &request, token).await? {
            Some(row) => {
                let username = row.payload["username"].as_str().unwrap_or_default();
                confirmation(token, username).show(&app, &request).await
            }
            None => gone(&app, &request).await,
        },
        (None, MaybeViewer(Some(viewer))) => Ok(see_other(viewer.home())),
        (None, _) => form().show(&app, &request).await,
    }
}

/// `POST /signup`: sends the mail, or with its token makes the account. Of the address it says the same whether it has
/// an account or not; names are public.
///
/// # Errors
/// 404 where the site is closed; 422 by field; 429 after too many.
pub async fn send(app: AppData, request: HttpRequest, submitted: Submitted) -> Result<HttpResponse> {
    demand_open(&app).await?;
    let Some(token) = submitted.get("token") else {
        return match ask(&app, &request, &submitted).await {
            Ok(page) => page.show(&app, &request).await,
            Err(error) => form().again(&app, &request, &submitted, error).await,
        };
    };
    let Some(row) = found(&app, &request, token).await? else { return gone(&app, &request).await };
    match finish(&app, &request, &submitted, row).await {
        Ok(Some(home)) => Ok(see_other(home)),
        Ok(None) => gone(&app, &request).await,
        Err(error) => confirmation(token, "").again(&app, &request, &submitted, error).await,
    }
}

/// Both must agree: whoever runs the process, and the site's settings.
async fn demand_open(app: &App) -> Result<()> {
    let is_open = app.signup_is_open && site::load(app.db.latest()).await?.signup_is_open;
    if is_open { Ok(()) } else { Err(Error::NotFound) }
}

async fn gone(app: &App, request: &HttpRequest) -> Result<HttpResponse> {
    over(app, request, "It was used already, or is older than an hour.", "Sign up again", "/signup").await
}

async fn found(app: &App, request: &HttpRequest, token: &str) -> Result<Option<mail_token::Model>> {
    Tries::of(LINK_ADDRESS, client::network(client::address(app, request))).take(&app.db).await?;
    let row = queries::find_mail_token(app.db.latest(), Purpose::SignUp, token).await?;
    Ok(row.filter(|row| row.payload["email"].is_string()))
}

async fn ask(app: &App, request: &HttpRequest, submitted: &Submitted) -> Result<FormPage> {
    let mut errors = FieldErrors::default();
    let names = Names::read(submitted, None, &mut errors);
    errors.or(())?;
    Tries::of(MAIL_ADDRESS, client::network(client::address(app, request)))
        .and(SIGNUP_MAILBOX, &names.email)
        .take(&app.db)
        .await?;
    let mut taken = users::check_free(app.db.latest(), &names.username, &names.email, None).await?;
    let has_account = taken.0.remove("email").is_some();
    taken.or(())?;

    let site = app.site().await?;
    // Made in any case: the time must not tell.
    let payload =
        if has_account { json!({}) } else { json!({"username": names.username, "email": names.email}) };
    let token = queries::add_mail_token(app.db.write(), Purpose::SignUp, None, payload).await?;
    let user = users::find_for_login(app.db.latest(), &names.email).await?;
    app.mail.send(match user {
        Some(user) => mails::known_already(app, &site, &names.email, &user.username),
        None => mails::sign_up(app, &site, &names.email, &token),
    });
    let lead = format!("We sent a mail to {}. It says how to go on.", names.email);
    Ok(FormPage::notice("Look into your mailbox", &lead))
}

/// Makes the account; where its owner goes then. `None` where the link was used meanwhile.
async fn finish(
    app: &App,
    request: &HttpRequest,
    submitted: &Submitted,
    row: mail_token::Model,
) -> Result<Option<&'static str>> {
    let mut errors = FieldErrors::default();
    let names = Names::read(submitted, row.payload["email"].as_str(), &mut errors);
    let site = app.site().await?;
    let typed = submitted.get("password").unwrap_or_default();
    let own = [names.username.as_str(), &names.email, &names.display_name, &site.title];
    forms::check_password("password", typed, &own, &mut errors);
    errors.or(())?;

    let password_hash = Some(forms::hash(typed).await?);
    let transaction = app.db.begin().await?;
    if !queries::use_mail_token(&transaction, row.id).await? {
        return Ok(None);
    }
    let mut taken = users::check_free(&transaction, &names.username, &names.email, None).await?;
    if taken.0.contains_key("email") {
        // Their own mailbox: they may know.
        taken.add("", "There is an account with this address already.");
    }
    taken.or(())?;
    let Names { username, email, display_name } = names;
    let new = NewUser { username, email, display_name, role: Role::Member, password_hash };
    let user = users::insert(&transaction, new).await.map_err(users::duplicate)?;
    let of = app.admin.find(users::RESOURCE).ok_or(Error::NotFound)?;
    log::record_change(&transaction, &user, &app.admin, of, (user.id, &Values::new())).await?;
    sessions::begin(&transaction, app, request, user.id).await?;
    transaction.commit().await?;
    tell(request, "Your account is made. Welcome!");
    Ok(Some("/account"))
}
