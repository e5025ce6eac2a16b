//! Courses in the admin.

use entity::{
    course::{self, Column as C},
    enrollment::{self, Column as E},
    lesson,
};
use futures_util::future::BoxFuture;
use sea_orm::DatabaseTransaction;

use crate::{
    admin::{Access, Datum, Draft, Hooks, InlineOf, LinkValue, Resource, field, picker},
    auth::Permission,
    content, site,
    web::{
        App, Error, Result,
        forms::{FieldErrors, Widget},
        links,
    },
};

/// How the admin shows courses.
pub fn resource() -> Resource {
    Resource::of::<course::Entity>("courses", "course", "Posts in an order, for students to work through.")
        .access(Access::all(Permission::ManageCourses))
        .title(C::Name)
        .column(C::Name)
        .column_as(C::IsOpen, "Open")
        .column(C::StartsOn)
        .column(C::Credits)
        .count("Lessons", lesson::Column::CourseId)
        .count("Enrolments", enrollment::Column::CourseId)
        .search([C::Name, C::Summary])
        .filter(C::IsOpen)
        .filter(C::StartsOn)
        .filter_linked("students")
        .ascending(C::Name)
        .group(
            "",
            [
                field(C::Name),
                field(C::Summary).optional().help("A sentence or two for lists."),
                field(C::Description).widget(Widget::Markdown).optional(),
            ],
        )
        .group(
            "Details",
            [
                field(C::IsOpen)
                    .label("Open")
                    .help("Students may enrol themselves.")
                    .starts_as(|_| Datum::Boolean(true)),
                field(C::StartsOn).help("Left empty for a course without a calendar."),
                field(C::Credits).optional().help("What finishing it counts for."),
                field(C::Slug).optional().help("The last part of its address; left empty, made of the name."),
            ],
        )
        .inline(
            InlineOf::of("Lessons", "lesson", lesson::Column::CourseId)
                .ordered(lesson::Column::Position)
                .fields([field(lesson::Column::PostId).refers_to("posts")]),
        )
        .group("Students", [students("students", "students", E::CourseId, E::StudentId)])
        .hooks(Courses)
        .view_url(|row| row.get("slug")?.as_text().map(links::course))
}

/// Enrolments as links: whoever is taken off a roster keeps their progress.
pub fn students(name: &'static str, resource: &'static str, here: E, there: E) -> crate::admin::FieldOf {
    picker(name, resource, here, there)
        .linked_with(E::Status, LinkValue::Text("active"))
        .linked_with(E::Source, LinkValue::Text("roster"))
        .linked_with(E::EnrolledAt, LinkValue::Now)
        .linked_when(E::Status, &["active", "waiting", "completed"])
        .left_as(E::Status, "left")
}

struct Courses;

impl Hooks for Courses {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut errors = FieldErrors::default();
            if draft.is_new() || draft.values.contains_key("slug") {
                let wanted =
                    if draft.text("slug").is_empty() { draft.text("name") } else { draft.text("slug") };
                match content::slugify(wanted) {
                    Some(slug) => {
                        draft.values.insert("slug", Datum::Text(slug.chars().take(80).collect()));
                    }
                    None => errors.add("slug", "This needs a letter or a digit."),
                }
            }
            if matches!(draft.get("credits"), Datum::Double(credits) if *credits < 0.0) {
                errors.add("credits", "This must be 0 or more.");
            }
            if draft.is_new() || draft.changes("description") {
                let markdown = draft.text("description").to_owned();
                let rendered = tokio::task::spawn_blocking(move || content::render(&markdown));
                let rendered = rendered.await.map_err(|error| Error::Internal(error.into()))?;
                draft.values.insert("html", Datum::Text(rendered.html));
            }
            errors.or(())
        })
    }

    fn stored<'a>(
        &'a self,
        transaction: &'a DatabaseTransaction,
        _: i64,
        draft: &'a Draft,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { Ok(site::move_slug(transaction, "/courses", draft).await?) })
    }
}
