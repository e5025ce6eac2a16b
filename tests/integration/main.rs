//! Scenarios over HTTP and the command line, each on a database of its own.

mod accounts;
mod addresses;
mod admin;
mod api;
mod authority;
mod cli;
mod editor;
mod errors;
mod import;
mod life;
mod limits;
mod mail;
mod markup;
mod media;
mod migrations;
mod pages;
mod permissions;
mod search;
mod sessions;
mod site;
mod statements;
mod throttle;
mod tokens;
mod users;
mod writing;
