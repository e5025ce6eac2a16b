//! Users: people with an account, and authors who only have a name. Readers meet those who published something.

pub mod admin;
pub mod api;
pub mod forms;
pub mod pages;
pub mod queries;
pub mod views;
