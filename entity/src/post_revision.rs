//! What posts were at each save, and what somebody is typing.

use sea_orm::entity::prelude::*;

/// How a revision came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum RevisionKind {
    /// The post as somebody saved it; never changed afterwards.
    #[sea_orm(string_value = "saved")]
    Saved,
    /// What an editor sent by itself while somebody was typing; replaced by the next one of the same tab, and never
    /// shown to readers.
    #[sea_orm(string_value = "autosave")]
    Autosave,
}

/// A row of `post_revisions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_revisions")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The post; none for an autosave of one that was never saved. Revisions go with their post.
    #[sea_orm(indexed)]
    pub post_id: Option<i64>,
    /// Who saved or typed it; none when they are gone.
    #[sea_orm(unique_key = "tab")]
    pub user_id: Option<i64>,
    /// How it came to be.
    pub kind: RevisionKind,
    /// Autosaves: the editor it was typed in, a random name of at most 64 characters.
    #[sea_orm(unique_key = "tab", column_type = "String(StringLen::N(64))")]
    pub tab: Option<String>,
    /// Autosaves: the version of the post that was being changed, as forms name it; empty for a new post.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub base: String,
    /// The title, of any length while it is being typed.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Markdown, as written.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// The other fields of the form, by name, as texts.
    #[sea_orm(column_type = "Json")]
    pub fields: Json,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The post.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<Option<super::post::Entity>>,
    /// Who saved or typed it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
