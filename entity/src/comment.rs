//! What readers say about posts.

use sea_orm::entity::prelude::*;

/// Whether a comment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum CommentStatus {
    /// It waits until somebody has read it.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// Everybody reads it.
    #[sea_orm(string_value = "approved")]
    Approved,
    /// Nobody reads it but who moderates.
    #[sea_orm(string_value = "spam")]
    Spam,
}

/// A row of `comments`; it goes with its post.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "comments")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The post.
    #[sea_orm(indexed)]
    pub post_id: i64,
    /// The post's author. The database keeps it so (`ON UPDATE CASCADE`): lists of one author's comments need no join.
    #[sea_orm(indexed)]
    pub owner_id: i64,
    /// The comment that began the thread, of an answer; none once that is gone. No answer has answers of its own.
    #[sea_orm(indexed)]
    pub parent_id: Option<i64>,
    /// The id of the comment that began the thread, be it there or not; its own where it did. In the order of
    /// (`thread`, `id`) they are read.
    #[sea_orm(default_value = 0)]
    pub thread: i64,
    /// The member who wrote it; none for a guest, and for somebody who is gone.
    #[sea_orm(indexed)]
    pub user_id: Option<i64>,
    /// What its writer is called, at most 80 characters.
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    pub author_name: String,
    /// A guest's e-mail address, in lower case, at most 254 characters; empty for a member.
    #[sea_orm(indexed, default_value = "", column_type = "String(StringLen::N(254))")]
    pub author_email: String,
    /// A hash of the key in a guest's browser, by which they are known again; none for a member.
    #[sea_orm(indexed, column_type = "String(StringLen::N(64))")]
    pub key_hash: Option<String>,
    /// A hash of what was sent, by whom and with which form: the same form sent twice is one comment.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub sent_hash: String,
    /// A hash of `body`: what was sent many times is found by it.
    #[sea_orm(indexed, column_type = "String(StringLen::N(64))")]
    pub text_hash: String,
    /// Markdown, as written.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// `body` rendered and sanitised when it was saved.
    #[sea_orm(column_type = "Text")]
    pub html: String,
    /// How it begins: plain text of at most 200 characters.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub excerpt: String,
    /// Whether it is shown.
    #[sea_orm(default_value = "pending")]
    pub status: CommentStatus,
    /// Why it was not shown at once, for who moderates: at most 200 characters, may be empty.
    #[sea_orm(default_value = "", column_type = "String(StringLen::N(200))")]
    pub reason: String,
    /// When it was sent.
    #[sea_orm(indexed)]
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// When its writer last changed it.
    pub edited_at: Option<DateTimeUtc>,
    /// The post. Its foreign key is of two columns, with `owner_id`: the migration says it.
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade", skip_fk)]
    pub post: BelongsTo<super::post::Entity>,
    /// The member who wrote it.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<super::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
