//! What the entities describe, for the autogenerator: all of them, and the indexes over several columns that lists are read
//! from, which an entity's attributes cannot say.

use autogenerate::Entities;
use entity::{
    admin_log, api_token, comment, content_version, course, enrollment, idempotency_key, import, lesson,
    lesson_completion, mail_token, media, media_leftover, page, post, post_media, post_revision, post_tag,
    post_visit, post_word, redirect, secret, session, setting, student, tag, text_media, throttle, user,
};

/// All entities and their indexes.
pub(crate) fn entities() -> Entities {
    use {comment::Column as Comment, lesson::Column as Lesson, post::Column as Post};
    tables()
        .unique_index(user::Entity, "username_key", &[user::Column::UsernameKey])
        .index(user::Entity, "active", &[user::Column::IsActive, user::Column::Id, user::Column::Username])
        .index(post::Entity, "home", &[Post::Status, Post::Pinned, Post::PublishedAt, Post::Id])
        .index(post::Entity, "author", &[Post::UserId, Post::Status, Post::PublishedAt, Post::Id])
        .index(post::Entity, "archive", &[Post::Status, Post::PublishedAt, Post::Id])
        .index(
            post::Entity,
            "changed",
            &[
                Post::UpdatedAt,
                Post::Id,
                Post::Status,
                Post::UserId,
                Post::Pinned,
                Post::PublishedAt,
                Post::Title,
                Post::Slug,
            ],
        )
        .index(
            post::Entity,
            "admin_author",
            &[
                Post::UserId,
                Post::Status,
                Post::Pinned,
                Post::PublishedAt,
                Post::UpdatedAt,
                Post::Title,
                Post::Slug,
            ],
        )
        .index(
            post::Entity,
            "admin_status",
            &[
                Post::Status,
                Post::UserId,
                Post::Pinned,
                Post::PublishedAt,
                Post::UpdatedAt,
                Post::Title,
                Post::Slug,
            ],
        )
        .unique_index(post::Entity, "owner", &[Post::Id, Post::UserId])
        .index(post_tag::Entity, "tag_id", &[post_tag::Column::TagId, post_tag::Column::PostId])
        .index(
            post_tag::Entity,
            "newest",
            &[post_tag::Column::TagId, post_tag::Column::PublishedAt, post_tag::Column::PostId],
        )
        .index(post_revision::Entity, "post", &[post_revision::Column::PostId, post_revision::Column::Id])
        .index(
            post_visit::Entity,
            "day",
            &[post_visit::Column::Day, post_visit::Column::PostId, post_visit::Column::Count],
        )
        .index(lesson::Entity, "order", &[Lesson::CourseId, Lesson::Position, Lesson::Id])
        .index(
            enrollment::Entity,
            "roster",
            &[enrollment::Column::CourseId, enrollment::Column::Status, enrollment::Column::StudentId],
        )
        .index(
            admin_log::Entity,
            "row",
            &[admin_log::Column::Resource, admin_log::Column::RowId, admin_log::Column::Id],
        )
        .index(comment::Entity, "post", &[Comment::PostId, Comment::OwnerId])
        .index(comment::Entity, "shown", &[Comment::PostId, Comment::Status, Comment::Thread, Comment::Id])
        .index(comment::Entity, "queue", &[Comment::Status, Comment::CreatedAt, Comment::Id, Comment::PostId])
        .index(
            comment::Entity,
            "owner",
            &[Comment::OwnerId, Comment::Status, Comment::CreatedAt, Comment::Id, Comment::PostId],
        )
        .index(
            comment::Entity,
            "owner_time",
            &[Comment::OwnerId, Comment::CreatedAt, Comment::Id, Comment::PostId],
        )
        .index(comment::Entity, "newest", &[Comment::CreatedAt, Comment::Id, Comment::PostId])
        .index(comment::Entity, "user", &[Comment::UserId, Comment::Status])
        .index(comment::Entity, "email", &[Comment::AuthorEmail, Comment::Status])
        .index(comment::Entity, "key", &[Comment::KeyHash, Comment::PostId])
        .index(comment::Entity, "text", &[Comment::TextHash, Comment::Status])
}

fn tables() -> Entities {
    Entities::new()
        .with(admin_log::Entity)
        .with(api_token::Entity)
        .with(comment::Entity)
        .with(content_version::Entity)
        .with(course::Entity)
        .with(enrollment::Entity)
        .with(idempotency_key::Entity)
        .with(import::Entity)
        .with(lesson::Entity)
        .with(lesson_completion::Entity)
        .with(mail_token::Entity)
        .with(media::Entity)
        .with(media_leftover::Entity)
        .with(page::Entity)
        .with(post::Entity)
        .with(post_media::Entity)
        .with(post_revision::Entity)
        .with(post_tag::Entity)
        .with(post_visit::Entity)
        .with(post_word::Entity)
        .with(redirect::Entity)
        .with(secret::Entity)
        .with(session::Entity)
        .with(setting::Entity)
        .with(student::Entity)
        .with(tag::Entity)
        .with(text_media::Entity)
        .with(throttle::Entity)
        .with(user::Entity)
}
