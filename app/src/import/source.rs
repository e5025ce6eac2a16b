//! Reads a folder of Markdown files as Hugo, Zola and Jekyll keep them, one file at a time.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};

use super::assets::{Asset, Places, hex, read_at_most};
use super::front_matter;
use super::post_fields::{self, Name};

/// The largest Markdown file that is read, in bytes.
pub const MAX_FILE: u64 = 10 * 1024 * 1024;

/// Folders that hold no content of a site, wherever its root is.
const FOREIGN_FOLDERS: [&str; 1] = ["node_modules"];
/// Folders at the root of a site that hold generated pages, themes and stencils.
const GENERATOR_FOLDERS: [&str; 6] = ["_site", "archetypes", "public", "resources", "themes", "vendor"];
const SITE_CONFIGS: [&str; 8] = [
    "_config.yml",
    "_config.yaml",
    "config.toml",
    "config.yaml",
    "config.yml",
    "hugo.toml",
    "hugo.yaml",
    "zola.toml",
];

/// What one file holds.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A post.
    Post(Box<SourcePost>),
    /// No post, on purpose.
    Skipped {
        /// The file, relative to the folder.
        path: String,
        /// Why, in a few words.
        reason: String,
    },
}

/// A file that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct Problem {
    /// The file or folder, relative to the imported folder.
    pub path: String,
    /// Why, in one line; for syntax errors with the line number in the file.
    pub reason: String,
}

/// A post as its file states it. Nothing is shortened or slugified.
#[derive(Clone, Debug)]
pub struct SourcePost {
    /// What identifies the post in a later import: the old path if the front matter states one (it starts with
    /// `/`), else the path of the file, or of its folder for `index.md`. No two posts of a [`Source`] share one.
    pub key: String,
    /// SHA-256 over the file and the assets it uses, lower-case hex: the same digest, the same post.
    pub digest: String,
    /// The file, relative to the folder, with `/`.
    pub relative_path: String,
    /// One line, not empty.
    pub title: String,
    /// When it was published. Dates without a zone count as UTC.
    pub date: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated: Option<DateTime<Utc>>,
    /// The text to make a slug from.
    pub slug: Option<String>,
    /// Stated as a draft, as unpublished, or kept in Jekyll's `_drafts`.
    pub draft: bool,
    /// The front matter's description, summary or excerpt, one line.
    pub summary: Option<String>,
    /// What stands before `<!-- more -->`, as Markdown; only where there is no summary.
    pub lead: Option<String>,
    /// Tags and categories, unique in any case, in the order of the file.
    pub tags: Vec<String>,
    /// Names, as written.
    pub authors: Vec<String>,
    /// Where the old site had the post, most certain first; see the module `old_paths` for their form.
    pub old_paths: Vec<String>,
    /// Markdown, without front matter and `<!-- more -->`, with `\n` line ends.
    pub body: String,
    /// The rest of the front matter; dates are texts.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The images and documents that the body refers to.
    pub assets: Vec<Asset>,
    /// References to images and documents that could not be taken along, as written; where a file is there but was
    /// refused, the reason follows in parentheses.
    pub missing: Vec<String>,
}

/// A folder of Markdown files: an iterator over what they hold, in the order of their paths.
///
/// The paths are listed at once, so that [`ExactSizeIterator::len`] is the number of files still to come; a file is
/// read when the iterator reaches it.
#[derive(Debug)]
pub struct Source {
    places: Places,
    files: vec::IntoIter<Result<PathBuf, Problem>>,
    /// The file that each key came from.
    keys: HashMap<String, String>,
}

impl Source {
    /// Lists the Markdown files below `dir`. Hidden files and folders are left out, so are symbolic links that
    /// lead outside of `dir`. What cannot be listed becomes a [`Problem`] in its place.
    ///
    /// # Errors
    /// `dir` is no folder or cannot be read.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let places = Places::new(dir)?;
        let root = places.root();
        std::fs::read_dir(root)?;
        let is_site = SITE_CONFIGS.iter().any(|config| root.join(config).is_file());
        let walk = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
        let mut files = Vec::new();
        for entry in walk.filter_entry(|entry| is_wanted(entry, root, is_site)) {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_markdown(entry.path()) => {
                    files.push(Ok(entry.into_path()));
                }
                Ok(_) => {}
                // A symbolic link that leads nowhere.
                Err(error) if error.io_error().is_some_and(|e| e.kind() == io::ErrorKind::NotFound) => {}
                Err(error) => {
                    let path = error.path().map_or_else(String::new, |path| relative(path, root));
                    let reason = match error.io_error() {
                        Some(error) => error.to_string(),
                        None => "a symbolic link leads in a circle".to_owned(),
                    };
                    files.push(Err(Problem { path, reason }));
                }
            }
        }
        Ok(Self { places, files: files.into_iter(), keys: HashMap::new() })
    }

    fn read(&mut self, file: &Path) -> Result<Entry, Problem> {
        let path = relative(file, self.places.root());
        let entry = self.parse(file, &path).map_err(|reason| Problem { path: path.clone(), reason })?;
        if let Entry::Post(post) = &entry
            && let Some(other) = self.keys.insert(post.key.clone(), path.clone())
        {
            let reason = format!("has the same address as {other}: {}", post.key);
            self.keys.insert(post.key.clone(), other);
            return Err(Problem { path, reason });
        }
        Ok(entry)
    }

    fn parse(&self, file: &Path, path: &str) -> Result<Entry, String> {
        let skipped = |reason: String| Ok(Entry::Skipped { path: path.to_owned(), reason });
        if file.file_name().and_then(|name| name.to_str()).is_none() {
            return Err("the file's name is not UTF-8".to_owned());
        }
        let name = Name::new(path);
        if name.is_section() {
            return skipped("it describes a section, not a post".to_owned());
        }
        let bytes = read_at_most(file, MAX_FILE)
            .map_err(|error| error.to_string())?
            .ok_or_else(|| "larger than 10 MiB".to_owned())?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            format!("line {}: not UTF-8", 1 + before.iter().filter(|byte| **byte == b'\n').count())
        })?;
        if let Some(at) = text.find('\0') {
            return Err(format!("line {}: contains a NUL character", 1 + text[..at].matches('\n').count()));
        }
        let document = front_matter::read(text).map_err(|defect| defect.to_string())?;
        let mut post = match post_fields::post(&name, document).map_err(|defect| defect.to_string())? {
            Ok(post) => post,
            Err(reason) => return skipped(reason),
        };
        let mut digest = Sha256::new();
        digest.update(&bytes);
        let folder = file.parent().unwrap_or(self.places.root());
        let collected = self.places.collect(&post.body, folder, &mut digest);
        post.digest = hex(&digest.finalize());
        post.assets = collected.assets;
        post.missing = collected.missing;
        Ok(Entry::Post(Box::new(post)))
    }
}

impl Iterator for Source {
    type Item = Result<Entry, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let file = self.files.next()?;
        Some(file.and_then(|file| self.read(&file)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.files.size_hint()
    }
}

impl ExactSizeIterator for Source {}

fn is_wanted(entry: &DirEntry, root: &Path, is_site: bool) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    let foreign = entry.file_type().is_dir()
        && (FOREIGN_FOLDERS.contains(&&*name)
            || (is_site && entry.depth() == 1 && GENERATOR_FOLDERS.contains(&&*name)));
    let leads_outside = || {
        entry.path_is_symlink() && !entry.path().canonicalize().is_ok_and(|target| target.starts_with(root))
    };
    !name.starts_with('.') && !foreign && !leads_outside()
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"))
}

fn relative(path: &Path, root: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = inner.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/").nfc().collect()
}

#[cfg(test)]
mod tests;
