//! The admin engine, on declarations of the tests' own.

mod concurrency;
mod conflicts;
mod deletions;
mod entity_of_its_own;
mod forms;
mod histories;
mod hostile;
mod saves;
mod studio;
