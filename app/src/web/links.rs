//! The addresses of things, made in one place. All are paths, percent-encoded and ready for an `href`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One segment of a path, or a value in a query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Percent-decodes a path; `None` where it is not UTF-8 or holds a control character, which no address of ours has
/// (and PostgreSQL refuses NUL in a text).
pub fn decode(path: &str) -> Option<String> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    (!decoded.chars().any(char::is_control)).then(|| decoded.into_owned())
}

/// Percent-encodes each segment of a decoded path.
pub fn encode_path(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

/// A path as a client sent it, percent-encoded as we would; as it is where it cannot be decoded.
pub fn reencode(path: &str) -> String {
    decode(path).map_or_else(|| path.to_owned(), |decoded| encode_path(&decoded))
}

/// A path in its one form: a letter, a digit, `-`, `.`, `_` or `~` that was percent-encoded is itself (RFC 3986,
/// 6.2.2.2), for the router takes both for the same. `None` for one that is in it already. Other characters stay as
/// they were sent.
pub fn in_one_form(path: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|byte| is_plain(*byte)) {
            Some(byte) => {
                plain.push(char::from(byte));
                plain.push_str(&part[2..]);
            }
            None => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    (plain != path).then_some(plain)
}

/// Whether a path is the API's.
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Where somebody may be sent after a login: a path of this site, with its query. Anything else could lead elsewhere:
/// browsers take `//host` and `/\\host` for another site, and drop control characters.
pub fn is_local(target: &str) -> bool {
    target.starts_with('/')
        && !target.starts_with("//")
        && !target.contains('\\')
        && !target.chars().any(char::is_control)
}

/// The login, and the way back from it.
pub fn login(next: &str) -> String {
    format!("/login?next={}", encode(next))
}

/// A post.
pub fn post(slug: &str) -> String {
    format!("/posts/{}", encode(slug))
}

/// Where comments on a post are sent.
pub fn comments(slug: &str) -> String {
    format!("{}/comments", post(slug))
}

/// A comment, wherever it stands now.
pub fn comment(id: i64) -> String {
    format!("/comments/{id}")
}

/// A page that is no post.
pub fn page(slug: &str) -> String {
    format!("/{}", encode(slug))
}

/// A person and what they wrote.
pub fn author(username: &str) -> String {
    format!("/authors/{}", encode(username))
}

/// A tag and the posts under it.
pub fn tag(slug: &str) -> String {
    format!("/tags/{}", encode(slug))
}

/// A course.
pub fn course(slug: &str) -> String {
    format!("/courses/{}", encode(slug))
}

/// A post as a lesson of a course.
pub fn lesson(course_slug: &str, post_slug: &str) -> String {
    format!("/courses/{}/{}", encode(course_slug), encode(post_slug))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_script_survives_a_round_trip() {
        for slug in ["plain", "привет-мир", "日本語", "a b&c?d#e%f/g", "ß~._-"] {
            let path = post(slug);
            assert!(path.is_ascii());
            assert_eq!(path.matches('/').count(), 2, "{path}");
            assert_eq!(decode(&path), Some(format!("/posts/{slug}")));
        }
    }

    #[test]
    fn what_need_not_be_encoded_is_not() {
        for (sent, plain) in [
            ("/%61pi/posts", "/api/posts"),
            ("/%6D%65dia/a%2Eb%2d%5f%7E", "/media/a.b-_~"),
            ("/posts/%d0%bc%69r", "/posts/%d0%bcir"),
            ("/%2561pi/%61", "/%2561pi/a"),
        ] {
            assert_eq!(in_one_form(sent).as_deref(), Some(plain), "{sent}");
        }
        for same in ["/", "/api", "/posts/%D0%BC", "/a%20b%2Fc%25", "/%", "/%4", "/%zz", "/%+1", "/é%"] {
            assert_eq!(in_one_form(same), None, "{same}");
        }
    }

    #[test]
    fn only_paths_of_this_site_are_local() {
        for good in ["/", "/account", "/admin/posts?q=a%2Fb&page=2", "/a//b", "/?u=https://x"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " /a",
            "/a\r\nb",
        ] {
            assert!(!is_local(bad), "{bad:?}");
        }
    }

    #[test]
    fn what_no_database_takes_is_no_path() {
        assert_eq!(decode("/posts/%00"), None);
        assert_eq!(decode("/posts/%ff"), None);
        assert_eq!(decode("/posts/%ED%A0%80"), None);
        assert_eq!(decode("/posts/a%0Ab"), None);
    }
}
