//! Who may do what: every route with every role, and with what is no longer good. A route without a row here fails.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what breaks here must fail its test")]

use std::{
    collections::BTreeSet,
    fmt::Write,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::{TimeDelta, Utc};
use entity::{
    api_token::{self, Scope},
    comment::{self, CommentStatus},
    post::PostStatus,
    post_revision, session,
    user::{self, Role},
};
use harness::{Answer, TestSite, visitor::Visitor};
use reqwest::Method;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

/// The answers to nobody, a member, an author, an editor and an admin.
type Answers = [u16; 5];

/// A route, an address of it, and the answers to each method that it takes; any other method is 405. In addresses
/// `{post}` is somebody else's draft, `{mine}` one of the asker's own, `{file}` and `{own_file}` are files alike, `{user}`, `{tag}`, `{course}`, `{student}` and
/// `{redirect}` are rows, `{slug}` is a public post and a lesson of the course `{rust}`.
type Row = (&'static str, &'static str, &'static [(&'static str, Answers)]);

const ALL: Answers = [200; 5];
/// A page of one's own: who has no session is sent to the login.
const OWN: Answers = [303, 200, 200, 200, 200];
const NONE: Answers = [404; 5];
/// A draft is there for those who may change it, to be read.
const DRAFT: Answers = [404, 404, 404, 405, 405];
const READ: &[(&str, Answers)] = &[("GET", ALL)];

const ROWS: &[Row] = &[
    ("/", "/", READ),
    ("/posts/{slug}", "/posts/{slug}", READ),
    ("/posts/{slug}/comments", "/posts/{slug}/comments", &[("GET", ALL), ("POST", [422; 5])]),
    (
        "/posts/{slug}/comments/{id}/edit",
        "/posts/{slug}/comments/{own_comment}/edit",
        &[("GET", [404, 200, 200, 200, 200]), ("POST", [404, 422, 422, 422, 422])],
    ),
    (
        "/posts/{slug}/comments/{id}/edit",
        "/posts/{slug}/comments/{comment}/edit",
        &[("GET", NONE), ("POST", NONE)],
    ),
    (
        "/posts/{slug}/comments/{id}/delete",
        "/posts/{slug}/comments/{own_comment}/delete",
        &[("GET", [404, 200, 200, 200, 200]), ("POST", [404, 303, 303, 303, 303])],
    ),
    (
        "/posts/{slug}/comments/{id}/delete",
        "/posts/{slug}/comments/{comment}/delete",
        &[("GET", NONE), ("POST", NONE)],
    ),
    ("/comments/{id}", "/comments/{comment}", &[("GET", [302; 5])]),
    ("/comments/moderate/{link}", "/comments/moderate/guess", &[("GET", [410; 5]), ("POST", [410; 5])]),
    ("/admin/{resource}", "/admin/comments", &[("GET", [303, 403, 200, 200, 200])]),
    (
        "/admin/{resource}/new",
        "/admin/comments/new",
        &[("GET", [303, 403, 403, 403, 403]), ("POST", [401, 403, 403, 403, 403])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/comments/{comment}",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/comments/{my_comment}",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 303, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/comments/{comment}/delete",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/comments/{my_comment}/delete",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 303, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/history",
        "/admin/comments/{comment}/history",
        &[("GET", [303, 403, 404, 200, 200])],
    ),
    ("/admin/{resource}/export.csv", "/admin/comments/export.csv", &[("GET", [303, 403, 200, 200, 200])]),
    ("/api/posts/{id}/comments", "/api/posts/{public_post}/comments", READ),
    ("/api/posts/{id}/comments", "/api/posts/{post}/comments", &[("GET", NONE)]),
    ("/archive", "/archive", READ),
    ("/authors", "/authors", READ),
    ("/authors/{username}", "/authors/other", READ),
    ("/tags", "/tags", READ),
    ("/tags/{slug}", "/tags/spring", READ),
    ("/courses", "/courses", READ),
    ("/courses/{slug}", "/courses/{rust}", READ),
    ("/courses/{slug}/enrol", "/courses/{rust}/enrol", &[("GET", NONE), ("POST", [401, 303, 303, 303, 303])]),
    ("/courses/{slug}/leave", "/courses/{rust}/leave", &[("GET", NONE), ("POST", [401, 404, 404, 404, 404])]),
    ("/courses/{slug}/{post_slug}", "/courses/{rust}/{slug}", READ),
    (
        "/courses/{slug}/{post_slug}/complete",
        "/courses/{rust}/{slug}/complete",
        &[("POST", [401, 404, 404, 404, 404])],
    ),
    ("/search", "/search?q=words", READ),
    ("/feed.xml", "/feed.xml", READ),
    ("/rss.xml", "/rss.xml", READ),
    ("/feed.json", "/feed.json", READ),
    ("/authors/{username}/feed.xml", "/authors/other/feed.xml", READ),
    ("/authors/{username}/rss.xml", "/authors/other/rss.xml", READ),
    ("/authors/{username}/feed.json", "/authors/other/feed.json", READ),
    ("/tags/{slug}/feed.xml", "/tags/spring/feed.xml", READ),
    ("/tags/{slug}/rss.xml", "/tags/spring/rss.xml", READ),
    ("/tags/{slug}/feed.json", "/tags/spring/feed.json", READ),
    ("/courses/{slug}/feed.xml", "/courses/{rust}/feed.xml", READ),
    ("/courses/{slug}/rss.xml", "/courses/{rust}/rss.xml", READ),
    ("/courses/{slug}/feed.json", "/courses/{rust}/feed.json", READ),
    ("/setup", "/setup?token=guess", &[("GET", NONE), ("POST", NONE)]),
    ("/signup", "/signup", &[("GET", NONE), ("POST", NONE)]),
    ("/login", "/login", &[("GET", [200, 303, 303, 303, 303]), ("POST", [422; 5])]),
    ("/logout", "/logout", &[("POST", [303; 5])]),
    ("/forgot", "/forgot", &[("GET", ALL), ("POST", [422; 5])]),
    ("/reset/{token}", "/reset/guess", &[("GET", [410; 5]), ("POST", [410; 5])]),
    ("/account", "/account", &[("GET", OWN)]),
    ("/account/profile", "/account/profile", &[("POST", [401, 422, 422, 422, 422])]),
    ("/account/password", "/account/password", &[("POST", [401, 422, 422, 422, 422])]),
    ("/account/sessions/revoke", "/account/sessions/revoke", &[("POST", [401, 303, 303, 303, 303])]),
    ("/account/tokens", "/account/tokens", &[("POST", [401, 422, 422, 422, 422])]),
    ("/account/tokens/revoke", "/account/tokens/revoke", &[("POST", [401, 303, 303, 303, 303])]),
    ("/account/delete", "/account/delete", &[("POST", [401, 422, 422, 422, 422])]),
    (
        "/admin/media/new",
        "/admin/media/new",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 415, 415, 415])],
    ),
    ("/admin/media/upload", "/admin/media/upload", &[("POST", [401, 403, 415, 415, 415])]),
    (
        "/admin/media/describe",
        "/admin/media/describe?id={file}",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 404, 404])],
    ),
    (
        "/admin/media/describe",
        "/admin/media/describe?id={own_file}",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 404, 404, 404])],
    ),
    ("/admin/media/pick", "/admin/media/pick?q=boat", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin", "/admin", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin/history", "/admin/history", &[("GET", [303, 403, 403, 200, 200])]),
    (
        "/admin/settings",
        "/admin/settings",
        &[("GET", [303, 403, 403, 403, 200]), ("POST", [401, 403, 403, 403, 303])],
    ),
    (
        "/admin/menu",
        "/admin/menu",
        &[("GET", [303, 403, 403, 403, 200]), ("POST", [401, 403, 403, 403, 303])],
    ),
    ("/accent.css", "/accent.css?colour=1f6feb", READ),
    ("/{slug}", "/{page}", READ),
    (
        "/{slug}",
        "/{draft_page}",
        &[
            ("GET", [404, 404, 404, 200, 200]),
            ("POST", DRAFT),
            ("PUT", DRAFT),
            ("PATCH", DRAFT),
            ("DELETE", DRAFT),
        ],
    ),
    ("/admin/{resource}", "/admin/pages", &[("GET", [303, 403, 403, 200, 200])]),
    (
        "/admin/{resource}/new",
        "/admin/pages/new",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 422, 422])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/pages/{page_id}",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/pages/{page_id}/delete",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/history",
        "/admin/pages/{page_id}/history",
        &[("GET", [303, 403, 403, 200, 200])],
    ),
    ("/admin/{resource}/actions", "/admin/pages/actions", &[("POST", [401, 403, 403, 303, 303])]),
    ("/admin/{resource}/export.csv", "/admin/pages/export.csv", &[("GET", [303, 403, 403, 200, 200])]),
    ("/admin/posts/autosave", "/admin/posts/autosave", &[("POST", [401, 403, 422, 422, 422])]),
    ("/admin/posts/preview", "/admin/posts/preview", &[("POST", [401, 403, 200, 200, 200])]),
    ("/admin/posts/slug", "/admin/posts/slug?title=x", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin/posts/unsaved", "/admin/posts/unsaved", &[("GET", [303, 403, 200, 200, 200])]),
    (
        "/admin/posts/unsaved/{id}/discard",
        "/admin/posts/unsaved/4711/discard",
        &[("POST", [401, 403, 404, 404, 404])],
    ),
    ("/admin/{resource}", "/admin/posts", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin/{resource}", "/admin/media", &[("GET", [303, 403, 200, 200, 200])]),
    (
        "/admin/{resource}/{id}",
        "/admin/media/{file}",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/media/{own_file}",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 303, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/media/{file}/delete",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/media/{own_file}/delete",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 303, 303, 303])],
    ),
    ("/admin/{resource}/{id}/history", "/admin/media/{file}/history", &[("GET", [303, 403, 404, 200, 200])]),
    ("/admin/{resource}/export.csv", "/admin/media/export.csv", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin/{resource}", "/admin/tags", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin/{resource}", "/admin/courses", &[("GET", [303, 403, 403, 200, 200])]),
    ("/admin/{resource}", "/admin/students", &[("GET", [303, 403, 403, 200, 200])]),
    ("/admin/{resource}", "/admin/redirects", &[("GET", [303, 403, 403, 200, 200])]),
    ("/admin/{resource}", "/admin/users", &[("GET", [303, 403, 403, 403, 200])]),
    ("/admin/{resource}", "/admin/sessions", &[("GET", [303, 403, 404, 404, 404])]),
    (
        "/admin/{resource}/new",
        "/admin/posts/new",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 422, 422, 422])],
    ),
    (
        "/admin/{resource}/new",
        "/admin/tags/new",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 422, 422])],
    ),
    (
        "/admin/{resource}/new",
        "/admin/users/new",
        &[("GET", [303, 403, 403, 403, 200]), ("POST", [401, 403, 403, 403, 422])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/posts/{post}",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/posts/{mine}",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 303, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/tags/{tag}",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/courses/{course}",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/students/{student}",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/users/{user}",
        &[("GET", [303, 403, 403, 403, 200]), ("POST", [401, 403, 403, 403, 303])],
    ),
    (
        "/admin/{resource}/{id}",
        "/admin/redirects/{redirect}",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/posts/{post}/delete",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/posts/{mine}/delete",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 303, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/tags/{tag}/delete",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/users/{user}/delete",
        &[("GET", [303, 403, 403, 403, 200]), ("POST", [401, 403, 403, 403, 303])],
    ),
    ("/admin/{resource}/{id}/history", "/admin/posts/{post}/history", &[("GET", [303, 403, 404, 200, 200])]),
    ("/admin/{resource}/{id}/history", "/admin/posts/{mine}/history", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin/{resource}/{id}/history", "/admin/users/{user}/history", &[("GET", [303, 403, 403, 403, 200])]),
    ("/admin/{resource}/actions", "/admin/posts/actions", &[("POST", [401, 403, 303, 303, 303])]),
    ("/admin/{resource}/actions", "/admin/users/actions", &[("POST", [401, 403, 403, 403, 303])]),
    ("/admin/{resource}/export.csv", "/admin/posts/export.csv", &[("GET", [303, 403, 200, 200, 200])]),
    ("/admin/{resource}/export.csv", "/admin/users/export.csv", &[("GET", [303, 403, 403, 403, 200])]),
    (
        "/admin/{resource}/lookup/{field}",
        "/admin/posts/lookup/tags?q=s",
        &[("GET", [303, 403, 200, 200, 200])],
    ),
    (
        "/admin/{resource}/lookup/{field}",
        "/admin/posts/lookup/user_id?q=o",
        &[("GET", [303, 403, 403, 200, 200])],
    ),
    (
        "/admin/{resource}/new",
        "/admin/courses/new",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 422, 422])],
    ),
    (
        "/admin/{resource}/new",
        "/admin/students/new",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 422, 422])],
    ),
    (
        "/admin/{resource}/new",
        "/admin/redirects/new",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 422, 422])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/courses/{course}/delete",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/history",
        "/admin/courses/{course}/history",
        &[("GET", [303, 403, 403, 200, 200])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/students/{student}/delete",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/history",
        "/admin/students/{student}/history",
        &[("GET", [303, 403, 403, 200, 200])],
    ),
    (
        "/admin/{resource}/{id}/delete",
        "/admin/redirects/{redirect}/delete",
        &[("GET", [303, 403, 403, 200, 200]), ("POST", [401, 403, 403, 303, 303])],
    ),
    (
        "/admin/{resource}/{id}/history",
        "/admin/redirects/{redirect}/history",
        &[("GET", [303, 403, 403, 200, 200])],
    ),
    ("/admin/{resource}/actions", "/admin/courses/actions", &[("POST", [401, 403, 403, 303, 303])]),
    ("/admin/{resource}/export.csv", "/admin/courses/export.csv", &[("GET", [303, 403, 403, 200, 200])]),
    ("/admin/{resource}/actions", "/admin/students/actions", &[("POST", [401, 403, 403, 303, 303])]),
    ("/admin/{resource}/export.csv", "/admin/students/export.csv", &[("GET", [303, 403, 403, 200, 200])]),
    ("/admin/{resource}/actions", "/admin/redirects/actions", &[("POST", [401, 403, 403, 303, 303])]),
    ("/admin/{resource}/export.csv", "/admin/redirects/export.csv", &[("GET", [303, 403, 403, 200, 200])]),
    ("/admin/{resource}/actions", "/admin/tags/actions", &[("POST", [401, 403, 303, 303, 303])]),
    ("/admin/{resource}/export.csv", "/admin/tags/export.csv", &[("GET", [303, 403, 200, 200, 200])]),
    (
        "/admin/{resource}/lookup/{field}",
        "/admin/courses/lookup/students?q=s",
        &[("GET", [303, 403, 403, 200, 200])],
    ),
    (
        "/admin/{resource}/lookup/{field}",
        "/admin/students/lookup/user_id?q=o",
        &[("GET", [303, 403, 403, 404, 200])],
    ),
    ("/preview/{key}", "/preview/guess", &[("GET", NONE)]),
    ("/admin/posts/{id}/revisions", "/admin/posts/{post}/revisions", &[("GET", [303, 403, 404, 200, 200])]),
    ("/admin/posts/{id}/revisions", "/admin/posts/{mine}/revisions", &[("GET", [303, 403, 200, 200, 200])]),
    (
        "/admin/posts/{id}/revisions/{revision}",
        "/admin/posts/{post}/revisions/{revision}",
        &[("GET", [303, 403, 404, 200, 200])],
    ),
    (
        "/admin/posts/{id}/revisions/{revision}",
        "/admin/posts/{mine}/revisions/{revision}",
        &[("GET", [303, 403, 200, 200, 200])],
    ),
    (
        "/admin/posts/{id}/revisions/{revision}/restore",
        "/admin/posts/{post}/revisions/{revision}/restore",
        &[("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/posts/{id}/revisions/{revision}/restore",
        "/admin/posts/{mine}/revisions/{revision}/restore",
        &[("POST", [401, 403, 303, 303, 303])],
    ),
    (
        "/admin/posts/{id}/preview-link",
        "/admin/posts/{post}/preview-link",
        &[("GET", [303, 403, 404, 200, 200]), ("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/posts/{id}/preview-link",
        "/admin/posts/{mine}/preview-link",
        &[("GET", [303, 403, 200, 200, 200]), ("POST", [401, 403, 303, 303, 303])],
    ),
    (
        "/admin/posts/{id}/preview-link/revoke",
        "/admin/posts/{post}/preview-link/revoke",
        &[("POST", [401, 403, 404, 303, 303])],
    ),
    (
        "/admin/posts/{id}/preview-link/revoke",
        "/admin/posts/{mine}/preview-link/revoke",
        &[("POST", [401, 403, 303, 303, 303])],
    ),
    ("/admin/{resource}/{id}/restore", "/admin/posts/{post}/restore", &[("POST", [401, 403, 404, 303, 303])]),
    ("/admin/{resource}/{id}/restore", "/admin/posts/{mine}/restore", &[("POST", [401, 403, 303, 303, 303])]),
    ("/static/{path:.+}", "/static/css/base.css", READ),
    ("/media/{path:.+}", "/media/none.png", &[("GET", NONE)]),
    ("/api/posts.ndjson", "/api/posts.ndjson", READ),
    (
        "/api/posts",
        "/api/posts",
        &[
            ("GET", ALL),
            ("POST", [401, 403, 422, 422, 422]),
            ("PATCH", [401, 403, 400, 400, 400]),
            ("DELETE", [401, 403, 400, 400, 400]),
        ],
    ),
    (
        "/api/posts/{id}",
        "/api/posts/{post}",
        &[
            ("GET", [404, 404, 404, 200, 200]),
            ("PATCH", [401, 403, 404, 200, 200]),
            ("DELETE", [401, 403, 404, 204, 204]),
        ],
    ),
    (
        "/api/posts/{id}",
        "/api/posts/{mine}",
        &[
            ("GET", [404, 200, 200, 200, 200]),
            ("PATCH", [401, 403, 200, 200, 200]),
            ("DELETE", [401, 403, 204, 204, 204]),
        ],
    ),
    (
        "/api/users",
        "/api/users",
        &[
            ("GET", ALL),
            ("POST", [401, 403, 403, 403, 422]),
            ("PATCH", [401, 403, 403, 403, 400]),
            ("DELETE", [401, 403, 403, 403, 400]),
        ],
    ),
    (
        "/api/users/{id}",
        "/api/users/{user}",
        &[("GET", ALL), ("PATCH", [401, 403, 403, 403, 200]), ("DELETE", [401, 403, 403, 403, 204])],
    ),
    (
        "/api/courses",
        "/api/courses",
        &[
            ("GET", ALL),
            ("POST", [401, 403, 403, 422, 422]),
            ("PATCH", [401, 403, 403, 400, 400]),
            ("DELETE", [401, 403, 403, 400, 400]),
        ],
    ),
    (
        "/api/courses/{id}",
        "/api/courses/{course}",
        &[("GET", ALL), ("PATCH", [401, 403, 403, 200, 200]), ("DELETE", [401, 403, 403, 204, 204])],
    ),
    (
        "/api/students",
        "/api/students",
        &[
            ("GET", [401, 403, 403, 200, 200]),
            ("POST", [401, 403, 403, 422, 422]),
            ("PATCH", [401, 403, 403, 400, 400]),
            ("DELETE", [401, 403, 403, 400, 400]),
        ],
    ),
    (
        "/api/students/{id}",
        "/api/students/{student}",
        &[
            ("GET", [401, 403, 403, 200, 200]),
            ("PATCH", [401, 403, 403, 200, 200]),
            ("DELETE", [401, 403, 403, 204, 204]),
        ],
    ),
    ("/api/courses/{id}/students", "/api/courses/{course}/students", READ),
    (
        "/api/courses/{id}/students/{student_id}",
        "/api/courses/{course}/students/{student}",
        &[("PUT", [401, 403, 403, 200, 200]), ("DELETE", [401, 403, 403, 204, 204])],
    ),
    ("/api/search", "/api/search?q=words", READ),
    ("/api/openapi.json", "/api/openapi.json", READ),
    ("/api/docs", "/api/docs", READ),
    ("/api/docs/{file}", "/api/docs/index.css", READ),
    ("/sitemap.xml", "/sitemap.xml", READ),
    ("/sitemap-{part}.xml", "/sitemap-pages.xml", READ),
    ("/robots.txt", "/robots.txt", READ),
    ("/opensearch.xml", "/opensearch.xml", READ),
    ("/.well-known/security.txt", "/.well-known/security.txt", &[("GET", NONE)]),
    ("/favicon.ico", "/favicon.ico", READ),
    ("/apple-touch-icon.png", "/apple-touch-icon.png", READ),
    ("/healthz", "/healthz", READ),
    ("/metrics", "/metrics", READ),
    ("/readyz", "/readyz", READ),
];

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
const ROLES: [(&str, Role); 4] =
    [("member", Role::Member), ("author", Role::Author), ("editor", Role::Editor), ("admin", Role::Admin)];

/// The routes as the URL map spells them.
pub(crate) fn routes() -> BTreeSet<String> {
    let source = include_str!("../../app/src/web/routes.rs");
    let configure = source.split("pub fn configure").nth(1).expect("the URL map");
    let configure = configure.split("\n}\n").next().unwrap();
    let literals = configure.split('"').skip(1).step_by(2).filter(|text| text.starts_with('/'));
    let mut routes: BTreeSet<String> = literals.map(|text| text.replace(r"{id:\d+}", "{id}")).collect();
    for (call, tail) in [("rows!(", ""), ("row!(", "/{id}")] {
        let names = configure.split(call).skip(1).filter_map(|rest| rest.split(')').next());
        routes.extend(names.map(|name| format!("/api/{name}{tail}")));
    }
    routes
}

#[test]
fn every_route_has_a_row() {
    let known: BTreeSet<String> = ROWS.iter().map(|(route, _, _)| (*route).to_owned()).collect();
    assert!(known.len() > 50, "the URL map was read: {known:?}");
    assert_eq!(known, routes());
}

/// Fresh rows for one request, so that no answer depends on the one before.
async fn address(site: &TestSite, template: &str, other: i64, mine: i64) -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let build = site.build();
    let mut path = template.to_owned();
    let mut put = |name: &str, value: String| path = path.replace(&format!("{{{name}}}"), &value);
    if template.contains("{post}") {
        put(
            "post",
            build.post(other, &format!("Draft {number}")).status(PostStatus::Draft).save().await.to_string(),
        );
    }
    if template.contains("{mine}") {
        put(
            "mine",
            build.post(mine, &format!("Mine {number}")).status(PostStatus::Draft).save().await.to_string(),
        );
    }
    if template.contains("{revision}") {
        // The latest one: that of the post that was just made.
        let last = post_revision::Entity::find().order_by_desc(post_revision::Column::Id);
        put("revision", last.one(site.db.write()).await.unwrap().unwrap().id.to_string());
    }
    for (name, owner) in [("file", other), ("own_file", mine)] {
        if template.contains(&format!("{{{name}}}")) {
            put(name, build.file(owner, &format!("Boat {number}.png")).await.to_string());
        }
    }
    for (name, owner) in [("comment", other), ("my_comment", mine), ("own_comment", other)] {
        // On somebody else's post, on one of the asker's own, and the asker's own on somebody else's.
        let placeholder = format!("{{{name}}}");
        if template.contains(&placeholder) {
            let title = format!("Talk {number}");
            let post = build.post(owner, &title).save().await;
            let id = build.comment(post, "Guest", "A word", CommentStatus::Approved, None).await;
            if name == "own_comment" && mine != other {
                let change =
                    comment::ActiveModel { id: Set(id), user_id: Set(Some(mine)), ..Default::default() };
                change.update(site.db.write()).await.unwrap();
            }
            path = path.replace(&placeholder, &id.to_string()).replace("{slug}", &format!("talk-{number}"));
        }
    }
    let mut put = |name: &str, value: String| path = path.replace(&format!("{{{name}}}"), &value);
    if template.contains("{public_post}") {
        put("public_post", build.post(other, &format!("Open {number}")).save().await.to_string());
    }
    if template.contains("{slug}") || template.contains("{rust}") {
        let title = format!("Lesson {number}");
        let post = build.post(other, &title).save().await;
        build.course(&format!("Rust {number}"), &[post]).await;
        put("slug", format!("lesson-{number}"));
        put("rust", format!("rust-{number}"));
    }
    for (name, is_published) in [("page", true), ("draft_page", false), ("page_id", true)] {
        if template.contains(&format!("{{{name}}}")) {
            let slug = format!("page-{number}");
            let id = build.page(&format!("Page {number}"), &slug, is_published).await;
            put(name, if name == "page_id" { id.to_string() } else { slug });
        }
    }
    if template.contains("{user}") {
        put("user", build.author(&format!("user{number}")).await.to_string());
    }
    if template.contains("{course}") {
        put("course", build.course(&format!("Course {number}"), &[]).await.to_string());
    }
    if template.contains("{student}") {
        put("student", build.student(&format!("Student {number}")).await.to_string());
    }
    if template.contains("{tag}") {
        let name = format!("Tag {number}");
        build.post(other, &format!("Tagged {number}")).tags(&[&name]).save().await;
        let tag = entity::tag::Entity::find().filter(entity::tag::Column::Name.eq(name));
        put("tag", tag.one(site.db.write()).await.unwrap().unwrap().id.to_string());
    }
    if template.contains("{redirect}") {
        let old = format!("/old-{number}");
        build.redirect(&old, "/archive").await;
        let redirect = entity::redirect::Entity::find().filter(entity::redirect::Column::OldPath.eq(old));
        put("redirect", redirect.one(site.db.write()).await.unwrap().unwrap().id.to_string());
    }
    path
}

/// An empty form, which changes nothing of a row that is there, or under `/api` an empty object; to delete for good,
/// the confirmation.
async fn call(visitor: &Visitor<'_>, method: &Method, path: &str) -> Answer {
    let body = match (path.starts_with("/api/"), path.ends_with("/delete") && path.starts_with("/admin/")) {
        (true, _) => ("{}".to_owned(), "application/json"),
        (_, true) => ("confirmed=1".to_owned(), "application/x-www-form-urlencoded"),
        _ => (String::new(), "application/x-www-form-urlencoded"),
    };
    let body = (*method != Method::GET).then_some(body);
    visitor.send(method.clone(), path, body).await
}

struct Cast {
    other: i64,
    ids: [i64; 4],
}

async fn furnish(site: &TestSite) -> Cast {
    let other = site.build().author("other").await;
    site.build().post(other, "Public words").tags(&["Spring"]).save().await;
    let mut ids = [0; 4];
    for (id, (name, role)) in ids.iter_mut().zip(ROLES) {
        *id = site.user(name, role).await;
    }
    Cast { other, ids }
}

fn expected(row: &Row, method: &Method) -> Answers {
    let known = row.2.iter().find(|(name, _)| *name == method.as_str());
    known.map_or([405; 5], |(_, answers)| *answers)
}

/// The methods that a route takes, with the answers.
fn taken(row: &Row) -> impl Iterator<Item = (Method, Answers)> {
    row.2.iter().map(|(name, answers)| (name.parse().unwrap(), *answers))
}

#[tokio::test]
async fn every_route_answers_every_role_as_the_table_says() {
    let site = TestSite::start().await;
    let cast = furnish(&site).await;
    let mut sessions = Vec::new();
    for (name, _) in ROLES {
        sessions.push(site.sign_in(name).await);
    }
    let mut wrong = String::new();
    for row in ROWS {
        let is_api = row.1.starts_with("/api");
        for method in &METHODS {
            let expected = expected(row, method);
            let mut found = [0; 5];
            for (at, found) in found.iter_mut().enumerate() {
                let role = at.checked_sub(1);
                let mine = role.map_or(cast.other, |role| cast.ids[role]);
                let visitor = match role {
                    None => &site.visitor(),
                    Some(role) if is_api => &site.program(cast.ids[role], Scope::Write).await,
                    Some(role) => &sessions[role],
                };
                let path = address(&site, row.1, cast.other, mine).await;
                let answer = call(visitor, method, &path).await;
                *found = answer.status.as_u16();
                if let (Some(role), "/logout", 303) = (role, row.1, *found) {
                    sessions[role] = site.sign_in(ROLES[role].0).await;
                }
                if *found == 405 {
                    assert!(
                        !answer.header("allow").contains(method.as_str()),
                        "{method} {path}: {}",
                        answer.header("allow")
                    );
                }
                if *found == 303 && at == 0 && *method == Method::GET {
                    let to = answer.header("location");
                    assert!(to.starts_with("/login?next=%2F"), "{path}: {to}");
                }
            }
            if found != expected {
                writeln!(wrong, "{method:<6} {:<50} {found:?}, not {expected:?}", row.1).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    site.end().await;
}

#[tokio::test]
async fn a_session_that_is_over_is_none() {
    let site = TestSite::start().await;
    let cast = furnish(&site).await;
    let admin = cast.ids[3];
    let (idle, old, gone) =
        (site.sign_in("admin").await, site.sign_in("admin").await, site.sign_in("admin").await);
    let locked_id = site.user("locked", Role::Admin).await;
    let locked = site.sign_in("locked").await;
    let ids: Vec<i64> = session::Entity::find()
        .filter(session::Column::UserId.eq(admin))
        .all(site.db.write())
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.id)
        .collect();
    let change = async |id: i64, column: session::Column, days: i64| {
        let at = Utc::now() - TimeDelta::days(days);
        let update = session::Entity::update_many().col_expr(column, Expr::value(at));
        update.filter(session::Column::Id.eq(id)).exec(site.db.write()).await.unwrap();
    };
    change(ids[0], session::Column::ExpiresAt, 1).await;
    change(ids[1], session::Column::CreatedAt, 91).await;
    session::Entity::delete_by_id(ids[2]).exec(site.db.write()).await.unwrap();
    let lock = user::Entity::update_many().col_expr(user::Column::IsActive, Expr::value(false));
    lock.filter(user::Column::Id.eq(locked_id)).exec(site.db.write()).await.unwrap();
    let tampered = site.sign_in("admin").await;
    let cookie = tampered.cookie().unwrap();
    let (name, value) = cookie.split_once('=').unwrap();
    let flipped: String = value.chars().rev().collect();
    let tampered = site.visitor().with_cookie(&format!("{name}={flipped}"));

    // Each with the cookie that it began with, whatever the answers say.
    let cookies: Vec<(&str, String)> =
        [("idle", idle), ("old", old), ("revoked", gone), ("locked", locked), ("tampered", tampered)]
            .into_iter()
            .map(|(what, visitor)| (what, visitor.cookie().unwrap()))
            .collect();
    let mut wrong = String::new();
    for row in ROWS.iter().filter(|row| !row.1.starts_with("/api")) {
        for (method, expected) in taken(row) {
            let expected = expected[0];
            for (what, cookie) in &cookies {
                let path = address(&site, row.1, cast.other, cast.other).await;
                let visitor = site.visitor().with_cookie(cookie);
                let found = call(&visitor, &method, &path).await.status.as_u16();
                if found != expected {
                    writeln!(wrong, "{what}: {method:<6} {:<50} {found}, not {expected}", row.1).unwrap();
                }
            }
        }
    }
    // The API takes a session for reading, and one that is over for none.
    for row in ROWS.iter().filter(|row| row.1.starts_with("/api")) {
        for (method, expected) in taken(row) {
            for (what, cookie) in &cookies {
                let path = address(&site, row.1, cast.other, cast.other).await;
                let visitor = site.visitor().with_cookie(cookie);
                let found = call(&visitor, &method, &path).await.status.as_u16();
                if found != expected[0] {
                    writeln!(wrong, "{what}: {method:<6} {:<50} {found}, not {}", row.1, expected[0])
                        .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    site.end().await;
}

#[tokio::test]
async fn a_token_that_is_no_good_opens_nothing_and_a_reading_one_changes_nothing() {
    let site = TestSite::start().await;
    let cast = furnish(&site).await;
    let admin = cast.ids[3];
    let reading = site.program(admin, Scope::Read).await;
    let over = site.program(admin, Scope::Write).await;
    let update = api_token::Entity::update_many()
        .col_expr(api_token::Column::ExpiresAt, Expr::value(Utc::now() - TimeDelta::seconds(1)))
        .filter(api_token::Column::Scope.eq(Scope::Write));
    update.exec(site.db.write()).await.unwrap();
    let unknown = site.visitor().with_token("lectern_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let browser = site.sign_in("admin").await;
    let cookie = browser.cookie().unwrap();

    let mut wrong = String::new();
    for row in ROWS.iter().filter(|row| row.1.starts_with("/api")) {
        for (method, expected) in taken(row) {
            let is_reading = method == Method::GET;
            let as_admin = expected[4];
            let by_cookie = if is_reading { as_admin } else { expected[0] };
            for (what, visitor, expected) in [
                ("reading", &reading, if is_reading { as_admin } else { 403 }),
                ("over", &over, 401),
                ("unknown", &unknown, 401),
                ("cookie", &site.visitor().with_cookie(&cookie), by_cookie),
            ] {
                let path = address(&site, row.1, cast.other, cast.other).await;
                let answer = call(visitor, &method, &path).await;
                let found = answer.status.as_u16();
                if found != expected {
                    writeln!(wrong, "{what}: {method:<6} {:<50} {found}, not {expected}", row.1).unwrap();
                }
                if found == 401 {
                    assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
                }
            }
        }
    }
    // No page takes a token, whatever it is good for.
    let good = site.program(admin, Scope::Write).await;
    for row in ROWS.iter().filter(|row| !row.1.starts_with("/api")) {
        for (method, expected) in taken(row) {
            for (what, visitor) in
                [("good", &good), ("reading", &reading), ("over", &over), ("unknown", &unknown)]
            {
                let path = address(&site, row.1, cast.other, cast.other).await;
                let found = call(visitor, &method, &path).await.status.as_u16();
                if found != expected[0] {
                    writeln!(wrong, "{what}: {method:<6} {:<50} {found}, not {}", row.1, expected[0])
                        .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    site.end().await;
}
