//! Lectern's tables, one file each, in SeaORM's entity format: what the schema states and nothing more.
//!
//! Times are UTC. Lengths are in characters. `migration` writes the same schema by hand; these files say how the
//! program reads it.

pub mod course;
pub mod enrollment;
pub mod import;
pub mod lesson;
pub mod media;
pub mod post;
pub mod post_tag;
pub mod redirect;
pub mod setting;
pub mod student;
pub mod tag;
pub mod user;
