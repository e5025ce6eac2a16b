//! What the library's own pages and answers hold.

use entity::media;
use serde::Serialize;

use super::name::StoredName;
use crate::{
    admin::views::Shell,
    web::{
        forms::{Complaint, Field},
        render::Page,
    },
};

/// A file, for programs.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    /// Its row.
    pub id: i64,
    /// Its address.
    pub url: String,
    /// A small picture of it; none for what is no picture.
    pub thumbnail: Option<String>,
    /// The name it came with.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// Pixels.
    pub width: Option<i32>,
    /// Pixels.
    pub height: Option<i32>,
    /// What to say instead of it.
    pub alt: String,
    /// What puts it into a text.
    pub markdown: String,
}

impl From<media::Model> for File {
    fn from(row: media::Model) -> Self {
        let url = format!("/media/{}", row.name);
        let is_picture = row.content_type.starts_with("image/");
        let markdown = match is_picture {
            true => format!("![{}]({url})", escape(&row.alt)),
            false => format!("[{}]({url})", escape(&row.filename)),
        };
        Self {
            id: row.id,
            thumbnail: StoredName::parse(&row.name).and_then(|name| name.thumbnail()),
            url,
            filename: row.filename,
            content_type: row.content_type,
            width: row.width,
            height: row.height,
            alt: row.alt,
            markdown,
        }
    }
}

/// A text between Markdown's brackets, on one line.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(character, '[' | ']' | '\\' | '`' | '*' | '_' | '<' | '&') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// What was not taken, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// The name it came with.
    pub filename: String,
    /// A sentence.
    pub message: String,
}

/// What became of an upload.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Uploaded {
    /// What was taken.
    pub files: Vec<File>,
    /// What was not.
    pub errors: Vec<Problem>,
}

/// Files to choose from.
#[derive(Debug, Serialize)]
pub struct Pick {
    /// Newest first.
    pub files: Vec<File>,
    /// The next page, if there is one.
    pub next: Option<u64>,
}

/// `/admin/media/new`: choosing files to upload.
#[derive(Debug, Serialize)]
pub struct UploadPage {
    /// Around it.
    pub shell: Shell,
    /// "Upload files"
    pub title: String,
    /// What was not taken just now.
    pub complaints: Vec<Complaint>,
    /// The largest file, in MiB.
    pub max_file: u64,
    /// The most files at once.
    pub max_files: usize,
    /// The library.
    pub back_url: String,
}

/// `/admin/media/describe`: saying what pictures show.
#[derive(Debug, Serialize)]
pub struct DescribePage {
    /// Around it.
    pub shell: Shell,
    /// "What do they show?"
    pub title: String,
    /// The form's ticket.
    pub word: String,
    /// The pictures, each with its field.
    pub pictures: Vec<Described>,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
    /// The library.
    pub back_url: String,
}

/// A picture and the field of its alternative text.
#[derive(Debug, Serialize)]
pub struct Described {
    /// The picture.
    pub file: File,
    /// Its form.
    pub row_url: String,
    /// The field.
    pub field: Field,
}

impl Page for UploadPage {
    const TEMPLATE: &'static str = "media/upload.html";

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }

    fn noindex(&self) -> bool {
        true
    }
}

impl Page for DescribePage {
    const TEMPLATE: &'static str = "media/describe.html";

    fn title(&self) -> Option<String> {
        Some(self.title.clone())
    }

    fn noindex(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_text_stays_between_its_brackets() {
        assert_eq!(escape("a [boat]\n on \\ water"), "a \\[boat\\] on \\\\ water");
    }
}
