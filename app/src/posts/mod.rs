//! Posts: what the blog is made of. A post is Markdown by one author (others may be named beside them), has a slug
//! that is its permalink, and is public once its status is `published`. It is rendered when it is saved; reading
//! pages never see Markdown, and lists never see bodies.

pub mod admin;
pub mod api;
pub mod editor;
pub mod pages;
pub mod queries;
pub mod save;
pub mod views;
