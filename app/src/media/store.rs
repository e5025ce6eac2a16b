//! Files on disk, named by what is in them: `ab/abcdef….png`, an image's with its size, so that pages can reserve
//! its place without asking anybody: `ab/abcdef…-800x600.png`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

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

    /// Its address.
    pub fn url(&self) -> String {
        format!("/media/{}", self.0)
    }

    /// The part after the last dot.
    pub fn extension(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or_default()
    }
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
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

    /// Stores a copy of a file whose content has this SHA-256 (hexadecimal); one that is there already is left alone.
    /// Blocks.
    ///
    /// # Errors
    /// When the disk refuses, or when the file's content is another by now.
    pub fn put_copy(&self, name: &StoredName, source: &Path, sha256: &str) -> io::Result<()> {
        let target = self.path(name);
        if target.exists() {
            return Ok(());
        }
        let content = fs::read(source)?;
        if self::sha256(&content) != sha256 {
            return Err(io::Error::other("it changed while it was read"));
        }
        let folder = target.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        // Under a name of its own first: nobody ever reads a half-written file, and a crash leaves no wrong one.
        let mut partial = tempfile::NamedTempFile::new_in(folder)?;
        partial.write_all(&content)?;
        partial.as_file().sync_all()?;
        partial.persist(&target)?;
        fs::File::open(folder)?.sync_all()
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
    fn files_that_share_an_image_store_it_once_and_whole() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let source = folder.path().join("source.png");
        let content = vec![7; 3_000_000];
        fs::write(&source, &content)?;
        let sha256 = sha256(&content);
        let store = MediaStore::new(folder.path());
        let name = StoredName::new(&sha256, Some((4_000_000_000, 1)), "png");
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| store.put_copy(&name, &source, &sha256).expect("stored"));
            }
        });
        assert_eq!(fs::read(store.path(&name))?, content);
        assert_eq!(fs::read_dir(store.path(&name).parent().expect("a folder"))?.count(), 1);
        let other = StoredName::new(HASH, None, "png");
        assert!(store.put_copy(&other, &source, HASH).is_err(), "the content is not what the name says");
        assert!(!store.path(&other).exists());
        Ok(())
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
