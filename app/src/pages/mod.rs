//! Pages: what a site has to say that is no post, at an address of its own at the top level: `/about`, `/imprint`.
//!
//! A page has no author, no date, no tags and no feed; lists and the search leave it out, and the menu leads to it. It is a
//! draft until it is published: until then only those see it who may change it.

pub mod admin;
#[expect(clippy::module_inception, reason = "handlers are in `pages.rs`, whatever the feature is called")]
pub mod pages;
pub mod queries;
pub mod reserved;
pub mod views;
