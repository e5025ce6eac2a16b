//! Lectern's migrations, in order. A migration that was released is never edited: what it made is out there.
//!
//! Migrations do not import `entity`: they must go on meaning what they meant when entities change.
#![expect(missing_docs, unreachable_pub, reason = "each migration's file says what it does")]

pub use sea_orm_migration::prelude::*;

pub mod cli;
mod columns;
pub mod run;

mod m20261123_000001_users;
mod m20261123_000002_posts;
mod m20261123_000003_tags;
mod m20261123_000004_courses;
mod m20261123_000005_students;
mod m20261123_000006_media;
mod m20261123_000007_redirects;
mod m20261123_000008_settings;
mod m20261123_000009_imports;
mod m20261123_000010_search;
mod m20261123_000011_accounts;
mod m20261123_000012_admin_log;
mod m20261123_000013_lesson_completions;
mod m20261123_000014_admin_indexes;
mod m20261123_000015_username_keys;
mod m20261124_000016_post_lives;
mod m20261124_000017_post_revisions;
mod m20261124_000018_media_library;
mod m20261124_000019_trashed_slugs;
mod m20261124_000021_pages;
mod m20261124_000022_post_visits;
mod m20261124_000023_comments;
mod m20261124_000024_text_media;
mod m20261124_000025_revision_covers;
mod m20261124_000026_comment_lists;
mod m20261124_000027_content_version;
mod m20261128_000028_long_lists;
mod m20261129_000029_comment_times;
mod m20261129_000030_post_words;

/// How migrations are written: with the helpers of `columns.rs`.
pub const STYLE: autogenerate::Style = autogenerate::Style {
    width: 110,
    module: "crate::columns",
    table: Some("table"),
    instant: Some("instant"),
    long_text: Some("long_text"),
};

/// What migrations make and no entity can express.
pub fn objects() -> Vec<autogenerate::Object> {
    [
        &m20261123_000010_search::OBJECTS[..],
        &m20261124_000023_comments::OBJECTS,
        &m20261128_000028_long_lists::OBJECTS,
    ]
    .concat()
}

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_users::Migration),
            Box::new(m20261123_000002_posts::Migration),
            Box::new(m20261123_000003_tags::Migration),
            Box::new(m20261123_000004_courses::Migration),
            Box::new(m20261123_000005_students::Migration),
            Box::new(m20261123_000006_media::Migration),
            Box::new(m20261123_000007_redirects::Migration),
            Box::new(m20261123_000008_settings::Migration),
            Box::new(m20261123_000009_imports::Migration),
            Box::new(m20261123_000010_search::Migration),
            Box::new(m20261123_000011_accounts::Migration),
            Box::new(m20261123_000012_admin_log::Migration),
            Box::new(m20261123_000013_lesson_completions::Migration),
            Box::new(m20261123_000014_admin_indexes::Migration),
            Box::new(m20261123_000015_username_keys::Migration),
            Box::new(m20261124_000016_post_lives::Migration),
            Box::new(m20261124_000017_post_revisions::Migration),
            Box::new(m20261124_000018_media_library::Migration),
            Box::new(m20261124_000019_trashed_slugs::Migration),
            Box::new(m20261124_000021_pages::Migration),
            Box::new(m20261124_000022_post_visits::Migration),
            Box::new(m20261124_000023_comments::Migration),
            Box::new(m20261124_000024_text_media::Migration),
            Box::new(m20261124_000025_revision_covers::Migration),
            Box::new(m20261124_000026_comment_lists::Migration),
            Box::new(m20261124_000027_content_version::Migration),
            Box::new(m20261128_000028_long_lists::Migration),
            Box::new(m20261129_000029_comment_times::Migration),
            Box::new(m20261129_000030_post_words::Migration),
        ]
    }
}
