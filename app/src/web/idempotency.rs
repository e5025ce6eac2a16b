//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again, because its answer was
//! lost, is answered as the first time and done once.
//!
//! That it is done is written down in the transaction that does it ([`Claim::settle`]): a program that stops, or a
//! database that goes away, leaves either both or neither. Only what the answer said exactly may be lost with them; then
//! the row is shown as it is.
//!
//! Forms of the admin that make something have such a key too ([`Once`]): without a script a double click sends them twice.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use chrono::{TimeDelta, Utc};
use entity::idempotency_key::{self, Column as C};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, ExprTrait, QueryFilter,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    App, Error, Result,
    body::JsonBody,
    forms::{FieldErrors, Submitted},
};
use crate::{
    auth::Viewer,
    db::{self, Failure},
};

/// How long a first request may take before its key counts as given up.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// The key of a request that is being done for the first time: the id of its row.
#[derive(Debug)]
pub struct Claim(i64);

impl Claim {
    /// Writes down that a row was made for it, in the transaction that makes it.
    ///
    /// # Errors
    /// 409 where this took so long that the same request was begun again.
    pub async fn settle(&self, transaction: &DatabaseTransaction, row: i64) -> Result<()> {
        let done = idempotency_key::ActiveModel {
            status: Set(Some(StatusCode::CREATED.as_u16().into())),
            body: Set(row.to_string()),
            ..Default::default()
        };
        let update = idempotency_key::Entity::update_many().set(done);
        let update = update.filter(C::Id.eq(self.0)).filter(C::Status.is_null());
        match update.exec(transaction).await?.rows_affected {
            1 => Ok(()),
            _ => Err(Error::Conflict("This took too long, and the same request was begun again.".to_owned())),
        }
    }
}

/// A form that makes a row, by the word that it sends along: sent twice, be it at the same time, it makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    key_hash: String,
    request_hash: String,
}

/// The row that a form has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its key.
    pub row: i64,
    /// Whether the form says the same now as when it made it.
    pub is_same: bool,
}

impl Once {
    /// Of a form of a resource. Names that begin with `_` are no part of what it says: among them are its buttons.
    pub fn new(resource: &str, word: &str, form: &Submitted) -> Self {
        let said = form.pairs().filter(|(name, _)| !name.starts_with('_'));
        Self {
            key_hash: hash(["form", resource, word].map(str::as_bytes)),
            request_hash: hash(said.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])),
        }
    }

    /// Makes it the viewer's, in the transaction that makes the row; none where it has made one already. It waits for
    /// whoever is at it, and is to be asked when the viewer's row is locked: else two forms would wait for each other.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(
        &self,
        transaction: &DatabaseTransaction,
        user_id: i64,
    ) -> Result<Option<Claim>, DbErr> {
        claim(transaction, open(user_id, &self.key_hash, &self.request_hash)).await
    }

    /// What it has made.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn made(&self, db: &impl ConnectionTrait, user_id: i64) -> Result<Option<Made>, DbErr> {
        let select = idempotency_key::Entity::find().filter(C::UserId.eq(user_id));
        let known = select.filter(C::KeyHash.eq(&self.key_hash)).one(db).await?;
        let made = |known: idempotency_key::Model| {
            let is_same = known.request_hash == self.request_hash;
            Some(Made { row: known.body.parse().ok()?, is_same })
        };
        Ok(known.and_then(made))
    }
}

/// A key that somebody begins with.
fn open(user_id: i64, key_hash: &str, request_hash: &str) -> idempotency_key::ActiveModel {
    idempotency_key::ActiveModel {
        user_id: Set(user_id),
        key_hash: Set(key_hash.to_owned()),
        request_hash: Set(request_hash.to_owned()),
        status: Set(None),
        body: Set(String::new()),
        created_at: Set(Utc::now()),
        ..Default::default()
    }
}

/// Does `work`, which gives a row and a status, and answers with what `show` says of the row; unless the same viewer has
/// sent the same key before: then gives that answer again.
///
/// # Errors
/// 400 for a key that is none, 409 while the first request is being answered, 422 for a key that belongs to another
/// request; else those of `work`.
pub async fn once<T: Serialize>(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    body: &JsonBody,
    work: impl AsyncFnOnce(Option<&Claim>) -> Result<(i64, StatusCode)>,
    show: impl AsyncFn(i64) -> Result<T>,
) -> Result<HttpResponse> {
    let text =
        async |row| serde_json::to_string(&show(row).await?).map_err(|error| Error::Internal(error.into()));
    let answer =
        |status, body: String| HttpResponse::build(status).content_type("application/json").body(body);
    let Some(key) = request.headers().get("idempotency-key") else {
        let (row, status) = work(None).await?;
        return Ok(answer(status, text(row).await?));
    };
    let is_key =
        |key: &&str| (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = key.to_str().ok().filter(is_key);
    let key = key.ok_or_else(|| {
        Error::BadRequest("An Idempotency-Key has 1 to 200 visible ASCII characters.".to_owned())
    })?;
    let db = app.db.write();
    let key_hash = hash([key.as_bytes()]);
    let path = request.uri().to_string();
    let request_hash = hash([request.method().as_str().as_bytes(), path.as_bytes(), &body.0]);
    let is_this = || C::UserId.eq(viewer.id).and(C::KeyHash.eq(&key_hash));
    let unsettled = || idempotency_key::Entity::delete_many().filter(C::Status.is_null());
    // Given up, and nothing was done: that would be written down.
    unsettled().filter(is_this()).filter(C::CreatedAt.lt(Utc::now() - PATIENCE)).exec(db).await?;
    let Some(claim) = claim(db, open(viewer.id, &key_hash, &request_hash)).await? else {
        let first = idempotency_key::Entity::find().filter(is_this()).one(db).await?;
        return match first {
            Some(first) if first.request_hash != request_hash => {
                Err(Error::Invalid(FieldErrors::of("", "This Idempotency-Key belongs to another request.")))
            }
            Some(idempotency_key::Model { status: Some(status), body, .. }) => {
                let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
                // The row alone, where the answer was not kept.
                let body = match body.parse() {
                    Ok(row) => text(row).await?,
                    Err(_) => body,
                };
                let mut again = answer(status.unwrap_or(StatusCode::OK), body);
                let name = HeaderName::from_static("idempotent-replayed");
                again.headers_mut().insert(name, HeaderValue::from_static("true"));
                Ok(again)
            }
            _ => Err(Error::Conflict("The first request with this key is still being answered.".to_owned())),
        };
    };
    let (row, status) = match work(Some(&claim)).await {
        Ok(done) => done,
        // Whoever mends the request may send it with the same key; unless it is done after all.
        Err(error) => {
            unsettled().filter(C::Id.eq(claim.0)).exec(db).await?;
            return Err(error);
        }
    };
    let body = text(row).await?;
    let done = idempotency_key::ActiveModel {
        status: Set(Some(status.as_u16().into())),
        body: Set(body.clone()),
        ..Default::default()
    };
    idempotency_key::Entity::update_many().set(done).filter(C::Id.eq(claim.0)).exec(db).await?;
    Ok(answer(status, body))
}

/// Makes the key ours; none where somebody has it already.
async fn claim(db: &impl ConnectionTrait, row: idempotency_key::ActiveModel) -> Result<Option<Claim>, DbErr> {
    match row.insert(db).await {
        Ok(row) => Ok(Some(Claim(row.id))),
        Err(error) if db::classify(&error) == Failure::Duplicate => Ok(None),
        Err(error) => Err(error),
    }
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // With their lengths: where one part ends and the next begins makes a difference.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
