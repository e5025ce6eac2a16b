//! What stored files are called: by what is in them, `ab/abcdef….png`; an image with its size, so that pages can
//! reserve its place without asking anybody: `ab/abcdef…-800x600.png`. Its smaller versions have the same name in a
//! folder of their own: `w480/ab/abcdef…-800x600.png`.

use sha2::{Digest, Sha256};

/// The widths of smaller versions, in pixels. There are no others: whoever asks for more must not make work.
pub const WIDTHS: [u32; 4] = [THUMBNAIL, 480, 960, 1440];
/// The width of the pictures in lists.
pub const THUMBNAIL: u32 = 240;
/// How wide a picture of a text is shown, as `sizes`: the measure, and what static/css/article.css lets a picture take
/// beyond it.
pub const SIZES: &str = "(min-width: 68.75rem) clamp(40rem, 100vw - 21rem, 54rem), (min-width: 44rem) 40rem, calc(100vw - 2.5rem)";

/// A file's name in the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoredName(String);

/// A file of the store: one that came in, or a smaller version of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// What it is, or is made of.
    pub original: StoredName,
    /// One of [`WIDTHS`]; none for the original itself.
    pub width: Option<u32>,
}

impl StoredName {
    /// The name of a file by its content's SHA-256 (hexadecimal), its size in pixels where it is an image, and an
    /// extension without its dot.
    pub fn new(sha256: &str, size: Option<(u32, u32)>, extension: &str) -> Self {
        // What no page could hold and `parse` would not take is no size.
        let plausible =
            |(width, height): &(u32, u32)| [width, height].iter().all(|n| (1..=99_999).contains(*n));
        let size =
            size.filter(plausible).map(|(width, height)| format!("-{width}x{height}")).unwrap_or_default();
        let short = &sha256[..sha256.len().min(32)];
        Self(format!("{}/{short}{size}.{extension}", &short[..short.len().min(2)]))
    }

    /// The name in a path under `/media/`; `None` for what cannot be one of ours, traversal included.
    pub fn parse(path: &str) -> Option<Self> {
        let (folder, name) = path.split_once('/')?;
        let (stem, extension) = name.split_once('.')?;
        let (hash, size) = stem.split_once('-').unwrap_or((stem, "0x0"));
        let (width, height) = size.split_once('x')?;
        let hexadecimal =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let number =
            |text: &str| (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = hash.len() == 32
            && hexadecimal(hash)
            && hash.get(..2) == Some(folder)
            && number(width)
            && number(height)
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        plain.then(|| Self(path.to_owned()))
    }

    /// The name of the original whose address begins a text: `/media/…`, or that of a smaller version.
    pub fn at_start_of(text: &str) -> Option<Self> {
        let path = text.strip_prefix("/media/")?;
        let end = path.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.')));
        let path = &path[..end.unwrap_or(path.len())];
        // A sentence may end after it.
        let version = Version::parse(path.trim_end_matches('.'))?;
        Some(version.original)
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("/media/{}", self.0)
    }

    /// The part after the last dot.
    pub fn extension(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or_default()
    }

    /// Its name without folder and extension: it changes with the content.
    pub fn stem(&self) -> &str {
        let name = self.0.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default()
    }

    /// Width and height, where the name says them.
    pub fn size(&self) -> Option<(u32, u32)> {
        let (width, height) = self.stem().split_once('-')?.1.split_once('x')?;
        Some((width.parse().ok()?, height.parse().ok()?))
    }

    /// Whether it is a picture that browsers show in place.
    pub fn is_picture(&self) -> bool {
        matches!(self.extension(), "png" | "jpg" | "gif" | "webp" | "avif")
    }

    /// Whether smaller versions of it can be made. A GIF may move, and an AVIF cannot be read.
    pub fn is_scalable(&self) -> bool {
        matches!(self.extension(), "png" | "jpg" | "webp")
    }

    /// The smaller versions that there are.
    pub fn versions(&self) -> impl Iterator<Item = Version> + '_ {
        let own = self.size().filter(|_| self.is_scalable()).map_or(0, |(width, _)| width);
        WIDTHS.into_iter().filter(move |width| *width < own).map(|width| self.version(width))
    }

    /// The smaller version of this width.
    pub fn version(&self, width: u32) -> Version {
        Version { original: self.clone(), width: Some(width) }
    }

    /// Where a list shows a small picture of it; none for what is no picture.
    pub fn thumbnail(&self) -> Option<String> {
        let first = self.versions().next().filter(|version| version.width == Some(THUMBNAIL));
        first.map(|version| version.url()).or_else(|| self.is_picture().then(|| self.url()))
    }

    /// What `srcset` says of it: the smaller versions for texts, and itself. `None` where there are none.
    pub fn srcset(&self) -> Option<String> {
        let (own, _) = self.size()?;
        let smaller: Vec<String> = self
            .versions()
            .filter_map(|version| version.width.map(|width| (version, width)))
            .filter(|(_, width)| *width > THUMBNAIL)
            .map(|(version, width)| format!("{} {width}w", version.url()))
            .collect();
        (!smaller.is_empty()).then(|| format!("{}, {} {own}w", smaller.join(", "), self.url()))
    }
}

impl Version {
    /// What a path under `/media/` names; `None` for what cannot be one of ours.
    pub fn parse(path: &str) -> Option<Self> {
        if let Some(original) = StoredName::parse(path) {
            return Some(Self { original, width: None });
        }
        let (folder, rest) = path.split_once('/')?;
        let original = StoredName::parse(rest)?;
        original.versions().find(|version| version.folder().as_deref() == Some(folder))
    }

    fn folder(&self) -> Option<String> {
        self.width.map(|width| format!("w{width}"))
    }

    /// Where it is in the store.
    pub fn key(&self) -> String {
        match self.folder() {
            Some(folder) => format!("{folder}/{}", self.original.0),
            None => self.original.0.clone(),
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("/media/{}", self.key())
    }
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789";

    #[test]
    fn names_parse_back() {
        for name in [StoredName::new(HASH, Some((800, 600)), "png"), StoredName::new(HASH, None, "pdf")] {
            assert_eq!(name.url().strip_prefix("/media/").and_then(StoredName::parse), Some(name));
        }
        assert_eq!(StoredName::new(HASH, Some((800, 600)), "png").size(), Some((800, 600)));
    }

    #[test]
    fn nothing_else_is_a_name() {
        let good = "ab/abcdef0123456789abcdef0123456789";
        for bad in [
            "../etc/passwd".to_owned(),
            format!("{good}.png/../../x"),
            format!("{good}-1x1.png.html"),
            format!("{good}-1x.png"),
            format!("cd/{}.png", &good[3..]),
            format!("{good}.PNG"),
            format!("{good}\0.png"),
            format!("{good}."),
            String::new(),
        ] {
            assert_eq!(Version::parse(&bad), None, "{bad}");
        }
        assert!(StoredName::parse(&format!("{good}.png")).is_some());
    }

    #[test]
    fn a_picture_has_smaller_versions_below_its_own_width_and_no_others() {
        let name = StoredName::new(HASH, Some((1000, 10)), "jpg");
        let widths: Vec<_> = name.versions().filter_map(|version| version.width).collect();
        assert_eq!(widths, [240, 480, 960]);
        for version in name.versions() {
            assert_eq!(Version::parse(&version.key()), Some(version));
        }
        for bad in ["w1440", "w960x", "w0480", "w1", "480", "w480/w480", "", "."] {
            assert_eq!(Version::parse(&format!("{bad}/{}", name.as_str())), None, "{bad}");
        }
        for (size, extension) in
            [(Some((240, 10)), "png"), (None, "png"), (Some((2000, 9)), "gif"), (Some((2000, 9)), "svg")]
        {
            assert_eq!(StoredName::new(HASH, size, extension).versions().count(), 0, "{size:?} {extension}");
        }
    }

    #[test]
    fn a_srcset_names_what_is_there() {
        let name = StoredName::new(HASH, Some((960, 720)), "webp");
        let srcset = name.srcset().unwrap();
        assert_eq!(srcset, format!("/media/w480/{0} 480w, /media/{0} 960w", name.as_str()));
        assert_eq!(StoredName::new(HASH, Some((480, 720)), "webp").srcset(), None);
    }

    #[test]
    fn an_address_is_found_where_it_begins() {
        let name = StoredName::new(HASH, Some((960, 720)), "webp");
        for text in [
            format!("{}\" alt", name.url()),
            format!("{}.", name.url()),
            format!("{} 480w", name.version(480).url()),
            format!("{}?x", name.url()),
        ] {
            assert_eq!(StoredName::at_start_of(&text), Some(name.clone()), "{text}");
        }
        assert_eq!(StoredName::at_start_of("/media/w481/ab/x.png"), None);
    }
}
