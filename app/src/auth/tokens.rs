//! API tokens: `lectern_` and 256 random bits. Only their hash is stored.

use chrono::{DateTime, Utc};
use entity::{
    api_token::{self, Scope},
    user,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Expr,
};

use super::{Proof, Viewer, secrets, sessions::EXACTNESS};
use crate::db::Db;

/// What every token begins with, so that scanners for leaked secrets know ours.
const PREFIX: &str = "lectern_";

/// The most characters of a token's name.
const MAX_NAME: usize = 80;

/// Checks what a token is called.
///
/// # Errors
/// One line that says what is wrong.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let fits = !name.trim().is_empty() && name.chars().count() <= MAX_NAME;
    if fits && !name.chars().any(char::is_control) { Ok(()) } else { Err("a name has 1 to 80 characters") }
}

/// Makes a token; it comes back once and cannot be read again.
///
/// # Errors
/// When the database does not answer.
pub async fn create(
    db: &impl ConnectionTrait,
    user_id: i64,
    name: &str,
    scope: Scope,
) -> Result<String, DbErr> {
    let token = format!("{PREFIX}{}", secrets::random());
    let row = api_token::ActiveModel {
        user_id: Set(user_id),
        name: Set(name.to_owned()),
        token_hash: Set(secrets::digest(&token)),
        scope: Set(scope),
        created_at: Set(Utc::now()),
        last_used_at: Set(None),
        expires_at: Set(None),
        ..Default::default()
    };
    row.insert(db).await?;
    Ok(token)
}

/// The tokens of a user, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<api_token::Model>, DbErr> {
    api_token::Entity::find()
        .filter(api_token::Column::UserId.eq(user_id))
        .order_by_desc(api_token::Column::Id)
        .all(db)
        .await
}

/// Deletes the tokens of a user with this name; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_named(db: &impl ConnectionTrait, user_id: i64, name: &str) -> Result<u64, DbErr> {
    let tokens = api_token::Entity::delete_many()
        .filter(api_token::Column::UserId.eq(user_id))
        .filter(api_token::Column::Name.eq(name));
    Ok(tokens.exec(db).await?.rows_affected)
}

/// Deletes a token of a user; whether there was one.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(db: &impl ConnectionTrait, user_id: i64, id: i64) -> Result<bool, DbErr> {
    let token = api_token::Entity::delete_by_id(id).filter(api_token::Column::UserId.eq(user_id));
    Ok(token.exec(db).await?.rows_affected == 1)
}

/// Whether a token of a user is still good for what it was. Its row is locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn lock(
    transaction: &DatabaseTransaction,
    user_id: i64,
    id: i64,
    scope: Scope,
) -> Result<bool, DbErr> {
    let token = api_token::Entity::find_by_id(id).lock_exclusive().one(transaction).await?;
    Ok(token
        .is_some_and(|token| token.user_id == user_id && token.scope == scope && is_good(&token, Utc::now())))
}

fn is_good(token: &api_token::Model, now: DateTime<Utc>) -> bool {
    token.expires_at.is_none_or(|end| end > now)
}

/// Whoever a token stands for: nobody where it is unknown, revoked or over, or its user is locked.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn viewer(db: &Db, token: &str) -> Result<Option<Viewer>, DbErr> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let now = Utc::now();
    let hash = secrets::digest(token);
    let found = api_token::Entity::find()
        .filter(api_token::Column::TokenHash.eq(hash))
        .find_also_related(user::Entity)
        .one(db.latest())
        .await?;
    let Some((token, Some(user))) = found else { return Ok(None) };
    if !user.is_active || !is_good(&token, now) {
        return Ok(None);
    }
    if token.last_used_at.is_none_or(|last| now - last >= EXACTNESS) {
        api_token::Entity::update_many()
            .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
            .filter(api_token::Column::Id.eq(token.id))
            .exec(db.write())
            .await?;
    }
    Ok(Some(Viewer::new(user, Proof::Token(token.id, token.scope))))
}
