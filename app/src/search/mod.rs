//! Search: one meaning on all databases.
//!
//! [`tokens`](mod@tokens) turns text into tokens that every engine stores unchanged, [`query`] reads what a person
//! typed, [`index`] keeps the two index tables and asks them, [`snippet`](mod@snippet) shows where the words are.
//! Engines only store and rank; [`Query::matches`] says what must be found. The index knows nothing of who may see
//! a post: what is not public is not in it.

pub mod api;
pub mod index;
pub mod pages;
pub mod query;
pub mod results;
pub mod snippet;
pub mod titles;
pub mod tokens;
pub mod views;

pub use index::{
    Document, Index, LONG, clear, count, find, optimize, prepared, put, put_many, put_prepared, remove,
    remove_many,
};
pub use query::{Query, Term, parse};
pub use snippet::{Segment, html, mark, snippet};
