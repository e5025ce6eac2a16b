//! `/account`: what one may change of oneself. Every form of the page has an address of its own, and comes back as the
//! whole page when it is not taken.

use actix_session::SessionExt;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use entity::{api_token::Scope, user};
use sea_orm::{ActiveValue::Set, IntoActiveModel};

use super::{
    super::{
        forms, mails, queries,
        views::{
            self,
            account::{Account, Failed, MAX_BIO, Part, PartForm, SessionRow},
        },
    },
    tell,
};
use crate::{
    admin::{farewell, log},
    auth::{
        self, Permission, Proof, Viewer,
        password::{self, Verdict},
        sessions,
        throttle::{MAIL_ADDRESS, MOVE_MAILBOX, NEW_EMAIL, PASSWORD, Tries},
        tokens,
    },
    comments::queries as comments,
    students::queries as students,
    users::{
        forms::{check_display_name, check_email, sentence},
        queries as users,
    },
    web::{
        App, AppData, Error, Result, client,
        forms::{FieldErrors, Submitted},
        links, render, see_other,
    },
};

/// `GET /account`
///
/// # Errors
/// When the database does not answer or the template fails.
pub async fn show(app: AppData, request: HttpRequest, viewer: Viewer) -> Result<HttpResponse> {
    let page = page(&app, &viewer, None, None).await?;
    render::page(&app, &request, &page).await
}

async fn page(
    app: &App,
    viewer: &Viewer,
    failed: Option<&Failed<'_>>,
    new_token: Option<String>,
) -> Result<Account> {
    let db = app.db.latest();
    let user = find(app, viewer).await?;
    let this = session_of(viewer)?;
    let posts = queries::post_count(db, user.id).await?;
    let form = |part| PartForm::new(part, &user, failed);
    Ok(Account {
        profile: form(Part::Profile),
        password: form(Part::Password),
        token: form(Part::Token),
        delete: form(Part::Delete),
        sessions: sessions::list(db, user.id)
            .await?
            .into_iter()
            .map(|row| SessionRow::new(row, this))
            .collect(),
        tokens: tokens::list(db, user.id).await?.into_iter().map(Into::into).collect(),
        courses: queries::courses_of(db, user.id).await?.into_iter().map(Into::into).collect(),
        url: viewer.may(Permission::WritePosts).then(|| links::author(&user.username)),
        username: user.username,
        new_token,
        posts,
    })
}

async fn find(app: &App, viewer: &Viewer) -> Result<user::Model> {
    users::find(app.db.latest(), viewer.id).await?.ok_or(Error::LoginRequired)
}

fn session_of(viewer: &Viewer) -> Result<i64> {
    match viewer.proof {
        Proof::Session(id) => Ok(id),
        Proof::Token(..) => Err(Error::Forbidden),
    }
}

/// Goes on after a form that was taken, or shows it again.
async fn answer(
    app: &App,
    request: &HttpRequest,
    viewer: &Viewer,
    submitted: &Submitted,
    part: Part,
    done: Result<&str>,
) -> Result<HttpResponse> {
    match done {
        Ok(message) => {
            tell(request, message);
            Ok(see_other("/account"))
        }
        Err(error) => {
            let (status, errors, wait) = views::complaint(error)?;
            let page = page(app, viewer, Some(&(part, submitted, errors)), None).await?;
            views::render_again(app, request, &page, status, wait).await
        }
    }
}

/// Asks for the password once more, before what only its owner may do.
async fn prove(app: &App, user: &user::Model, submitted: &Submitted, field: &str) -> Result<()> {
    let tries = Tries::of(PASSWORD, user.id);
    tries.take(&app.db).await?;
    let typed = submitted.get(field).unwrap_or_default().to_owned();
    match password::verify(typed, user.password_hash.clone()).await.map_err(Error::internal)? {
        Verdict::Wrong => Err(Error::Invalid(FieldErrors::of(field, "That is not your password."))),
        Verdict::Right | Verdict::RightButWeak => Ok(tries.give_back(&app.db).await?),
    }
}

/// `POST /account/profile`: name, address, a few sentences. Another address needs the password, and the old one is told.
///
/// # Errors
/// 422 by field, 429 after too many other addresses.
pub async fn profile(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let done = change_profile(&app, &request, &viewer, &submitted).await.map(|()| "Your profile is changed.");
    answer(&app, &request, &viewer, &submitted, Part::Profile, done).await
}

async fn change_profile(
    app: &App,
    request: &HttpRequest,
    viewer: &Viewer,
    submitted: &Submitted,
) -> Result<()> {
    let user = find(app, viewer).await?;
    let (name, bio) = (submitted.text("display_name"), submitted.text("bio"));
    let email = submitted.text("email").to_lowercase();
    let mut errors = FieldErrors::default();
    if let Err(line) = check_display_name(name) {
        errors.add("display_name", sentence(line));
    }
    if bio.chars().count() > MAX_BIO as usize {
        errors.add("bio", format!("At most {MAX_BIO} characters."));
    }
    let moves = email != user.email;
    if moves && let Err(line) = check_email(&email) {
        errors.add("email", sentence(line));
    }
    errors.or(())?;
    if moves {
        prove(app, &user, submitted, "current_password").await?;
        Tries::of(NEW_EMAIL, user.id)
            .and(MAIL_ADDRESS, client::network(client::address(app, request)))
            .and(MOVE_MAILBOX, &user.email)
            .and(MOVE_MAILBOX, &email)
            .take(&app.db)
            .await?;
    }

    let transaction = app.db.begin().await?;
    let user = auth::still(&transaction, viewer).await?;
    if moves {
        let mut taken = users::check_free(&transaction, &user.username, &email, Some(user.id)).await?;
        taken.0.remove("username");
        taken.or(())?;
    }
    let (old_email, username) = (user.email.clone(), user.username.clone());
    let of = app.admin.find(users::RESOURCE).ok_or(Error::NotFound)?;
    let before = log::before(&transaction, of, user.id).await?;
    if name != user.display_name {
        comments::rename(&transaction, user.id, name).await?;
    }
    let mut change = user.into_active_model();
    change.display_name = Set(name.to_owned());
    change.bio = Set(bio.to_owned());
    if moves {
        change.email = Set(email);
    }
    let user = users::update(&transaction, change).await.map_err(users::duplicate)?;
    log::record_change(&transaction, viewer, &app.admin, of, (user.id, &before)).await?;
    if moves {
        queries::end_mail_tokens(&transaction, &[user.id]).await?;
    }
    transaction.commit().await?;
    if moves {
        let site = app.site().await?;
        app.mail.send(mails::address_changed(app, &site, &old_email, &username));
    }
    Ok(())
}

/// `POST /account/password`: needs the old one; all other sessions end, and this one gets a new key.
///
/// # Errors
/// 422 by field.
pub async fn password(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let done = change_password(&app, &request, &viewer, &submitted).await;
    let done = done.map(|()| "Your password is changed, and you are signed out everywhere else.");
    answer(&app, &request, &viewer, &submitted, Part::Password, done).await
}

async fn change_password(
    app: &App,
    request: &HttpRequest,
    viewer: &Viewer,
    submitted: &Submitted,
) -> Result<()> {
    let user = find(app, viewer).await?;
    let site = app.site().await?;
    let typed = submitted.get("password").unwrap_or_default();
    let mut errors = FieldErrors::default();
    let own = [user.username.as_str(), &user.email, &user.display_name, &site.title];
    forms::check_password("password", typed, &own, &mut errors);
    errors.or(())?;
    prove(app, &user, submitted, "current_password").await?;

    let hash = forms::hash(typed).await?;
    let transaction = app.db.begin().await?;
    let user = auth::still(&transaction, viewer).await?;
    let of = app.admin.find(users::RESOURCE).ok_or(Error::NotFound)?;
    let before = log::before(&transaction, of, user.id).await?;
    let user = queries::set_password(&transaction, user, hash).await?;
    log::record_change(&transaction, viewer, &app.admin, of, (user.id, &before)).await?;
    sessions::begin(&transaction, app, request, user.id).await?;
    Ok(transaction.commit().await?)
}

/// `POST /account/sessions/revoke`: the session `id`, or all but this one.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_session(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let this = session_of(&viewer)?;
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let id = submitted.get("id").map(|id| id.parse().map_err(|_| Error::NotFound)).transpose()?;
    let Some(id) = id else {
        let ended = sessions::end_all(&transaction, viewer.id, Some(this)).await?;
        transaction.commit().await?;
        tell(&request, format!("You are signed out everywhere else ({ended} sessions)."));
        return Ok(see_other("/account"));
    };
    let was_there = sessions::end(&transaction, viewer.id, id).await?;
    transaction.commit().await?;
    if id == this {
        request.get_session().purge();
        return Ok(see_other(render::SIGNED_OUT));
    }
    tell(&request, if was_there { "That session is ended." } else { "That session was over already." });
    Ok(see_other("/account"))
}

/// `POST /account/tokens`: makes one, and shows it this once.
///
/// # Errors
/// 422 by field.
pub async fn create_token(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let made = make_token(&app, &viewer, &submitted).await;
    match made {
        // Not after a redirect: it would have to be kept until then.
        Ok(token) => {
            let page = page(&app, &viewer, None, Some(token)).await?;
            render::page_with_status(&app, &request, StatusCode::CREATED, &page).await
        }
        Err(error) => answer(&app, &request, &viewer, &submitted, Part::Token, Err(error)).await,
    }
}

async fn make_token(app: &App, viewer: &Viewer, submitted: &Submitted) -> Result<String> {
    let mut errors = FieldErrors::default();
    let name = submitted.text("name");
    if let Err(line) = tokens::check_name(name) {
        errors.add("name", sentence(line));
    }
    let scope = match submitted.text("scope") {
        "write" => Scope::Write,
        "read" => Scope::Read,
        _ => {
            errors.add("scope", "Read, or read and write?");
            Scope::Read
        }
    };
    errors.or(())?;
    let transaction = app.db.begin().await?;
    auth::still(&transaction, viewer).await?;
    let token = tokens::create(&transaction, viewer.id, name, scope).await?;
    transaction.commit().await?;
    Ok(token)
}

/// `POST /account/tokens/revoke`: the token `id`.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_token(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let id = submitted.get("id").and_then(|id| id.parse().ok()).unwrap_or_default();
    let transaction = app.db.begin().await?;
    auth::still(&transaction, &viewer).await?;
    let was_there = tokens::revoke(&transaction, viewer.id, id).await?;
    transaction.commit().await?;
    tell(&request, if was_there { "That token is good no more." } else { "That token was revoked already." });
    Ok(see_other("/account"))
}

/// `POST /account/delete`: with all that is theirs alone.
///
/// # Errors
/// 422 for a wrong password, and for the only administrator.
pub async fn delete(
    app: AppData,
    request: HttpRequest,
    viewer: Viewer,
    submitted: Submitted,
) -> Result<HttpResponse> {
    match delete_account(&app, &viewer, &submitted).await {
        Ok(()) => {
            request.get_session().purge();
            Ok(see_other(render::DELETED))
        }
        Err(error) => answer(&app, &request, &viewer, &submitted, Part::Delete, Err(error)).await,
    }
}

async fn delete_account(app: &App, viewer: &Viewer, submitted: &Submitted) -> Result<()> {
    let user = find(app, viewer).await?;
    prove(app, &user, submitted, "password").await?;
    let transaction = app.db.begin().await?;
    // The administrators' rows first: in one order by all who lock them.
    let is_last = users::is_last_admin(&transaction, user.id).await?;
    auth::still(&transaction, viewer).await?;
    if is_last {
        let message = "You are the only administrator: make somebody else one first.";
        return Err(Error::Invalid(FieldErrors::of("", message)));
    }
    if let Some(student) = students::self_made(&transaction, user.id).await? {
        farewell::remember_one(&transaction, &app.admin, viewer, students::RESOURCE, student).await?;
        students::delete(&transaction, student).await?;
    }
    farewell::remember_one(&transaction, &app.admin, viewer, users::RESOURCE, user.id).await?;
    users::delete(&transaction, user.id).await?;
    transaction.commit().await?;
    Ok(())
}
