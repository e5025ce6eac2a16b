//! Scenarios over HTTP and the command line, each on a database of its own.

mod accounts;
mod admin;
mod api;
mod authority;
mod cli;
mod errors;
mod import;
mod limits;
mod mail;
mod markup;
mod migrations;
mod pages;
mod permissions;
mod search;
mod sessions;
mod statements;
mod throttle;
mod tokens;
mod writing;
