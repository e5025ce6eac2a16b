//! The schema: what the migrations make of a database, what it holds and refuses, and the way there and back.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that fails must fail its test"
)]

use std::{path::Path, process::Output};

use autogenerate::{
    Project, Schema as Described, Style,
    commands::compare,
    diff::{Operation, Renames, apply, diff, reconcile},
    discover::discover,
};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    admin_log, api_token, comment, content_version, course, enrollment, idempotency_key, import, lesson,
    lesson_completion, mail_token, media, media_leftover, page, post, post_media, post_revision, post_tag,
    post_visit, post_word, redirect, secret, session, setting, student, tag, text_media, throttle, user,
};
use harness::{Backend, TestDatabase, TestSite, build::day, command, dump, lectern, printed};
use lectern::{
    db::{Db, Failure, classify},
    search::{self, Document, Index},
};
use migration::{MigrationTrait, Migrator, MigratorTrait, SchemaManager, run};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend,
    EntityName, EntityTrait, Iterable, PaginatorTrait, QueryFilter, TryIntoModel,
};
use serde_json::json;

/// As the migration program has them.
#[path = "../../migration/src/entities.rs"]
mod entities;

/// A database whose schema is up to date, without a site.
struct Schema {
    database: TestDatabase,
    db: Db,
}

impl Schema {
    async fn up_to_date() -> Self {
        let database = TestDatabase::create().await;
        let db = Db::connect(&database.url(), None).await.unwrap();
        run::up(db.write()).await.unwrap();
        Self { database, db }
    }

    async fn sql(&self, sql: &str) -> Result<(), sea_orm::DbErr> {
        self.db.write().execute_unprepared(sql).await.map(drop)
    }

    async fn end(self) {
        self.db.close().await.unwrap();
        self.database.drop().await;
    }
}

/// The names of all migrations, in order.
fn all() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

async fn applied(db: &impl ConnectionTrait) -> Vec<String> {
    dump::texts(db, "SELECT version FROM seaql_migrations ORDER BY version").await
}

/// A row that every table takes, each value as SQL; `other` replaces values.
fn insert(backend: DbBackend, table: &str, other: &[(&str, &str)]) -> String {
    const TIME: &str = "'2026-01-01 12:00:00'";
    const HASH: &str = "'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'";
    let mut row: Vec<(&str, &str)> = match table {
        "users" => vec![
            ("id", "1"),
            ("username", "'ada'"),
            ("email", "'ada@example.org'"),
            ("display_name", "'Ada'"),
            ("bio", "''"),
            ("created_at", TIME),
            ("updated_at", TIME),
        ],
        "posts" => vec![
            ("id", "1"),
            ("title", "'Hello'"),
            ("slug", "'hello'"),
            ("content", "''"),
            ("html", "''"),
            ("summary", "''"),
            ("excerpt", "''"),
            ("toc", "'[]'"),
            ("extra", "'{}'"),
            ("user_id", "1"),
            ("created_at", TIME),
            ("updated_at", TIME),
        ],
        "post_revisions" => vec![
            ("id", "1"),
            ("post_id", "1"),
            ("user_id", "1"),
            ("kind", "'saved'"),
            ("base", "''"),
            ("title", "'Hello'"),
            ("content", "''"),
            ("fields", "'{}'"),
            ("created_at", TIME),
            ("updated_at", TIME),
        ],
        // Its one row is there already.
        "content_version" => vec![("id", "2"), ("version", "1")],
        "post_visits" => vec![("post_id", "1"), ("day", "'2026-01-01'"), ("count", "1")],
        "post_words" => vec![("word", "'qxhello'"), ("post_id", "1")],
        "pages" => vec![
            ("id", "1"),
            ("title", "'About'"),
            ("slug", "'about'"),
            ("summary", "''"),
            ("content", "''"),
            ("html", "''"),
            ("excerpt", "''"),
            ("created_at", TIME),
            ("updated_at", TIME),
        ],
        "tags" => vec![("id", "1"), ("name", "'Rust'"), ("slug", "'rust'")],
        "post_tags" => vec![("post_id", "1"), ("tag_id", "1")],
        "courses" => vec![
            ("id", "1"),
            ("name", "'Course'"),
            ("slug", "'course'"),
            ("summary", "''"),
            ("description", "''"),
            ("html", "''"),
            ("created_at", TIME),
            ("updated_at", TIME),
        ],
        "lessons" => vec![("id", "1"), ("course_id", "1"), ("post_id", "1")],
        "students" => vec![
            ("id", "1"),
            ("name", "'Bo'"),
            ("email", "'bo@example.org'"),
            ("user_id", "1"),
            ("created_at", TIME),
            ("updated_at", TIME),
        ],
        "enrollments" => {
            vec![("student_id", "1"), ("course_id", "1"), ("enrolled_at", TIME), ("last_lesson_id", "1")]
        }
        "lesson_completions" => vec![("student_id", "1"), ("lesson_id", "1"), ("completed_at", TIME)],
        "media" => vec![
            ("id", "1"),
            ("filename", "'a.png'"),
            ("content_type", "'image/png'"),
            ("size", "1"),
            ("sha256", HASH),
            ("alt", "''"),
            ("user_id", "1"),
            ("created_at", TIME),
        ],
        "post_media" => vec![("post_id", "1"), ("name", "'ab/x.png'")],
        "text_media" => vec![("id", "1"), ("course_id", "1"), ("name", "'ab/x.png'")],
        "media_leftovers" => vec![("name", "'ab/x.png'"), ("due", TIME)],
        "comments" => vec![
            ("id", "1"),
            ("post_id", "1"),
            ("owner_id", "1"),
            ("user_id", "1"),
            ("author_name", "'Bo'"),
            ("sent_hash", HASH),
            ("text_hash", HASH),
            ("body", "''"),
            ("html", "''"),
            ("excerpt", "''"),
            ("created_at", TIME),
            ("updated_at", TIME),
        ],
        "redirects" => {
            vec![("id", "1"), ("old_path", "'/old'"), ("new_path", "'/new'"), ("created_at", TIME)]
        }
        "settings" => vec![("key", "'title'"), ("value", "'\"Site\"'"), ("updated_at", TIME)],
        "imports" => vec![("source", HASH), ("digest", HASH), ("post_id", "1"), ("imported_at", TIME)],
        "sessions" => vec![
            ("id", "1"),
            ("key_hash", HASH),
            ("user_id", "1"),
            ("state", "'{}'"),
            ("user_agent", "''"),
            ("address", "''"),
            ("created_at", TIME),
            ("last_seen_at", TIME),
            ("expires_at", TIME),
        ],
        "api_tokens" => vec![
            ("id", "1"),
            ("user_id", "1"),
            ("name", "'ci'"),
            ("token_hash", HASH),
            ("scope", "'read'"),
            ("created_at", TIME),
        ],
        "mail_tokens" => vec![
            ("id", "1"),
            ("token_hash", HASH),
            ("purpose", "'reset'"),
            ("user_id", "1"),
            ("payload", "'{}'"),
            ("created_at", TIME),
            ("expires_at", TIME),
        ],
        "throttles" => vec![("key", "'login:0'"), ("free_at", "1")],
        "secrets" => vec![("name", "'a'"), ("value", "'b'"), ("created_at", TIME)],
        "idempotency_keys" => vec![
            ("id", "1"),
            ("user_id", "1"),
            ("key_hash", HASH),
            ("request_hash", HASH),
            ("body", "''"),
            ("created_at", TIME),
        ],
        "admin_log" => vec![
            ("id", "1"),
            ("at", TIME),
            ("user_id", "1"),
            ("user_name", "'Ada'"),
            ("resource", "'posts'"),
            ("row_id", "'1'"),
            ("row_title", "'Hello'"),
            ("action", "'create'"),
            ("changes", "'[]'"),
        ],
        other => panic!("no row for {other}"),
    };
    for (column, value) in other {
        match row.iter_mut().find(|(known, _)| known == column) {
            Some((_, old)) => *old = value,
            None => row.push((column, value)),
        }
    }
    let quote = if backend == DbBackend::MySql { '`' } else { '"' };
    let columns: Vec<String> = row.iter().map(|(column, _)| format!("{quote}{column}{quote}")).collect();
    let values: Vec<&str> = row.iter().map(|(_, value)| *value).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

/// The tables in an order in which rows can be made.
const TABLES: [&str; 29] = [
    "content_version",
    "users",
    "posts",
    "post_revisions",
    "post_visits",
    "post_words",
    "pages",
    "tags",
    "post_tags",
    "courses",
    "lessons",
    "students",
    "enrollments",
    "lesson_completions",
    "media",
    "media_leftovers",
    "post_media",
    "text_media",
    "comments",
    "redirects",
    "settings",
    "imports",
    "sessions",
    "api_tokens",
    "mail_tokens",
    "throttles",
    "secrets",
    "idempotency_keys",
    "admin_log",
];

/// One row in each table.
async fn fill(db: &impl ConnectionTrait) {
    for table in TABLES {
        let sql = insert(db.get_database_backend(), table, &[]);
        db.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// Calls a macro with each entity's module.
macro_rules! each_entity {
    ($each:ident) => {
        $each!(content_version);
        $each!(user);
        $each!(post);
        $each!(post_revision);
        $each!(post_visit);
        $each!(post_word);
        $each!(page);
        $each!(tag);
        $each!(post_tag);
        $each!(course);
        $each!(lesson);
        $each!(student);
        $each!(enrollment);
        $each!(lesson_completion);
        $each!(media);
        $each!(media_leftover);
        $each!(post_media);
        $each!(text_media);
        $each!(comment);
        $each!(redirect);
        $each!(setting);
        $each!(import);
        $each!(session);
        $each!(api_token);
        $each!(mail_token);
        $each!(throttle);
        $each!(secret);
        $each!(idempotency_key);
        $each!(admin_log);
    };
}

/// What the database makes by itself, and no entity has.
const GENERATED: (&str, &str) = ("users", "name_key");

#[tokio::test]
async fn the_tables_have_exactly_the_columns_of_the_entities() {
    let schema = Schema::up_to_date().await;
    let mut entities = 0;
    macro_rules! compare {
        ($entity:ident) => {
            let mut expected: Vec<String> = $entity::Column::iter()
                .map(|column| sea_orm::IdenStatic::as_str(&column).to_owned())
                .collect();
            expected.sort();
            let table = $entity::Entity.table_name().to_owned();
            assert!(TABLES.contains(&table.as_str()), "{table}");
            let mut columns = dump::columns(schema.db.read(), &table).await;
            // SQLite lists no column that it makes of others.
            columns.retain(|column| (table.as_str(), column.as_str()) != GENERATED);
            assert_eq!(columns, expected, "{table}");
            entities += 1;
        };
    }
    each_entity!(compare);
    assert_eq!(entities, TABLES.len());
    let tables = dump::tables(schema.db.read()).await;
    for table in ["post_search", "user_search", "seaql_migrations"].iter().chain(&TABLES) {
        assert!(tables.iter().any(|name| name == table), "{table} in {tables:?}");
    }
    schema.end().await;
}

#[tokio::test]
async fn a_column_takes_null_exactly_where_its_entity_says_so() {
    let schema = Schema::up_to_date().await;
    let backend = schema.db.write().get_database_backend();
    for table in TABLES {
        // The rows that the table's row refers to are there, the row itself is not.
        let before: Vec<_> = TABLES.into_iter().take_while(|name| *name != table).collect();
        for table in before {
            schema.sql(&insert(backend, table, &[])).await.ok();
        }
        macro_rules! check {
            ($entity:ident) => {
                if $entity::Entity.table_name() == table {
                    for column in $entity::Column::iter() {
                        let name = sea_orm::IdenStatic::as_str(&column);
                        if name == "id" {
                            continue;
                        }
                        let result = schema.sql(&insert(backend, table, &[(name, "NULL")])).await;
                        assert_eq!(result.is_ok(), column.def().is_null(), "{table}.{name}: {result:?}");
                        $entity::Entity::delete_many().exec(schema.db.write()).await.unwrap();
                    }
                }
            };
        }
        each_entity!(check);
    }
    schema.end().await;
}

/// Characters of four bytes each, on every database one character.
fn wide(characters: usize) -> String {
    "𝒜😀🏽𐍈".chars().cycle().take(characters).collect()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// MariaDB takes a parameter that is an instant for a TIMESTAMP, and one beyond that type's range for NULL. (The
/// columns hold more: it is how sea-query binds `DateTimeUtc`, so a fix has to come from there.)
fn instants_are_bounded(schema: &Schema) -> bool {
    schema.database.backend() == Backend::MariaDb
}

/// The oldest instant, one of the time before computers count, one after 2038, and the newest.
fn extremes(schema: &Schema) -> (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>, DateTime<Utc>) {
    if instants_are_bounded(schema) {
        let (oldest, newest) = (instant("1970-01-01T00:00:01Z"), instant("2038-01-19T03:14:07.999999Z"));
        return (oldest, instant("1970-01-01T00:00:01.000001Z"), instant("2038-01-19T03:14:07.5Z"), newest);
    }
    (
        instant("0001-01-01T00:00:00Z"),
        instant("1815-12-10T01:02:03.000001Z"),
        instant("2106-02-07T06:28:16.5Z"),
        instant("9999-12-31T23:59:59.999999Z"),
    )
}

#[tokio::test]
async fn every_entity_reads_back_the_extremes_that_it_wrote() {
    let schema = Schema::up_to_date().await;
    let long = wide(80_000);
    let (oldest, before_unix, after_2038, newest) = extremes(&schema);
    let nested = json!({
        "": null,
        "deep": [[[[{"a": [true, false, null, -1.5e-3, 0.1, 9_007_199_254_740_993_i64, i64::MIN]}]]]],
        "text": "quote \" backslash \\ slash / newline \n tab \t control \u{1} emoji 😀 line \u{2028}",
        "long": wide(1000),
    });
    let large = 9_007_199_254_740_993; // 2^53 + 1: what a float would lose.
    macro_rules! keeps {
        ($entity:ident, $row:expr) => {
            let row: $entity::ActiveModel = $row;
            let expected = row.clone().try_into_model().unwrap();
            let returned = row.insert(schema.db.write()).await.unwrap();
            assert!(returned == expected, concat!(stringify!($entity), " was returned otherwise"));
            let read = $entity::Entity::find().all(schema.db.read()).await.unwrap();
            assert!(read.contains(&expected), concat!(stringify!($entity), " was read otherwise"));
        };
    }
    for (id, role, is_active, password_hash) in
        [(large, user::Role::Admin, false, None), (i64::MAX - 1, user::Role::Member, true, Some(wide(255)))]
    {
        let row = user::ActiveModel {
            id: Set(id),
            username: Set(format!("{}{}", wide(39), u8::from(is_active))),
            username_key: Set(is_active.then(|| wide(120))),
            email: Set(format!("{}{}", wide(253), u8::from(is_active))),
            display_name: Set(wide(80)),
            bio: Set(long.clone()),
            role: Set(role),
            password_hash: Set(password_hash),
            is_active: Set(is_active),
            created_at: Set(oldest),
            updated_at: Set(newest),
        };
        keeps!(user, row);
    }
    for (id, status, published_at, extra) in [
        (large, post::PostStatus::Scheduled, Some(after_2038), nested.clone()),
        (2, post::PostStatus::Draft, None, json!([])),
        (1, post::PostStatus::Published, Some(before_unix), json!({})),
    ] {
        let row = post::ActiveModel {
            id: Set(id),
            title: Set(wide(200)),
            slug: Set(format!("{}{}", wide(199), id % 10)),
            content: Set(long.clone()),
            html: Set(long.clone()),
            summary: Set(wide(500)),
            excerpt: Set(wide(500)),
            toc: Set(json!([{"level": 2, "id": "é", "text": "É"}])),
            word_count: Set(i32::MAX),
            status: Set(status),
            published_at: Set(published_at),
            pinned: Set(id == 1),
            extra: Set(extra),
            trashed_at: Set(published_at),
            trashed_slug: Set(published_at.map(|_| wide(200))),
            preview_key: Set((id == large).then(|| wide(64))),
            cover: Set(wide(300)),
            cover_alt: Set(wide(500)),
            comments_open: Set(id == large),
            user_id: Set(large),
            created_at: Set(before_unix),
            updated_at: Set(after_2038),
        };
        keeps!(post, row);
    }
    for (id, post_id, kind, tab) in [
        (large, Some(large), post_revision::RevisionKind::Saved, None),
        (1, None, post_revision::RevisionKind::Autosave, Some(wide(64))),
    ] {
        let row = post_revision::ActiveModel {
            id: Set(id),
            post_id: Set(post_id),
            user_id: Set(post_id),
            kind: Set(kind),
            tab: Set(tab),
            base: Set(wide(64)),
            title: Set(long.clone()),
            content: Set(long.clone()),
            fields: Set(nested.clone()),
            created_at: Set(before_unix),
            updated_at: Set(after_2038),
        };
        keeps!(post_revision, row);
    }
    for (id, parent_id, status, edited_at) in [
        (1, None, comment::CommentStatus::Approved, None),
        (2, Some(1), comment::CommentStatus::Pending, Some(newest)),
        (large, Some(2), comment::CommentStatus::Spam, Some(oldest)),
    ] {
        let row = comment::ActiveModel {
            id: Set(id),
            post_id: Set(large),
            owner_id: Set(large),
            parent_id: Set(parent_id),
            thread: Set(id),
            user_id: Set(parent_id.map(|_| large)),
            author_name: Set(wide(80)),
            author_email: Set(wide(254)),
            key_hash: Set(parent_id.map(|_| wide(64))),
            sent_hash: Set(format!("{}{}", wide(63), id % 10)),
            text_hash: Set(wide(64)),
            body: Set(long.clone()),
            html: Set(long.clone()),
            excerpt: Set(wide(200)),
            status: Set(status),
            reason: Set(wide(200)),
            created_at: Set(before_unix),
            updated_at: Set(after_2038),
            edited_at: Set(edited_at),
        };
        keeps!(comment, row);
    }
    for (day, count) in
        [(NaiveDate::from_ymd_opt(1000, 1, 1), 0), (NaiveDate::from_ymd_opt(9999, 12, 31), i64::MAX)]
    {
        let row = post_visit::ActiveModel { post_id: Set(large), day: Set(day.unwrap()), count: Set(count) };
        keeps!(post_visit, row);
    }
    keeps!(post_word, post_word::ActiveModel { word: Set("q".repeat(80)), post_id: Set(large) });
    let row = content_version::ActiveModel { id: Set(large), version: Set(i64::MAX) };
    keeps!(content_version, row);
    let row = page::ActiveModel {
        id: Set(large),
        title: Set(wide(200)),
        slug: Set(wide(200)),
        summary: Set(wide(500)),
        content: Set(long.clone()),
        html: Set(long.clone()),
        excerpt: Set(wide(500)),
        is_published: Set(true),
        created_at: Set(oldest),
        updated_at: Set(newest),
    };
    keeps!(page, row);
    keeps!(tag, tag::ActiveModel { id: Set(large), name: Set(wide(50)), slug: Set(wide(50)) });
    keeps!(
        post_tag,
        post_tag::ActiveModel { post_id: Set(large), tag_id: Set(large), published_at: Set(None) }
    );
    for (id, credits, starts_on) in [
        (1, f64::MAX, NaiveDate::from_ymd_opt(1, 1, 1)),
        (2, 0.1 + 0.2, NaiveDate::from_ymd_opt(9999, 12, 31)),
        (3, f64::MIN_POSITIVE, None),
        (4, -1.0 / 3.0, NaiveDate::from_ymd_opt(1900, 2, 28)),
    ] {
        let row = course::ActiveModel {
            id: Set(id),
            name: Set(wide(80)),
            slug: Set(format!("{}{id}", wide(79))),
            summary: Set(wide(500)),
            description: Set(long.clone()),
            html: Set(long.clone()),
            credits: Set(credits),
            is_open: Set(id == 1),
            starts_on: Set(starts_on),
            created_at: Set(oldest),
            updated_at: Set(newest),
        };
        keeps!(course, row);
    }
    for (id, position) in [(large, i32::MIN), (7, i32::MAX)] {
        let post = if id == large { large } else { 2 };
        let row = lesson::ActiveModel {
            id: Set(id),
            course_id: Set(1),
            post_id: Set(post),
            position: Set(position),
        };
        keeps!(lesson, row);
    }
    for (id, email, user_id) in [(large, Some(wide(254)), Some(large)), (1, None, None), (2, None, None)] {
        let row = student::ActiveModel {
            id: Set(id),
            name: Set(wide(80)),
            email: Set(email),
            user_id: Set(user_id),
            created_at: Set(oldest),
            updated_at: Set(newest),
        };
        keeps!(student, row);
    }
    let sources = [
        enrollment::EnrollmentSource::Student,
        enrollment::EnrollmentSource::Roster,
        enrollment::EnrollmentSource::Api,
    ];
    for ((course, status), source) in
        (1..).zip(enrollment::EnrollmentStatus::iter()).zip(sources.into_iter().cycle())
    {
        let row = enrollment::ActiveModel {
            student_id: Set(large),
            course_id: Set(course),
            status: Set(status),
            source: Set(source),
            enrolled_at: Set(before_unix),
            completed_at: Set(Some(after_2038)),
            last_lesson_id: Set(Some(large)),
        };
        keeps!(enrollment, row);
    }
    let row = media::ActiveModel {
        id: Set(large),
        filename: Set(wide(255)),
        content_type: Set("x".repeat(100)),
        size: Set(i64::MAX),
        sha256: Set("f".repeat(64)),
        sent_sha256: Set("0".repeat(64)),
        name: Set(wide(64)),
        width: Set(Some(i32::MAX)),
        height: Set(None),
        alt: Set(wide(500)),
        needs_alt: Set(true),
        user_id: Set(Some(large)),
        created_at: Set(before_unix),
    };
    keeps!(media, row);
    let row = post_media::ActiveModel { post_id: Set(large), name: Set(wide(64)) };
    keeps!(post_media, row);
    for (course_id, revision_id) in [(Some(1), None), (None, Some(1))] {
        let id = Set(large - i64::from(course_id.is_none()));
        let row = text_media::ActiveModel {
            id,
            course_id: Set(course_id),
            page_id: Set(None),
            revision_id: Set(revision_id),
            name: Set(wide(64)),
        };
        keeps!(text_media, row);
    }
    let row = media_leftover::ActiveModel { name: Set(wide(64)), due: Set(after_2038) };
    keeps!(media_leftover, row);
    let row = redirect::ActiveModel {
        id: Set(large),
        old_path: Set(wide(500)),
        new_path: Set(wide(500)),
        created_at: Set(oldest),
    };
    keeps!(redirect, row);
    for (key, value) in [(wide(60), nested), ("null".to_owned(), json!(null)), ("a".to_owned(), json!("a"))] {
        let row = setting::ActiveModel { key: Set(key), value: Set(value), updated_at: Set(newest) };
        keeps!(setting, row);
    }
    let row = import::ActiveModel {
        source: Set("a".repeat(64)),
        digest: Set("b".repeat(64)),
        post_id: Set(large),
        imported_at: Set(newest),
    };
    keeps!(import, row);
    for (id, user_id) in [(large, Some(large)), (1, None)] {
        let row = session::ActiveModel {
            id: Set(id),
            key_hash: Set(format!("{}{}", "a".repeat(63), id % 10)),
            user_id: Set(user_id),
            state: Set(long.clone()),
            user_agent: Set(wide(200)),
            address: Set("f".repeat(45)),
            created_at: Set(oldest),
            last_seen_at: Set(before_unix),
            expires_at: Set(newest),
        };
        keeps!(session, row);
        let row = mail_token::ActiveModel {
            id: Set(id),
            token_hash: Set(format!("{}{}", "a".repeat(63), id % 10)),
            purpose: Set(mail_token::Purpose::SignUp),
            user_id: Set(user_id),
            payload: Set(json!({"email": wide(254), "": [null]})),
            created_at: Set(oldest),
            expires_at: Set(newest),
        };
        keeps!(mail_token, row);
        let row = admin_log::ActiveModel {
            id: Set(id),
            at: Set(after_2038),
            user_id: Set(user_id),
            user_name: Set(wide(80)),
            resource: Set(wide(40)),
            row_id: Set(wide(60)),
            row_title: Set(wide(200)),
            action: Set(wide(20)),
            changes: Set(json!([{"field": "a", "old": null, "new": wide(1000)}])),
        };
        keeps!(admin_log, row);
    }
    for (id, scope, time) in
        [(large, api_token::Scope::Read, None), (1, api_token::Scope::Write, Some(newest))]
    {
        let row = api_token::ActiveModel {
            id: Set(id),
            user_id: Set(large),
            name: Set(wide(80)),
            token_hash: Set(format!("{}{}", "a".repeat(63), id % 10)),
            scope: Set(scope),
            created_at: Set(oldest),
            last_used_at: Set(time),
            expires_at: Set(time),
        };
        keeps!(api_token, row);
        let row = idempotency_key::ActiveModel {
            id: Set(id),
            user_id: Set(large),
            key_hash: Set(format!("{}{}", "a".repeat(63), id % 10)),
            request_hash: Set("b".repeat(64)),
            status: Set(time.map(|_| 201)),
            body: Set(long.clone()),
            created_at: Set(oldest),
        };
        keeps!(idempotency_key, row);
    }
    let row = throttle::ActiveModel { key: Set("k".repeat(80)), free_at: Set(i64::MAX) };
    keeps!(throttle, row);
    let row = secret::ActiveModel { name: Set(wide(40)), value: Set(wide(255)), created_at: Set(newest) };
    keeps!(secret, row);
    schema.end().await;
}

#[tokio::test]
async fn instants_compare_in_order_whatever_their_fractions() {
    let schema = Schema::up_to_date().await;
    let backend = schema.db.write().get_database_backend();
    schema.sql(&insert(backend, "users", &[])).await.unwrap();
    let beyond = !instants_are_bounded(&schema);
    let times = [
        if beyond { "0999-12-31T23:59:59Z" } else { "1970-01-01T00:00:01Z" },
        if beyond { "1969-12-31T23:59:59.999999Z" } else { "1970-01-01T00:00:01.000001Z" },
        "2026-01-01T12:00:00Z",
        "2026-01-01T12:00:00.000001Z",
        "2026-01-01T12:00:00.5Z",
        "2026-01-01T12:00:00.51Z",
        "2026-01-01T12:00:01Z",
        if beyond { "9999-12-31T23:59:59Z" } else { "2038-01-19T03:14:07Z" },
    ];
    for (id, time) in (1..).zip(times) {
        let row = redirect::ActiveModel {
            id: Set(id),
            old_path: Set(time.to_owned()),
            new_path: Set("/".to_owned()),
            created_at: Set(instant(time)),
        };
        row.insert(schema.db.write()).await.unwrap();
    }
    for (at, time) in (0..).zip(times) {
        let earlier = redirect::Entity::find().filter(redirect::Column::CreatedAt.lt(instant(time)));
        assert_eq!(earlier.count(schema.db.read()).await.unwrap(), at, "before {time}");
        let same = redirect::Entity::find().filter(redirect::Column::CreatedAt.eq(instant(time)));
        assert_eq!(same.count(schema.db.read()).await.unwrap(), 1, "at {time}");
    }
    schema.end().await;
}

#[tokio::test]
async fn text_that_is_longer_than_its_column_is_refused_by_the_servers() {
    let schema = Schema::up_to_date().await;
    let backend = schema.db.write().get_database_backend();
    // SQLite knows no lengths: there, the forms alone keep them.
    if backend != DbBackend::Sqlite {
        fill(schema.db.write()).await;
        for (table, column, length) in [
            ("users", "username", 40),
            ("users", "username_key", 120),
            ("users", "email", 254),
            ("users", "display_name", 80),
            ("posts", "title", 200),
            ("posts", "slug", 200),
            ("posts", "summary", 500),
            ("posts", "excerpt", 500),
            ("pages", "title", 200),
            ("pages", "slug", 200),
            ("pages", "summary", 500),
            ("pages", "excerpt", 500),
            ("tags", "name", 50),
            ("tags", "slug", 50),
            ("courses", "name", 80),
            ("courses", "slug", 80),
            ("courses", "summary", 500),
            ("students", "name", 80),
            ("students", "email", 254),
            ("media", "filename", 255),
            ("media", "content_type", 100),
            ("media", "alt", 500),
            ("comments", "author_name", 80),
            ("comments", "author_email", 254),
            ("comments", "excerpt", 200),
            ("comments", "reason", 200),
            ("redirects", "old_path", 500),
            ("redirects", "new_path", 500),
            ("sessions", "user_agent", 200),
            ("sessions", "address", 45),
            ("api_tokens", "name", 80),
            ("secrets", "value", 255),
            ("admin_log", "user_name", 80),
            ("admin_log", "row_title", 200),
        ] {
            let update = |length: usize| format!("UPDATE {table} SET {column} = '{}'", wide(length));
            schema.sql(&update(length)).await.unwrap_or_else(|error| panic!("{table}.{column}: {error}"));
            assert!(schema.sql(&update(length + 1)).await.is_err(), "{table}.{column}");
        }
    }
    schema.end().await;
}

#[tokio::test]
async fn a_second_row_with_what_must_be_unique_is_a_duplicate() {
    let schema = Schema::up_to_date().await;
    let backend = schema.db.write().get_database_backend();
    fill(schema.db.write()).await;
    schema.sql(&insert(backend, "posts", &[("id", "2"), ("slug", "'second'")])).await.unwrap();
    let other_hash = format!("'{}'", "e".repeat(64));
    for (table, other) in [
        ("users", &[("id", "2"), ("email", "'b@example.org'")] as &[_]),
        ("users", &[("id", "2"), ("username", "'bo'")]),
        ("posts", &[("id", "3")]),
        ("tags", &[("id", "2"), ("name", "'other'")]),
        ("pages", &[("id", "2")]),
        ("post_visits", &[("count", "2")]),
        ("post_words", &[]),
        ("post_tags", &[]),
        ("courses", &[("id", "2")]),
        ("lessons", &[("id", "2"), ("position", "5")]),
        ("students", &[("id", "2"), ("user_id", "NULL")]),
        ("students", &[("id", "2"), ("email", "NULL")]),
        ("enrollments", &[("status", "'left'")]),
        ("post_media", &[]),
        ("comments", &[("id", "2")]),
        ("media_leftovers", &[]),
        ("redirects", &[("id", "2"), ("new_path", "'/other'")]),
        ("settings", &[("value", "'1'")]),
        ("imports", &[("post_id", "2")]),
        ("imports", &[("source", other_hash.as_str())]),
        ("sessions", &[("id", "2")]),
        ("api_tokens", &[("id", "2")]),
        ("mail_tokens", &[("id", "2")]),
        ("throttles", &[("free_at", "2")]),
        ("secrets", &[("value", "'c'")]),
        ("idempotency_keys", &[("id", "2")]),
    ] {
        let sql = insert(backend, table, other);
        let error = schema.sql(&sql).await.expect_err(&sql);
        assert_eq!(classify(&error), Failure::Duplicate, "{sql}: {error}");
    }
    schema.sql(&insert(backend, "media", &[("id", "2")])).await.expect("a file may be several people's");
    schema
        .sql(&insert(backend, "posts", &[("id", "4"), ("slug", "'fourth'")]))
        .await
        .expect("others are fine");
    schema.end().await;
}

#[tokio::test]
async fn usernames_that_were_there_get_their_keys() {
    let schema = Schema::up_to_date().await;
    let db = schema.db.write();
    let backend = db.get_database_backend();
    let position = all().iter().position(|name| name.ends_with("_username_keys")).unwrap();
    Migrator::down(db, Some((all().len() - position) as u32)).await.unwrap();
    for (id, username) in [("1", "'Über'"), ("2", "'ada'"), ("3", "'über'"), ("4", "'ADA'"), ("5", "'Bo'")]
    {
        let email = format!("'{id}@example.org'");
        let row = [("id", id), ("username", username), ("email", email.as_str())];
        schema.sql(&insert(backend, "users", &row)).await.unwrap();
    }
    run::up(db).await.unwrap();
    let mut users = user::Entity::find().all(db).await.unwrap();
    users.sort_by_key(|user| user.id);
    let keys: Vec<Option<&str>> = users.iter().map(|user| user.username_key.as_deref()).collect();
    assert_eq!(keys, [Some("über"), Some("ada"), None, None, Some("bo")]);
    // Each is still found by their own name.
    for (name, id) in [("Über", 1), ("über", 3), ("ÜBER", 1), ("ada", 2), ("ADA", 4), ("BO", 5)] {
        let found = lectern::users::queries::find_for_login(db, name).await.unwrap().unwrap();
        assert_eq!(found.id, id, "{name}");
    }
    schema.end().await;
}

#[tokio::test]
async fn titles_that_were_there_get_their_words() {
    let schema = Schema::up_to_date().await;
    let db = schema.db.write();
    let backend = db.get_database_backend();
    schema.sql(&insert(backend, "users", &[])).await.unwrap();
    for (id, slug) in [("1", "'one'"), ("2", "'two'"), ("3", "'three'"), ("4", "'four'")] {
        schema.sql(&insert(backend, "posts", &[("id", id), ("slug", slug)])).await.unwrap();
    }
    let titles = ["Sailing, SAILING \"by\" the wind", "東京都の天気予報", "", "Gone"];
    for (id, title) in (1..).zip(titles) {
        let document = Document { id, title, summary: "Anchors and ropes", body: "Lighthouse" };
        search::put(db, Index::Posts, &document).await.unwrap();
    }
    search::put(db, Index::Posts, &Document { id: 1, title: titles[0], summary: "", body: "" })
        .await
        .unwrap();
    search::remove(db, Index::Posts, 4).await.unwrap();
    let kept = async || {
        let mut rows = post_word::Entity::find().all(db).await.unwrap();
        rows.sort_by(|one, other| (one.post_id, &one.word).cmp(&(other.post_id, &other.word)));
        rows
    };
    let before = kept().await;
    let of_first: Vec<&str> =
        before.iter().filter(|row| row.post_id == 1).map(|row| row.word.as_str()).collect();
    assert_eq!(of_first, ["qxsailing", "qxwind"]);
    assert!(before.iter().any(|row| row.post_id == 2), "{before:?}");
    assert!(before.iter().all(|row| row.post_id < 3), "{before:?}");
    let position = all().iter().position(|name| name.ends_with("_post_words")).unwrap();
    Migrator::down(db, Some((all().len() - position) as u32)).await.unwrap();
    run::up(db).await.unwrap();
    assert_eq!(kept().await, before);
    // Once more, as if it had been broken off at its end.
    schema.sql("DELETE FROM seaql_migrations WHERE version LIKE '%_post_words'").await.unwrap();
    schema.sql("DELETE FROM post_words WHERE post_id = 1").await.unwrap();
    if backend == DbBackend::MySql {
        run::up(db).await.unwrap();
        assert_eq!(kept().await, before);
    }
    schema.end().await;
}

#[tokio::test]
async fn a_row_that_refers_to_nothing_is_a_missing_reference() {
    let schema = Schema::up_to_date().await;
    let backend = schema.db.write().get_database_backend();
    let rows = [
        ("posts", "user_id"),
        ("post_tags", "post_id"),
        ("post_tags", "tag_id"),
        ("lessons", "course_id"),
        ("lessons", "post_id"),
        ("students", "user_id"),
        ("enrollments", "student_id"),
        ("enrollments", "course_id"),
        ("enrollments", "last_lesson_id"),
        ("media", "user_id"),
        ("post_visits", "post_id"),
        ("post_words", "post_id"),
        ("lesson_completions", "student_id"),
        ("lesson_completions", "lesson_id"),
        // Before the tables for whose rows a comment is made.
        ("comments", "post_id"),
        ("comments", "parent_id"),
        ("comments", "user_id"),
        ("imports", "post_id"),
        ("sessions", "user_id"),
        ("api_tokens", "user_id"),
        ("mail_tokens", "user_id"),
        ("idempotency_keys", "user_id"),
        ("admin_log", "user_id"),
    ];
    for (table, column) in rows {
        for before in TABLES.into_iter().take_while(|name| *name != table) {
            schema.sql(&insert(backend, before, &[])).await.ok();
        }
        let sql = insert(backend, table, &[(column, "99")]);
        let error = schema.sql(&sql).await.expect_err(&sql);
        assert_eq!(classify(&error), Failure::MissingReference, "{sql}: {error}");
    }
    schema.end().await;
}

#[tokio::test]
async fn columns_that_nobody_names_get_their_defaults() {
    let schema = Schema::up_to_date().await;
    fill(schema.db.write()).await;
    let db = schema.db.read();
    let user = user::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!((user.role, user.is_active, user.password_hash), (user::Role::Author, true, None));
    let post = post::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!(
        (post.status, post.word_count, post.pinned, post.published_at),
        (post::PostStatus::Draft, 0, false, None)
    );
    assert!(post.comments_open);
    let comment = comment::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!((comment.status, comment.thread), (comment::CommentStatus::Pending, 0));
    assert_eq!((comment.author_email.as_str(), comment.reason.as_str()), ("", ""));
    let course = course::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!((course.credits, course.is_open, course.starts_on), (0.0, true, None));
    assert_eq!(lesson::Entity::find().one(db).await.unwrap().unwrap().position, 0);
    let enrollment = enrollment::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!(enrollment.status, enrollment::EnrollmentStatus::Active);
    assert_eq!(enrollment.source, enrollment::EnrollmentSource::Roster);
    assert_eq!(enrollment.completed_at, None);
    schema.end().await;
}

#[tokio::test]
async fn slugs_that_differ_in_case_or_accents_are_different() {
    let schema = Schema::up_to_date().await;
    let slugs = ["foo", "Foo", "resume", "résumé", "strasse", "straße", "istanbul", "ıstanbul", "ss", "ß"];
    for (id, slug) in (1..).zip(slugs) {
        let row = tag::ActiveModel { id: Set(id), name: Set(slug.to_owned()), slug: Set(slug.to_owned()) };
        row.insert(schema.db.write()).await.unwrap_or_else(|error| panic!("{slug}: {error}"));
    }
    for (id, slug) in (1..).zip(slugs) {
        let found =
            tag::Entity::find().filter(tag::Column::Slug.eq(slug)).all(schema.db.read()).await.unwrap();
        assert_eq!(found.iter().map(|tag| tag.id).collect::<Vec<i64>>(), [id], "{slug}");
    }
    schema.end().await;
}

/// `table.column -> table on delete RULE` of each foreign key; with ` without an index` where none begins with it.
async fn foreign_keys(db: &impl ConnectionTrait) -> Vec<String> {
    let mut keys = match db.get_database_backend() {
        DbBackend::Sqlite => {
            let mut keys = Vec::new();
            for table in dump::tables(db).await {
                let sql = format!(
                    "SELECT '{table}.' || k.\"from\" || ' -> ' || k.\"table\" || ' on delete ' || lower(k.on_delete) || \
                     iif(EXISTS (SELECT 1 FROM pragma_index_list('{table}') l, pragma_index_info(l.name) i \
                     WHERE i.seqno = 0 AND i.name = k.\"from\" AND NOT l.partial), '', ' without an index') \
                     FROM pragma_foreign_key_list('{table}') k"
                );
                keys.extend(dump::texts(db, &sql).await);
            }
            keys
        }
        DbBackend::Postgres => {
            let sql = "SELECT c.conrelid::regclass || '.' || a.attname || ' -> ' || c.confrelid::regclass || ' on delete ' || \
                CASE c.confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' ELSE 'no action' END || \
                CASE WHEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1] \
                AND i.indpred IS NULL) THEN '' ELSE ' without an index' END \
                FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
                WHERE c.contype = 'f'";
            dump::texts(db, sql).await
        }
        _ => {
            let sql = "SELECT CONCAT(k.table_name, '.', k.column_name, ' -> ', k.referenced_table_name, ' on delete ', \
                LOWER(r.delete_rule), IF(EXISTS (SELECT 1 FROM information_schema.statistics s \
                WHERE s.table_schema = k.table_schema AND s.table_name = k.table_name \
                AND s.column_name = k.column_name AND s.seq_in_index = 1), '', ' without an index')) \
                FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r \
                ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name \
                AND r.table_name = k.table_name \
                WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL";
            dump::texts(db, sql).await
        }
    };
    keys.sort();
    keys
}

#[tokio::test]
async fn every_foreign_key_says_what_a_deletion_does_and_begins_an_index() {
    let schema = Schema::up_to_date().await;
    let mut expected = vec![
        "admin_log.user_id -> users on delete set null",
        "api_tokens.user_id -> users on delete cascade",
        "idempotency_keys.user_id -> users on delete cascade",
        "mail_tokens.user_id -> users on delete cascade",
        "sessions.user_id -> users on delete cascade",
        "comments.parent_id -> comments on delete set null",
        "comments.post_id -> posts on delete cascade",
        "comments.user_id -> users on delete set null",
        "enrollments.course_id -> courses on delete cascade",
        "enrollments.last_lesson_id -> lessons on delete set null",
        "enrollments.student_id -> students on delete cascade",
        "imports.post_id -> posts on delete cascade",
        "lesson_completions.lesson_id -> lessons on delete cascade",
        "lesson_completions.student_id -> students on delete cascade",
        "lessons.course_id -> courses on delete cascade",
        "lessons.post_id -> posts on delete cascade",
        "media.user_id -> users on delete set null",
        "post_media.post_id -> posts on delete cascade",
        "post_revisions.post_id -> posts on delete cascade",
        "post_revisions.user_id -> users on delete set null",
        "post_visits.post_id -> posts on delete cascade",
        "post_words.post_id -> posts on delete cascade",
        "post_tags.post_id -> posts on delete cascade",
        "post_tags.tag_id -> tags on delete cascade",
        "posts.user_id -> users on delete cascade",
        "students.user_id -> users on delete set null",
        "text_media.course_id -> courses on delete cascade",
        "text_media.page_id -> pages on delete cascade",
        "text_media.revision_id -> post_revisions on delete cascade",
    ];
    if schema.database.backend() != Backend::Sqlite {
        expected.extend([
            "post_search.id -> posts on delete cascade",
            "user_search.id -> users on delete cascade",
        ]);
    }
    if schema.database.backend() != Backend::Postgres {
        // The second column of a key of two.
        expected.push("comments.owner_id -> posts on delete cascade");
    }
    expected.sort_unstable();
    assert_eq!(foreign_keys(schema.db.read()).await, expected);
    schema.end().await;
}

/// How many rows each table has.
async fn counts(db: &impl ConnectionTrait) -> Vec<(&'static str, usize)> {
    let rows = dump::rows(db).await;
    TABLES.into_iter().map(|table| (table, rows[table].len())).filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn what_belongs_to_a_user_goes_with_them_and_what_they_only_brought_stays() {
    let site = TestSite::start().await;
    let backend = site.db.write().get_database_backend();
    fill(site.db.write()).await;
    let bo = [("id", "2"), ("username", "'bo'"), ("email", "'bo@example.net'")];
    let staying = [("id", "2"), ("slug", "'staying'"), ("user_id", "2")];
    for sql in [insert(backend, "users", &bo), insert(backend, "posts", &staying)] {
        site.db.write().execute_unprepared(&sql).await.unwrap();
    }
    for (index, id, title) in
        [(Index::Posts, 1, "leaving fox"), (Index::Posts, 2, "staying fox"), (Index::People, 1, "fox")]
    {
        let document = Document { id, title, summary: "", body: "" };
        search::put(site.db.write(), index, &document).await.unwrap();
    }
    let found = async |index| {
        search::find(site.db.write(), index, &search::parse("fox").unwrap(), 10, 0).await.unwrap().len()
    };
    assert_eq!((found(Index::Posts).await, found(Index::People).await), (2, 1));

    site.db.write().execute_unprepared("DELETE FROM users WHERE id = 1").await.unwrap();

    assert_eq!((found(Index::Posts).await, found(Index::People).await), (1, 0));
    let left = [
        ("content_version", 2),
        ("users", 1),
        ("posts", 1),
        ("post_words", 2),
        ("pages", 1),
        ("tags", 1),
        ("courses", 1),
        ("students", 1),
        ("enrollments", 1),
        ("media", 1),
        ("media_leftovers", 1),
        ("text_media", 1),
        ("redirects", 1),
        ("settings", 1),
        ("throttles", 1),
        // Two of them are the key of the cookies and the site's number.
        ("secrets", 3),
        ("admin_log", 1),
    ];
    assert_eq!(counts(site.db.read()).await, left);
    assert_eq!(student::Entity::find().one(site.db.read()).await.unwrap().unwrap().user_id, None);
    assert_eq!(media::Entity::find().one(site.db.read()).await.unwrap().unwrap().user_id, None);
    let enrolment = enrollment::Entity::find().one(site.db.read()).await.unwrap().unwrap();
    assert_eq!(enrolment.last_lesson_id, None, "its lesson went with the post");
    // The ids of what went can be used again.
    for table in ["users", "posts", "post_revisions", "post_tags", "lessons", "imports"] {
        let sql = insert(backend, table, &[]);
        site.db.write().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    site.end().await;
}

#[tokio::test]
async fn a_course_takes_its_lessons_and_enrolments_along_and_leaves_posts_and_students() {
    let schema = Schema::up_to_date().await;
    fill(schema.db.write()).await;
    schema.sql("DELETE FROM courses").await.unwrap();
    let counts = counts(schema.db.read()).await;
    let gone: Vec<&str> =
        TABLES.into_iter().filter(|table| !counts.iter().any(|(name, _)| name == table)).collect();
    assert_eq!(gone, ["courses", "lessons", "enrollments", "lesson_completions", "text_media"]);
    schema.end().await;
}

#[tokio::test]
async fn a_student_takes_their_enrolments_along_and_a_tag_leaves_its_posts() {
    let schema = Schema::up_to_date().await;
    fill(schema.db.write()).await;
    schema.sql("DELETE FROM students").await.unwrap();
    schema.sql("DELETE FROM tags").await.unwrap();
    let counts = counts(schema.db.read()).await;
    let gone: Vec<&str> =
        TABLES.into_iter().filter(|table| !counts.iter().any(|(name, _)| name == table)).collect();
    assert_eq!(gone, ["tags", "post_tags", "students", "enrollments", "lesson_completions"]);
    schema.end().await;
}

#[tokio::test]
async fn a_student_goes_on_after_the_lesson_where_they_were_is_gone() {
    let schema = Schema::up_to_date().await;
    fill(schema.db.write()).await;
    schema.sql("DELETE FROM lessons").await.unwrap();
    let enrolment =
        enrollment::Entity::find().one(schema.db.read()).await.unwrap().expect("it is still there");
    assert_eq!(enrolment.last_lesson_id, None);
    schema.end().await;
}

#[tokio::test]
async fn the_migrations_can_be_taken_back_one_by_one_and_applied_again() {
    let database = TestDatabase::create().await;
    let db = run::connect(&database.url(), "public").await.unwrap();
    assert_eq!(run::up(&db).await.unwrap(), all());
    let schema = (dump::tables(&db).await, foreign_keys(&db).await);
    assert_eq!(run::up(&db).await.unwrap(), [""; 0], "there is nothing left to do");

    for left in (0..all().len()).rev() {
        Migrator::down(&db, Some(1)).await.unwrap();
        assert_eq!(applied(&db).await, all()[..left]);
    }
    assert_eq!(dump::tables(&db).await, ["seaql_migrations"], "nothing is left behind");

    assert_eq!(run::up(&db).await.unwrap(), all());
    assert_eq!((dump::tables(&db).await, foreign_keys(&db).await), schema);
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn the_last_migrations_go_back_and_forth_over_a_site_with_content() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    site.build().posts(ada, 25).await;
    let tables = dump::tables(site.db.read()).await;
    let rows = dump::rows(site.db.read()).await;
    // They make tables, and one gives posts more columns.
    for _ in 0..3 {
        let output = site.lectern(&["migrate", "down"]);
        assert!(output.status.success(), "{}", printed(&output).1);
    }
    let without = dump::tables(site.db.read()).await;
    assert!(without.len() < tables.len() && without.contains(&"posts".to_owned()), "{without:?}");

    let output = site.lectern(&["migrate", "up"]);
    assert!(output.status.success(), "{}", printed(&output).1);

    assert_eq!(dump::tables(site.db.read()).await, tables);
    let again = dump::rows(site.db.read()).await;
    assert_eq!((&again["posts"], &again["users"]), (&rows["posts"], &rows["users"]));
    let output = site.lectern(&["search", "reindex"]);
    assert!(printed(&output).0.contains("indexed 25 posts and 1 people"), "{:?}", printed(&output));
    let found = site.get("/api/search?q=post").await.expect(200).json();
    assert_eq!(found["total"], 25);
    // A replica is not read from until it has the new schema, and no page is kept that was made of the old one.
    let version = async || {
        let versions =
            dump::texts(site.db.write(), "SELECT CAST(version AS char(20)) FROM content_version").await;
        versions[0].trim().parse::<u64>().unwrap()
    };
    let before = version().await;
    for command in ["down", "up"] {
        let output = site.lectern(&["migrate", command]);
        assert!(output.status.success(), "{}", printed(&output).1);
    }
    assert_eq!(version().await, before + 2);
    site.end().await;
}

/// Takes the last migrations from the list of those that were applied, as if they were broken off before their end.
async fn forget(db: &impl ConnectionTrait, numbers: &[&str]) {
    for number in numbers {
        let sql = format!("DELETE FROM seaql_migrations WHERE version LIKE '%{number}%'");
        db.execute_unprepared(&sql).await.unwrap();
    }
}

/// Which text has which file.
async fn files_in_texts(db: &impl ConnectionTrait) -> Vec<(Option<i64>, Option<i64>, Option<i64>, String)> {
    let rows = text_media::Entity::find().all(db).await.unwrap();
    let mut rows: Vec<_> =
        rows.into_iter().map(|row| (row.course_id, row.page_id, row.revision_id, row.name)).collect();
    rows.sort();
    rows
}

/// MariaDB and MySQL keep what a migration did before it was broken off.
#[tokio::test]
async fn long_lists_are_made_from_where_their_migration_broke_off() {
    let database = TestDatabase::create().await;
    let db = run::connect(&database.url(), "public").await.unwrap();
    run::up(&db).await.unwrap();
    fill(&db).await;
    let indexes = ["idx_users_active", "idx_users_name_key", "idx_post_tags_newest"];
    for (index, table) in indexes.into_iter().zip(["users", "users", "post_tags"]) {
        let drop = migration::Index::drop().name(index).table(table).to_owned();
        SchemaManager::new(&db).drop_index(drop).await.unwrap();
    }
    for sql in [
        "ALTER TABLE users DROP COLUMN name_key",
        "UPDATE post_tags SET published_at = NULL",
        "DELETE FROM seaql_migrations WHERE version = 'm20261128_000028_long_lists'",
    ] {
        db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    assert_eq!(run::up(&db).await.unwrap(), ["m20261128_000028_long_lists"]);
    for (index, table) in indexes.into_iter().zip(["users", "users", "post_tags"]) {
        assert!(SchemaManager::new(&db).has_index(table, index).await.unwrap(), "{index}");
    }
    let links = post_tag::Entity::find().find_also_related(post::Entity).all(&db).await.unwrap();
    assert!(!links.is_empty());
    for (link, post) in links {
        let post = post.unwrap();
        let public = post.published_at.filter(|_| post.status == post::PostStatus::Published);
        assert_eq!(link.published_at, public);
    }
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn files_in_old_texts_are_found_however_often_their_migrations_break_off() {
    let database = TestDatabase::create().await;
    let db = run::connect(&database.url(), "public").await.unwrap();
    run::up(&db).await.unwrap();
    let backend = db.get_database_backend();
    fill(&db).await;
    let sql =
        async |sql: &str| db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let file = |digit: u8| format!("{digit}0/{digit}0{}.png", "0".repeat(30));
    let shown = |digit: u8| format!("'<p><img src=\"/media/{0}\"> and /media/{0}</p>'", file(digit));
    sql(&format!("UPDATE courses SET html = {}", shown(1))).await;
    sql(&format!("UPDATE pages SET html = {}", shown(2))).await;
    sql(&format!("UPDATE post_revisions SET content = {}", shown(3))).await;
    sql(&format!("UPDATE posts SET cover = '/media/{}', cover_alt = 'A boat'", file(4))).await;
    // A later revision, and a text that is not saved.
    let latest = [("id", "2"), ("fields", "'{\"summary\": \"S\", \"tags\": \"\"}'")];
    sql(&insert(backend, "post_revisions", &latest)).await;
    let fields = format!("'{{\"cover\": \"/media/{}\"}}'", file(5));
    let typed = [("id", "3"), ("kind", "'autosave'"), ("tab", "'t'"), ("fields", fields.as_str())];
    sql(&insert(backend, "post_revisions", &typed)).await;
    // Back to before the two that look into texts.
    let migrations = Migrator::migrations();
    let later = migrations.iter().rev().take_while(|one| one.name() != "m20261124_000023_comments").count();
    Migrator::down(&db, Some(later as u32)).await.unwrap();
    run::up(&db).await.unwrap();

    let found = [
        (None, None, Some(1), file(3)),
        (None, None, Some(2), file(4)),
        (None, None, Some(3), file(5)),
        (None, Some(1), None, file(2)),
        (Some(1), None, None, file(1)),
    ];
    assert_eq!(files_in_texts(&db).await, found);
    let fields =
        async |id: i64| post_revision::Entity::find_by_id(id).one(&db).await.unwrap().unwrap().fields;
    let completed =
        json!({"summary": "S", "tags": "", "cover": format!("/media/{}", file(4)), "cover_alt": "A boat"});
    assert_eq!((fields(1).await, fields(2).await), (json!({}), completed.clone()));
    assert_eq!(fields(3).await, json!({"cover": format!("/media/{}", file(5))}));

    // Killed while files were being written down: an index is missing, and some of the rows.
    let on_table = if backend == DbBackend::MySql { " ON text_media" } else { "" };
    sql(&format!("DROP INDEX idx_text_media_name{on_table}")).await;
    sql("DELETE FROM text_media WHERE page_id IS NULL AND course_id IS NULL").await;
    forget(&db, &["000024", "000025"]).await;
    assert_eq!(run::up(&db).await.unwrap().len(), 2);
    let again: Vec<_> = files_in_texts(&db).await.into_iter().filter(|row| row.2 != Some(2)).collect();
    assert_eq!(again, found.iter().filter(|row| row.2 != Some(2)).cloned().collect::<Vec<_>>());
    // Killed between a cover's file and the cover.
    sql("UPDATE post_revisions SET fields = '{\"summary\": \"S\", \"tags\": \"\"}' WHERE id = 2").await;
    for _ in 0..2 {
        forget(&db, &["000025"]).await;
        assert_eq!(run::up(&db).await.unwrap().len(), 1);
        assert_eq!(files_in_texts(&db).await, found);
        assert_eq!(fields(2).await, completed);
    }
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_migrate_once() {
    let database = TestDatabase::create().await;
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let url = database.url();
            tokio::spawn(async move {
                let db = run::connect(&url, "public").await.unwrap();
                let names = run::up(&db).await.unwrap();
                db.close().await.unwrap();
                names
            })
        })
        .collect();
    let mut names = Vec::new();
    for node in nodes {
        names.extend(node.await.unwrap());
    }
    assert_eq!(names, all(), "each migration was applied by one node");
    let db = database.connect().await;
    assert_eq!(applied(&db).await, all());
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let database = TestDatabase::create().await;
    let db = run::connect(&database.url(), "public").await.unwrap();
    run::up(&db).await.unwrap();
    fill(&db).await;
    Migrator::down(&db, Some(1)).await.unwrap();
    db.execute_unprepared(
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_future', 0)",
    )
    .await
    .unwrap();
    let before = dump::rows(&db).await;

    let error = run::up(&db).await.unwrap_err().to_string();
    assert!(error.contains("m20990101_000001_future"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["serve", "--addr", "127.0.0.1:0"] as &[_],
        &["serve", "--addr", "127.0.0.1:0", "--no-migrate"],
        &["user", "list"],
        &["search", "reindex"],
        &["migrate", "up"],
        &["migrate", "up", "-n", "1"],
        &["migrate", "down"],
        &["migrate", "status"],
    ] {
        let output = lectern(folder.path(), &database.url(), arguments);
        let (_, errors) = printed(&output);
        assert!(!output.status.success(), "{arguments:?}");
        assert_eq!(errors.trim().lines().count(), 1, "{arguments:?}: {errors}");
        assert!(errors.contains("m20990101_000001_future"), "{arguments:?}: {errors}");
    }
    assert_eq!(dump::rows(&db).await, before);
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn a_migration_that_fails_says_what_to_do_and_leaves_as_little_as_the_database_can() {
    let database = TestDatabase::create().await;
    let db = run::connect(&database.url(), "public").await.unwrap();
    db.execute_unprepared("CREATE TABLE tags (mine integer)").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = lectern(folder.path(), &database.url(), &["migrate", "up"]);
    let (_, errors) = printed(&output);
    assert!(!output.status.success());
    assert_eq!(errors.trim().lines().count(), 1, "{errors}");
    assert!(errors.contains("tags"), "it names the cause: {errors}");
    assert!(errors.contains("start again"), "it says what to do: {errors}");
    if database.backend() == Backend::MariaDb {
        assert!(errors.contains(&all()[2]), "{errors}");
        assert_eq!(applied(&db).await, all()[..2]);
    } else {
        assert_eq!(dump::tables(&db).await, ["tags"]);
    }
    assert_eq!(dump::columns(&db, "tags").await, ["mine"], "somebody else's table is as it was");

    db.execute_unprepared("DROP TABLE tags").await.unwrap();
    run::up(&db).await.expect("with the cause gone it goes through");
    assert_eq!(applied(&db).await, all());
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn what_is_taken_back_halfway_is_all_there_again_where_the_database_can_do_that() {
    let database = TestDatabase::create().await;
    let db = run::connect(&database.url(), "public").await.unwrap();
    run::up(&db).await.unwrap();
    fill(&db).await;
    let rows = dump::rows(&db).await;
    let is_whole = database.backend() != Backend::MariaDb;
    // The last migrations can be taken back, and the one before them cannot, though it has begun.
    let place = all().iter().position(|name| name.ends_with("_long_lists")).unwrap();
    let number = (all().len() - place).to_string();
    let drop = migration::Index::drop().name("idx_post_tags_newest").table("post_tags").to_owned();
    SchemaManager::new(&db).drop_index(drop).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["down", "-n", &number][..], &["refresh"], &["reset"]] {
        let output = lectern(folder.path(), &database.url(), &[&["migrate"], arguments].concat());
        let (_, errors) = printed(&output);
        assert!(!output.status.success(), "{arguments:?}");
        assert_eq!(errors.trim().lines().count(), 1, "{arguments:?}: {errors}");
        assert!(errors.contains(&all()[place]), "{arguments:?}: {errors}");
        let manager = SchemaManager::new(&db);
        assert_eq!(manager.has_index("users", "idx_users_active").await.unwrap(), is_whole);
        assert_eq!(manager.has_index("comments", "idx_comments_newest").await.unwrap(), is_whole);
        assert_eq!(applied(&db).await.len(), if is_whole { all().len() } else { place + 1 }, "{arguments:?}");
        assert_eq!(dump::rows(&db).await["users"], rows["users"], "{arguments:?}");
    }
    db.close().await.unwrap();
    database.drop().await;
}

/// Runs the migration program as `sea-orm-cli migrate` does; without a database where none is named.
fn migration_program(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    let lectern = command(folder, url, &[]);
    let program =
        Path::new(lectern.get_program()).with_file_name(format!("migration{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is not there: run `cargo build --workspace` first", program.display());
    std::process::Command::new(program)
        .args(arguments)
        .args(if url.is_empty() { vec![] } else { vec!["-u", url] })
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .output()
        .expect("the program runs")
}

/// Goes through all commands that change a schema; `migrate` runs one.
async fn walk_through_the_commands(migrate: impl Fn(&Path, &str, &[&str]) -> Output) {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = migrate(folder.path(), &database.url(), arguments);
        let (out, errors) = printed(&output);
        assert!(output.status.success(), "{arguments:?}: {out}{errors}");
        out + &errors
    };
    let count = all().len();
    let db = database.connect().await;

    let status = run(&["status"]);
    assert_eq!(status.matches("Pending").count(), count, "{status}");
    run(&["up", "-n", "1"]);
    assert_eq!(applied(&db).await, all()[..1]);
    run(&["up"]);
    assert_eq!(applied(&db).await, all());
    fill(&db).await;
    let status = run(&["status"]);
    assert_eq!(
        (status.matches("Pending").count(), status.matches("Applied").count()),
        (0, count),
        "{status}"
    );
    for name in all() {
        assert!(status.contains(&name), "{status}");
    }
    run(&["down"]);
    assert_eq!(applied(&db).await, all()[..count - 1]);
    run(&["down", "-n", "3"]);
    assert_eq!(applied(&db).await, all()[..count - 4]);
    assert_eq!(dump::rows(&db).await["users"].len(), 1, "going back a step leaves the other tables alone");
    run(&["up"]);
    for again in ["refresh", "fresh"] {
        run(&[again]);
        assert_eq!(applied(&db).await, all(), "{again}");
        assert_eq!(counts(&db).await, [("content_version", 1)], "{again}");
        fill(&db).await;
    }
    run(&["reset"]);
    // Which of the program's tables stays is not the point: none of ours does.
    let left = dump::tables(&db).await;
    assert!(left.is_empty() || left == ["seaql_migrations"], "{left:?}");
    run(&["fresh"]);
    assert_eq!(applied(&db).await, all());
    db.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn sea_orm_clis_commands_work() {
    walk_through_the_commands(migration_program).await;
}

#[tokio::test]
async fn lectern_migrate_knows_the_same_commands() {
    walk_through_the_commands(|folder, url, arguments| {
        lectern(folder, url, &[&["migrate"], arguments].concat())
    })
    .await;
}

#[tokio::test]
async fn a_site_serves_a_database_that_sea_orm_cli_has_migrated() {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().unwrap();
    let output = migration_program(folder.path(), &database.url(), &["up"]);
    assert!(output.status.success(), "{:?}", printed(&output));
    let site = TestSite::start_on(database).await;
    let ada = site.build().author("ada").await;
    site.build().post(ada, "Hello").published(day(3)).save().await;
    site.get("/posts/hello").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn entities_migrations_and_databases_agree() {
    let schema = Schema::up_to_date().await;
    let url = schema.database.url();
    let folder = tempfile::tempdir().unwrap();
    let lectern = command(folder.path(), &url, &[]);
    let program =
        Path::new(lectern.get_program()).with_file_name(format!("migration{}", std::env::consts::EXE_SUFFIX));
    for arguments in
        [&["check"][..], &["check", "-u", &url], &["check", "--against", "migrations", "-u", &url]]
    {
        let output = std::process::Command::new(&program)
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("DATABASE_URL")
            .output()
            .expect("the program runs");
        assert_eq!(printed(&output), ("no difference\n".to_owned(), String::new()), "{arguments:?}");
    }
    let (history, _) = printed(&migration_program(folder.path(), &url, &["history"]));
    let last = all().last().cloned().unwrap();
    assert_eq!(history.lines().count(), all().len());
    assert!(history.ends_with(&format!("  {last}  (current)\n")), "{history}");
    assert_eq!(printed(&migration_program(folder.path(), &url, &["current"])).0, format!("{last}\n"));

    schema.sql("ALTER TABLE tags ADD COLUMN colour varchar(20)").await.unwrap();
    let output = migration_program(folder.path(), &url, &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let told =
        "error: the database would have to change to agree with the entities:\n  drop column tags.colour\n";
    assert_eq!(printed(&output).1, told);

    schema
        .sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_future', 0)")
        .await
        .unwrap();
    let future = "m20990101_000001_future  (applied, but not known here)\n";
    let (history, _) = printed(&migration_program(folder.path(), &url, &["history"]));
    assert!(history.contains(&format!("{last}  (current)\n")) && history.ends_with(future), "{history}");
    let (current, _) = printed(&migration_program(folder.path(), &url, &["current"]));
    assert_eq!(current, format!("{last}\n{future}"));
    schema.end().await;
}

#[tokio::test]
async fn the_migration_program_tells_by_its_exit_code_what_came_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = "sqlite://nowhere/lectern.db?mode=rwc";
    // Not where the program's own are: entities that disagree with these would have their migration by having been tested.
    let migrations = tempfile::tempdir().unwrap();
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migration/src/lib.rs");
    std::fs::copy(lib, migrations.path().join("lib.rs")).unwrap();
    let there = migrations.path().to_str().unwrap();
    let again = ["autogenerate", "-m", "again", "--folder", there];
    let renamed = |what| [&again[..], &["--rename", what]].concat();
    let cannot_open = "error: cannot open the database at sqlite://nowhere/lectern.db";
    for (url, arguments, code, says) in [
        ("", again.to_vec(), 0, "no difference: nothing to write\n"),
        ("", renamed("posts.nothing:title"), 1, "error: --rename posts.nothing:title"),
        ("", renamed("posts.title:slug"), 1, "error: --rename posts.title:slug"),
        ("", vec!["autogenerate", "--folder", there], 2, "--message <MESSAGE>"),
        ("", vec!["autogenerate", "-m", " … ", "--folder", there], 2, "it takes a few words"),
        (nowhere, again.to_vec(), 1, "it takes no -u"),
        ("", vec!["check"], 0, "no difference\n"),
        ("", vec!["check", "--against", "migrations"], 1, "it takes -u"),
        (nowhere, vec!["check"], 1, cannot_open),
        (nowhere, vec!["current"], 1, cannot_open),
        ("", vec!["current"], 0, "none\n"),
        ("", vec!["history"], 0, "not applied"),
        ("", vec!["init"], 2, "unrecognized subcommand"),
    ] {
        let output = migration_program(folder.path(), url, &arguments);
        let (out, errors) = printed(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {out}{errors}");
        assert!((out + &errors).contains(says), "{arguments:?}");
    }
    assert_eq!(std::fs::read_dir(migrations.path()).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "who only looks makes no database");
}

/// A project of which nothing has been migrated yet.
fn project(migrations: Vec<Box<dyn MigrationTrait>>) -> Project {
    Project {
        migrations,
        entities: entities::entities(),
        objects: migration::objects(),
        folder: Path::new("").to_owned(),
        style: Style { module: "super::columns", ..migration::STYLE },
    }
}

/// As migrations have it.
#[path = "../../migration/src/columns.rs"]
#[expect(dead_code, reason = "a written migration has no use for the helpers that only people call")]
mod columns;

/// The migration from nothing to the entities, as `autogenerate` writes it: `AUTOGENERATE_GOLDEN=1` makes it again.
#[path = "first_migration.rs"]
#[expect(unreachable_pub, reason = "migrations are public in their own crates")]
mod first_migration;

#[tokio::test]
async fn a_first_migration_written_today_would_make_the_schema_of_all_so_far() {
    let mut so_far = project(Migrator::migrations()).migrated().await.unwrap();
    let first = project(Vec::new());
    let described = first.described().await.unwrap();
    reconcile(&mut so_far, &described, &Renames::default());
    let steps = diff(&Described::default(), &described, &Renames::default());
    assert_eq!(apply(&Described::default(), &steps), so_far);

    let made = first.make("20260101_000000", "first migration", &[], false).await.unwrap().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("integration/first_migration.rs");
    if std::env::var_os("AUTOGENERATE_GOLDEN").is_some() {
        std::fs::write(&file, &made.content).unwrap();
    }
    assert!(
        std::fs::read_to_string(file).unwrap() == made.content,
        "make it again with AUTOGENERATE_GOLDEN=1"
    );
}

#[tokio::test]
async fn the_first_migration_makes_on_each_database_what_all_have_made() {
    let (database, schema) = (TestDatabase::create().await, Schema::up_to_date().await);
    let db = database.connect().await;
    let described = async |db: &DatabaseConnection| {
        discover(db, "public").await.unwrap().without(&migration::objects()).schema
    };
    let manager = SchemaManager::new(&db);
    first_migration::Migration.up(&manager).await.unwrap();
    let left = compare(&described(&db).await, &described(schema.db.write()).await, db.get_database_backend());
    assert_eq!(left.iter().map(Operation::summary).collect::<Vec<_>>(), [""; 0]);
    first_migration::Migration.down(&manager).await.unwrap();
    assert_eq!(described(&db).await, Described::default());
    db.close().await.unwrap();
    database.drop().await;
    schema.end().await;
}
