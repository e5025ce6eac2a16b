//! `/login` and `/logout`.

use actix_session::SessionExt;
use actix_web::{HttpRequest, HttpResponse, web};
use entity::user;
use sea_orm::{ActiveValue::Set, IntoActiveModel};
use serde::Deserialize;

use super::super::views::FormPage;
use crate::{
    auth::{
        MaybeViewer, Permission, Proof,
        password::{self, Verdict},
        permissions, sessions,
        throttle::{LOGIN, LOGIN_ACCOUNT, LOGIN_ADDRESS, Tries},
    },
    users::queries as users,
    web::{
        App, AppData, Error, Result,
        body::LongForm,
        client,
        forms::{Field, FieldErrors, Submitted, Widget},
        links,
        render::SIGNED_OUT,
        see_other,
        typed::Typed,
    },
};

/// What the login is told: where to go from it.
#[derive(Debug, Deserialize)]
pub struct Query {
    next: Option<String>,
}

/// The login; what it may carry is put in by [`Typed::carry`].
pub fn form(app: &App, next: &str) -> FormPage {
    let fields = vec![
        Field::new("username", "Username or e-mail address", Widget::Text)
            .required()
            .autocomplete("username"),
        Field::new("password", "Password", Widget::Password).required().autocomplete("current-password"),
    ];
    let page = FormPage::new("Sign in", "/login", "Sign in", fields)
        .hidden("next", next)
        .link("Forgot your password?", "/forgot");
    FormPage { offers_signup: app.signup_is_open, ..page }
}

/// `GET /login`: who is signed in already goes on at once.
///
/// # Errors
/// When the settings cannot be read or the template fails.
pub async fn show(
    app: AppData,
    request: HttpRequest,
    viewer: MaybeViewer,
    query: web::Query<Query>,
) -> Result<HttpResponse> {
    let next = query.into_inner().next.filter(|next| is_place(next));
    if let MaybeViewer(Some(viewer)) = viewer {
        return Ok(see_other(next.as_deref().unwrap_or(viewer.home())));
    }
    form(&app, next.as_deref().unwrap_or_default()).show(&app, &request).await
}

/// Whether a login may lead there: to a page of this site, and none of those that are only sent to.
fn is_place(next: &str) -> bool {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    links::is_local(next) && path != "/logout" && !path.starts_with("/account/")
}

/// `POST /login`: whatever is wrong, it says the same, and takes as long.
///
/// # Errors
/// 422 for a wrong name or password, 429 after too many. What it carries comes back with it: that may be long.
pub async fn send(app: AppData, request: HttpRequest, LongForm(submitted): LongForm) -> Result<HttpResponse> {
    let next = submitted.get("next").filter(|next| is_place(next)).unwrap_or_default();
    let carried = Typed::carried(&submitted);
    match (sign_in(&app, &request, &submitted).await, carried) {
        (Ok(_), Some(carried)) => {
            let answer = carried.offer(&app, &request).await;
            answer.inspect_err(|_| carried.leave(&request))
        }
        (Ok(home), None) => Ok(see_other(if next.is_empty() { home } else { next })),
        (Err(error), carried) => {
            let form = form(&app, next);
            let form = carried.iter().fold(form, |form, carried| carried.carry(form));
            let answer = form.again(&app, &request, &submitted, error).await;
            if let (Err(_), Some(carried)) = (&answer, carried) {
                carried.leave(&request);
            }
            answer
        }
    }
}

/// Signs in whoever the form names; where they go if they wanted nothing else.
async fn sign_in(app: &App, request: &HttpRequest, submitted: &Submitted) -> Result<&'static str> {
    let name = submitted.text("username");
    let user = users::find_for_login(app.db.latest(), name).await?;
    // By what was typed, not by whose it is: or two names that run out together would be known for one account's.
    let account = name.to_lowercase();
    let address = client::network(client::address(app, request));
    let mut tries = Tries::of(LOGIN, format!("{account} from {address}")).and(LOGIN_ADDRESS, address);
    // Asked for nobody too: the time must not tell.
    let user_id = user.as_ref().map(|user| user.id).unwrap_or_default();
    if !sessions::is_signed_in_from(app.db.latest(), user_id, address).await? {
        tries = tries.and(LOGIN_ACCOUNT, &account);
    }
    tries.take(&app.db).await?;

    let user = user.filter(|user| user.is_active);
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let typed = submitted.get("password").unwrap_or_default();
    let verdict = password::verify(typed.to_owned(), hash).await.map_err(Error::internal)?;
    let wrong = || Error::Invalid(FieldErrors::of("", "Wrong name or password."));
    let verified = user.filter(|_| verdict != Verdict::Wrong).ok_or_else(wrong)?;
    let stronger = match verdict {
        Verdict::RightButWeak => Some(password::hash(typed.to_owned()).await.map_err(Error::internal)?),
        _ => None,
    };

    let transaction = app.db.begin_aside().await?;
    // All that took a while: meanwhile the account may have got another password, or been locked.
    let user = users::lock(&transaction, verified.id).await?;
    let is_same = |user: &user::Model| user.is_active && user.password_hash == verified.password_hash;
    let mut user = user.filter(is_same).ok_or_else(wrong)?;
    if let Some(hash) = stronger {
        let mut change = user.into_active_model();
        change.password_hash = Set(Some(hash));
        user = users::update(&transaction, change).await?;
    }
    sessions::begin(&transaction, app, request, user.id).await?;
    transaction.commit().await?;
    tries.give_back(&app.db).await?;
    tries.forget(&app.db, LOGIN).await?;
    Ok(if permissions::allows(user.role, Permission::EnterAdmin) { "/admin" } else { "/account" })
}

/// `POST /logout`: the session is gone, here and in the browser.
///
/// # Errors
/// When the database does not answer: then nobody is told that they are signed out.
pub async fn logout(app: AppData, request: HttpRequest, viewer: MaybeViewer) -> Result<HttpResponse> {
    if let MaybeViewer(Some(viewer)) = viewer
        && let Proof::Session(id) = viewer.proof
    {
        sessions::end(app.db.write(), viewer.id, id).await?;
    }
    request.get_session().purge();
    Ok(see_other(SIGNED_OUT))
}
