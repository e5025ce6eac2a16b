//! Columns whose type, nullability or default changes.

use autogenerate::Entities;

use crate::{
    case::{Case, with_post, with_user},
    common::{entity, table},
};

/// The changes.
pub(crate) const CASES: &[Case] = &[
    Case { name: "widen_string", after: after_widen_string, renames: &[], loses: false },
    Case { name: "narrow_string", after: after_narrow_string, renames: &[], loses: true },
    Case { name: "string_to_text", after: after_string_to_text, renames: &[], loses: false },
    Case { name: "text_to_string", after: after_text_to_string, renames: &[], loses: true },
    Case { name: "integer_to_big_integer", after: after_integer_to_big_integer, renames: &[], loses: false },
    Case { name: "big_integer_to_integer", after: after_big_integer_to_integer, renames: &[], loses: true },
    Case { name: "integer_to_double", after: after_integer_to_double, renames: &[], loses: true },
    Case { name: "integer_to_string", after: after_integer_to_string, renames: &[], loses: true },
    Case { name: "instant_to_date", after: after_instant_to_date, renames: &[], loses: true },
    Case { name: "nullable_to_required", after: after_nullable_to_required, renames: &[], loses: true },
    Case { name: "required_to_nullable", after: after_required_to_nullable, renames: &[], loses: false },
    Case { name: "add_default", after: after_add_default, renames: &[], loses: false },
    Case { name: "drop_default", after: after_drop_default, renames: &[], loses: false },
    Case { name: "change_default", after: after_change_default, renames: &[], loses: false },
    Case { name: "change_boolean_default", after: after_change_boolean_default, renames: &[], loses: false },
    Case { name: "add_enum_value", after: after_add_enum_value, renames: &[], loses: false },
    Case { name: "drop_enum_value", after: after_drop_enum_value, renames: &[], loses: true },
    Case { name: "drop_enum", after: after_drop_enum, renames: &[], loses: true },
    Case { name: "string_of_enum", after: after_string_of_enum, renames: &[], loses: true },
    Case { name: "drop_enum_default", after: after_drop_enum_default, renames: &[], loses: true },
    Case {
        name: "integer_to_required_boolean",
        after: after_integer_to_required_boolean,
        renames: &[],
        loses: true,
    },
];

entity!(widen_string = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(300))")]
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

fn after_widen_string() -> Entities {
    with_post(widen_string::Entity, true)
}

entity!(narrow_string = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(100))")]
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

fn after_narrow_string() -> Entities {
    with_post(narrow_string::Entity, true)
}

table!(string_to_text = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "Text")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_string_to_text() -> Entities {
    with_user(string_to_text::Entity)
}

entity!(text_to_string = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "String(StringLen::N(500))")]
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

fn after_text_to_string() -> Entities {
    with_post(text_to_string::Entity, true)
}

entity!(integer_to_big_integer = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i64,
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

fn after_integer_to_big_integer() -> Entities {
    with_post(integer_to_big_integer::Entity, true)
}

entity!(big_integer_to_integer = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: i32,
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

fn after_big_integer_to_integer() -> Entities {
    with_post(big_integer_to_integer::Entity, true)
}

entity!(integer_to_double = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: f64,
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

fn after_integer_to_double() -> Entities {
    with_post(integer_to_double::Entity, true)
}

table!(integer_to_string = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(10))")]
    pub age: String,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_integer_to_string() -> Entities {
    with_user(integer_to_string::Entity)
}

entity!(instant_to_date = "posts" {
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
    pub published_at: Option<Date>,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_instant_to_date() -> Entities {
    with_post(instant_to_date::Entity, true)
}

table!(nullable_to_required = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: String,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_nullable_to_required() -> Entities {
    with_user(nullable_to_required::Entity)
}

entity!(required_to_nullable = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: Option<String>,
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

fn after_required_to_nullable() -> Entities {
    with_post(required_to_nullable::Entity, true)
}

entity!(add_default = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", default_value = "Untitled", column_type = "String(StringLen::N(200))")]
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

fn after_add_default() -> Entities {
    with_post(add_default::Entity, true)
}

entity!(drop_default = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
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

fn after_drop_default() -> Entities {
    with_post(drop_default::Entity, true)
}

entity!(change_default = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    pub size: i64,
    #[sea_orm(indexed, default_value = "idea", column_type = "String(StringLen::N(16))")]
    pub status: String,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: Option<i64>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_change_default() -> Entities {
    with_post(change_default::Entity, true)
}

table!(change_boolean_default = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = false)]
    pub is_active: bool,
    #[sea_orm(default_value = "member")]
    pub role: Role,
});

fn after_change_boolean_default() -> Entities {
    with_user(change_boolean_default::Entity)
}

table!(add_enum_value = "users" {
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
    pub role: RoleWithGuests,
});

fn after_add_enum_value() -> Entities {
    with_user(add_enum_value::Entity)
}

table!(drop_enum_value = "users" {
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
    pub role: RoleWithoutEditors,
});

fn after_drop_enum_value() -> Entities {
    with_user(drop_enum_value::Entity)
}

table!(drop_enum = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
});

fn after_drop_enum() -> Entities {
    with_user(drop_enum::Entity)
}

table!(string_of_enum = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "member", column_type = "String(StringLen::N(20))")]
    pub role: String,
});

fn after_string_of_enum() -> Entities {
    with_user(string_of_enum::Entity)
}

table!(drop_enum_default = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub note: Option<String>,
    pub age: i32,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = "editor")]
    pub role: RoleWithoutMembers,
});

fn after_drop_enum_default() -> Entities {
    with_user(drop_enum_default::Entity)
}

entity!(integer_to_required_boolean = "posts" {
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
    pub editor_id: bool,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_integer_to_required_boolean() -> Entities {
    with_post(integer_to_required_boolean::Entity, true)
}
