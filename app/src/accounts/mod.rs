//! Accounts, as their owners see them: signing in and out, the first one of a site, sign-up, a forgotten password, and
//! what one may change of oneself.

pub mod forms;
pub(crate) mod mails;
pub mod pages;
pub mod queries;
pub mod resume;
pub mod sweep;
pub mod views;
