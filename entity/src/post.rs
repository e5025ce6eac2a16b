//! Posts, the blog's unit of reading.

use sea_orm::entity::prelude::*;

/// Where a post is in its life.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum PostStatus {
    /// Being written; only its author and editors see it.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// Goes out at `published_at`.
    #[sea_orm(string_value = "scheduled")]
    Scheduled,
    /// Public.
    #[sea_orm(string_value = "published")]
    Published,
    /// Thrown away at `trashed_at`; can be brought back until it is swept.
    #[sea_orm(string_value = "trashed")]
    Trashed,
}

/// A row of `posts`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posts")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// At most 200 characters.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    /// Unique, at most 200 characters of any script; the post's URL is `/posts/{slug}`.
    #[sea_orm(unique, column_type = "String(StringLen::N(200))")]
    pub slug: String,
    /// Markdown, as written.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// `content` rendered and sanitised when it was saved.
    #[sea_orm(column_type = "Text")]
    pub html: String,
    /// What the author says of it: plain text of at most 500 characters, may be empty.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub summary: String,
    /// What lists show of it: the summary, or else the text's beginning; at most 500 characters.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub excerpt: String,
    /// The headings of `html`, in order: `[{"level", "id", "text"}]`.
    #[sea_orm(column_type = "Json")]
    pub toc: Json,
    /// Words of text in `content`, code left out.
    #[sea_orm(default_value = 0)]
    pub word_count: i32,
    /// Where the post is in its life.
    #[sea_orm(default_value = "draft")]
    pub status: PostStatus,
    /// When it went or goes public; none for a draft that never was.
    pub published_at: Option<DateTimeUtc>,
    /// Pinned posts come first on the home page.
    #[sea_orm(default_value = false)]
    pub pinned: bool,
    /// What has no column of its own: `authors` beyond the first, an import's other front matter.
    #[sea_orm(column_type = "Json")]
    pub extra: Json,
    /// When it was thrown away; set exactly while the status is `trashed`.
    #[sea_orm(indexed)]
    pub trashed_at: Option<DateTimeUtc>,
    /// The slug it had when it was thrown away, which it gets back if nobody else took it; set exactly while the status
    /// is `trashed`.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub trashed_slug: Option<String>,
    /// The secret part of the address where whoever has it reads the post before it is public; none while it is not
    /// shared. At most 64 characters, unique.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub preview_key: Option<String>,
    /// The address of the picture above the text, on this site; empty for none. At most 300 characters.
    #[sea_orm(default_value = "", column_type = "String(StringLen::N(300))")]
    pub cover: String,
    /// What to say instead of the cover, at most 500 characters; empty where it says nothing that the title does not.
    #[sea_orm(default_value = "", column_type = "String(StringLen::N(500))")]
    pub cover_alt: String,
    /// Whether it takes comments, as far as the site does.
    #[sea_orm(default_value = true)]
    pub comments_open: bool,
    /// The author; posts go with them.
    #[sea_orm(indexed)]
    pub user_id: i64,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
    /// The author.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
    /// The post's tags.
    #[sea_orm(has_many, via = "post_tag")]
    pub tags: HasMany<super::tag::Entity>,
    /// The lessons that this post is.
    #[sea_orm(has_many)]
    pub lessons: HasMany<super::lesson::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
