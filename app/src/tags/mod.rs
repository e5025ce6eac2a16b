//! Tags: words that group posts. They come into being with the first post that has them.

pub mod admin;
pub mod pages;
pub mod queries;
pub mod views;
