//! Comments: what readers say about posts.
//!
//! A comment is pending, approved or spam; only approved ones are shown, and nothing that somebody sent is thrown away at once:
//! what looks like spam waits for thirty days where a person can find it (`sweep`). Answers are one level deep. Comments are read in the order
//! of (`thread`, `id`): each thread from its beginning, the oldest first; so a page of them is a walk along an index,
//! however long a thread is, and an answer stays where it was when what it answered is gone.
//!
//! Guests are known again by a random key in a cookie, of which the rows hold a hash: with it they see what waits, change
//! their comment for ten minutes, and delete it.
//!
//! - `policy`: who may comment where; `judge`: what is shown at once, what waits, what is spam; `stamp`: what is signed;
//! - `forms` reads what was sent, `send` takes it; `pages` are the addresses for readers, `moderation` that of a mail's
//!   links; `section` is what stands below a post.

pub mod admin;
pub mod api;
pub mod forms;
pub mod guest;
pub mod judge;
mod mails;
pub mod moderation;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod section;
mod send;
pub mod stamp;
pub mod sweep;
pub mod views;
