//! How often posts are read: a number for each post and day, and nothing else. No cookie, no address, no third party;
//! whose view it was is not known by anybody, so one person's two views are two.
//!
//! - `counter`: views are counted in memory, and written together every few seconds;
//! - `robots`: what is no view by a person;
//! - `queries`: reading and writing the numbers;
//! - `charts`: what the admin shows of them.

pub mod charts;
pub mod counter;
pub mod queries;
pub mod robots;

pub use counter::Counter;
