//! Unique keys, indexes, foreign keys and primary keys.

use autogenerate::Entities;

use crate::{
    case::{Case, with_post, with_post_tag, with_user},
    common::{entity, table},
};

/// The changes.
pub(crate) const CASES: &[Case] = &[
    Case { name: "add_unique", after: after_add_unique, renames: &[], loses: false },
    Case { name: "drop_unique", after: after_drop_unique, renames: &[], loses: false },
    Case { name: "unique_to_index", after: after_unique_to_index, renames: &[], loses: false },
    Case { name: "add_index", after: after_add_index, renames: &[], loses: false },
    Case { name: "drop_index", after: after_drop_index, renames: &[], loses: false },
    Case {
        name: "drop_index_of_foreign_key",
        after: after_drop_index_of_foreign_key,
        renames: &[],
        loses: false,
    },
    Case { name: "change_index_order", after: after_change_index_order, renames: &[], loses: false },
    Case { name: "add_unique_of_two", after: after_add_unique_of_two, renames: &[], loses: false },
    Case { name: "drop_unique_of_two", after: after_drop_unique_of_two, renames: &[], loses: false },
    Case { name: "add_foreign_key", after: after_add_foreign_key, renames: &[], loses: false },
    Case { name: "drop_foreign_key", after: after_drop_foreign_key, renames: &[], loses: false },
    Case { name: "change_foreign_key", after: after_change_foreign_key, renames: &[], loses: false },
    Case { name: "change_primary_key", after: after_change_primary_key, renames: &[], loses: false },
    Case {
        name: "add_column_to_primary_key",
        after: after_add_column_to_primary_key,
        renames: &[],
        loses: false,
    },
];

table!(add_unique = "users" {
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

fn after_add_unique() -> Entities {
    with_user(add_unique::Entity)
}

table!(drop_unique = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_drop_unique() -> Entities {
    with_user(drop_unique::Entity)
}

table!(unique_to_index = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_unique_to_index() -> Entities {
    with_user(unique_to_index::Entity)
}

entity!(add_index = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    #[sea_orm(indexed)]
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

fn after_add_index() -> Entities {
    with_post(add_index::Entity, true)
}

entity!(drop_index = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: i64,
    #[sea_orm(default_value = "draft", column_type = "String(StringLen::N(16))")]
    pub status: String,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_drop_index() -> Entities {
    with_post(drop_index::Entity, false)
}

entity!(drop_index_of_foreign_key = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "title_user", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: i64,
    #[sea_orm(indexed, default_value = "draft", column_type = "String(StringLen::N(16))")]
    pub status: String,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(unique_key = "title_user")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_drop_index_of_foreign_key() -> Entities {
    with_post(drop_index_of_foreign_key::Entity, true)
}

fn after_change_index_order() -> Entities {
    with_post(crate::base::post::Entity, false).index(
        crate::base::post::Entity,
        "views_status",
        &[crate::base::post::Column::Views, crate::base::post::Column::Status],
    )
}

entity!(add_unique_of_two = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0, unique_key = "views_size")]
    pub views: i32,
    #[sea_orm(unique_key = "views_size")]
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

fn after_add_unique_of_two() -> Entities {
    with_post(add_unique_of_two::Entity, true)
}

entity!(drop_unique_of_two = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: i64,
    #[sea_orm(indexed, default_value = "draft", column_type = "String(StringLen::N(16))")]
    pub status: String,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(indexed)]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_drop_unique_of_two() -> Entities {
    with_post(drop_unique_of_two::Entity, true)
}

entity!(add_foreign_key = "posts" {
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
    #[sea_orm(belongs_to, relation_enum = "Editor", from = "editor_id", to = "id", on_delete = "SetNull", on_update = "Cascade")]
    pub editor: BelongsTo<Option<crate::base::user::Entity>>,
});

fn after_add_foreign_key() -> Entities {
    with_post(add_foreign_key::Entity, true)
}

table!(drop_foreign_key = "posts" {
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
});

fn after_drop_foreign_key() -> Entities {
    with_post(drop_foreign_key::Entity, true)
}

entity!(change_foreign_key = "posts" {
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
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_change_foreign_key() -> Entities {
    with_post(change_foreign_key::Entity, true)
}

entity!(change_primary_key = "post_tags" {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub post_id: i64,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<crate::base::post::Entity>,
    #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
    pub tag: BelongsTo<crate::base::tag::Entity>,
});

fn after_change_primary_key() -> Entities {
    with_post_tag(change_primary_key::Entity)
}

entity!(add_column_to_primary_key = "post_tags" {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub tag_id: i64,
    #[sea_orm(primary_key, auto_increment = false, default_value = 0)]
    pub position: i32,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<crate::base::post::Entity>,
    #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
    pub tag: BelongsTo<crate::base::tag::Entity>,
});

fn after_add_column_to_primary_key() -> Entities {
    with_post_tag(add_column_to_primary_key::Entity)
}
