//! A change: the blog as it is, the blog as it becomes.

use autogenerate::{Entities, Object, Project, Style};
use sea_orm::EntityTrait;

use crate::{base, golden};

/// A change of the blog.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The entities afterwards.
    pub(crate) after: fn() -> Entities,
    /// What `--rename` says.
    pub(crate) renames: &'static [&'static str],
    /// Whether it needs `--allow-data-loss`.
    pub(crate) loses: bool,
}

impl Case {
    /// The blog's migration, and whatever more is named; these entities.
    pub(crate) fn project(more: &[&str], entities: Entities) -> Project {
        let names = ["blog"].into_iter().chain(more.iter().copied());
        Project {
            migrations: names.filter_map(golden::migration).collect(),
            entities,
            objects: Vec::<Object>::new(),
            folder: std::path::PathBuf::new(),
            style: Style { width: 110, ..Style::default() },
        }
    }

    pub(crate) fn renames(&self) -> Vec<String> {
        self.renames.iter().map(|rename| (*rename).to_owned()).collect()
    }
}

/// The blog with another entity for its users.
pub(crate) fn with_user<E: EntityTrait>(user: E) -> Entities {
    let others =
        Entities::new().with(base::tag::Entity).with(base::post_tag::Entity).with(base::post::Entity);
    base::posts(others.with(user))
}

/// The blog with another entity for its posts, with the index over two columns or without.
pub(crate) fn with_post<E: EntityTrait>(post: E, keep_index: bool) -> Entities {
    let others =
        Entities::new().with(base::user::Entity).with(base::tag::Entity).with(base::post_tag::Entity);
    let entities = others.with(post);
    if keep_index { base::posts(entities) } else { entities }
}

/// The blog with another entity for which post has which tag.
pub(crate) fn with_post_tag<E: EntityTrait>(post_tag: E) -> Entities {
    let others = Entities::new().with(base::user::Entity).with(base::tag::Entity).with(base::post::Entity);
    base::posts(others.with(post_tag))
}
