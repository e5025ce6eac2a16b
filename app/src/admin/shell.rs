//! What stands around every page of the admin, and who gets past its door.

use sea_orm::ActiveEnum;

use super::{
    Admin, Resource, column,
    views::{Crumb, Message, RailItem, Shell},
};
use crate::{
    auth::{Permission, Viewer},
    web::{Error, Result},
};

/// The dashboard.
pub const HOME: &str = "/admin";

/// The list of a resource.
pub fn list_url(resource: &Resource) -> String {
    format!("{HOME}/{}", resource.name)
}

/// The form of a row.
pub fn row_url(resource: &Resource, key: i64) -> String {
    format!("{HOME}/{}/{key}", resource.name)
}

/// "posts" → "Posts".
pub fn heading(words: &str) -> String {
    column::label(words)
}

/// "1 post", "12 posts", "1,200 posts".
pub fn counted(resource: &Resource, number: u64) -> String {
    let noun = if number == 1 { resource.noun } else { &resource.nouns };
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("{} {noun}", groups.join(","))
}

impl Admin {
    /// The resource with this name, for somebody who may see its rows.
    ///
    /// # Errors
    /// 403 for those who may not enter the admin, or not see these rows; 404 where there is no such resource.
    pub fn open(&self, viewer: &Viewer, name: &str) -> Result<&Resource> {
        viewer.demand(Permission::EnterAdmin)?;
        let resource = self.find(name).ok_or(Error::NotFound)?;
        viewer.demand(resource.access.see)?;
        Ok(resource)
    }

    /// The resource with this name, if it is there and the viewer may find its rows by their titles.
    pub fn referable(&self, viewer: &Viewer, name: &str) -> Option<&Resource> {
        self.find(name).filter(|resource| viewer.may(resource.access.refer))
    }

    /// The resource with this name, if it is there and the viewer may see its rows.
    pub fn visible(&self, viewer: &Viewer, name: &str) -> Option<&Resource> {
        self.find(name).filter(|resource| viewer.may(resource.access.see))
    }
}

impl Shell {
    /// For a page below the dashboard: `crumbs` are its steps (a label and an address), itself the last. The rail's
    /// item that the first of them leads to is the current one; without a step it is the dashboard.
    pub fn new(admin: &Admin, viewer: &Viewer, crumbs: &[(&str, &str)], messages: Vec<Message>) -> Self {
        let current = crumbs.first().map_or(HOME, |(_, url)| url);
        let item = |label: String, url: String| RailItem { label, current: url == current, url };
        let mut rail = vec![item("Dashboard".to_owned(), HOME.to_owned())];
        for resource in admin.resources.iter().filter(|resource| viewer.may(resource.access.see)) {
            rail.push(item(heading(&resource.nouns), list_url(resource)));
        }
        for (label, path, permission) in [
            ("History", "/admin/history", Permission::SeeHistory),
            ("Site menu", "/admin/menu", Permission::ManageSettings),
            ("Settings", "/admin/settings", Permission::ManageSettings),
        ] {
            if viewer.may(permission) {
                rail.push(item(label.to_owned(), path.to_owned()));
            }
        }
        let crumb = |(label, url): (&str, &str)| Crumb { label: label.to_owned(), url: url.to_owned() };
        Self {
            rail,
            viewer_id: viewer.id,
            viewer: viewer.display_name.clone(),
            role: column::label(&viewer.role.to_value()),
            crumbs: std::iter::once(("Dashboard", HOME)).chain(crumbs.iter().copied()).map(crumb).collect(),
            messages,
            scripts: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::user::Role;

    use super::*;
    use crate::{admin::Access, auth::Proof};

    fn viewer(role: Role) -> Viewer {
        Viewer {
            id: 1,
            username: "ada".to_owned(),
            display_name: "Ada".to_owned(),
            role,
            proof: Proof::Session(1),
        }
    }

    fn admin() -> Admin {
        let resource = |name, permission| {
            Resource::of::<entity::tag::Entity>(name, "tag", "").access(Access::all(permission))
        };
        Admin::default()
            .resource(resource("tags", Permission::UseTags))
            .resource(resource("accounts", Permission::ManageUsers))
    }

    #[test]
    fn the_door_says_no_more_than_it_should() {
        let admin = admin();
        assert!(matches!(admin.open(&viewer(Role::Author), "tags"), Ok(resource) if resource.name == "tags"));
        assert!(matches!(admin.open(&viewer(Role::Author), "accounts"), Err(Error::Forbidden)));
        assert!(matches!(admin.open(&viewer(Role::Author), "none"), Err(Error::NotFound)));
        assert!(matches!(admin.open(&viewer(Role::Member), "none"), Err(Error::Forbidden)));
    }

    #[test]
    fn the_rail_shows_what_the_viewer_may_see() {
        let admin = admin();
        let rail = |role| {
            let shell = Shell::new(&admin, &viewer(role), &[("Tags", "/admin/tags")], Vec::new());
            assert_eq!(shell.crumbs.len(), 2);
            let shown = shell.rail.into_iter().map(|item| (item.url, item.current));
            shown.collect::<Vec<_>>()
        };
        let expected = |items: &[(&str, bool)]| -> Vec<(String, bool)> {
            items.iter().map(|(url, current)| ((*url).to_owned(), *current)).collect()
        };
        assert_eq!(rail(Role::Author), expected(&[("/admin", false), ("/admin/tags", true)]));
        assert_eq!(
            rail(Role::Admin),
            expected(&[
                ("/admin", false),
                ("/admin/tags", true),
                ("/admin/accounts", false),
                ("/admin/history", false),
                ("/admin/menu", false),
                ("/admin/settings", false),
            ])
        );
    }

    #[test]
    fn numbers_are_readable() {
        let resource = Resource::of::<entity::tag::Entity>("tags", "tag", "");
        let shown = [0, 1, 999, 1000, 1_234_567].map(|number| counted(&resource, number));
        assert_eq!(shown, ["0 tags", "1 tag", "999 tags", "1,000 tags", "1,234,567 tags"]);
    }
}
