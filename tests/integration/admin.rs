//! The admin engine, on declarations of the tests' own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail their test"
)]

mod actions;
mod browsing;
mod concurrency;
mod conflicts;
mod counts;
mod dashboard;
mod declared;
mod deletions;
mod desk;
mod enrolments;
mod entity_of_its_own;
mod export;
mod forms;
mod histories;
mod hostile;
mod lists;
mod rosters;
mod saves;
mod settings;
mod studio;
