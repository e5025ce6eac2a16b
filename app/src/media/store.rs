//! Files on disk, named by what is in them: `ab/abcdef….png`, an image's with its size, so that pages can reserve
//! its place without asking anybody: `ab/abcdef…-800x600.png`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A folder of stored files.
#[derive(Clone, Debug)]
pub struct MediaStore {
    root: PathBuf,
}

/// A file's name in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredName(String);

impl StoredName {
    /// The name of a file by its content's SHA-256 (hexadecimal), its size in pixels where it is an image, and an
    /// extension without its dot.
    pub fn new(sha256: &str, size: Option<(u32, u32)>, extension: &str) -> Self {
        let size = size.map(|(width, height)| format!("-{width}x{height}")).unwrap_or_default();
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

    /// Its address.
    pub fn url(&self) -> String {
        format!("/media/{}", self.0)
    }

    /// The part after the last dot.
    pub fn extension(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or_default()
    }
}

impl MediaStore {
    /// The store in the data folder; made with the first file.
    pub fn new(data_dir: &Path) -> Self {
        Self { root: data_dir.join("media") }
    }

    /// Where a file is or would be.
    pub fn path(&self, name: &StoredName) -> PathBuf {
        self.root.join(&name.0)
    }

    /// Stores a copy of a file; one that is there already is left alone. Blocks.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put_copy(&self, name: &StoredName, source: &Path) -> io::Result<()> {
        let target = self.path(name);
        if target.exists() {
            return Ok(());
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        // Under another name first: nobody ever reads a half-written file, and a crash leaves no wrong one.
        let partial = target.with_extension(format!("{}.partial", std::process::id()));
        fs::copy(source, &partial)?;
        fs::File::open(&partial)?.sync_all()?;
        fs::rename(&partial, &target)
    }
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
            assert_eq!(StoredName::parse(&bad), None, "{bad}");
        }
        assert!(StoredName::parse(&format!("{good}.png")).is_some());
    }
}
