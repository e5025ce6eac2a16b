//! The first reading of a folder: what an earlier import made of its files, and each post's permalink.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::{import, post};
use sea_orm::{DbErr, EntityTrait, FromQueryResult, QuerySelect};

use super::{
    markdown::Error,
    source::{Entry, Source, SourcePost},
};
use crate::{content, db::Db, media::name::sha256, posts::save};

/// What an earlier import made of a source.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Known {
    source: String,
    pub(super) digest: String,
    pub(super) post_id: i64,
    pub(super) imported_at: DateTime<Utc>,
    slug: String,
    trashed_slug: Option<String>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) published_at: Option<DateTime<Utc>>,
}

/// All of them, by the id of their source.
pub(super) async fn known(db: &Db) -> Result<HashMap<String, Known>, DbErr> {
    use import::Column as I;
    let rows: Vec<Known> = import::Entity::find()
        .select_only()
        .columns([I::Source, I::Digest, I::PostId, I::ImportedAt])
        .columns([post::Column::Slug, post::Column::TrashedSlug])
        .columns([post::Column::UpdatedAt, post::Column::PublishedAt])
        .inner_join(post::Entity)
        .into_model()
        .all(db.write())
        .await?;
    // What links to a thrown-away post leads to where it was, and will be.
    let there = |row: Known| Known { slug: row.trashed_slug.clone().unwrap_or(row.slug), ..row };
    Ok(rows.into_iter().map(there).map(|row| (row.source.clone(), row)).collect())
}

/// What a source is known by: its key, which says its address on the old site, in a bounded form.
pub(super) fn source_id(key: &str) -> String {
    sha256(format!("markdown\n{key}").as_bytes())
}

/// The permalink of each file, by its path without its ending.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    slugs: Arc<HashMap<String, String>>,
    /// The paths of the files by their names alone, which is how Hugo's links may spell them.
    names: Arc<HashMap<String, Vec<String>>>,
}

impl Plan {
    fn name(path: &str) -> &str {
        let path = path.trim_start_matches('/');
        let path = path.strip_suffix(".md").or_else(|| path.strip_suffix(".markdown")).unwrap_or(path);
        path.strip_suffix("/index").unwrap_or(path)
    }

    fn new(slugs: HashMap<String, String>) -> Self {
        let mut names: HashMap<String, Vec<String>> = HashMap::new();
        for path in slugs.keys() {
            let name = path.rsplit('/').next().unwrap_or(path);
            names.entry(name.to_owned()).or_default().push(path.clone());
        }
        Self { slugs: slugs.into(), names: names.into() }
    }

    /// The permalink of the file at this path.
    pub(super) fn slug(&self, path: &str) -> Option<&String> {
        self.slugs.get(Self::name(path))
    }

    /// The permalink of the file that a link in the file `from` means: by its path from the root of the content
    /// (which is the imported folder or the `content` in it), by its path from `from`, or by a name that only one
    /// file has.
    pub(super) fn target(&self, from: &str, link: &str) -> Option<&String> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = Self::name(link);
        let only = || match self.names.get(path)?.as_slice() {
            [one] => self.slugs.get(one),
            _ => None,
        };
        self.slugs
            .get(path)
            .or_else(|| self.slugs.get(&format!("content/{path}")))
            .or_else(|| self.slugs.get(&format!("{folder}/{path}")))
            .or_else(only)
    }
}

/// Settles the permalinks of a folder's posts: the known ones keep theirs.
pub(super) async fn plan(db: &Db, source: Source, known: &HashMap<String, Known>) -> Result<Plan, Error> {
    let wanted = tokio::task::spawn_blocking(move || {
        let posts = source.filter_map(|entry| match entry {
            Ok(Entry::Post(post)) => {
                Some((source_id(&post.key), post.relative_path.clone(), wanted_slug(&post)))
            }
            _ => None,
        });
        posts.collect::<Vec<_>>()
    })
    .await?;
    let mut slugs = HashMap::new();
    let mut taken = HashSet::new();
    for (source, path, wanted) in wanted {
        let slug = match known.get(&source) {
            Some(known) => known.slug.clone(),
            None => save::free_slug(db.write(), &wanted, |slug| taken.contains(slug)).await?,
        };
        taken.insert(slug.clone());
        slugs.insert(Plan::name(&path).to_owned(), slug);
    }
    Ok(Plan::new(slugs))
}

fn wanted_slug(post: &SourcePost) -> String {
    let from = |text: &str| content::slugify(text);
    post.slug.as_deref().and_then(from).or_else(|| from(&post.title)).unwrap_or_else(|| "post".to_owned())
}
