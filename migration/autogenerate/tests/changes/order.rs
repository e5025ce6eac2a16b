//! Keys that go before, and come after, what they refer to is changed; names that something else had.

use autogenerate::Entities;
use sea_orm::entity::prelude::*;

use crate::{
    base,
    case::{Case, with_post, with_user},
    common::entity,
};

/// The changes.
pub(crate) const CASES: &[Case] = &[
    Case { name: "add_keys_to_new_unique", after: after_add_keys_to_new_unique, renames: &[], loses: false },
    Case { name: "add_keys_in_a_circle", after: after_add_keys_in_a_circle, renames: &[], loses: false },
    Case { name: "add_key_to_own_unique", after: after_add_key_to_own_unique, renames: &[], loses: false },
    Case {
        name: "create_tables_of_unique",
        after: after_create_tables_of_unique,
        renames: &[],
        loses: false,
    },
    Case { name: "nullable_reference", after: after_nullable_reference, renames: &[], loses: false },
    Case { name: "narrow_key", after: after_narrow_key, renames: &[], loses: true },
    Case {
        name: "rename_table_beside_new",
        after: after_rename_table_beside_new,
        renames: &["posts:articles"],
        loses: false,
    },
    Case {
        name: "create_names_that_run_together",
        after: after_create_names_that_run_together,
        renames: &[],
        loses: false,
    },
];

/// The blog with other entities for its tags, posts and users.
fn with_three<T: EntityTrait, P: EntityTrait, U: EntityTrait>(tag: T, post: P, user: U) -> Entities {
    base::posts(Entities::new().with(tag).with(base::post_tag::Entity).with(post).with(user))
}

entity!(tag_with_slug = "tags" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub name: String,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub slug: Option<String>,
});

entity!(post_of_slug = "posts" {
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
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub tag_slug: Option<String>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
    #[sea_orm(belongs_to, relation_enum = "Tag", from = "tag_slug", to = "slug", on_delete = "SetNull")]
    pub tag: BelongsTo<Option<super::tag_with_slug::Entity>>,
});

entity!(user_of_slug = "users" {
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
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub tag_slug: Option<String>,
    #[sea_orm(belongs_to, relation_enum = "Tag", from = "tag_slug", to = "slug", on_delete = "SetNull")]
    pub tag: BelongsTo<Option<super::tag_with_slug::Entity>>,
});

fn after_add_keys_to_new_unique() -> Entities {
    with_three(tag_with_slug::Entity, post_of_slug::Entity, user_of_slug::Entity)
}

entity!(post_in_circle = "posts" {
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
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub code: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub user_code: Option<String>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
    #[sea_orm(belongs_to, relation_enum = "Coded", from = "user_code", to = "code", on_delete = "SetNull")]
    pub coded: BelongsTo<Option<super::user_in_circle::Entity>>,
});

entity!(user_in_circle = "users" {
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
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub code: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub post_code: Option<String>,
    #[sea_orm(belongs_to, relation_enum = "Post", from = "post_code", to = "code", on_delete = "SetNull")]
    pub post: BelongsTo<Option<super::post_in_circle::Entity>>,
});

fn after_add_keys_in_a_circle() -> Entities {
    with_three(base::tag::Entity, post_in_circle::Entity, user_in_circle::Entity)
}

entity!(tag_of_itself = "tags" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub name: String,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub slug: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub parent_slug: Option<String>,
    #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_slug", to = "slug", on_delete = "SetNull")]
    pub parent: BelongsTo<Option<Entity>>,
});

fn after_add_key_to_own_unique() -> Entities {
    with_three(tag_of_itself::Entity, base::post::Entity, base::user::Entity)
}

entity!(user_by_age = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    #[sea_orm(unique)]
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

entity!(award = "awards" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub badge_label: String,
    #[sea_orm(belongs_to, from = "badge_label", to = "label", on_delete = "Cascade")]
    pub badge: BelongsTo<super::badge::Entity>,
});

entity!(badge = "badges" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub label: String,
    pub user_age: i32,
    #[sea_orm(belongs_to, from = "user_age", to = "age", on_delete = "Cascade")]
    pub user: BelongsTo<super::user_by_age::Entity>,
});

fn after_create_tables_of_unique() -> Entities {
    with_user(user_by_age::Entity).with(award::Entity).with(badge::Entity)
}

entity!(nullable_reference = "posts" {
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
    pub user_id: Option<i64>,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<Option<crate::base::user::Entity>>,
});

fn after_nullable_reference() -> Entities {
    with_post(nullable_reference::Entity, true)
}

entity!(narrow_user = "users" {
    #[sea_orm(primary_key)]
    pub id: i32,
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

entity!(post_of_narrow_user = "posts" {
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
    pub user_id: i32,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::narrow_user::Entity>,
});

fn after_narrow_key() -> Entities {
    with_three(base::tag::Entity, post_of_narrow_user::Entity, narrow_user::Entity)
}

entity!(article = "articles" {
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

entity!(article_tag = "post_tags" {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub tag_id: i64,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::article::Entity>,
    #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
    pub tag: BelongsTo<crate::base::tag::Entity>,
});

entity!(short_post = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(indexed, column_type = "String(StringLen::N(16))")]
    pub status: String,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_rename_table_beside_new() -> Entities {
    Entities::new()
        .with(base::user::Entity)
        .with(base::tag::Entity)
        .with(article::Entity)
        .index(article::Entity, "status_views", &[article::Column::Status, article::Column::Views])
        .with(article_tag::Entity)
        .with(short_post::Entity)
}

entity!(one = "pins" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub of_user_id: i64,
    #[sea_orm(belongs_to, from = "of_user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

entity!(other = "pins_of" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub user_id: i64,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_create_names_that_run_together() -> Entities {
    base::blog().with(one::Entity).with(other::Entity)
}
