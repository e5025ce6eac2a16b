//! `/setup`: the first account of a site, by a link that its log shows once.

use actix_web::{HttpRequest, HttpResponse, web};
use entity::user::Role;

use super::{
    super::{
        forms::{self, Names},
        queries,
        views::FormPage,
    },
    Secret,
};
use crate::{
    admin::{Values, log},
    auth::{
        sessions,
        throttle::{LINK_ADDRESS, Tries},
    },
    site,
    users::queries::{self as users, NewUser},
    web::{
        App, AppData, Error, Result, client,
        forms::{Field, FieldErrors, Submitted, Widget},
        links, see_other,
    },
};

/// The most characters of a site's title.
const MAX_TITLE: usize = 80;

fn form(token: &str) -> FormPage {
    let title =
        Field::new("title", "Title of the site", Widget::Text).required().max_length(MAX_TITLE as u32);
    let fields = vec![
        title,
        forms::username(),
        forms::display_name(),
        forms::email(),
        forms::new_password("Password"),
    ];
    FormPage::new("Set up your site", &format!("/setup?token={}", links::encode(token)), "Set up", fields)
        .lead("What is it called, and who are you? The account you make here may do everything.")
}

/// `GET /setup?token=`
///
/// # Errors
/// 404 without the token of the link, and once somebody has an account.
pub async fn show(app: AppData, request: HttpRequest, query: web::Query<Secret>) -> Result<HttpResponse> {
    let token = checked(&app, &request, &query).await?;
    form(token).show(&app, &request).await
}

/// `POST /setup?token=`
///
/// # Errors
/// As [`show`]; 422 by field.
pub async fn send(
    app: AppData,
    request: HttpRequest,
    query: web::Query<Secret>,
    submitted: Submitted,
) -> Result<HttpResponse> {
    let token = checked(&app, &request, &query).await?;
    match set_up(&app, &request, &submitted).await {
        Ok(()) => Ok(see_other("/admin")),
        Err(error) => form(token).again(&app, &request, &submitted, error).await,
    }
}

async fn checked<'a>(app: &App, request: &HttpRequest, query: &'a Secret) -> Result<&'a str> {
    let token = query.token.as_deref().ok_or(Error::NotFound)?;
    Tries::of(LINK_ADDRESS, client::network(client::address(app, request))).take(&app.db).await?;
    if queries::may_set_up(app.db.latest(), token).await? { Ok(token) } else { Err(Error::NotFound) }
}

async fn set_up(app: &App, request: &HttpRequest, submitted: &Submitted) -> Result<()> {
    let mut errors = FieldErrors::default();
    let title = submitted.text("title");
    if title.is_empty() || title.chars().count() > MAX_TITLE || title.chars().any(char::is_control) {
        errors.add("title", "A title has 1 to 80 characters.");
    }
    let names = Names::read(submitted, None, &mut errors);
    let typed = submitted.get("password").unwrap_or_default();
    let own = [names.username.as_str(), &names.email, &names.display_name, title];
    forms::check_password("password", typed, &own, &mut errors);
    errors.or(())?;

    let password_hash = Some(forms::hash(typed).await?);
    let transaction = app.db.begin().await?;
    if !queries::use_setup(&transaction).await? {
        return Err(Error::NotFound);
    }
    let Names { username, email, display_name } = names;
    let new = NewUser { username, email, display_name, role: Role::Admin, password_hash };
    let user = users::insert(&transaction, new).await?;
    let of = app.admin.find(users::RESOURCE).ok_or(Error::NotFound)?;
    log::record_change(&transaction, &user, &app.admin, of, (user.id, &Values::new())).await?;
    site::set(&transaction, "title", title).await?;
    sessions::begin(&transaction, app, request, user.id).await?;
    transaction.commit().await?;
    super::tell(request, "Your site is set up. Welcome!");
    Ok(())
}
