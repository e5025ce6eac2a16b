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
