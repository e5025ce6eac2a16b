//! The schemas that the changes begin with.

use autogenerate::Entities;

use crate::common::entity;

entity!(user = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

entity!(post = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: i64,
    #[sea_orm(indexed, default_value = "draft", column_type = "String(StringLen::N(16))")]
    pub status: String,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

entity!(tag = "tags" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub name: String,
});

entity!(post_tag = "post_tags" {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub tag_id: i64,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<crate::base::post::Entity>,
    #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
    pub tag: BelongsTo<crate::base::tag::Entity>,
});

/// The blog's entities, and an index over two columns.
pub(crate) fn blog() -> Entities {
    let entities = Entities::new().with(user::Entity).with(tag::Entity).with(post_tag::Entity);
    posts(entities.with(post::Entity))
}

/// The blog's index over two columns.
pub(crate) fn posts(entities: Entities) -> Entities {
    entities.index(post::Entity, "status_views", &[post::Column::Status, post::Column::Views])
}

/// Rows for it.
pub(crate) const ROWS: [&str; 5] = [
    "INSERT INTO users (id, username, note, age, is_active, role) VALUES (1, 'ada', NULL, 36, TRUE, 'member'), \
     (2, 'bo', 'it''s \"Bo\"', 7, FALSE, 'editor')",
    "INSERT INTO posts (id, title, body, views, size, status, published_at, user_id, editor_id) VALUES \
     (1, 'Hello', 'World', 3, 5, 'draft', NULL, 1, 2), \
     (7, 'Grüße', 'an alle', 4, 6, 'published', '2026-01-02 03:04:05', 2, NULL)",
    "INSERT INTO tags (id, name) VALUES (1, 'rust'), (2, 'sql')",
    "INSERT INTO post_tags (post_id, tag_id) VALUES (1, 1), (1, 2), (7, 2)",
    "UPDATE posts SET views = views + 1 WHERE id = 7",
];
