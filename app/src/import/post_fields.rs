//! From a file's name and front matter to a post.

use std::collections::HashSet;

use super::dates::start_of_day;
use super::front_matter::{Defect, Document, Fields};
use super::markdown_lines::lines;
use super::old_paths::{date_in_path, last_component, normalise, split_dated_name};
use super::references::more_marker;
use super::source::SourcePost;

/// Files about a project rather than of a blog.
const PROJECT_FILES: [&str; 9] = [
    "README",
    "LICENSE",
    "LICENCE",
    "COPYING",
    "CHANGELOG",
    "CONTRIBUTING",
    "CODE_OF_CONDUCT",
    "SECURITY",
    "AUTHORS",
];

/// What a file's path tells.
pub(super) struct Name<'p> {
    path: &'p str,
    folders: Vec<&'p str>,
    stem: &'p str,
}

impl<'p> Name<'p> {
    /// `path` is relative to the imported folder, with `/`.
    pub(super) fn new(path: &'p str) -> Self {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let folders = folders.split('/').filter(|folder| !folder.is_empty()).collect();
        Self { path, folders, stem }
    }

    /// `_index.md`, also in another language: `_index.fr.md`.
    pub(super) fn is_section(&self) -> bool {
        self.stem == "_index" || self.stem.starts_with("_index.")
    }

    /// `index.md` stands for its folder, where the post's images are too.
    fn is_bundle(&self) -> bool {
        self.stem == "index" && !self.folders.is_empty()
    }

    fn is_project_file(&self) -> bool {
        PROJECT_FILES.iter().any(|name| {
            let rest = self.stem.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name));
            rest.is_some()
                && self.stem.get(name.len()..).is_some_and(|r| r.is_empty() || r.starts_with(['.', '-', '_']))
        })
    }

    /// The name that the post goes by, its date still in it.
    fn own(&self) -> &'p str {
        if self.is_bundle() { self.folders.last().copied().unwrap_or(self.stem) } else { self.stem }
    }

    /// The folders above the post.
    fn parents(&self) -> &[&'p str] {
        let depth = self.folders.len() - usize::from(self.is_bundle());
        self.folders.get(..depth).unwrap_or_default()
    }

    fn key(&self) -> String {
        if self.is_bundle() { self.folders.join("/") } else { self.path.to_owned() }
    }

    fn is_jekyll_draft(&self) -> bool {
        self.folders.contains(&"_drafts")
    }

    fn is_jekyll(&self) -> bool {
        self.is_jekyll_draft() || self.folders.contains(&"_posts")
    }
}

/// Makes a post of a file, without its digest and its assets; or says why it is none.
pub(super) fn post(name: &Name<'_>, document: Document<'_>) -> Result<Result<SourcePost, String>, Defect> {
    let mut body = document.body.replace("\r\n", "\n");
    let has_front_matter = document.fields.is_some();
    let mut fields = document.fields.unwrap_or_default();
    let (file_date, file_title) = split_dated_name(name.own());

    let title = match fields.text(&["title"])? {
        Some(title) => title,
        None => {
            if !has_front_matter && name.is_project_file() {
                return Ok(Err("it is about the project, without front matter".to_owned()));
            }
            if !has_front_matter && body.trim().is_empty() {
                return Ok(Err("it is empty".to_owned()));
            }
            let dated = file_date.is_some() || name.is_jekyll() || fields.has(&["date"]);
            match take_heading(&mut body) {
                Some(heading) => heading,
                None if has_front_matter && !dated => return Ok(Err(untitled(&fields))),
                None => spoken(file_title),
            }
        }
    };

    let stated = stated_path(&mut fields);
    let path_date = stated.as_deref().and_then(date_in_path).or(file_date).map(start_of_day);
    let date = fields.date(&["date", "publishDate", "pubDate"])?.or(path_date);
    let updated = fields.date(&["updated", "lastmod", "last_modified_at", "modified"])?;
    let slug = fields
        .text(&["slug"])?
        .or_else(|| stated.as_deref().and_then(last_component).map(str::to_owned))
        .or_else(|| Some(file_title.to_owned()).filter(|_| name.path != "index.md"));
    let is_unpublished = fields.flag("published").is_some_and(|published| !published);
    let draft = fields.flag("draft").unwrap_or(false) || is_unpublished || name.is_jekyll_draft();
    let summary = fields.text(&["description", "summary", "excerpt"])?;
    let (categories, tags) = take_tags(&mut fields, name.is_jekyll());
    let authors = unique(fields.list(&["authors", "author"], |one| vec![one.to_owned()]));

    let mut old_paths: Vec<String> = stated.iter().cloned().collect();
    if stated.is_none() && has_front_matter {
        old_paths.extend(derived_path(name, slug.as_deref(), date, &categories));
    }
    let aliases = fields.list(&["aliases", "alias", "redirect_from"], |one| vec![one.to_owned()]);
    old_paths.extend(aliases.iter().filter_map(|alias| normalise(alias)));
    let mut seen = HashSet::new();
    old_paths.retain(|path| seen.insert(path.clone()));

    let lead = cut_more_marker(&mut body).filter(|_| summary.is_none());
    Ok(Ok(SourcePost {
        key: stated.unwrap_or_else(|| name.key()),
        digest: String::new(),
        relative_path: name.path.to_owned(),
        title,
        date,
        updated,
        slug,
        draft,
        summary,
        lead,
        tags,
        authors,
        old_paths,
        body,
        extra: fields.into_rest(),
        assets: Vec::new(),
        missing: Vec::new(),
    }))
}

fn untitled(fields: &Fields) -> String {
    let names = fields.names();
    match names.as_slice() {
        [] => "its front matter is empty, and no heading gives it a title".to_owned(),
        [name] => format!("no post: its front matter has only `{name}`, and no heading gives it a title"),
        _ => "no post: its front matter has no title and no date, and no heading gives it a title".to_owned(),
    }
}

/// The address that Zola's `path`, Hugo's `url` or Jekyll's `permalink` states. Patterns stay in the front matter.
fn stated_path(fields: &mut Fields) -> Option<String> {
    for name in ["path", "url", "permalink"] {
        let Some(value) = fields.take(&[name]) else {
            continue;
        };
        // Jekyll also knows named patterns: `permalink: pretty`.
        let is_path = |text: &&str| name != "permalink" || text.contains('/');
        if let Some(path) = value.as_str().filter(is_path).and_then(normalise) {
            return Some(path);
        }
        fields.put(name, value);
    }
    None
}

/// Where the generators put a post whose front matter does not say.
fn derived_path(
    name: &Name<'_>,
    slug: Option<&str>,
    date: Option<chrono::DateTime<chrono::Utc>>,
    categories: &[String],
) -> Option<String> {
    let slug = slug?;
    let path = if name.is_jekyll() {
        let parents = name.parents().iter().filter(|folder| !matches!(**folder, "_posts" | "_drafts"));
        let folders: Vec<&str> = parents.copied().chain(categories.iter().map(String::as_str)).collect();
        format!("{}/{}/{slug}.html", folders.join("/"), date?.format("%Y/%m/%d"))
    } else {
        let parents = name.parents();
        let parents = parents.strip_prefix(&["content"]).unwrap_or(parents);
        format!("{}/{slug}", parents.join("/"))
    };
    normalise(&path.to_lowercase().replace(' ', "-"))
}

/// Categories alone, and all tags.
fn take_tags(fields: &mut Fields, is_jekyll: bool) -> (Vec<String>, Vec<String>) {
    // Jekyll reads `tags: one two` as two tags, the others as one.
    let split = |text: &str| -> Vec<String> {
        let pieces: Vec<&str> = match text.contains(',') {
            true => text.split(',').collect(),
            false if is_jekyll => text.split_whitespace().collect(),
            false => vec![text],
        };
        pieces.into_iter().map(|piece| piece.trim().to_owned()).collect()
    };
    let mut tags = fields.list(&["tags", "tag"], split);
    let mut categories = fields.list(&["categories", "category"], split);
    if let Some(mut taxonomies) = fields.table("taxonomies") {
        tags.extend(taxonomies.list(&["tags"], split));
        categories.extend(taxonomies.list(&["categories"], split));
        fields.put_back("taxonomies", taxonomies);
    }
    tags.extend(categories.iter().cloned());
    (categories, unique(tags))
}

fn unique(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.retain(|text| !text.is_empty() && seen.insert(text.to_lowercase()));
    texts
}

/// `hello-world` → `Hello world`.
fn spoken(file_title: &str) -> String {
    let words = file_title.replace(['-', '_'], " ");
    let mut rest = words.trim().chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => file_title.to_owned(),
    }
}

/// Takes the first heading of the first level out of the text.
fn take_heading(body: &mut String) -> Option<String> {
    let found = lines(body).filter(|line| !line.is_code).find_map(|line| {
        let text = body[line.range.clone()].trim_end();
        let content = text.trim_start_matches(' ');
        let heading = content.strip_prefix('#').filter(|rest| rest.starts_with([' ', '\t']))?;
        let heading = heading.trim();
        let closing = heading.trim_end_matches('#');
        let heading = if closing.ends_with([' ', '\t']) { closing.trim_end() } else { heading };
        (text.len() - content.len() <= 3 && !heading.is_empty()).then(|| (line.range, heading.to_owned()))
    });
    let (range, heading) = found?;
    body.replace_range(range, "");
    *body = body.trim_start_matches('\n').to_owned();
    Some(heading)
}

/// Takes `<!-- more -->` out of the text, and answers what stood before it.
fn cut_more_marker(body: &mut String) -> Option<String> {
    let marker = more_marker(body)?;
    let lead = body.get(..marker.start)?.trim().to_owned();
    body.replace_range(marker, "");
    Some(lead).filter(|lead| !lead.is_empty())
}
