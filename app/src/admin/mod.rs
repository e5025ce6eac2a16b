//! The admin engine: lists and forms for any entity, from its columns and a short declaration. It knows no feature;
//! features describe themselves to it in their `admin.rs`.

pub mod views;
