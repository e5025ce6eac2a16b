//! Random secrets, their hashes, and what the site's nodes share: the table `secrets`.

use actix_web::cookie::Key;
use chrono::Utc;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use entity::secret;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict};
use sha2::{Digest, Sha256};

/// The bytes of a key that signs and encrypts cookies.
const KEY_BYTES: usize = 64;
/// The bytes of a site's own number.
const SITE_ID_BYTES: usize = 16;

/// 256 random bits, as 43 letters that may stand in an address.
pub fn random() -> String {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// SHA-256 in hexadecimal: what is stored of a random secret. Nobody can guess 256 bits, so that a slow hash with a
/// salt would add nothing.
pub fn digest(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}

/// The key of the site's cookies: made once, by whichever node needs it first.
///
/// # Errors
/// When the database does not answer, or holds something else than a key.
pub async fn cookie_key(db: &impl ConnectionTrait) -> Result<Key, DbErr> {
    const NAME: &str = "cookie-key";
    let bytes = kept::<KEY_BYTES>(db, NAME).await?;
    Key::try_from(bytes.as_slice()).map_err(|_| broken(NAME))
}

/// The site's own number: made once and never changed. It is no secret, but random as one, and lives as long as the
/// database.
///
/// # Errors
/// When the database does not answer, or holds something else than a number.
pub async fn site_id(db: &impl ConnectionTrait) -> Result<Vec<u8>, DbErr> {
    kept::<SITE_ID_BYTES>(db, "site-id").await
}

/// Random bytes that are made when they are first asked for, by whichever node is first.
async fn kept<const BYTES: usize>(db: &impl ConnectionTrait, name: &str) -> Result<Vec<u8>, DbErr> {
    let value = match read(db, name).await? {
        Some(value) => value,
        None => {
            let mut bytes = [0; BYTES];
            rand::fill(&mut bytes);
            add(db, name, BASE64URL_NOPAD.encode(&bytes)).await?;
            // Another node may have been first.
            read(db, name).await?.unwrap_or_default()
        }
    };
    let bytes = BASE64URL_NOPAD.decode(value.as_bytes()).map_err(|_| broken(name))?;
    if bytes.len() == BYTES { Ok(bytes) } else { Err(broken(name)) }
}

fn broken(name: &str) -> DbErr {
    DbErr::Custom(format!("the secret {name} in the database is no key"))
}

/// The secret with this name.
///
/// # Errors
/// When the database does not answer.
pub async fn read(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, DbErr> {
    Ok(secret::Entity::find_by_id(name).one(db).await?.map(|secret| secret.value))
}

/// Stores a secret, unless there is one with this name.
///
/// # Errors
/// When the database does not answer.
pub async fn add(db: &impl ConnectionTrait, name: &str, value: String) -> Result<(), DbErr> {
    let keep = OnConflict::column(secret::Column::Name).do_nothing_on([secret::Column::Name]).to_owned();
    store(db, name, value, keep).await
}

/// Stores a secret in the place of the one with this name. One statement: nodes that start together do it at once, and
/// on MySQL a deletion before an insertion would let them wait for each other.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(db: &impl ConnectionTrait, name: &str, value: String) -> Result<(), DbErr> {
    let columns = [secret::Column::Value, secret::Column::CreatedAt];
    store(db, name, value, OnConflict::column(secret::Column::Name).update_columns(columns).to_owned()).await
}

async fn store(db: &impl ConnectionTrait, name: &str, value: String, or: OnConflict) -> Result<(), DbErr> {
    let row =
        secret::ActiveModel { name: Set(name.to_owned()), value: Set(value), created_at: Set(Utc::now()) };
    secret::Entity::insert(row).on_conflict(or).exec_without_returning(db).await.map(drop)
}

/// Forgets a secret; whether there was one.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(db: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    Ok(secret::Entity::delete_by_id(name).exec(db).await?.rows_affected == 1)
}
