//! Sessions: rows of the table `sessions`, found by a hash of what the browser's cookie holds.
//!
//! Whoever only reads has none, and gets no cookie. A session begins at a login, with a new key; it ends at a logout,
//! after [`IDLE`] without a request, after [`LONGEST`] in any case, and when somebody else ends it.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use actix_session::{
    Session, SessionExt, SessionMiddleware,
    config::PersistentSession,
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{
    HttpRequest,
    cookie::{Key, SameSite, time},
    http::header,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::session;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, prelude::Expr,
};

use super::secrets;
use crate::{
    admin::views::Message,
    db::Db,
    web::{App, client},
};

/// How long a session lasts without a request.
pub const IDLE: TimeDelta = TimeDelta::days(14);
/// How long a session lasts at most.
pub const LONGEST: TimeDelta = TimeDelta::days(90);
/// How exactly it is known when a session was last used: each request would be a write otherwise.
pub const EXACTNESS: TimeDelta = TimeDelta::minutes(5);

const ID: &str = "id";
const USER: &str = "user_id";
/// In the state of a session that just began: the key of its row, on its way to the browser.
const KEY: &str = "key";
const MESSAGES: &str = "messages";
/// In the state of a session that could not be read. An error of the store would pass by the error pages.
const UNREADABLE: &str = "unreadable";

type State = HashMap<String, String>;

/// The name of the session's cookie. With the prefix browsers take it from this very host and over https alone.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-lectern_session" } else { "lectern_session" }
}

/// The middleware that reads and writes sessions.
pub fn middleware(app: &App, key: Key) -> SessionMiddleware<Store> {
    let longest = time::Duration::days(LONGEST.num_days());
    SessionMiddleware::builder(Store { db: app.db.clone() }, key)
        .cookie_name(cookie_name(app.is_https()).to_owned())
        .cookie_secure(app.is_https())
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .session_lifecycle(PersistentSession::default().session_ttl(longest))
        .build()
}

/// Signs a user in, with a new session; whatever session the browser had is gone. Call it in the transaction that found
/// out who they are and has their row locked: what ends their sessions later ends this one too, though the browser has
/// not got its cookie yet.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(
    transaction: &DatabaseTransaction,
    app: &App,
    request: &HttpRequest,
    user_id: i64,
) -> Result<(), DbErr> {
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let key = secrets::random();
    let row = session::ActiveModel {
        user_id: Set(Some(user_id)),
        user_agent: Set(user_agent.unwrap_or_default().chars().take(200).collect()),
        address: Set(client::address(app, request).to_string()),
        ..new(&key, &State::new())
    };
    session::Entity::insert(row).exec_without_returning(transaction).await?;
    let session = request.get_session();
    session.clear();
    session.renew();
    put(&session, KEY, key);
    Ok(())
}

/// A row that begins now, nobody's.
fn new(key: &str, state: &State) -> session::ActiveModel {
    let now = Utc::now();
    session::ActiveModel {
        key_hash: Set(secrets::digest(key)),
        user_id: Set(None),
        state: Set(kept(state)),
        user_agent: Set(String::new()),
        address: Set(String::new()),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(now + IDLE),
        ..Default::default()
    }
}

/// The session's row and its user, for a request with a session.
pub(super) fn of(request: &HttpRequest) -> Option<(i64, i64)> {
    let session = request.get_session();
    Some((session.get(ID).ok()??, session.get(USER).ok()??))
}

/// Whether a request's session could not be read.
pub(super) fn is_unreadable(request: &HttpRequest) -> bool {
    request.get_session().contains_key(UNREADABLE)
}

/// Keeps a message for the next page that somebody with a session sees.
pub fn flash(request: &HttpRequest, message: Message) {
    let session = request.get_session();
    let mut messages: Vec<Message> = session.get(MESSAGES).ok().flatten().unwrap_or_default();
    messages.push(message);
    put(&session, MESSAGES, messages);
}

/// The messages that were kept, once.
pub fn take_messages(request: &HttpRequest) -> Vec<Message> {
    let session = request.get_session();
    // Removing what is not there would count as a change, and be written.
    if !session.contains_key(MESSAGES) {
        return Vec::new();
    }
    session.remove_as(MESSAGES).and_then(Result::ok).unwrap_or_default()
}

fn put(session: &Session, key: &str, value: impl serde::Serialize) {
    if let Err(error) = session.insert(key, value) {
        log::error!("a session could not hold {key}: {error}");
    }
}

/// The sessions of a user that are still good, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::UserId.eq(user_id))
        .filter(session::Column::ExpiresAt.gt(Utc::now()))
        .order_by_desc(session::Column::LastSeenAt)
        .order_by_desc(session::Column::Id)
        .all(db)
        .await
}

/// Whether a user is signed in at an address, or elsewhere in its [`client::network`].
///
/// # Errors
/// When the database does not answer.
pub async fn is_signed_in_from(
    db: &impl ConnectionTrait,
    user_id: i64,
    network: IpAddr,
) -> Result<bool, DbErr> {
    let addresses = list(db, user_id).await?.into_iter().filter_map(|row| row.address.parse().ok());
    Ok(addresses.map(client::network).any(|address| address == network))
}

/// Whether a session of a user goes on. Its row is locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn lock(transaction: &DatabaseTransaction, user_id: i64, id: i64) -> Result<bool, DbErr> {
    let row = session::Entity::find_by_id(id)
        .filter(session::Column::UserId.eq(user_id))
        .filter(goes_on(Utc::now()))
        .lock_exclusive();
    Ok(row.one(transaction).await?.is_some())
}

fn goes_on(now: DateTime<Utc>) -> Condition {
    Condition::all().add(session::Column::ExpiresAt.gt(now)).add(session::Column::CreatedAt.gt(now - LONGEST))
}

/// Ends a session of a user; whether there was one.
///
/// # Errors
/// When the database does not answer.
pub async fn end(db: &impl ConnectionTrait, user_id: i64, id: i64) -> Result<bool, DbErr> {
    let deleted =
        session::Entity::delete_by_id(id).filter(session::Column::UserId.eq(user_id)).exec(db).await?;
    Ok(deleted.rows_affected == 1)
}

/// Ends all sessions of a user but one, if one is named: after a change of the password or the role, and when an
/// account is locked. How many that were.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(db: &impl ConnectionTrait, user_id: i64, except: Option<i64>) -> Result<u64, DbErr> {
    let mut all = session::Entity::delete_many().filter(session::Column::UserId.eq(user_id));
    if let Some(id) = except {
        all = all.filter(session::Column::Id.ne(id));
    }
    Ok(all.exec(db).await?.rows_affected)
}

/// Deletes the sessions that are over; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let over = session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now));
    Ok(over.exec(db).await?.rows_affected)
}

/// The table, as actix-session writes to it.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
}

impl Store {
    async fn read(&self, key: &SessionKey) -> Result<Option<State>, DbErr> {
        let db = self.db.latest();
        let now = Utc::now();
        let row = session::Entity::find()
            .filter(session::Column::KeyHash.eq(secrets::digest(key.as_ref())))
            .filter(goes_on(now))
            .one(db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if now - row.last_seen_at >= EXACTNESS {
            session::Entity::update_many()
                .col_expr(session::Column::LastSeenAt, Expr::value(now))
                .col_expr(session::Column::ExpiresAt, Expr::value((now + IDLE).min(row.created_at + LONGEST)))
                .filter(session::Column::Id.eq(row.id))
                .exec(self.db.write())
                .await?;
        }
        let mut state: State = serde_json::from_str(&row.state).unwrap_or_default();
        state.insert(ID.to_owned(), row.id.to_string());
        if let Some(user_id) = row.user_id {
            state.insert(USER.to_owned(), user_id.to_string());
        }
        Ok(Some(state))
    }

    /// Stores what a session remembers. One that was ended meanwhile stays so.
    async fn put(&self, key: &str, state: &State) -> Result<(), DbErr> {
        let change = session::Entity::update_many()
            .col_expr(session::Column::State, Expr::value(kept(state)))
            .filter(session::Column::KeyHash.eq(secrets::digest(key)));
        change.exec(self.db.write()).await.map(drop)
    }
}

/// What is stored of a state: columns hold the rest.
fn kept(state: &State) -> String {
    let kept: BTreeMap<_, _> =
        state.iter().filter(|(name, _)| ![ID, USER, KEY].contains(&name.as_str())).collect();
    serde_json::to_string(&kept).unwrap_or_default()
}

// An error here would become a bare 500, past the error pages. What cannot be written is logged instead: at worst
// somebody has to sign in again, or misses a message.
impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        Ok(self.read(key).await.unwrap_or_else(|error| {
            log::error!("a session could not be read: {error}");
            Some(State::from([(UNREADABLE.to_owned(), "true".to_owned())]))
        }))
    }

    async fn save(&self, state: State, _: &time::Duration) -> Result<SessionKey, SaveError> {
        // Somebody who signed in has a row already; a message for somebody who did not needs one.
        let begun: Option<String> = state.get(KEY).and_then(|json| serde_json::from_str(json).ok());
        let (key, stored) = match begun {
            Some(key) if state.len() == 1 => (key, Ok(())),
            Some(key) => {
                let stored = self.put(&key, &state).await;
                (key, stored)
            }
            None => {
                let key = secrets::random();
                let row = session::Entity::insert(new(&key, &state));
                (key, row.exec_without_returning(self.db.write()).await.map(drop))
            }
        };
        if let Err(error) = stored {
            log::error!("a session could not be stored: {error}");
        }
        SessionKey::try_from(key).map_err(|error| SaveError::Other(anyhow::Error::new(error)))
    }

    async fn update(
        &self,
        key: SessionKey,
        state: State,
        _: &time::Duration,
    ) -> Result<SessionKey, UpdateError> {
        if let Err(error) = self.put(key.as_ref(), &state).await {
            log::error!("a session could not be changed: {error}");
        }
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &time::Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let row =
            session::Entity::delete_many().filter(session::Column::KeyHash.eq(secrets::digest(key.as_ref())));
        if let Err(error) = row.exec(self.db.write()).await {
            log::error!("a session could not be deleted: {error}");
        }
        Ok(())
    }
}
