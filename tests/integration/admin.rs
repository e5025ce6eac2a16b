//! The admin engine: lists, exports and actions of rows that the tests declare by themselves.

mod actions;
mod browsing;
mod dashboard;
mod desk;
mod export;
mod lists;
