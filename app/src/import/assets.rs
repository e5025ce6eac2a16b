//! The images and documents that a post shows: where they are, and whether they are what they claim to be.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::references::{split_fragment, targets, without_dot};
use super::svg;

/// The largest file that is taken along, in bytes.
pub const MAX_ASSET: u64 = 20 * 1024 * 1024;

/// A file that a post refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The reference as the text has it, without its `#fragment`; what [`super::references::rewrite`] replaces.
    pub reference: String,
    /// Where the file is. Several references may lead to the same file.
    pub file: PathBuf,
    /// What it is; its content agrees with its name.
    pub kind: AssetKind,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
    /// Pixels, if known.
    pub width: Option<u32>,
    /// Pixels, if known.
    pub height: Option<u32>,
}

/// The kinds of files that an import takes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetKind {
    /// `.png`
    Png,
    /// `.jpg`, `.jpeg`
    Jpeg,
    /// `.gif`
    Gif,
    /// `.webp`
    WebP,
    /// `.avif`
    Avif,
    /// `.svg`. It may hold scripts: serve it so that they cannot run.
    Svg,
    /// `.pdf`
    Pdf,
}

impl AssetKind {
    /// The media type to serve it with.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
        }
    }

    fn of_path(path: &str) -> Option<Self> {
        let (name, extension) = path.rsplit_once('.')?;
        if name.is_empty() || name.ends_with('/') {
            return None;
        }
        match extension.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "gif" => Some(Self::Gif),
            "webp" => Some(Self::WebP),
            "avif" => Some(Self::Avif),
            "svg" => Some(Self::Svg),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }

    fn agrees_with(self, data: &[u8]) -> bool {
        let at = |offset: usize, magic: &[u8]| data.get(offset..).is_some_and(|rest| rest.starts_with(magic));
        match self {
            Self::Png => at(0, b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => at(0, b"\xff\xd8\xff"),
            Self::Gif => at(0, b"GIF87a") || at(0, b"GIF89a"),
            Self::WebP => at(0, b"RIFF") && at(8, b"WEBP"),
            Self::Avif => at(4, b"ftypavif") || at(4, b"ftypavis"),
            Self::Svg => svg::root(data).is_some(),
            Self::Pdf => at(0, b"%PDF-"),
        }
    }

    fn measure(self, data: &[u8]) -> Option<(u32, u32)> {
        match self {
            Self::Pdf => None,
            Self::Svg => svg::size(&svg::root(data)?),
            Self::Png | Self::Jpeg | Self::Gif | Self::WebP | Self::Avif => {
                let size = imagesize::blob_size(data).ok()?;
                let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
                (width > 0 && height > 0).then_some((width, height))
            }
        }
    }
}

/// The folders that assets may come from. All paths are canonical, so that a symbolic link out of them shows.
#[derive(Debug)]
pub(super) struct Places {
    root: PathBuf,
    /// Where `/images/x.png` is looked for, in this order.
    site: Vec<PathBuf>,
}

/// What a text's references lead to.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) assets: Vec<Asset>,
    /// References to files that are not there, as written; those that were refused with the reason in parentheses.
    pub(super) missing: Vec<String>,
}

impl Places {
    pub(super) fn new(dir: &Path) -> io::Result<Self> {
        let root = dir.canonicalize()?;
        let mut site = vec![root.clone()];
        for parent in [Some(root.as_path()), root.parent()].into_iter().flatten() {
            let folder = parent.join("static").canonicalize();
            site.extend(folder.ok().filter(|folder| folder.starts_with(parent)));
        }
        Ok(Self { root, site })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Finds what `body` refers to, and feeds the files' content to `digest`. `folder` is the post's own.
    pub(super) fn collect(&self, body: &str, folder: &Path, digest: &mut Sha256) -> Collected {
        let mut collected = Collected::default();
        let mut seen = HashSet::new();
        for target in targets(body) {
            let (reference, _) = split_fragment(target);
            let Some(path) = local_path(reference) else {
                continue;
            };
            let Some(kind) = AssetKind::of_path(&path) else {
                continue;
            };
            if !seen.insert(without_dot(reference)) {
                continue;
            }
            let Some(file) = self.find(&path, folder) else {
                collected.missing.push(reference.to_owned());
                continue;
            };
            match load(&file, kind) {
                Ok(data) => {
                    let sha256 = hex(&Sha256::digest(&data));
                    digest.update(reference);
                    digest.update(&sha256);
                    let (width, height) = kind.measure(&data).unzip();
                    let size = data.len() as u64;
                    let reference = reference.to_owned();
                    collected.assets.push(Asset { reference, file, kind, size, sha256, width, height });
                }
                Err(reason) => collected.missing.push(format!("{reference} ({reason})")),
            }
        }
        collected
    }

    fn find(&self, path: &str, folder: &Path) -> Option<PathBuf> {
        // macOS writes names decomposed, texts have them composed.
        let spellings = [path.to_owned(), path.nfc().collect(), path.nfd().collect::<String>()];
        spellings.iter().find_map(|path| match path.strip_prefix('/') {
            Some(path) => self.site.iter().find_map(|base| inside(base, base, path)),
            None => inside(&self.root, folder, path),
        })
    }
}

/// `path` below `folder`, unless that is no file or lies outside `base`.
fn inside(base: &Path, folder: &Path, path: &str) -> Option<PathBuf> {
    let file = folder.join(path.trim_start_matches('/')).canonicalize().ok()?;
    (file.starts_with(base) && file.is_file()).then_some(file)
}

/// The decoded path of a reference into the site; `None` for addresses of other sites, mails and the like.
fn local_path(reference: &str) -> Option<String> {
    let path = reference.split('?').next()?;
    let unescaped = path.replace("&amp;", "&");
    let mut path = String::with_capacity(unescaped.len());
    let mut rest = unescaped.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' || !rest.peek().is_some_and(char::is_ascii_punctuation) {
            path.push(c);
        }
        if c == '\\' && rest.peek() == Some(&'\\') {
            path.extend(rest.next());
        }
    }
    let path = percent_decode_str(&path).decode_utf8().ok()?.into_owned();
    let is_elsewhere = path.starts_with("//") || path.starts_with("@/") || path.contains(['\\', '\0']);
    let has_scheme = path.split(['/', '.']).next().is_some_and(|first| first.contains(':'));
    (!is_elsewhere && !has_scheme && !path.is_empty()).then_some(path)
}

fn load(file: &Path, kind: AssetKind) -> Result<Vec<u8>, &'static str> {
    let data = read_at_most(file, MAX_ASSET).map_err(|_| "cannot be read")?.ok_or("larger than 20 MiB")?;
    if kind.agrees_with(&data) { Ok(data) } else { Err("its content is not what its name says") }
}

/// The content of a file, `None` if it has more than `limit` bytes.
pub(super) fn read_at_most(file: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(file)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Ok(None);
    }
    let mut data = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(limit + 1).read_to_end(&mut data)?;
    Ok(Some(data).filter(|data| data.len() as u64 <= limit))
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
