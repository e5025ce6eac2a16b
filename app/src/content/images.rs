//! What an image's address says: its size, its smaller versions, and whether it is ours.

use crate::media::name::StoredName;

/// What `sizes` says of every image: texts have one measure.
pub(super) const SIZES: &str = crate::media::name::SIZES;

/// The smaller versions of an uploaded image and itself, as `srcset` has them; none where there are none.
pub(super) fn srcset(url: &str) -> Option<String> {
    StoredName::parse(url.strip_prefix("/media/")?)?.srcset()
}

/// Whether a `srcset` names addresses of this site only: each with a width or a density, or nothing.
pub(super) fn is_local_set(srcset: &str) -> bool {
    let is_candidate = |candidate: &str| {
        let mut words = candidate.split_ascii_whitespace();
        let address = words.next().is_some_and(is_local);
        let measure = words.next().is_none_or(|measure| {
            let number = measure.strip_suffix(['w', 'x']).unwrap_or_default();
            (1..=8).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        });
        address && measure && words.next().is_none()
    };
    // A comma ends an address for us, be it part of it for a browser: what then looks odd is refused.
    srcset.len() <= 4096 && srcset.split(',').all(is_candidate)
}

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
    use super::{is_local, is_local_set, srcset};

    #[test]
    fn a_set_of_images_is_local_as_a_whole() {
        let name = format!("/media/ab/ab{}-1000x10.jpg", "0".repeat(30));
        let set = srcset(&name).expect("smaller versions");
        assert!(is_local_set(&set) && set.contains("/media/w480/ab/"), "{set}");
        for good in ["/a.png", "/a.png 2x", "/a.png 480w, /b.png 1.5x"] {
            assert!(is_local_set(good), "{good}");
        }
        for bad in [
            "",
            "https://a.example/x.png 480w",
            "/a.png 480w, //b.example/x 960w",
            "/a.png 480w,https://b.example/x",
            "/a.png 480h",
            "/a.png 480w x",
            "data:image/png,x 1x",
            "/a.png javascript:1",
        ] {
            assert!(!is_local_set(bad), "{bad}");
        }
        for none in ["/media/ab/x.png", "x.png", "https://a.example/media/x", "/media/w480/ab/x.png"] {
            assert_eq!(srcset(none), None, "{none}");
        }
    }

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
