//! Posts: what the blog is made of. A post is Markdown by one author (others may be named beside them), has a slug
//! that is its permalink, and is public once its status is `published`. It is rendered when it is saved; reading
//! pages never see Markdown, and lists never see bodies.
//!
//! A post is a draft, waits for its time (`schedule`), is public, and may be thrown away (`trash`) for thirty days. Before
//! it is public it can be shown to some (`preview`). What it was at each save is kept (`revisions`).

pub mod admin;
pub mod api;
pub mod editor;
pub mod pages;
pub mod preview;
pub mod queries;
pub mod related;
pub mod revision_pages;
pub mod revisions;
pub mod save;
pub mod schedule;
pub mod trash;
pub mod views;
