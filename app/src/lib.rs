//! Lectern: a self-hosted blog that you can teach from.
//!
//! Feature folders (`posts`, `users`, `courses`, `tags`, `search`, `media`) have the same few rooms: `queries`,
//! `views`, `pages`, `api`, `forms`. `web` is what they share over HTTP; `cli` is the commands. ARCHITECTURE.md has
//! the map.

pub mod accounts;
pub mod admin;
pub mod auth;
pub mod cli;
pub mod comments;
pub mod config;
pub mod content;
pub mod courses;
pub mod db;
pub mod discovery;
pub mod feeds;
pub mod import;
pub mod mail;
pub mod media;
pub mod pages;
pub mod posts;
pub mod search;
pub mod site;
pub mod students;
pub mod tags;
pub mod users;
pub mod visits;
pub mod web;
