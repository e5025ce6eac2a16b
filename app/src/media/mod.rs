//! Media: files stored by their content, served as what they were found to be.

pub mod pages;
pub mod queries;
pub mod store;
