//! Students in the admin.

use entity::{
    enrollment::{self, Column as E},
    student::{self, Column as C},
};
use futures_util::future::BoxFuture;

use crate::{
    admin::{Access, Action, Datum, Draft, Hooks, Resource, field},
    auth::Permission,
    courses, users,
    web::{App, Result, forms::FieldErrors},
};

/// How the admin shows students.
pub fn resource() -> Resource {
    Resource::of::<student::Entity>("students", "student", "Who takes courses, with or without an account.")
        .access(Access::all(Permission::ManageStudents))
        .title(C::Name)
        .column(C::Name)
        .column(C::Email)
        .related(C::UserId, "Account", "users")
        .count("Enrolments", enrollment::Column::StudentId)
        .column_as(C::CreatedAt, "Since")
        .search([C::Name, C::Email])
        .filter_linked("courses")
        .filter(C::CreatedAt)
        .dates(C::CreatedAt)
        .ascending(C::Name)
        .group(
            "",
            [
                field(C::Name),
                field(C::Email).label("E-mail").help("Never shown to readers."),
                field(C::UserId).label("Account").refers_to("users").only(Permission::ManageUsers),
            ],
        )
        .group("Courses", [courses::admin::students("courses", "courses", E::StudentId, E::CourseId)])
        .action(Action::link("enrol", "Enrol in a course…", "Enrolled", "courses"))
        .action(Action::unlink("unenrol", "Take out of a course…", "Unenrolled", "courses"))
        .hooks(Students)
        .chart("Enrolments", E::EnrolledAt, "")
}

struct Students;

impl Hooks for Students {
    fn prepare<'a>(&'a self, _: &'a App, draft: &'a mut Draft) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut errors = FieldErrors::default();
            if draft.values.contains_key("email") {
                let email = draft.text("email").to_lowercase();
                if !email.is_empty()
                    && let Err(line) = users::forms::check_email(&email)
                {
                    errors.add("email", users::forms::sentence(line));
                }
                draft.values.insert("email", if email.is_empty() { Datum::Null } else { Datum::Text(email) });
            }
            errors.or(())
        })
    }
}
