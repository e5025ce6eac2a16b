//! What the generator writes, compiled with the tests: `main.rs` says how these files are made.

use sea_orm_migration::MigrationTrait;

mod add_column_to_primary_key;
mod add_column_with_default;
mod add_default;
mod add_enum_value;
mod add_foreign_key;
mod add_index;
mod add_indexed_column;
mod add_key_to_own_unique;
mod add_keys_in_a_circle;
mod add_keys_to_new_unique;
mod add_long_names;
mod add_many_kinds;
mod add_nullable_column;
mod add_quoted_default;
mod add_required_column;
mod add_required_kinds;
mod add_required_reference;
mod add_required_unique_column;
mod add_unique;
mod add_unique_column;
mod add_unique_of_two;
mod big_integer_to_integer;
mod blog;
mod change_boolean_default;
mod change_default;
mod change_everything;
mod change_foreign_key;
mod change_index_order;
mod change_primary_key;
mod create_join_table;
mod create_names_that_run_together;
mod create_table;
mod create_table_of_itself;
mod create_table_with_enum;
mod create_table_with_text_key;
mod create_tables_in_a_circle;
mod create_tables_in_order;
mod create_tables_of_unique;
mod drop_column;
mod drop_default;
mod drop_enum;
mod drop_enum_default;
mod drop_enum_value;
mod drop_everything;
mod drop_foreign_key;
mod drop_foreign_key_column;
mod drop_index;
mod drop_index_of_foreign_key;
mod drop_indexed_column;
mod drop_join_table;
mod drop_tables;
mod drop_unique;
mod drop_unique_column;
mod drop_unique_of_two;
mod instant_to_date;
mod integer_to_big_integer;
mod integer_to_double;
mod integer_to_required_boolean;
mod integer_to_string;
mod narrow_key;
mod narrow_string;
mod nullable_reference;
mod nullable_to_required;
mod rename_and_change_column;
mod rename_beside_new_column;
mod rename_beside_new_index;
mod rename_column;
mod rename_foreign_key_column;
mod rename_indexed_column;
mod rename_table;
mod rename_table_and_column;
mod rename_table_beside_new;
mod required_to_nullable;
mod string_of_enum;
mod string_to_text;
mod swap_columns;
mod swap_tables;
mod text_to_string;
mod unique_to_index;
mod widen_string;

/// The migration of this name.
pub(crate) fn migration(name: &str) -> Option<Box<dyn MigrationTrait>> {
    Some(match name {
        "add_column_to_primary_key" => Box::new(add_column_to_primary_key::Migration),
        "add_column_with_default" => Box::new(add_column_with_default::Migration),
        "add_default" => Box::new(add_default::Migration),
        "add_enum_value" => Box::new(add_enum_value::Migration),
        "add_foreign_key" => Box::new(add_foreign_key::Migration),
        "add_index" => Box::new(add_index::Migration),
        "add_indexed_column" => Box::new(add_indexed_column::Migration),
        "add_key_to_own_unique" => Box::new(add_key_to_own_unique::Migration),
        "add_keys_in_a_circle" => Box::new(add_keys_in_a_circle::Migration),
        "add_keys_to_new_unique" => Box::new(add_keys_to_new_unique::Migration),
        "add_long_names" => Box::new(add_long_names::Migration),
        "add_many_kinds" => Box::new(add_many_kinds::Migration),
        "add_nullable_column" => Box::new(add_nullable_column::Migration),
        "add_quoted_default" => Box::new(add_quoted_default::Migration),
        "add_required_column" => Box::new(add_required_column::Migration),
        "add_required_kinds" => Box::new(add_required_kinds::Migration),
        "add_required_reference" => Box::new(add_required_reference::Migration),
        "add_required_unique_column" => Box::new(add_required_unique_column::Migration),
        "add_unique" => Box::new(add_unique::Migration),
        "add_unique_column" => Box::new(add_unique_column::Migration),
        "add_unique_of_two" => Box::new(add_unique_of_two::Migration),
        "big_integer_to_integer" => Box::new(big_integer_to_integer::Migration),
        "blog" => Box::new(blog::Migration),
        "change_boolean_default" => Box::new(change_boolean_default::Migration),
        "change_default" => Box::new(change_default::Migration),
        "change_everything" => Box::new(change_everything::Migration),
        "change_foreign_key" => Box::new(change_foreign_key::Migration),
        "change_index_order" => Box::new(change_index_order::Migration),
        "change_primary_key" => Box::new(change_primary_key::Migration),
        "create_join_table" => Box::new(create_join_table::Migration),
        "create_names_that_run_together" => Box::new(create_names_that_run_together::Migration),
        "create_table" => Box::new(create_table::Migration),
        "create_table_of_itself" => Box::new(create_table_of_itself::Migration),
        "create_table_with_enum" => Box::new(create_table_with_enum::Migration),
        "create_table_with_text_key" => Box::new(create_table_with_text_key::Migration),
        "create_tables_in_a_circle" => Box::new(create_tables_in_a_circle::Migration),
        "create_tables_in_order" => Box::new(create_tables_in_order::Migration),
        "create_tables_of_unique" => Box::new(create_tables_of_unique::Migration),
        "drop_column" => Box::new(drop_column::Migration),
        "drop_default" => Box::new(drop_default::Migration),
        "drop_enum" => Box::new(drop_enum::Migration),
        "drop_enum_default" => Box::new(drop_enum_default::Migration),
        "drop_enum_value" => Box::new(drop_enum_value::Migration),
        "drop_everything" => Box::new(drop_everything::Migration),
        "drop_foreign_key" => Box::new(drop_foreign_key::Migration),
        "drop_foreign_key_column" => Box::new(drop_foreign_key_column::Migration),
        "drop_index" => Box::new(drop_index::Migration),
        "drop_index_of_foreign_key" => Box::new(drop_index_of_foreign_key::Migration),
        "drop_indexed_column" => Box::new(drop_indexed_column::Migration),
        "drop_join_table" => Box::new(drop_join_table::Migration),
        "drop_tables" => Box::new(drop_tables::Migration),
        "drop_unique" => Box::new(drop_unique::Migration),
        "drop_unique_column" => Box::new(drop_unique_column::Migration),
        "drop_unique_of_two" => Box::new(drop_unique_of_two::Migration),
        "instant_to_date" => Box::new(instant_to_date::Migration),
        "integer_to_big_integer" => Box::new(integer_to_big_integer::Migration),
        "integer_to_double" => Box::new(integer_to_double::Migration),
        "integer_to_required_boolean" => Box::new(integer_to_required_boolean::Migration),
        "integer_to_string" => Box::new(integer_to_string::Migration),
        "narrow_key" => Box::new(narrow_key::Migration),
        "narrow_string" => Box::new(narrow_string::Migration),
        "nullable_reference" => Box::new(nullable_reference::Migration),
        "nullable_to_required" => Box::new(nullable_to_required::Migration),
        "rename_and_change_column" => Box::new(rename_and_change_column::Migration),
        "rename_beside_new_column" => Box::new(rename_beside_new_column::Migration),
        "rename_beside_new_index" => Box::new(rename_beside_new_index::Migration),
        "rename_column" => Box::new(rename_column::Migration),
        "rename_foreign_key_column" => Box::new(rename_foreign_key_column::Migration),
        "rename_indexed_column" => Box::new(rename_indexed_column::Migration),
        "rename_table" => Box::new(rename_table::Migration),
        "rename_table_and_column" => Box::new(rename_table_and_column::Migration),
        "rename_table_beside_new" => Box::new(rename_table_beside_new::Migration),
        "required_to_nullable" => Box::new(required_to_nullable::Migration),
        "string_of_enum" => Box::new(string_of_enum::Migration),
        "string_to_text" => Box::new(string_to_text::Migration),
        "swap_columns" => Box::new(swap_columns::Migration),
        "swap_tables" => Box::new(swap_tables::Migration),
        "text_to_string" => Box::new(text_to_string::Migration),
        "unique_to_index" => Box::new(unique_to_index::Migration),
        "widen_string" => Box::new(widen_string::Migration),
        _ => return None,
    })
}
