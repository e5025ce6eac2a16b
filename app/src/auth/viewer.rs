//! Whoever sent a request.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
};
use entity::{
    api_token::Scope,
    user::{self, Role},
};
use sea_orm::DatabaseTransaction;

use super::{
    permissions::{self, Permission},
    sessions, tokens,
};
use crate::{
    users::queries as users,
    web::{AppData, Error, Result, links, security},
};

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The cookie of a session: its row in `sessions`.
    Session(i64),
    /// An API token: its row in `api_tokens`, and its scope.
    Token(i64, Scope),
}

/// Somebody with an account who sent a request. As an extractor it asks for one: a page sends whoever has none to
/// `/login` and back, the API answers 401.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Their user's id.
    pub id: i64,
    /// The name in addresses.
    pub username: String,
    /// The name for readers.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
    /// How they proved who they are.
    pub proof: Proof,
}

impl Viewer {
    pub(super) fn new(user: user::Model, proof: Proof) -> Self {
        let user::Model { id, username, display_name, role, .. } = user;
        Self { id, username, display_name, role, proof }
    }

    /// Whoever sent a request, once [`identify`] has looked.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get().cloned()
    }

    /// Where they go from a login that nothing asked for.
    pub fn home(&self) -> &'static str {
        if self.may(Permission::EnterAdmin) { "/admin" } else { "/account" }
    }

    /// Whether they have a permission.
    pub fn may(&self, permission: Permission) -> bool {
        permissions::allows(self.role, permission)
    }

    /// Asks for a permission.
    ///
    /// # Errors
    /// 403 without it.
    pub fn demand(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

/// Asks once more whether somebody may do what they were found to be allowed to, in the transaction that does it: a
/// body may arrive slowly, and two may take the other's role at once. Their row, and that of their session or token, are
/// locked until the transaction ends. Gives the account as it is now.
///
/// # Errors
/// [`Error::LoginRequired`] for an account that is locked or gone and for a session that is over,
/// [`Error::InvalidToken`] for such a token, 403 for another role.
pub async fn still(transaction: &DatabaseTransaction, viewer: &Viewer) -> Result<user::Model> {
    let user = users::lock(transaction, viewer.id).await?.filter(|user| user.is_active);
    let user = user.ok_or(Error::LoginRequired)?;
    match viewer.proof {
        Proof::Session(id) if !sessions::lock(transaction, user.id, id).await? => {
            return Err(Error::LoginRequired);
        }
        Proof::Token(id, scope) if !tokens::lock(transaction, user.id, id, scope).await? => {
            return Err(Error::InvalidToken);
        }
        _ => {}
    }
    if user.role == viewer.role { Ok(user) } else { Err(Error::Forbidden) }
}

/// [`Viewer`] for addresses that anybody may ask.
#[derive(Clone, Debug)]
pub struct MaybeViewer(pub Option<Viewer>);

impl FromRequest for Viewer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or(Error::LoginRequired))
    }
}

impl FromRequest for MaybeViewer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Viewer::of(request))))
    }
}

/// Middleware: finds out who sent a request, once, for everything inside. A request without a cookie and without a
/// token costs nothing.
///
/// # Errors
/// Those of what is inside. A token that is not good is answered with 401, one that may only read with 403 where
/// something is to be changed: here, and nowhere else.
pub async fn identify(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match find(request.request()).await {
        Ok(Some(viewer)) => {
            request.extensions_mut().insert(viewer);
        }
        Ok(None) => {}
        Err(error) => return Ok(request.error_response(error)),
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

async fn find(request: &HttpRequest) -> Result<Option<Viewer>> {
    let Some(app) = request.app_data::<AppData>() else { return Ok(None) };
    if links::is_api(request.path())
        && let Some(sent) = request.headers().get(header::AUTHORIZATION)
    {
        let sent = sent.to_str().ok().and_then(|sent| sent.split_once(' '));
        let token =
            sent.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let viewer = match token {
            Some(token) => tokens::viewer(&app.db, token).await?,
            None => None,
        };
        let viewer = viewer.ok_or(Error::InvalidToken)?;
        if matches!(viewer.proof, Proof::Token(_, Scope::Read)) && !security::is_safe(request.method()) {
            return Err(Error::ReadOnlyToken);
        }
        return Ok(Some(viewer));
    }
    if sessions::is_unreadable(request) {
        return Err(Error::Unavailable(sea_orm::DbErr::Custom("the session could not be read".to_owned())));
    }
    let Some((session, user_id)) = sessions::of(request) else { return Ok(None) };
    let user = users::find(app.db.latest(), user_id).await?.filter(|user| user.is_active);
    Ok(user.map(|user| Viewer::new(user, Proof::Session(session))))
}
