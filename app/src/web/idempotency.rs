//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again, because its answer was
//! lost, is answered as the first time and done once.

use actix_web::{HttpRequest, HttpResponse, body, http::StatusCode};
use chrono::{TimeDelta, Utc};
use entity::idempotency_key::{self, Column as C};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter};
use sha2::{Digest, Sha256};

use super::{App, Error, Result, body::JsonBody, forms::FieldErrors};
use crate::{
    auth::Viewer,
    db::{self, Failure},
};

/// How long a first request may take before its key counts as given up.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// Does `work`, unless the same viewer has sent the same key before: then gives that answer again.
///
/// # Errors
/// 400 for a key that is none, 409 while the first request is being answered, 422 for a key that belongs to another
/// request; else those of `work`.
pub async fn once(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    body: &JsonBody,
    work: impl AsyncFnOnce() -> Result<HttpResponse>,
) -> Result<HttpResponse> {
    let Some(key) = request.headers().get("idempotency-key") else { return work().await };
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
    let now = Utc::now();
    let is_this = || C::UserId.eq(viewer.id).and(C::KeyHash.eq(&key_hash));
    let forget = async |abandoned_only: bool| {
        let mut rows = idempotency_key::Entity::delete_many().filter(is_this()).filter(C::Status.is_null());
        if abandoned_only {
            rows = rows.filter(C::CreatedAt.lt(now - PATIENCE));
        }
        rows.exec(db).await
    };
    forget(true).await?;
    let row = idempotency_key::ActiveModel {
        user_id: Set(viewer.id),
        key_hash: Set(key_hash.clone()),
        request_hash: Set(request_hash.clone()),
        status: Set(None),
        body: Set(String::new()),
        created_at: Set(now),
        ..Default::default()
    };
    if !claim(db, row).await? {
        let first = idempotency_key::Entity::find().filter(is_this()).one(db).await?;
        return match first {
            Some(first) if first.request_hash != request_hash => {
                Err(Error::Invalid(FieldErrors::of("", "This Idempotency-Key belongs to another request.")))
            }
            Some(idempotency_key::Model { status: Some(status), body, .. }) => {
                let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
                let mut answer = HttpResponse::build(status.unwrap_or(StatusCode::OK));
                answer.insert_header(("idempotent-replayed", "true"));
                Ok(answer.content_type("application/json").body(body))
            }
            _ => Err(Error::Conflict("The first request with this key is still being answered.".to_owned())),
        };
    }
    let answer = match work().await {
        Ok(answer) => answer,
        // Nothing was done: whoever mends the request may send it with the same key.
        Err(error) => {
            forget(false).await?;
            return Err(error);
        }
    };
    let (head, body) = answer.into_parts();
    let bytes = body::to_bytes(body).await.map_err(|error| Error::Internal(error.to_string().into()))?;
    let done = idempotency_key::ActiveModel {
        status: Set(Some(head.status().as_u16().into())),
        body: Set(String::from_utf8_lossy(&bytes).into_owned()),
        ..Default::default()
    };
    idempotency_key::Entity::update_many().set(done).filter(is_this()).exec(db).await?;
    Ok(head.set_body(bytes).map_into_boxed_body())
}

/// Whether the key is ours now: false where somebody has it already.
async fn claim(db: &impl ConnectionTrait, row: idempotency_key::ActiveModel) -> Result<bool, DbErr> {
    match idempotency_key::Entity::insert(row).exec_without_returning(db).await {
        Ok(_) => Ok(true),
        Err(error) if db::classify(&error) == Failure::Duplicate => Ok(false),
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
