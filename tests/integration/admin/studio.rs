//! A site with declarations of the tests' own, and people who write in it.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Utc};
use entity::{
    admin_log, course, enrollment, lesson, post,
    post::PostStatus,
    post_tag, redirect, session, student, tag,
    user::{self, Role},
};
use futures_util::future::BoxFuture;
use harness::{TestDatabase, TestSite};
use lectern::{
    admin::{
        Access, Admin, Datum, Draft, Hooks, InlineOf, LinkValue, Resource, Values,
        column::Kind,
        field, hooked, picker,
        save::{self, Input, Refusal, Saved},
    },
    auth::{Permission, Proof, Viewer, secrets},
    web::{
        App, Error, Result,
        forms::{FieldErrors, Widget},
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseExecutor, EntityTrait, QueryOrder};

/// Completes posts and says no to some.
struct PostHooks;

impl Hooks for PostHooks {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if draft.text("title") == "Forbidden" {
                return Err(Error::Invalid(FieldErrors::of("title", "Not this one.")));
            }
            if draft.text("slug").is_empty() {
                let slug = draft.text("title").to_lowercase().replace(' ', "-");
                draft.values.insert("slug", Datum::Text(slug));
            }
            if draft.is_new() {
                draft.values.insert("toc", Datum::Json(serde_json::json!([])));
                draft.values.insert("extra", Datum::Json(serde_json::json!({})));
            }
            Ok(())
        })
    }

    fn may_delete<'a>(
        &'a self,
        _: DatabaseExecutor<'a>,
        _: &'a Viewer,
        keys: &'a [i64],
    ) -> BoxFuture<'a, Result<()>> {
        let is_kept = keys.contains(&777);
        Box::pin(async move {
            if is_kept { Err(Error::Invalid(FieldErrors::of("", "This one stays."))) } else { Ok(()) }
        })
    }
}

/// Keeps the hash of a password, of which nothing comes back.
struct UserHooks;

impl Hooks for UserHooks {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if draft.changes("password") {
                let hash = format!("hash of {}", draft.text("password").len());
                draft.values.insert("password_hash", Datum::Text(hash));
            }
            Ok(())
        })
    }
}

pub(crate) fn declarations() -> Admin {
    let posts = Resource::of::<post::Entity>("posts", "post", "What readers come for.")
        .access(Access::all(Permission::WritePosts).own(post::Column::UserId, Permission::EditAllPosts))
        .group("", [field(post::Column::Title), field(post::Column::Slug).optional()])
        .group(
            "More",
            [
                field(post::Column::Content).optional(),
                field(post::Column::Status).choose::<PostStatus>(),
                field(post::Column::PublishedAt),
                field(post::Column::Pinned),
                field(post::Column::UserId).refers_to("users").only(Permission::EditAllPosts),
                picker("tags", "tags", post_tag::Column::PostId, post_tag::Column::TagId),
                field(post::Column::WordCount).read_only(),
            ],
        )
        .hooks(PostHooks);
    let courses = Resource::of::<course::Entity>("courses", "course", "")
        .access(Access::all(Permission::ManageCourses))
        .group(
            "",
            [
                field(course::Column::Name),
                field(course::Column::Slug),
                field(course::Column::Credits),
                field(course::Column::IsOpen).starts_as(|_| Datum::Boolean(true)),
                field(course::Column::StartsOn),
                picker("students", "students", enrollment::Column::CourseId, enrollment::Column::StudentId)
                    .linked_with(enrollment::Column::Status, LinkValue::Text("active"))
                    .linked_with(enrollment::Column::Source, LinkValue::Text("roster"))
                    .linked_with(enrollment::Column::EnrolledAt, LinkValue::Now)
                    .linked_when(enrollment::Column::Status, &["active", "waiting", "completed"])
                    .left_as(enrollment::Column::Status, "left"),
            ],
        )
        .inline(
            InlineOf::of("Lessons", "lesson", lesson::Column::CourseId)
                .ordered(lesson::Column::Position)
                .fields([field(lesson::Column::PostId).refers_to("posts")]),
        );
    let users = Resource::of::<user::Entity>("users", "user", "")
        .access(Access::all(Permission::ManageUsers).referred_with(Permission::EditAllPosts))
        .title(user::Column::DisplayName)
        .group(
            "",
            [
                field(user::Column::Username),
                field(user::Column::Email),
                field(user::Column::DisplayName),
                field(user::Column::Role).choose::<Role>(),
                field(user::Column::IsActive).starts_as(|_| Datum::Boolean(true)),
                hooked("password", Kind::Text(None), Widget::Password),
            ],
        )
        .hand_over("posts", post::Column::UserId)
        .hooks(UserHooks);
    // Which table refers to which is the program's own.
    Admin { resources: Vec::new(), ..lectern::web::resources::admin() }
        .resource(posts)
        .resource(courses)
        .resource(users)
        .resource(
            Resource::of::<tag::Entity>("tags", "tag", "")
                .access(Access::all(Permission::ManageTags).seen_with(Permission::UseTags))
                .group("", [field(tag::Column::Name), field(tag::Column::Slug)]),
        )
        .resource(
            Resource::of::<student::Entity>("students", "student", "")
                .access(Access::all(Permission::ManageStudents))
                .group(
                    "",
                    [
                        field(student::Column::Name),
                        field(student::Column::Email),
                        field(student::Column::UserId).refers_to("users"),
                    ],
                ),
        )
        .resource(
            Resource::of::<redirect::Entity>("redirects", "redirect", "")
                .access(Access::all(Permission::ManageRedirects))
                .group("", [field(redirect::Column::OldPath), field(redirect::Column::NewPath)]),
        )
}

/// A site with these declarations.
pub(crate) async fn open() -> TestSite {
    TestSite::start_admin(TestDatabase::create().await, declarations()).await
}

pub(crate) fn viewer(id: i64, role: Role) -> Viewer {
    let username = format!("viewer{id}");
    Viewer { id, display_name: username.clone(), username, role, proof: Proof::Session(1) }
}

/// The same viewer with a session that is there, for what asks once more who they are.
pub(crate) async fn signed_in(site: &TestSite, viewer: Viewer) -> Viewer {
    let now = Utc::now();
    let row = session::ActiveModel {
        key_hash: Set(secrets::random()),
        user_id: Set(Some(viewer.id)),
        state: Set("{}".to_owned()),
        user_agent: Set(String::new()),
        address: Set(String::new()),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(now + TimeDelta::days(1)),
        ..Default::default()
    };
    let id = row.insert(site.db.write()).await.unwrap().id;
    Viewer { proof: Proof::Session(id), ..viewer }
}

pub(crate) fn texts(values: &[(&'static str, &str)]) -> Values {
    values.iter().map(|(name, value)| (*name, Datum::Text((*value).to_owned()))).collect()
}

pub(crate) fn input(values: &[(&'static str, &str)]) -> Input {
    Input { values: texts(values), ..Input::default() }
}

pub(crate) async fn save(
    site: &TestSite,
    viewer: &Viewer,
    resource: &str,
    key: Option<i64>,
    input: &Input,
) -> Result<Saved, Refusal> {
    site.build().role(viewer.id, viewer.role).await;
    let resource = site.app.admin.find(resource).unwrap();
    save::save(&site.app, viewer, resource, key, input).await
}

/// What was wrong by field, of a refusal that says so.
pub(crate) fn complaints<T: std::fmt::Debug>(result: Result<T, Refusal>) -> BTreeMap<String, Vec<String>> {
    match result {
        Err(Refusal::Other(Error::Invalid(errors))) => errors.0,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn log(site: &TestSite) -> Vec<admin_log::Model> {
    admin_log::Entity::find().order_by_asc(admin_log::Column::Id).all(site.db.write()).await.unwrap()
}
