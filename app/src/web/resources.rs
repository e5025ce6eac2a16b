//! What the admin shows: the features' declarations, in the order of the rail.

use entity::{
    admin_log, api_token, comment, enrollment, lesson, lesson_completion, media, post, post_tag, session,
    student,
};

use crate::{
    admin::Admin, auth::Permission, comments, courses, media as library, pages, posts, site, students, tags,
    users,
};

/// Puts the admin together.
pub fn admin() -> Admin {
    Admin::default()
        .resource(posts::admin::resource())
        .resource(comments::admin::resource())
        .resource(pages::admin::resource())
        .resource(library::admin::resource())
        .resource(tags::admin::resource())
        .resource(courses::admin::resource())
        .resource(students::admin::resource())
        .resource(users::admin::resource())
        .resource(site::admin::resource())
        .tells(site::settings::RESOURCE, Permission::ManageSettings)
        .refers::<post::Entity>("posts")
        .refers::<comment::Entity>("comments")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::{FilterOn, action::Does, resource::Source};

    #[test]
    fn every_declared_name_is_one_that_is_there() {
        let admin = admin();
        for resource in &admin.resources {
            let name = resource.name;
            let is_column = |column: &str| resource.table.column(column).is_some();
            for filter in &resource.filters {
                let is_there = match filter {
                    FilterOn::Column(column) => is_column(column),
                    FilterOn::Related(column, target) => is_column(column) && admin.find(target).is_some(),
                    FilterOn::Linked(link) => {
                        let of = |field: &&crate::admin::FieldOf| field.name == *link;
                        let field = resource.links.iter().find(of).or(resource.field(link));
                        field.is_some_and(|field| matches!(field.source, Source::Through(_)))
                    }
                };
                assert!(is_there, "{name}: {filter:?}");
            }
            let inline_fields = resource.inlines.iter().flat_map(|inline| &inline.fields);
            for target in resource.fields().chain(inline_fields).filter_map(|field| field.related) {
                assert!(admin.find(target).is_some(), "{name}: {target}");
            }
            for action in &resource.actions {
                if let Does::Link { field, .. } = action.does {
                    let field = resource.field(field);
                    let is_link = field.is_some_and(|field| matches!(field.source, Source::Through(_)));
                    assert!(is_link, "{name}: {}", action.name);
                }
            }
            assert!(is_column(resource.title) && is_column(resource.order.0), "{name}");
        }
    }
}
