//! Columns that come, go and are renamed.

use autogenerate::Entities;

use crate::{
    case::{Case, with_post, with_user},
    common::{entity, table},
};

/// The changes.
pub(crate) const CASES: &[Case] = &[
    Case { name: "add_nullable_column", after: after_add_nullable_column, renames: &[], loses: false },
    Case {
        name: "add_column_with_default",
        after: after_add_column_with_default,
        renames: &[],
        loses: false,
    },
    Case { name: "add_required_column", after: after_add_required_column, renames: &[], loses: true },
    Case { name: "add_unique_column", after: after_add_unique_column, renames: &[], loses: false },
    Case { name: "add_indexed_column", after: after_add_indexed_column, renames: &[], loses: false },
    Case { name: "add_quoted_default", after: after_add_quoted_default, renames: &[], loses: false },
    Case { name: "add_many_kinds", after: after_add_many_kinds, renames: &[], loses: false },
    Case { name: "add_required_kinds", after: after_add_required_kinds, renames: &[], loses: true },
    Case { name: "drop_column", after: after_drop_column, renames: &[], loses: true },
    Case { name: "drop_indexed_column", after: after_drop_indexed_column, renames: &[], loses: true },
    Case { name: "drop_unique_column", after: after_drop_unique_column, renames: &[], loses: true },
    Case { name: "drop_foreign_key_column", after: after_drop_foreign_key_column, renames: &[], loses: true },
    Case {
        name: "rename_column",
        after: after_rename_column,
        renames: &["posts.body:content"],
        loses: false,
    },
    Case {
        name: "rename_indexed_column",
        after: after_rename_indexed_column,
        renames: &["posts.status:state"],
        loses: false,
    },
    Case {
        name: "rename_foreign_key_column",
        after: after_rename_foreign_key_column,
        renames: &["posts.user_id:author_id"],
        loses: false,
    },
    Case {
        name: "rename_and_change_column",
        after: after_rename_and_change_column,
        renames: &["users.note:about"],
        loses: false,
    },
    Case {
        name: "add_required_unique_column",
        after: after_add_required_unique_column,
        renames: &[],
        loses: true,
    },
    Case { name: "add_required_reference", after: after_add_required_reference, renames: &[], loses: true },
    Case { name: "add_long_names", after: after_add_long_names, renames: &[], loses: false },
    Case {
        name: "swap_columns",
        after: after_swap_columns,
        renames: &["posts.views:size", "posts.size:views"],
        loses: false,
    },
    Case {
        name: "rename_beside_new_index",
        after: after_rename_beside_new_index,
        renames: &["posts.editor_id:reviewer_id"],
        loses: false,
    },
    Case {
        name: "rename_beside_new_column",
        after: after_rename_beside_new_column,
        renames: &["posts.body:content"],
        loses: false,
    },
];

table!(add_nullable_column = "users" {
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
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    pub email: Option<String>,
});

fn after_add_nullable_column() -> Entities {
    with_user(add_nullable_column::Entity)
}

table!(add_column_with_default = "users" {
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
    #[sea_orm(default_value = 10)]
    pub karma: i32,
});

fn after_add_column_with_default() -> Entities {
    with_user(add_column_with_default::Entity)
}

table!(add_required_column = "users" {
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
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    pub email: String,
});

fn after_add_required_column() -> Entities {
    with_user(add_required_column::Entity)
}

table!(add_unique_column = "users" {
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
    #[sea_orm(unique, column_type = "String(StringLen::N(254))")]
    pub email: Option<String>,
});

fn after_add_unique_column() -> Entities {
    with_user(add_unique_column::Entity)
}

table!(add_indexed_column = "users" {
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
    #[sea_orm(indexed)]
    pub born_on: Option<Date>,
});

fn after_add_indexed_column() -> Entities {
    with_user(add_indexed_column::Entity)
}

table!(add_quoted_default = "users" {
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
    #[sea_orm(default_value = "it's \"so\"", column_type = "String(StringLen::N(30))")]
    pub motto: String,
});

fn after_add_quoted_default() -> Entities {
    with_user(add_quoted_default::Entity)
}

entity!(add_many_kinds = "posts" {
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
    pub draft_on: Option<Date>,
    pub at: Option<Time>,
    pub seen: Option<DateTime>,
    pub key: Option<Uuid>,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub price: Option<Decimal>,
    #[sea_orm(column_type = "Json")]
    pub extra: Option<Json>,
    pub data: Option<Vec<u8>>,
    #[sea_orm(column_type = "Char(Some(2))")]
    pub language: Option<String>,
    pub tiny: Option<i16>,
    pub ratio: Option<f32>,
    #[sea_orm(default_value = 1.5)]
    pub weight: f64,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_add_many_kinds() -> Entities {
    with_post(add_many_kinds::Entity, true)
}

entity!(add_required_kinds = "posts" {
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
    pub draft_on: Date,
    #[sea_orm(column_type = "Json")]
    pub extra: Json,
    pub rank: i16,
    pub ratio: f64,
    pub is_pinned: bool,
    #[sea_orm(column_type = "Text")]
    pub html: String,
    pub seen_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_add_required_kinds() -> Entities {
    with_post(add_required_kinds::Entity, true)
}

table!(drop_column = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_drop_column() -> Entities {
    with_user(drop_column::Entity)
}

entity!(drop_indexed_column = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: i64,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_drop_indexed_column() -> Entities {
    with_post(drop_indexed_column::Entity, false)
}

table!(drop_unique_column = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_drop_unique_column() -> Entities {
    with_user(drop_unique_column::Entity)
}

table!(drop_foreign_key_column = "posts" {
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
    pub editor_id: Option<i64>,
});

fn after_drop_foreign_key_column() -> Entities {
    with_post(drop_foreign_key_column::Entity, true)
}

entity!(rename_column = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
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

fn after_rename_column() -> Entities {
    with_post(rename_column::Entity, true)
}

entity!(rename_indexed_column = "posts" {
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
    pub state: String,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_rename_indexed_column() -> Entities {
    with_post(rename_indexed_column::Entity, false).index(
        rename_indexed_column::Entity,
        "status_views",
        &[rename_indexed_column::Column::State, rename_indexed_column::Column::Views],
    )
}

entity!(rename_foreign_key_column = "posts" {
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
    pub author_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_rename_foreign_key_column() -> Entities {
    with_post(rename_foreign_key_column::Entity, true)
}

table!(rename_and_change_column = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "Text")]
    pub about: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_rename_and_change_column() -> Entities {
    with_user(rename_and_change_column::Entity)
}

table!(add_required_unique_column = "users" {
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
    #[sea_orm(unique, column_type = "String(StringLen::N(254))")]
    pub email: String,
});

fn after_add_required_unique_column() -> Entities {
    with_user(add_required_unique_column::Entity)
}

entity!(add_required_reference = "posts" {
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
    #[sea_orm(indexed)]
    pub reviewer_id: i64,
    #[sea_orm(belongs_to, relation_enum = "User", from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
    #[sea_orm(belongs_to, relation_enum = "Reviewer", from = "reviewer_id", to = "id")]
    pub reviewer: BelongsTo<crate::base::user::Entity>,
});

fn after_add_required_reference() -> Entities {
    with_post(add_required_reference::Entity, true)
}

entity!(add_long_names = "posts" {
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
    #[sea_orm(indexed)]
    pub reviewer_who_said_that_it_could_be_shown_to_everyone_first: Option<i64>,
    #[sea_orm(indexed)]
    pub reviewer_who_said_that_it_could_be_shown_to_everyone_later: Option<i64>,
    #[sea_orm(belongs_to, relation_enum = "User", from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
    #[sea_orm(
        belongs_to,
        relation_enum = "First",
        from = "reviewer_who_said_that_it_could_be_shown_to_everyone_first",
        to = "id"
    )]
    pub first: BelongsTo<Option<crate::base::user::Entity>>,
    #[sea_orm(
        belongs_to,
        relation_enum = "Later",
        from = "reviewer_who_said_that_it_could_be_shown_to_everyone_later",
        to = "id"
    )]
    pub later: BelongsTo<Option<crate::base::user::Entity>>,
});

fn after_add_long_names() -> Entities {
    with_post(add_long_names::Entity, true)
}

entity!(swap_columns = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub size: i32,
    pub views: i64,
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

fn after_swap_columns() -> Entities {
    with_post(swap_columns::Entity, false).index(
        swap_columns::Entity,
        "status_size",
        &[swap_columns::Column::Status, swap_columns::Column::Size],
    )
}

entity!(rename_beside_new_column = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
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
    #[sea_orm(column_type = "Text")]
    pub body: Option<String>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_rename_beside_new_column() -> Entities {
    with_post(rename_beside_new_column::Entity, true)
}

entity!(rename_beside_new_index = "posts" {
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
    pub reviewer_id: Option<i64>,
    #[sea_orm(indexed)]
    pub editor_id: Option<i32>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_rename_beside_new_index() -> Entities {
    with_post(rename_beside_new_index::Entity, true)
}
