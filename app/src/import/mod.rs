//! Reading other blogs: a folder of Markdown files as Hugo, Zola or Jekyll keep them.
//!
//! Nothing here touches the database or renders Markdown. [`source::Source`] lists a folder and reads it file by
//! file, [`references`] rewrites what a body points at once the caller knows the new addresses.

pub mod assets;
mod dates;
mod front_matter;
mod hugo_ref;
pub mod markdown;
mod markdown_lines;
mod markdown_scan;
mod media;
mod old_paths;
mod plan;
mod post_fields;
pub mod references;
pub mod source;
mod svg;
