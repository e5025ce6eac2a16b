//! What an image's address says: its size, and whether it is ours.

/// Width and height out of the address of an uploaded image, `/media/…-{width}x{height}.{extension}`, so that the page
/// does not jump when it arrives.
pub(super) fn media_size(url: &str) -> Option<(u32, u32)> {
    let path = url.split(['?', '#']).next()?.strip_prefix("/media/")?;
    let (stem, _extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    let (_name, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let number = |text: &str| text.parse::<u32>().ok().filter(|size| (1..=99_999).contains(size));
    Some((number(width)?, number(height)?))
}

/// Whether an address is on this site: a path, or a path relative to one. A reader's page loads nothing from
/// elsewhere, so only such images (and films and sounds) are shown in place.
pub(super) fn is_local(url: &str) -> bool {
    let before_path = url.split(['/', '?', '#']).next().unwrap_or_default();
    // Browsers take a backslash for a slash, and `//host` for another site.
    let another_host = url.starts_with("//") || url.contains('\\');
    let odd = url.chars().any(|character| character.is_control() || character.is_whitespace());
    !another_host && !odd && !before_path.contains(':')
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_are_local() {
        for local in ["/media/ab/x.png", "x.png", "../x.png", "./a:b.png", "?x", "/a//b"] {
            assert!(is_local(local), "{local}");
        }
        for elsewhere in [
            "https://a.example/x.png",
            "//a.example/x.png",
            "/\\a.example/x",
            "\\\\a.example",
            "data:image/png,x",
            "ht\ttps://a/x",
        ] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }
}
