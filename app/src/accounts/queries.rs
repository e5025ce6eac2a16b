//! What accounts read and write.

use chrono::{TimeDelta, Utc};
use entity::{
    course, enrollment,
    enrollment::EnrollmentStatus,
    mail_token::{self, Purpose},
    post, student, user,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    prelude::{DateTimeUtc, Json},
};

use crate::{
    auth::{secrets, sessions},
    db::Db,
    users::queries as users,
};

/// How long a link in a mail is good.
const LINK_LIFE: TimeDelta = TimeDelta::hours(1);
/// The secret that the link to `/setup` is known by, as a hash.
const SETUP: &str = "setup";

/// Makes a link's token. Where there is nobody to send it to, it is made all the same, and takes as long; nothing
/// comes of it.
///
/// # Errors
/// When the database does not answer.
pub async fn add_mail_token(
    db: &impl ConnectionTrait,
    purpose: Purpose,
    user_id: Option<i64>,
    payload: Json,
) -> Result<String, DbErr> {
    let token = secrets::random();
    let now = Utc::now();
    let row = mail_token::ActiveModel {
        token_hash: Set(secrets::digest(&token)),
        purpose: Set(purpose),
        user_id: Set(user_id),
        payload: Set(payload),
        created_at: Set(now),
        expires_at: Set(now + LINK_LIFE),
        ..Default::default()
    };
    row.insert(db).await?;
    Ok(token)
}

/// What a link's token stands for, while it is good.
///
/// # Errors
/// When the database does not answer.
pub async fn find_mail_token(
    db: &impl ConnectionTrait,
    purpose: Purpose,
    token: &str,
) -> Result<Option<mail_token::Model>, DbErr> {
    mail_token::Entity::find()
        .filter(mail_token::Column::TokenHash.eq(secrets::digest(token)))
        .filter(mail_token::Column::Purpose.eq(purpose))
        .filter(mail_token::Column::ExpiresAt.gt(Utc::now()))
        .one(db)
        .await
}

/// Uses a link's token up; false where somebody was faster.
///
/// # Errors
/// When the database does not answer.
pub async fn use_mail_token(db: &DatabaseTransaction, id: i64) -> Result<bool, DbErr> {
    Ok(mail_token::Entity::delete_by_id(id).exec(db).await?.rows_affected == 1)
}

/// Deletes tokens that are over; how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep_mail_tokens(db: &impl ConnectionTrait, now: DateTimeUtc) -> Result<u64, DbErr> {
    let over = mail_token::Entity::delete_many().filter(mail_token::Column::ExpiresAt.lte(now));
    Ok(over.exec(db).await?.rows_affected)
}

/// Gives a user a new password. Every session of theirs ends, and links to choose one are good no more.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password(
    db: &DatabaseTransaction,
    user: user::Model,
    password_hash: String,
) -> Result<user::Model, DbErr> {
    let mut change = user.into_active_model();
    change.password_hash = Set(Some(password_hash));
    let user = users::update(db, change).await?;
    sessions::end_all(db, user.id, None).await?;
    end_mail_tokens(db, &[user.id]).await?;
    Ok(user)
}

/// Links that were mailed to these users are good no more: after a change of a password or an address, and when an
/// account is locked. Call it in the transaction that stores the change.
///
/// # Errors
/// When the database does not answer.
pub async fn end_mail_tokens(db: &impl ConnectionTrait, user_ids: &[i64]) -> Result<(), DbErr> {
    let of_them = mail_token::Column::UserId.is_in(user_ids.iter().copied());
    mail_token::Entity::delete_many().filter(of_them).exec(db).await.map(drop)
}

/// Makes the token of the link to `/setup`; the one before is good no more.
///
/// # Errors
/// When the database does not answer.
pub async fn offer_setup(db: &Db) -> Result<String, DbErr> {
    let token = secrets::random();
    secrets::replace(db.write(), SETUP, secrets::digest(&token)).await?;
    Ok(token)
}

/// Whether a token is the one of the link to `/setup`, and the site has no administrator yet.
///
/// # Errors
/// When the database does not answer.
pub async fn may_set_up(db: &impl ConnectionTrait, token: &str) -> Result<bool, DbErr> {
    Ok(secrets::read(db, SETUP).await?.is_some_and(|hash| hash == secrets::digest(token))
        && users::has_no_admin(db).await?)
}

/// Uses the link to `/setup` up; false where somebody was faster, or the site has an administrator by now.
///
/// # Errors
/// When the database does not answer.
pub async fn use_setup(db: &DatabaseTransaction) -> Result<bool, DbErr> {
    // The row is locked from here on: of two at once one comes later, and finds nothing.
    Ok(secrets::remove(db, SETUP).await? && users::has_no_admin(db).await?)
}

/// The number of a user's posts, drafts too.
///
/// # Errors
/// When the database does not answer.
pub async fn post_count(db: &impl ConnectionTrait, user_id: i64) -> Result<u64, DbErr> {
    post::Entity::find().filter(post::Column::UserId.eq(user_id)).count(db).await
}

/// The courses that a user takes, waits for or has finished, by name: (name, slug, how they stand).
///
/// # Errors
/// When the database does not answer.
pub async fn courses_of(
    db: &impl ConnectionTrait,
    user_id: i64,
) -> Result<Vec<(String, String, EnrollmentStatus)>, DbErr> {
    course::Entity::find()
        .select_only()
        .columns([course::Column::Name, course::Column::Slug])
        .column(enrollment::Column::Status)
        .join_rev(JoinType::InnerJoin, enrollment::Relation::Course.def())
        .join(JoinType::InnerJoin, enrollment::Relation::Student.def())
        .filter(student::Column::UserId.eq(user_id))
        .filter(enrollment::Column::Status.ne(EnrollmentStatus::Left))
        .order_by_asc(course::Column::Name)
        .into_tuple()
        .all(db)
        .await
}
