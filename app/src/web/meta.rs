//! What a page says of itself to programs: where it is linked to (Open Graph), to feed readers, and as structured data
//! (schema.org as JSON-LD).

use serde::Serialize;
use serde_json::{Value, json};

use super::pagination::Pagination;
use crate::site::{Site, logo};

/// The most characters of a description that is made of titles: search engines show about as many.
const MAX_DESCRIPTION: usize = 160;

/// What is shown of a page where it is linked to, beside its title and its description.
#[derive(Debug, Serialize)]
pub struct Card {
    /// Open Graph's word for what it is.
    pub kind: &'static str,
    /// Its picture.
    pub picture: Option<Picture>,
    /// When it went public, RFC 3339; empty for what has no such time.
    pub published: String,
    /// When it changed last, likewise.
    pub modified: String,
    /// The pages of those who wrote it: paths.
    pub authors: Vec<String>,
    /// What it is about.
    pub tags: Vec<String>,
}

impl Card {
    /// A card with nothing on it.
    pub fn new(kind: &'static str) -> Self {
        Self {
            kind,
            picture: None,
            published: String::new(),
            modified: String::new(),
            authors: Vec::new(),
            tags: Vec::new(),
        }
    }
}

/// A picture that stands for a page.
#[derive(Clone, Debug, Serialize)]
pub struct Picture {
    /// Its address, a path of this site.
    pub url: String,
    /// What to say instead of it; may be empty.
    pub alt: String,
    /// Width and height, where they are known.
    pub size: Option<(u32, u32)>,
    /// Whether it is worth a large place; a logo is not.
    pub is_large: bool,
}

/// Where structured data stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The site's settings.
    pub site: &'a Site,
    /// The site's origin, without a slash at its end.
    pub origin: &'a str,
    /// The page's one address.
    pub canonical: &'a str,
}

impl Place<'_> {
    /// The whole address of a path.
    pub fn whole(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The site, as who publishes what is on it.
    pub fn publisher(&self) -> Value {
        let mut publisher =
            json!({ "@type": "Organization", "name": self.site.title, "url": self.whole("/") });
        if let Some(logo) = logo::picture(self.site) {
            publisher["logo"] = self.image(&logo);
        }
        publisher
    }

    /// A picture as schema.org's `ImageObject`.
    pub fn image(&self, picture: &Picture) -> Value {
        let mut image = json!({ "@type": "ImageObject", "url": self.whole(&picture.url) });
        if let Some((width, height)) = picture.size {
            (image["width"], image["height"]) = (json!(width), json!(height));
        }
        image
    }

    /// Where the page is, from the home page on: names and paths, the page itself last.
    pub fn breadcrumbs(&self, trail: &[(&str, &str)]) -> Value {
        let steps = std::iter::once((self.site.title.as_str(), "/")).chain(trail.iter().copied());
        let items: Vec<Value> = (1..)
            .zip(steps)
            .map(|(position, (name, path))| {
                json!({ "@type": "ListItem", "position": position, "name": name, "item": self.whole(path) })
            })
            .collect();
        json!({ "@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items })
    }
}

/// The vocabulary of all structured data.
pub const CONTEXT: &str = "https://schema.org";

/// JSON as it may stand in a `<script>` element: nothing in it ends the element, begins a comment, or is a line end to
/// a reader of JavaScript.
pub fn script(value: &Value) -> String {
    let mut safe = String::new();
    for character in value.to_string().chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => safe.push(character),
        }
    }
    safe
}

/// A list's description: what it is a list of, and what is on this page of it.
pub fn listing<'a>(start: &str, titles: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = start.to_owned();
    for (at, title) in titles.into_iter().enumerate() {
        let separator = if at == 0 { ": " } else { ", " };
        if text.chars().count() + separator.len() + title.chars().count() > MAX_DESCRIPTION {
            if at == 0 {
                let room = MAX_DESCRIPTION.saturating_sub(text.chars().count() + separator.len());
                text.push_str(separator);
                text.extend(title.chars().take(room));
            }
            text.push('…');
            return text;
        }
        text.push_str(separator);
        text.push_str(title);
    }
    text.push('.');
    text
}

/// A list's title; from its second page on it says which page this is.
pub fn paged(title: &str, pagination: &Pagination) -> String {
    match pagination.current {
        1 => title.to_owned(),
        page => format!("{title}, page {page}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{MAX_DESCRIPTION, listing, script};

    #[test]
    fn nothing_in_a_script_ends_it() {
        let value = json!({ "a": "</script><!-- ]]> & \u{2028}\u{2029} \"'" });
        let script = script(&value);
        assert!(!script.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{script}");
        assert_eq!(serde_json::from_str::<Value>(&script).ok(), Some(value));
    }

    #[test]
    fn a_listing_says_what_fits() {
        assert_eq!(listing("Posts", ["One", "Two"]), "Posts: One, Two.");
        assert_eq!(listing("Posts", []), "Posts.");
        let long = "w".repeat(100);
        assert_eq!(listing("Posts", [&*long, &*long]), format!("Posts: {long}…"));
        let longest = "w".repeat(500);
        assert_eq!(listing("Posts", [&*longest]).chars().count(), MAX_DESCRIPTION + 1);
    }
}
