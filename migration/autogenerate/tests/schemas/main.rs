//! Schemas that are not the blog's: what somebody found by trying, what is refused, tables that the generator did not write,
//! and the way of a project from its first migration on.
//!
//! The files in `golden` are what the generator writes: `AUTOGENERATE_GOLDEN=1 cargo test -p autogenerate --test schemas golden`
//! makes them again, twice where what a pair begins with changes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails must fail its test")]
#![expect(unreachable_pub, reason = "migrations are public in their own crates")]
#![allow(
    dead_code,
    reason = "of an entity only its description is used: an expectation is not met by what a macro made"
)]

#[path = "../common/mod.rs"]
mod common;
mod entities;
mod golden;
mod handwritten;
mod pairs;
mod refusals;
mod walkthrough;

#[test]
fn no_golden_file_is_left_of_what_is_gone() {
    let known: Vec<&str> = pairs::migrations().chain(walkthrough::STEPS).collect();
    common::assert_none_is_left("schemas", &known);
}
