//! What the generator writes, compiled with the tests: `main.rs` says how these files are made.

use sea_orm_migration::MigrationTrait;

mod add_email;
mod add_value_of_key;
mod change_key_of_two_columns;
mod change_key_that_others_refer_to;
mod create_user;
mod drop_column_unique_with_reference;
mod drop_one_of_two_keys;
mod drop_plain_key;
mod drop_unique_with_reference;
mod drop_wide_index_with_reference;
mod first_bill_item;
mod first_capital_thing;
mod first_category;
mod first_country_city;
mod first_customer_by_mail_order_by_mail;
mod first_customer_loose_order;
mod first_customer_note_alone;
mod first_customer_note_indexed;
mod first_customer_order;
mod first_customer_person_order_of_two;
mod first_customer_profile_alone;
mod first_customer_profile_indexed;
mod first_kind_member;
mod first_mailed_customer_mailed_order;
mod first_team_worker;
mod indexed_reference_to_unique;
mod refer_to_another_column;
mod rename_all;
mod rename_in_case_only;
mod require_reference;
mod unique_reference_to_indexed;
mod unique_reference_to_plain;
mod widen_key_to_itself;
mod widen_keys_in_a_circle;

/// The migration of this name.
pub(crate) fn migration(name: &str) -> Option<Box<dyn MigrationTrait>> {
    Some(match name {
        "add_email" => Box::new(add_email::Migration),
        "add_value_of_key" => Box::new(add_value_of_key::Migration),
        "change_key_of_two_columns" => Box::new(change_key_of_two_columns::Migration),
        "change_key_that_others_refer_to" => Box::new(change_key_that_others_refer_to::Migration),
        "create_user" => Box::new(create_user::Migration),
        "drop_column_unique_with_reference" => Box::new(drop_column_unique_with_reference::Migration),
        "drop_one_of_two_keys" => Box::new(drop_one_of_two_keys::Migration),
        "drop_plain_key" => Box::new(drop_plain_key::Migration),
        "drop_unique_with_reference" => Box::new(drop_unique_with_reference::Migration),
        "drop_wide_index_with_reference" => Box::new(drop_wide_index_with_reference::Migration),
        "first_bill_item" => Box::new(first_bill_item::Migration),
        "first_capital_thing" => Box::new(first_capital_thing::Migration),
        "first_category" => Box::new(first_category::Migration),
        "first_country_city" => Box::new(first_country_city::Migration),
        "first_customer_by_mail_order_by_mail" => Box::new(first_customer_by_mail_order_by_mail::Migration),
        "first_customer_loose_order" => Box::new(first_customer_loose_order::Migration),
        "first_customer_note_alone" => Box::new(first_customer_note_alone::Migration),
        "first_customer_note_indexed" => Box::new(first_customer_note_indexed::Migration),
        "first_customer_order" => Box::new(first_customer_order::Migration),
        "first_customer_person_order_of_two" => Box::new(first_customer_person_order_of_two::Migration),
        "first_customer_profile_alone" => Box::new(first_customer_profile_alone::Migration),
        "first_customer_profile_indexed" => Box::new(first_customer_profile_indexed::Migration),
        "first_kind_member" => Box::new(first_kind_member::Migration),
        "first_mailed_customer_mailed_order" => Box::new(first_mailed_customer_mailed_order::Migration),
        "first_team_worker" => Box::new(first_team_worker::Migration),
        "indexed_reference_to_unique" => Box::new(indexed_reference_to_unique::Migration),
        "refer_to_another_column" => Box::new(refer_to_another_column::Migration),
        "rename_all" => Box::new(rename_all::Migration),
        "rename_in_case_only" => Box::new(rename_in_case_only::Migration),
        "require_reference" => Box::new(require_reference::Migration),
        "unique_reference_to_indexed" => Box::new(unique_reference_to_indexed::Migration),
        "unique_reference_to_plain" => Box::new(unique_reference_to_plain::Migration),
        "widen_key_to_itself" => Box::new(widen_key_to_itself::Migration),
        "widen_keys_in_a_circle" => Box::new(widen_keys_in_a_circle::Migration),
        _ => return None,
    })
}
