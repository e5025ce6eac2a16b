//! Reading and making users.

use std::collections::HashMap;

use chrono::Utc;
use entity::{
    post::{self, PostStatus},
    user::{self, Role},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait,
    FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Query},
};

use crate::{
    accounts::queries as accounts,
    auth::sessions,
    db::{self, Db, Failure, lists::Sorted},
    posts::queries as posts,
    search::{self, Document, Index},
    web::{
        Error, Result,
        forms::FieldErrors,
        pagination::{self, PageNumber, PageOf},
    },
};

/// What the admin and its history call users.
pub const RESOURCE: &str = "users";

/// Somebody who published, with the number of their public posts.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AuthorRow {
    /// The row's key.
    pub id: i64,
    /// The name in addresses.
    pub username: String,
    /// The name for readers.
    pub display_name: String,
    /// A few sentences, may be empty.
    pub bio: String,
    /// Public posts.
    #[sea_orm(skip)]
    pub posts: i64,
}

/// Each is asked for their newest public post: for `EXISTS` the servers may read all posts first.
fn authors() -> Select<user::Entity> {
    let public = Query::select()
        .column(post::Column::Id)
        .from(post::Entity)
        .and_where(Expr::col((post::Entity, post::Column::UserId)).equals((user::Entity, user::Column::Id)))
        .and_where(post::Column::Status.eq(PostStatus::Published))
        .order_by(post::Column::PublishedAt, Order::Desc)
        .limit(1)
        .take();
    user::Entity::find().filter(Expr::SubQuery(None, Box::new(public.into())).is_not_null())
}

/// A page of those who published something, by name.
///
/// # Errors
/// 404 beyond the last page.
pub async fn list_authors(db: &Db, number: PageNumber, per_page: u64) -> Result<PageOf<AuthorRow>> {
    let total = db.total("authors", async |db| count(db, authors()).await).await?;
    pagination::check(number, total, per_page)?;
    // The database makes this column of the name, for the index that they are read from.
    let sorted =
        Sorted::up(Expr::col((user::Entity, "name_key")), Expr::col((user::Entity, user::Column::Id)));
    let offset = number.offset(per_page);
    let ids: Vec<i64> =
        match db.ids_of_page::<_, String>("authors", authors(), &sorted, per_page, offset).await? {
            Some(ids) => ids.into_tuple().all(db.read()).await?,
            None => Vec::new(),
        };
    let rows: Vec<AuthorRow> = user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::Username, user::Column::DisplayName, user::Column::Bio])
        .filter(user::Column::Id.is_in(ids.iter().copied()))
        .into_model()
        .all(db.read())
        .await?;
    let mut rows: HashMap<i64, AuthorRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let totals = posts::totals_by_author(db, &ids).await?;
    let authors = ids
        .iter()
        .zip(totals.iter())
        .filter_map(|(id, total)| rows.remove(id).map(|row| AuthorRow { posts: *total as i64, ..row }));
    PageOf::new(authors.collect(), total, number, per_page)
}

async fn count(db: &impl ConnectionTrait, users: Select<user::Entity>) -> Result<u64, DbErr> {
    let count: Option<i64> =
        users.select_only().column_as(user::Column::Id.count(), "n").into_tuple().one(db).await?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

/// The user with this name.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_username(
    db: &impl ConnectionTrait,
    username: &str,
) -> Result<Option<user::Model>, DbErr> {
    let user = user::Entity::find().filter(user::Column::Username.eq(username)).one(db).await?;
    // Once more: MySQL and MariaDB overlook blanks at the end.
    Ok(user.filter(|user| user.username == username))
}

/// The user whom somebody means who signs in: by their username, in capitals or not, or by their address.
///
/// # Errors
/// When the database does not answer.
pub async fn find_for_login(db: &impl ConnectionTrait, name: &str) -> Result<Option<user::Model>, DbErr> {
    let folded = name.to_lowercase();
    let is_meant = Condition::any()
        .add(user::Column::UsernameKey.eq(&folded))
        .add(user::Column::Username.eq(name))
        .add(user::Column::Email.eq(&folded));
    let mut users = user::Entity::find().filter(is_meant).order_by_asc(user::Column::Id).all(db).await?;
    // Names that differ in capitals alone are not made any more, but may be there.
    let exact = users.iter().position(|user| user.username == name).unwrap_or_default();
    Ok((exact < users.len()).then(|| users.swap_remove(exact)))
}

/// The user with this id.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id).one(db).await
}

/// The user with this id, whom nobody else changes until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(db: &DatabaseTransaction, id: i64) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id).lock_exclusive().one(db).await
}

/// A page of all users who are active, by id: (id, username).
///
/// # Errors
/// 404 beyond the last page.
pub async fn list(db: &Db, number: PageNumber, per_page: u64) -> Result<PageOf<(i64, String)>> {
    let active = || user::Entity::find().filter(user::Column::IsActive.eq(true));
    let total = db.total("active users", async |db| count(db, active()).await).await?;
    pagination::check(number, total, per_page)?;
    let rows = active()
        .select_only()
        .columns([user::Column::Id, user::Column::Username])
        .order_by(user::Column::Id, Order::Asc)
        .limit(per_page)
        .offset(number.offset(per_page))
        .into_tuple()
        .all(db.read())
        .await?;
    PageOf::new(rows, total, number, per_page)
}

/// The users with these ids, in the ids' order.
///
/// # Errors
/// When the database does not answer.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<user::Model>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = user::Entity::find().filter(user::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(ids.iter().filter_map(|id| rows.iter().find(|row| row.id == *id).cloned()).collect())
}

/// Every user, by id.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<user::Model>, DbErr> {
    user::Entity::find().order_by(user::Column::Id, Order::Asc).all(db).await
}

/// A user to be made. Lengths are the caller's to check.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// At most 40 characters.
    pub username: String,
    /// At most 254 characters; stored in lower case.
    pub email: String,
    /// At most 80 characters.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
    /// Argon2id in PHC format; without one they cannot sign in.
    pub password_hash: Option<String>,
}

/// What is wrong with the names of an account that is to be made or changed: a username that somebody has, in capitals
/// or not, or an address that somebody has. `except` is the account itself. Call it in the transaction that stores them,
/// everywhere: the table's own keys tell no field.
///
/// # Errors
/// When the database does not answer.
pub async fn check_free(
    db: &impl ConnectionTrait,
    username: &str,
    email: &str,
    except: Option<i64>,
) -> Result<FieldErrors, DbErr> {
    let (username, email) = (username.to_lowercase(), email.to_lowercase());
    let is_taken =
        Condition::any().add(user::Column::UsernameKey.eq(&username)).add(user::Column::Email.eq(&email));
    let mut others = user::Entity::find().filter(is_taken);
    if let Some(id) = except {
        others = others.filter(user::Column::Id.ne(id));
    }
    let mut errors = FieldErrors::default();
    let others = others.all(db).await?;
    if others.iter().any(|other| other.username_key.as_ref() == Some(&username)) {
        errors.add("username", "Somebody has this username already.");
    }
    if others.iter().any(|other| other.email == email) {
        errors.add("email", "There is an account with this address already.");
    }
    Ok(errors)
}

/// What somebody is told whose name or address was taken between [`check_free`] and the writing.
pub fn duplicate(error: DbErr) -> Error {
    match db::classify(&error) {
        Failure::Duplicate => {
            Error::Invalid(FieldErrors::of("", "Somebody was faster: this username or address is taken."))
        }
        _ => error.into(),
    }
}

/// Whether a user is the only active administrator: then they must stay one. The administrators' rows are locked until
/// the transaction ends, so that two cannot leave at once.
///
/// # Errors
/// When the database does not answer.
pub async fn is_last_admin(db: &DatabaseTransaction, id: i64) -> Result<bool, DbErr> {
    let admins: Vec<i64> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Role.eq(Role::Admin))
        .filter(user::Column::IsActive.eq(true))
        .order_by_asc(user::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(db)
        .await?;
    Ok(admins == [id])
}

/// Deletes a user, with all that is theirs alone: posts, sessions, tokens.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    search::remove(db, Index::People, id).await?;
    user::Entity::delete_by_id(id).exec(db).await.map(drop)
}

/// Makes a user and puts them into the search index.
///
/// # Errors
/// A duplicate where the name or the address is taken.
pub async fn insert(db: &impl ConnectionTrait, new: NewUser) -> Result<user::Model, DbErr> {
    let now = Utc::now();
    let user = user::ActiveModel {
        username_key: Set(Some(new.username.to_lowercase())),
        username: Set(new.username),
        email: Set(new.email.to_lowercase()),
        display_name: Set(new.display_name),
        bio: Set(String::new()),
        role: Set(new.role),
        password_hash: Set(new.password_hash),
        is_active: Set(true),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let user = user.insert(db).await?;
    index(db, &user).await?;
    Ok(user)
}

/// Stores a change of a user's columns and keeps the search index true.
///
/// # Errors
/// A duplicate where a new name or address is taken.
pub async fn update(db: &impl ConnectionTrait, mut change: user::ActiveModel) -> Result<user::Model, DbErr> {
    change.updated_at = Set(Utc::now());
    if let Set(username) = &change.username {
        change.username_key = Set(Some(username.to_lowercase()));
    }
    let user = change.update(db).await?;
    index(db, &user).await?;
    Ok(user)
}

/// Lets users sign in again, or ends what they are signed in to. Gives those of whom that was not true already.
///
/// # Errors
/// When the database does not answer.
pub async fn set_active(db: &impl ConnectionTrait, ids: &[i64], is_active: bool) -> Result<Vec<i64>, DbErr> {
    let others: Vec<i64> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Id.is_in(ids.iter().copied()))
        .filter(user::Column::IsActive.ne(is_active))
        .into_tuple()
        .all(db)
        .await?;
    let change =
        user::ActiveModel { is_active: Set(is_active), updated_at: Set(Utc::now()), ..Default::default() };
    user::Entity::update_many()
        .set(change)
        .filter(user::Column::Id.is_in(others.iter().copied()))
        .exec(db)
        .await?;
    if !is_active {
        for id in ids {
            sessions::end_all(db, *id, None).await?;
        }
        accounts::end_mail_tokens(db, ids).await?;
    }
    reindex(db, ids).await?;
    Ok(others)
}

/// Keeps the search index true after users were changed.
///
/// # Errors
/// When the database does not answer.
pub async fn reindex(db: &impl ConnectionTrait, ids: &[i64]) -> Result<(), DbErr> {
    for user in by_ids(db, ids).await? {
        index(db, &user).await?;
    }
    Ok(())
}

/// A person is found by both names and by what they say of themselves, unless they are deactivated.
async fn index(db: &impl ConnectionTrait, user: &user::Model) -> Result<(), DbErr> {
    if user.is_active {
        search::put(db, Index::People, &document(user, &names(user))).await
    } else {
        search::remove(db, Index::People, user.id).await
    }
}

/// Both names of a user, as the search index takes them.
pub fn names(user: &user::Model) -> String {
    format!("{} {}", user.display_name, user.username)
}

/// What the search index holds of a user.
pub fn document<'a>(user: &'a user::Model, names: &'a str) -> Document<'a> {
    Document { id: user.id, title: names, summary: "", body: &user.bio }
}

/// Whether nobody can sign in who may set the site up: on an empty site, and on one that was filled by the command line.
///
/// # Errors
/// When the database does not answer.
pub async fn has_no_admin(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let one: Option<i64> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Role.eq(Role::Admin))
        .filter(user::Column::IsActive.eq(true))
        .filter(user::Column::PasswordHash.is_not_null())
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(one.is_none())
}
