//! The editor: a page on top of the admin's form for posts, and what keeps everything that is typed into it.
//!
//! While somebody writes, the page sends the whole form every few seconds (`autosave`); it becomes one row of
//! `post_revisions` for each page that is open, never a change of the post. What was typed and not saved is offered
//! again where the person comes back (`unsaved`). `preview` shows a text as it would be stored.

pub mod autosave;
pub mod device;
pub mod page;
pub mod preview;
pub mod queries;
pub mod unsaved;
pub mod views;

/// The admin's name for posts.
const RESOURCE: &str = "posts";
/// The hidden field that names the open page: a random word, made by its script.
const TAB: &str = "_tab";
/// The hidden field that names the text that the page went on with.
const UNSAVED: &str = "_unsaved";
