//! The admin engine, on declarations of the tests' own.

mod actions;
mod browsing;
mod concurrency;
mod conflicts;
mod dashboard;
mod deletions;
mod desk;
mod entity_of_its_own;
mod export;
mod forms;
mod histories;
mod hostile;
mod lists;
mod saves;
mod studio;
