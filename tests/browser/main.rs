//! The site as readers meet it: in a real browser, on a phone and on a wide screen, with and without scripts.
//!
//! Each test has a site and a Chromium of its own. `chromium` and `chromedriver` have to be installed
//! (`scripts/test` does it).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail their test, as assertions do"
)]

mod accessibility;
mod admin;
mod articles;
mod comments;
mod courses;
mod driver;
mod editor;
mod first_post;
mod keyboard;
mod library;
mod life;
mod loading;
mod looks;
mod markup;
mod media;
mod reading;
mod search;
mod site;
mod without_scripts;
