//! Students: people on a course's roster, with or without an account.

pub mod admin;
pub mod api;
pub mod queries;
