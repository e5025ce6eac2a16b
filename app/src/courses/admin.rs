//! Courses in the admin.

use entity::{
    course::{self, Column as C},
    enrollment::{self, Column as E},
    lesson,
};

use super::save::{Courses, SetOpen};
use crate::{
    admin::{Access, Action, Datum, FieldOf, InlineOf, LinkValue, Resource, field, picker},
    auth::Permission,
    web::{forms::Widget, links},
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
        .action(Action::new("open", "Open for enrolment", "Opened", SetOpen(true)))
        .action(Action::new("close", "Close for enrolment", "Closed", SetOpen(false)))
        .action(Action::link("enrol", "Enrol a student…", "Enrolled a student in", "students"))
        .action(Action::unlink("unenrol", "Take a student out…", "Took a student out of", "students"))
        .first_step("Put posts together in a course")
        .hooks(Courses)
        .view_url(|row| row.get("slug")?.as_text().map(links::course))
}

/// Enrolments as links: whoever is taken off a roster keeps their progress.
pub fn students(name: &'static str, resource: &'static str, here: E, there: E) -> FieldOf {
    picker(name, resource, here, there)
        .linked_with(E::Status, LinkValue::Text("active"))
        .linked_with(E::Source, LinkValue::Text("roster"))
        .linked_with(E::EnrolledAt, LinkValue::Now)
        .linked_when(E::Status, &["active", "waiting", "completed"])
        .left_as(E::Status, "left")
}
