//! Scenarios over HTTP and the command line, each on a database of its own.

mod api;
mod cli;
mod errors;
mod import;
mod migrations;
mod pages;
mod permissions;
mod search;
mod statements;
mod writing;
