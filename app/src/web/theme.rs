//! A theme: a folder whose templates and static files take precedence over the built-in ones, name by name. It is read
//! whole when the program starts; whatever is wrong with it ends the start, and no request reaches the disk.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use actix_web::web::Bytes;
use sha2::{Digest, Sha256};
use tera::ErrorKind;
use walkdir::{DirEntry, WalkDir};

/// The most bytes of a template or a static file.
const MAX_FILE: u64 = 16 * 1024 * 1024;
/// The most bytes of all of them: they are held in memory.
const MAX_ALL: u64 = 64 * 1024 * 1024;
/// What stands before each complaint.
const SETTING: &str = "LECTERN_THEME_DIR";

/// A theme's files, by their names as templates and addresses have them: `components/posts.html`, `css/base.css`.
#[derive(Debug, Default)]
pub struct Theme {
    folder: PathBuf,
    /// What is in `templates/`.
    pub templates: BTreeMap<String, String>,
    /// What is in `static/`.
    pub files: BTreeMap<String, File>,
}

/// A static file.
#[derive(Clone, Debug)]
pub struct File {
    /// What is in it.
    pub content: Bytes,
    /// Of its content.
    pub sha256: [u8; 32],
}

impl Theme {
    /// Reads the theme in a folder; nothing for none.
    ///
    /// # Errors
    /// A line that names the setting, the file and what is wrong with it.
    pub fn load(folder: Option<&Path>) -> Result<Self, String> {
        let Some(folder) = folder else { return Ok(Self::default()) };
        let mut theme = Self { folder: folder.to_owned(), ..Self::default() };
        let mut total = 0;
        let is_there = ["templates", "static"].iter().any(|part| folder.join(part).is_dir());
        if !is_there {
            return Err(format!(
                "{SETTING}: {} has neither a folder templates nor one static",
                folder.display()
            ));
        }
        for (name, path) in names(&folder.join("templates"))? {
            // Tera escapes by the name's end: what ends otherwise would be put into pages as it is.
            if ![".html", ".xml"].iter().any(|end| name.ends_with(end)) {
                return Err(format!(
                    "{SETTING}: {} is no template: its name ends neither in .html nor in .xml",
                    path.display()
                ));
            }
            let text = String::from_utf8(read(&path, &mut total)?);
            let text = text.map_err(|_| format!("{SETTING}: {} is not UTF-8", path.display()))?;
            theme.templates.insert(name, text);
        }
        for (name, path) in names(&folder.join("static"))? {
            let content = read(&path, &mut total)?;
            let sha256 = Sha256::digest(&content).into();
            theme.files.insert(name, File { content: content.into(), sha256 });
        }
        Ok(theme)
    }

    /// What is wrong with a theme's templates, with the file and the line; `is_there` knows the static files.
    ///
    /// # Errors
    /// A line that names the setting, the file and its line.
    pub fn check_assets(&self, is_there: impl Fn(&str) -> bool) -> Result<(), String> {
        for (name, text) in &self.templates {
            if let Some((line, missing)) = assets(text).into_iter().find(|(_, path)| !is_there(path)) {
                let file = self.folder.join("templates").join(name);
                return Err(format!(
                    "{SETTING}: {}:{line}: there is no static file {missing}",
                    file.display()
                ));
            }
        }
        Ok(())
    }

    /// What to say of a template that fails with a page's data: where and why, on one line.
    pub fn explain_failure(&self, error: &tera::Error) -> String {
        let error = error.to_string();
        let words: Vec<&str> = error.split_whitespace().collect();
        let folder = self.folder.join("templates");
        format!("{SETTING}: a template in {} fails: {}", folder.display(), words.join(" "))
    }

    /// What to say of an error in the templates: those of a theme are named with their folder.
    pub fn explain(&self, error: &tera::Error) -> String {
        if self.templates.is_empty() {
            return format!("a template is broken: {error}");
        }
        let folder = self.folder.join("templates");
        let place = match error.kind() {
            ErrorKind::MissingParent { current, .. } => self.line_of(current, "extends"),
            ErrorKind::CircularExtend { tpl, .. } => self.line_of(tpl, "extends"),
            ErrorKind::CircularInclude { tpl, .. } => self.line_of(tpl, "include"),
            _ => String::new(),
        };
        format!("{SETTING}: with the theme in {} a template is broken: {place}{error}", folder.display())
    }

    /// `name:line: ` of the first line of a template that has a word.
    fn line_of(&self, name: &str, word: &str) -> String {
        let text = self.templates.get(name).map(String::as_str).unwrap_or_default();
        let line = text.lines().position(|line| line.contains(word));
        line.map_or_else(|| format!("{name}: "), |line| format!("{name}:{}: ", line + 1))
    }
}

/// The static files that a template asks for by name, `asset(path="…")`, with their lines; what stands in comments is left
/// out.
fn assets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(next) = rest.find("asset(") else { break };
        if let Some(comment) = rest.find("{#").filter(|comment| *comment < next) {
            let Some(end) = rest[comment..].find("#}") else { break };
            at += comment + end + 2;
            continue;
        }
        at += next + "asset(".len();
        let argument = text[at..].trim_start().strip_prefix("path").map(str::trim_start);
        let value = argument.and_then(|rest| rest.strip_prefix('=')).map(str::trim_start);
        let quote = value.and_then(|value| value.chars().next()).filter(|quote| "\"'`".contains(*quote));
        // Anything else is known when a page is made.
        let Some((value, quote)) = value.zip(quote) else { continue };
        let line = text[..at].matches('\n').count() + 1;
        found.extend(value[1..].split_once(quote).map(|(path, _)| (line, path)));
    }
    found
}

/// The files in a folder, by their names with slashes; hidden ones and links are left out. None where there is no folder.
fn names(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let is_hidden =
        |entry: &DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let mut names = Vec::new();
    for entry in WalkDir::new(folder).into_iter().filter_entry(|entry| !is_hidden(entry)) {
        let entry = entry.map_err(|error| format!("{SETTING}: {error}"))?;
        if !entry.file_type().is_file() {
            if entry.path_is_symlink() {
                log::warn!("{SETTING}: {} is a link, which is not followed", entry.path().display());
            }
            continue;
        }
        let parts = entry.path().strip_prefix(folder).unwrap_or(entry.path()).iter();
        let parts: Option<Vec<&str>> = parts.map(|part| part.to_str()).collect();
        let parts =
            parts.ok_or_else(|| format!("{SETTING}: the name of {} is not UTF-8", entry.path().display()))?;
        names.push((parts.join("/"), entry.path().to_owned()));
    }
    Ok(names)
}

fn read(path: &Path, total: &mut u64) -> Result<Vec<u8>, String> {
    let problem = |error| format!("{SETTING}: {}: {error}", path.display());
    let size = fs::metadata(path).map_err(problem)?.len();
    *total += size;
    if size > MAX_FILE {
        return Err(format!("{SETTING}: {} is larger than 16 MiB", path.display()));
    }
    if *total > MAX_ALL {
        return Err(format!("{SETTING}: the theme's files are larger than 64 MiB together"));
    }
    fs::read(path).map_err(problem)
}

#[cfg(test)]
mod tests {
    use super::assets;

    #[test]
    fn the_files_that_a_template_asks_for_are_found_however_they_are_written() {
        let text = "{{ asset(path=\"a.css\") }}{# {{ asset(path=\"gone.css\") }}\n#}\n\
            {{ asset( path = 'b.css' ) }} {{ asset(path=`c d.css`) }}\n{{ asset(path=name) }}{{ asset(";
        assert_eq!(assets(text), [(1, "a.css"), (3, "b.css"), (3, "c d.css")]);
        assert_eq!(assets("{# asset(path=\"a\")"), []);
    }
}
