//! Courses: posts in an order, with students. A lesson is a post at a place in a course; it is read under the
//! course's address with the way to the next one, and at its own as any post.

pub mod admin;
pub mod api;
pub mod pages;
pub mod progress;
pub mod queries;
pub mod save;
pub mod views;
