//! What the admin shows: the features' declarations, in the order of the rail.

use entity::{
    admin_log, api_token, enrollment, lesson, lesson_completion, media, post, post_tag, session, student,
};

use crate::{admin::Admin, courses, posts, site, students, tags, users};

/// Puts the admin together.
pub fn admin() -> Admin {
    Admin::default()
        .resource(posts::admin::resource())
        .resource(tags::admin::resource())
        .resource(courses::admin::resource())
        .resource(students::admin::resource())
        .resource(users::admin::resource())
        .resource(site::admin::resource())
        .refers::<post::Entity>("posts")
        .refers::<post_tag::Entity>("uses of tags")
        .refers::<lesson::Entity>("lessons")
        .refers::<enrollment::Entity>("enrolments")
        .refers::<lesson_completion::Entity>("completed lessons")
        .refers::<student::Entity>("students")
        .refers::<media::Entity>("files")
        .refers::<session::Entity>("sessions")
        .refers::<api_token::Entity>("API tokens")
        .refers::<admin_log::Entity>("entries of the history")
}
