//! Tables that come, go and are renamed, and many changes at once.

use autogenerate::Entities;
use sea_orm::entity::prelude::*;

use crate::{
    base,
    case::Case,
    common::{entity, table},
};

/// The changes.
pub(crate) const CASES: &[Case] = &[
    Case { name: "create_table", after: after_create_table, renames: &[], loses: false },
    Case {
        name: "create_table_with_text_key",
        after: after_create_table_with_text_key,
        renames: &[],
        loses: false,
    },
    Case { name: "create_table_with_enum", after: after_create_table_with_enum, renames: &[], loses: false },
    Case { name: "create_join_table", after: after_create_join_table, renames: &[], loses: false },
    Case { name: "create_tables_in_order", after: after_create_tables_in_order, renames: &[], loses: false },
    Case {
        name: "create_tables_in_a_circle",
        after: after_create_tables_in_a_circle,
        renames: &[],
        loses: false,
    },
    Case { name: "create_table_of_itself", after: after_create_table_of_itself, renames: &[], loses: false },
    Case { name: "drop_join_table", after: after_drop_join_table, renames: &[], loses: true },
    Case { name: "drop_tables", after: after_drop_tables, renames: &[], loses: true },
    Case { name: "drop_everything", after: after_drop_everything, renames: &[], loses: true },
    Case { name: "rename_table", after: after_rename_table, renames: &["users:people"], loses: false },
    Case {
        name: "rename_table_and_column",
        after: after_rename_table_and_column,
        renames: &["tags:labels", "labels.name:title"],
        loses: false,
    },
    Case { name: "change_everything", after: after_change_everything, renames: &[], loses: true },
    Case {
        name: "swap_tables",
        after: after_swap_tables,
        renames: &["users:tags", "tags:users"],
        loses: false,
    },
];

/// An enumeration that only one table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "mood")]
pub enum Mood {
    #[sea_orm(string_value = "calm")]
    Calm,
    #[sea_orm(string_value = "wild")]
    Wild,
}

entity!(labelled = "post_tags" {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub tag_id: i64,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<crate::base::post::Entity>,
    #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
    pub label: BelongsTo<super::rename_table_and_column::Entity>,
});

entity!(create_table = "comments" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub post_id: i64,
    pub user_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub created_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<crate::base::post::Entity>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
    pub user: BelongsTo<Option<crate::base::user::Entity>>,
});

fn after_create_table() -> Entities {
    crate::base::blog().with(create_table::Entity)
}

table!(create_table_with_text_key = "settings" {
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub key: String,
    #[sea_orm(column_type = "Json")]
    pub value: Json,
});

fn after_create_table_with_text_key() -> Entities {
    crate::base::blog().with(create_table_with_text_key::Entity)
}

table!(create_table_with_enum = "invitations" {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub role: Role,
    pub mood: crate::tables::Mood,
});

fn after_create_table_with_enum() -> Entities {
    crate::base::blog().with(create_table_with_enum::Entity)
}

entity!(create_join_table = "bookmarks" {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub post_id: i64,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<crate::base::post::Entity>,
});

fn after_create_join_table() -> Entities {
    crate::base::blog().with(create_join_table::Entity)
}

entity!(attempt = "attempts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub quiz_id: i64,
    #[sea_orm(belongs_to, from = "quiz_id", to = "id", on_delete = "Cascade")]
    pub quiz: BelongsTo<super::quiz::Entity>,
});

entity!(quiz = "quizzes" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub unit_id: i64,
    #[sea_orm(belongs_to, from = "unit_id", to = "id", on_delete = "Restrict")]
    pub unit: BelongsTo<super::unit::Entity>,
});

entity!(unit = "units" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub position: i32,
});

fn after_create_tables_in_order() -> Entities {
    crate::base::blog().with(attempt::Entity).with(quiz::Entity).with(unit::Entity)
}

entity!(chicken = "chickens" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub egg_id: Option<i64>,
    #[sea_orm(belongs_to, from = "egg_id", to = "id", on_delete = "SetNull")]
    pub egg: BelongsTo<Option<super::egg::Entity>>,
});

entity!(egg = "eggs" {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub chicken_id: Option<i64>,
    #[sea_orm(belongs_to, from = "chicken_id", to = "id", on_delete = "Cascade")]
    pub chicken: BelongsTo<Option<super::chicken::Entity>>,
});

fn after_create_tables_in_a_circle() -> Entities {
    crate::base::blog().with(chicken::Entity).with(egg::Entity)
}

entity!(create_table_of_itself = "folders" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub parent_id: Option<i64>,
    #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_id", to = "id", on_delete = "Cascade")]
    pub parent: BelongsTo<Option<Entity>>,
});

fn after_create_table_of_itself() -> Entities {
    crate::base::blog().with(create_table_of_itself::Entity)
}

fn after_drop_join_table() -> Entities {
    crate::base::posts(
        Entities::new()
            .with(crate::base::user::Entity)
            .with(crate::base::tag::Entity)
            .with(crate::base::post::Entity),
    )
}

fn after_drop_tables() -> Entities {
    crate::base::posts(Entities::new().with(crate::base::user::Entity).with(crate::base::post::Entity))
}

fn after_drop_everything() -> Entities {
    Entities::new()
}

entity!(rename_table = "people" {
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

entity!(of_people = "posts" {
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
    pub user: BelongsTo<super::rename_table::Entity>,
});

fn after_rename_table() -> Entities {
    crate::base::posts(
        Entities::new()
            .with(rename_table::Entity)
            .with(crate::base::tag::Entity)
            .with(crate::base::post_tag::Entity)
            .with(of_people::Entity),
    )
}

entity!(rename_table_and_column = "labels" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub title: String,
});

fn after_rename_table_and_column() -> Entities {
    crate::base::posts(
        Entities::new()
            .with(crate::base::user::Entity)
            .with(crate::base::post::Entity)
            .with(labelled::Entity)
            .with(rename_table_and_column::Entity),
    )
}

table!(changed_user = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(40))")]
    pub username: String,
    #[sea_orm(unique, column_type = "String(StringLen::N(120))")]
    pub note: Option<String>,
    pub age: Option<i64>,
    #[sea_orm(default_value = true)]
    pub is_active: bool,
    #[sea_orm(default_value = 0)]
    pub karma: i32,
});

entity!(changed_post = "posts" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique_key = "user_title", column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(default_value = 0)]
    pub views: i32,
    #[sea_orm(indexed)]
    pub size: i64,
    #[sea_orm(default_value = "draft", column_type = "String(StringLen::N(24))")]
    pub status: String,
    pub published_at: Option<DateTimeUtc>,
    #[sea_orm(indexed, unique_key = "user_title")]
    pub user_id: i64,
    #[sea_orm(indexed)]
    pub editor_id: i64,
    pub words: i32,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<crate::base::user::Entity>,
});

fn after_change_everything() -> Entities {
    Entities::new().with(changed_user::Entity).with(changed_post::Entity)
}

entity!(user_as_tag = "tags" {
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

entity!(tag_as_user = "users" {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique, column_type = "String(StringLen::N(50))")]
    pub name: String,
});

entity!(swapped_post = "posts" {
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
    pub user: BelongsTo<super::user_as_tag::Entity>,
});

entity!(swapped_post_tag = "post_tags" {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub tag_id: i64,
    #[sea_orm(belongs_to, from = "post_id", to = "id", on_delete = "Cascade")]
    pub post: BelongsTo<super::swapped_post::Entity>,
    #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
    pub tag: BelongsTo<super::tag_as_user::Entity>,
});

fn after_swap_tables() -> Entities {
    let entities = Entities::new().with(user_as_tag::Entity).with(tag_as_user::Entity);
    base::posts(entities.with(swapped_post::Entity).with(swapped_post_tag::Entity))
}
