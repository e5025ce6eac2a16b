//! People who can sign in or are named as authors.

use sea_orm::entity::prelude::*;

/// What a user may do; each role includes the rights of those below it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Role {
    /// Everything, the accounts of others included.
    #[sea_orm(string_value = "admin")]
    Admin,
    /// All content.
    #[sea_orm(string_value = "editor")]
    Editor,
    /// Own posts and media.
    #[sea_orm(string_value = "author")]
    Author,
    /// Own account, enrolments and comments.
    #[sea_orm(string_value = "member")]
    Member,
}

/// A row of `users`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Unique, at most 40 characters; part of the author's URL.
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    /// The username in lower case, of any script: unique too. None for one who differs from an older user in capitals
    /// alone. It is no field of its own to complain of, so that only the schema says that it is unique.
    #[sea_orm(column_type = "String(StringLen::N(120))", nullable)]
    pub username_key: Option<String>,
    /// Unique, lower-case, at most 254 characters (RFC 5321's limit of a path, less its brackets).
    #[sea_orm(unique, column_type = "String(StringLen::N(254))")]
    pub email: String,
    /// The name readers see, at most 80 characters.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    pub display_name: String,
    /// A few sentences about the person, plain text.
    #[sea_orm(column_type = "Text")]
    pub bio: String,
    /// What the user may do.
    #[sea_orm(default_value = "author")]
    pub role: Role,
    /// Argon2id in PHC string format; none for an author who cannot sign in.
    #[sea_orm(column_type = "String(StringLen::N(255))", nullable)]
    pub password_hash: Option<String>,
    /// A deactivated user cannot sign in; what they wrote stays.
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// What the user wrote.
    #[sea_orm(has_many)]
    pub posts: HasMany<super::post::Entity>,
    /// What the user uploaded.
    #[sea_orm(has_many)]
    pub media: HasMany<super::media::Entity>,
    /// The student that the user is, if any.
    #[sea_orm(has_one)]
    pub student: HasOne<super::student::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
