//! What images need besides their address: a size and an alternative text.

use std::borrow::Cow;

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

/// Adds `alt=""` to each `<img>` at its end, where it counts only if there is no other: of two attributes with the
/// same name, HTML takes the first. Getting a tag's end wrong does no harm, for the sanitiser comes after.
pub(super) fn with_alternative_text(html: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        written.push_str(before);
        let image = tag.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("<img"))
            && tag
                .as_bytes()
                .get(4)
                .is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>'));
        let end = if image { tag_end(tag) } else { Some(1) };
        let Some(end) = end else {
            rest = tag;
            break;
        };
        written.push_str(&tag[..if image { end - 1 } else { end }]);
        if image {
            written.push_str(" alt=\"\">");
        }
        rest = &tag[end..];
    }
    if written.is_empty() {
        return Cow::Borrowed(html);
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// Where the tag at the start of `html` ends, after its `>`.
fn tag_end(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_are_local() {
        for local in ["/media/ab/x.png", "x.png", "../x.png", "./a:b.png", "?x", "/a//b"] {
            assert!(is_local(local), "{local}");
        }
        for elsewhere in
            ["https://a.example/x.png", "//a.example/x.png", "/\\a.example/x", "\\\\a.example", "data:image/png,x", "ht\ttps://a/x"]
        {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }
}
