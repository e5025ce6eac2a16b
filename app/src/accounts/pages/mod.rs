//! The pages, by what they are for.

pub mod login;
