//! What a file is, by its content alone, and whether its name agrees.

/// A kind of file that is known by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A photograph, mostly.
    Jpeg,
    /// A drawing, mostly.
    Png,
    /// May move.
    Gif,
    /// Either.
    WebP,
    /// A document: a download.
    Pdf,
}

impl Kind {
    /// What the first bytes show.
    ///
    /// # Errors
    /// What to tell whoever sent something else.
    pub fn of(content: &[u8]) -> Result<Self, String> {
        let at =
            |offset: usize, magic: &[u8]| content.get(offset..).is_some_and(|rest| rest.starts_with(magic));
        let text = |magic: &[u8]| {
            let head = &content[..content.len().min(1024)];
            head.windows(magic.len()).any(|window| window.eq_ignore_ascii_case(magic))
        };
        match () {
            () if content.is_empty() => Err("It is empty.".to_owned()),
            () if at(0, b"\xff\xd8\xff") => Ok(Self::Jpeg),
            () if at(0, b"\x89PNG\r\n\x1a\n") => Ok(Self::Png),
            () if at(0, b"GIF87a") || at(0, b"GIF89a") => Ok(Self::Gif),
            () if at(0, b"RIFF") && at(8, b"WEBP") => Ok(Self::WebP),
            () if at(0, b"%PDF-") => Ok(Self::Pdf),
            () if at(4, b"ftyphei") || at(4, b"ftypmif1") || at(4, b"ftyphev") => {
                Err("HEIC pictures cannot be shown by browsers: save it as JPEG.".to_owned())
            }
            () if at(4, b"ftypavi") => {
                Err("AVIF pictures are not taken: save it as JPEG or WebP.".to_owned())
            }
            () if text(b"<svg") => {
                Err("An SVG drawing can hold scripts and is not taken: save it as PNG or WebP.".to_owned())
            }
            () => Err("Only pictures (JPEG, PNG, GIF, WebP) and PDF files are taken.".to_owned()),
        }
    }

    /// The media type to serve it with.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// The extension that it is stored with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Pdf => "pdf",
        }
    }

    /// In words: "a JPEG picture".
    pub fn words(self) -> &'static str {
        match self {
            Self::Jpeg => "a JPEG picture",
            Self::Png => "a PNG picture",
            Self::Gif => "a GIF picture",
            Self::WebP => "a WebP picture",
            Self::Pdf => "a PDF document",
        }
    }

    /// Whether it is a picture.
    pub fn is_picture(self) -> bool {
        self != Self::Pdf
    }

    /// Whether a file of this kind may have this extension (in lower case, without its dot).
    pub fn is_called(self, extension: &str) -> bool {
        extension == self.extension() || self == Self::Jpeg && matches!(extension, "jpeg" | "jpe" | "jfif")
    }
}

/// The media type of a stored file, by its extension.
pub fn content_type_of(extension: &str) -> &'static str {
    match extension {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "txt" => "text/plain; charset=utf-8",
        "zip" => "application/zip",
        "mp4" => "video/mp4",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The extension of a stored file, by its media type.
pub fn extension_of(content_type: &str) -> &'static str {
    match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/svg+xml" => "svg",
        "application/pdf" => "pdf",
        _ => "bin",
    }
}

/// The most characters of a file's name.
const MAX_NAME: usize = 120;

/// A file's name for people, out of whatever it was sent as: never a path, without characters that nobody sees, and
/// with the extension of what it is.
pub fn clean_name(sent: &str, extension: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let invisible = |c: &char| {
        c.is_control()
            || matches!(u32::from(*c), 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB)
    };
    let visible: String = last.chars().filter(|c| !invisible(c)).collect();
    let stem = visible.rsplit_once('.').map_or(visible.as_str(), |(stem, _)| stem);
    let stem: String =
        stem.trim_matches(|c: char| c == '.' || c.is_whitespace()).chars().take(MAX_NAME).collect();
    let stem = stem.trim();
    format!("{}.{extension}", if stem.is_empty() { "file" } else { stem })
}

/// The extension of a name, in lower case, without its dot; empty for none.
pub fn extension(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.rsplit_once('.').map(|(_, extension)| extension.trim().to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_nothing_else() {
        for (sent, name) in [
            ("boat.png", "boat.jpg"),
            ("../../etc/passwd", "passwd.jpg"),
            ("C:\\pictures\\boat.JPG", "boat.jpg"),
            ("a\u{0}\r\n\u{202e}gnp.jpg", "agnp.jpg"),
            ("..", "file.jpg"),
            ("", "file.jpg"),
            (".htaccess", "file.jpg"),
            ("日本 語.webp", "日本 語.jpg"),
        ] {
            assert_eq!(clean_name(sent, "jpg"), name, "{sent:?}");
        }
        assert_eq!(clean_name(&"a".repeat(300), "png").chars().count(), MAX_NAME + 4);
    }

    #[test]
    fn content_says_what_a_file_is() {
        assert_eq!(Kind::of(b"\xff\xd8\xff\xe0<script>"), Ok(Kind::Jpeg));
        assert_eq!(Kind::of(b"%PDF-1.7"), Ok(Kind::Pdf));
        for (content, word) in [
            (&b""[..], "empty"),
            (b"<?xml version='1.0'?><!-- x --><svg onload=alert(1)>", "SVG"),
            (b"<html>", "Only"),
            (b"\0\0\0\x20ftypheic", "HEIC"),
            (b"\0\0\0\x20ftypavif", "AVIF"),
            (b"PK\x03\x04", "Only"),
        ] {
            assert!(Kind::of(content).unwrap_err().contains(word), "{word}");
        }
        assert!(Kind::Jpeg.is_called("jpeg") && !Kind::Png.is_called("jpg"));
    }
}
