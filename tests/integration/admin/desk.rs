//! A site with declarations of the tests' own, and people who work on it.

use chrono_tz::Tz;
use entity::{
    course, enrollment, lesson, post,
    post::PostStatus,
    post_tag, student, tag,
    user::{self, Role},
};
use futures_util::future::BoxFuture;
use harness::{TestDatabase, TestSite};
use lectern::{
    admin::{
        Access, Action, Admin, LinkValue, Resource,
        action::Run,
        actions::{self, Outcome},
        field, list, picker,
        query::{ListQuery, Scope},
        views::{Confirm, List, Message},
    },
    auth::{Permission, Proof, Viewer},
    web::{
        AppData, Error,
        forms::{Field, FieldErrors, Submitted, Widget},
    },
};
use sea_orm::{
    ActiveEnum, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

pub(crate) struct Desk {
    pub(crate) site: TestSite,
    pub(crate) app: AppData,
    pub(crate) zone: Tz,
}

pub(crate) fn viewer(id: i64, role: Role) -> Viewer {
    Viewer {
        id,
        username: format!("viewer{id}"),
        display_name: format!("Viewer {id}"),
        role,
        proof: Proof::Session(1),
    }
}

pub(crate) fn admin(id: i64) -> Viewer {
    viewer(id, Role::Admin)
}

pub(crate) fn pairs(query: &str) -> Submitted {
    Submitted::parse(query.as_bytes()).unwrap()
}

impl Desk {
    pub(crate) async fn start() -> Self {
        let site = TestSite::start_admin(TestDatabase::create().await, declarations()).await;
        let app = site.app.clone();
        Self { site, app, zone: Tz::UTC }
    }

    pub(crate) fn scope<'a>(&'a self, viewer: &'a Viewer, resource: &str) -> Scope<'a> {
        let resource = self.app.admin.find(resource).unwrap();
        Scope { admin: &self.app.admin, resource, viewer, zone: self.zone }
    }

    /// `posts?status=draft`, as somebody sees it.
    pub(crate) async fn list(&self, viewer: &Viewer, address: &str) -> Result<List, Error> {
        let (name, query) = address.split_once('?').unwrap_or((address, ""));
        let scope = self.scope(viewer, name);
        let query = ListQuery::from_pairs(&scope, &pairs(query))?;
        list::show(&self.app, &scope, &query, Vec::new()).await
    }

    /// The titles of a list's rows.
    pub(crate) async fn titles(&self, viewer: &Viewer, address: &str) -> Vec<String> {
        let list = self.list(viewer, address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
        list.rows.into_iter().map(|row| row.title).collect()
    }

    /// Why a list's address is refused.
    pub(crate) async fn refusal(&self, viewer: &Viewer, address: &str) -> String {
        match self.list(viewer, address).await {
            Err(Error::BadRequest(sentence)) => sentence,
            other => panic!("{address}: {:?}", other.map(|list| list.rows.len())),
        }
    }

    /// Does something with rows; gives where that leads and what is said.
    pub(crate) async fn act(
        &self,
        viewer: &Viewer,
        resource: &str,
        form: &str,
    ) -> Result<(String, Message), Error> {
        match self.order(viewer, resource, form).await? {
            Outcome::Go(url, message) => Ok((url, message.expect("a message"))),
            Outcome::Ask(page) => panic!("{form} asks: {}", page.title),
        }
    }

    /// Asks for something to be done with a whole result; gives the form that page would send.
    pub(crate) async fn confirmed(&self, viewer: &Viewer, resource: &str, form: &str) -> String {
        match self.order(viewer, resource, form).await.unwrap() {
            Outcome::Go(url, message) => panic!("{form} does not ask: {url} {message:?}"),
            Outcome::Ask(page) => hidden(&page),
        }
    }

    pub(crate) async fn order(&self, viewer: &Viewer, resource: &str, form: &str) -> Result<Outcome, Error> {
        self.site.build().role(viewer.id, viewer.role).await;
        actions::run(&self.app, &self.scope(viewer, resource), &pairs(form)).await
    }

    pub(crate) async fn end(self) {
        drop(self.app);
        self.site.end().await;
    }
}

/// What a page that asks sends along, as a form.
pub(crate) fn hidden(page: &Confirm) -> String {
    let escaped = |value: &str| value.replace('%', "%25").replace('&', "%26");
    page.hidden
        .iter()
        .fold("confirmed=1".to_owned(), |form, (name, value)| format!("{form}&{name}={}", escaped(value)))
}

/// Much as the features declare them.
pub(crate) fn declarations() -> Admin {
    let posts = Resource::of::<post::Entity>("posts", "post", "What readers come for.")
        .access(Access::all(Permission::WritePosts).own(post::Column::UserId, Permission::EditAllPosts))
        .column(post::Column::Title)
        .related(post::Column::UserId, "Author", "users")
        .column(post::Column::Status)
        .column(post::Column::PublishedAt)
        .column_as(post::Column::WordCount, "Words")
        .column(post::Column::Pinned)
        .count("Lessons", lesson::Column::PostId)
        .search([post::Column::Title, post::Column::Content])
        .filter(post::Column::Status)
        .filter_related(post::Column::UserId, "users")
        .filter_through("tags", "tags", post_tag::Column::PostId, post_tag::Column::TagId)
        .filter(post::Column::Pinned)
        .filter(post::Column::PublishedAt)
        .dates(post::Column::PublishedAt)
        .descending(post::Column::PublishedAt)
        .group(
            "",
            [
                field(post::Column::Title),
                field(post::Column::Content),
                field(post::Column::Status).choose::<PostStatus>(),
                field(post::Column::UserId).refers_to("users"),
                field(post::Column::Slug),
            ],
        )
        .action(Action::new("publish", "Publish", "Published", Publish))
        .action(
            Action::new("rename", "Rename", "Renamed", Rename)
                .asks(Field::new("title", "New title", Widget::Text).required()),
        )
        .action(Action::new("burn", "Burn", "Burned", Burn).only(Permission::ManageUsers))
        .panel("Drafts", "status=draft&sort=title", "Nothing is being written.")
        .chart("Posts by month", post::Column::PublishedAt, "");
    let users = Resource::of::<user::Entity>("users", "user", "People.")
        .access(Access::all(Permission::ManageUsers).referred_with(Permission::EditAllPosts))
        .title(user::Column::Username)
        .column(user::Column::Username)
        .column(user::Column::Role)
        .search([user::Column::Username, user::Column::Email])
        .filter(user::Column::IsActive)
        .ascending(user::Column::Username)
        .group("", [field(user::Column::Email), field(user::Column::Role).choose::<Role>()])
        .hand_over("posts", post::Column::UserId);
    let tags = Resource::of::<tag::Entity>("tags", "tag", "Words that group posts.")
        .access(Access::all(Permission::ManageTags).seen_with(Permission::UseTags))
        .search([tag::Column::Name])
        .ascending(tag::Column::Name)
        .group("", [field(tag::Column::Name), field(tag::Column::Slug).only(Permission::ManageUsers)]);
    let courses = Resource::of::<course::Entity>("courses", "course", "Posts in an order.")
        .access(Access::all(Permission::ManageCourses))
        .column(course::Column::Name)
        .column(course::Column::StartsOn)
        .column(course::Column::Credits)
        .filter(course::Column::StartsOn)
        .filter_linked("students")
        .dates(course::Column::StartsOn)
        .ascending(course::Column::Name)
        .group(
            "",
            [
                field(course::Column::Name),
                picker("students", "students", enrollment::Column::CourseId, enrollment::Column::StudentId)
                    .linked_with(enrollment::Column::Status, LinkValue::Text("active"))
                    .linked_when(enrollment::Column::Status, &["active", "completed"]),
            ],
        )
        .inline(
            lectern::admin::InlineOf::of("Lessons", "lesson", lesson::Column::CourseId)
                .fields([field(lesson::Column::PostId).refers_to("posts")]),
        );
    let students = Resource::of::<student::Entity>("students", "student", "")
        .access(Access::all(Permission::ManageStudents))
        .column(student::Column::Name)
        .related(student::Column::UserId, "Account", "users")
        .filter_related(student::Column::UserId, "users");
    Admin::default().resource(posts).resource(users).resource(tags).resource(courses).resource(students)
}

struct Publish;

impl Run for Publish {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
        _: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>, Error>> {
        Box::pin(async move {
            let waiting: Vec<i64> = post::Entity::find()
                .select_only()
                .column(post::Column::Id)
                .filter(post::Column::Id.is_in(keys.iter().copied()))
                .filter(post::Column::Status.ne(PostStatus::Published))
                .into_tuple()
                .all(transaction)
                .await?;
            post::Entity::update_many()
                .col_expr(post::Column::Status, Expr::value(PostStatus::Published.to_value()))
                .filter(post::Column::Id.is_in(waiting.clone()))
                .exec(transaction)
                .await?;
            Ok(waiting)
        })
    }
}

struct Rename;

impl Run for Rename {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
        argument: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>, Error>> {
        Box::pin(async move {
            if argument == "bad" {
                return Err(Error::Invalid(FieldErrors::of("title", "Not that one.")));
            }
            post::Entity::update_many()
                .col_expr(post::Column::Title, Expr::value(argument))
                .filter(post::Column::Id.is_in(keys.iter().copied()))
                .exec(transaction)
                .await?;
            Ok(keys.to_vec())
        })
    }
}

struct Burn;

impl Run for Burn {
    fn run<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: &'a Viewer,
        keys: &'a [i64],
        _: &'a str,
    ) -> BoxFuture<'a, Result<Vec<i64>, Error>> {
        Box::pin(async move {
            post::Entity::update_many()
                .col_expr(post::Column::Title, Expr::value("burned"))
                .filter(post::Column::Id.is_in(keys.iter().copied()))
                .exec(transaction)
                .await?;
            Err(Error::Invalid(FieldErrors::of("", "The fire went out.")))
        })
    }
}
