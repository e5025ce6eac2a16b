//! Lectern's tables, one file each, in SeaORM's entity format: what the schema states and nothing more.
//!
//! Times are UTC. Lengths are in characters. `migration` makes the same schema, step by step: a test compares
//! the two.

pub mod admin_log;
pub mod api_token;
pub mod comment;
pub mod content_version;
pub mod course;
pub mod enrollment;
pub mod idempotency_key;
pub mod import;
pub mod lesson;
pub mod lesson_completion;
pub mod mail_token;
pub mod media;
pub mod media_leftover;
pub mod page;
pub mod post;
pub mod post_media;
pub mod post_revision;
pub mod post_tag;
pub mod post_visit;
pub mod post_word;
pub mod redirect;
pub mod secret;
pub mod session;
pub mod setting;
pub mod student;
pub mod tag;
pub mod text_media;
pub mod throttle;
pub mod user;
