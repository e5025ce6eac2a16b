//! The addresses that a post had on the old site, and the dates that hide in them.

use chrono::NaiveDate;
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

/// The longest old path that is kept, in characters.
const MAX_PATH: usize = 500;

/// An old address as a path: a leading `/`, no trailing one, no query or fragment, percent-decoded.
///
/// `None` for what cannot be redirected: the home page, another scheme, `..`, control characters, placeholders
/// (`/:year/:title/`), more than 500 characters.
pub(super) fn normalise(raw: &str) -> Option<String> {
    let path = raw.trim();
    let path = match path.split_once("://") {
        Some(("http" | "https", rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        Some(_) => return None,
        None => path,
    };
    let path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    let path: String = percent_decode_str(path).decode_utf8().ok()?.nfc().collect();
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            _ if part.starts_with(':')
                || part.contains(['\\', '?', '#'])
                || part.contains(char::is_control) =>
            {
                return None;
            }
            _ => parts.push(part),
        }
    }
    let path = format!("/{}", parts.join("/"));
    (path.len() > 1 && path.chars().count() <= MAX_PATH).then_some(path)
}

/// The part of a path that names the post: `/2023/01/hello.html` → `hello`, `/hello/index.html` → `hello`.
pub(super) fn last_component(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let last = match parts.next()? {
        "index.html" | "index.htm" => parts.next()?,
        last => last,
    };
    let name = last.strip_suffix(".html").or_else(|| last.strip_suffix(".htm")).unwrap_or(last);
    (!name.is_empty()).then_some(name)
}

/// `2023-01-10-title` → its date and `title`; other names come back whole.
pub(super) fn split_dated_name(name: &str) -> (Option<NaiveDate>, &str) {
    let parsed = || {
        let date = NaiveDate::parse_from_str(name.get(..10)?, "%Y-%m-%d").ok()?;
        let title = name.get(10..)?.strip_prefix(['-', '_'])?;
        (is_plain_date(name) && !title.is_empty()).then_some((date, title))
    };
    match parsed() {
        Some((date, title)) => (Some(date), title),
        None => (None, name),
    }
}

fn is_plain_date(name: &str) -> bool {
    name.bytes().take(10).enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

/// The first `/YYYY/MM/DD/` in a path.
pub(super) fn date_in_path(path: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(4).find_map(|window| {
        let [year, month, day, _] = window else {
            return None;
        };
        let number = |part: &str, digits: usize| {
            let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if plain { part.parse::<u32>().ok() } else { None }
        };
        let year = i32::try_from(number(year, 4)?).ok()?;
        NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_address_becomes_a_path_that_a_redirect_can_match() {
        for (raw, path) in [
            ("blog/a", Some("/blog/a")),
            ("/blog//a/", Some("/blog/a")),
            ("https://example.com/a.html?x=1#y", Some("/a.html")),
            ("/a/index.html", Some("/a/index.html")),
            ("/caf%C3%A9", Some("/café")),
            ("/cafe\u{301}", Some("/café")),
            ("/a/../b", None),
            ("/%2e%2e/b", None),
            ("/a%00b", None),
            ("/a%3Fb", None),
            ("/:year/:title/", None),
            ("ftp://example.com/a", None),
            ("https://example.com", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(normalise(raw).as_deref(), path, "{raw}");
        }
        assert!(normalise(&"é".repeat(499)).is_some());
        assert!(normalise(&"é".repeat(500)).is_none());
    }

    #[test]
    fn dates_are_found_in_names_and_paths() {
        let day = NaiveDate::from_ymd_opt(2023, 1, 10);
        assert_eq!(split_dated_name("2023-01-10-a-b"), (day, "a-b"));
        assert_eq!(split_dated_name("2023-01-10_a"), (day, "a"));
        for name in ["2023-13-10-a", "2023-01-10", "2023-01-10-", "+023-01-10-a", "héllo wörld"] {
            assert_eq!(split_dated_name(name), (None, name));
        }
        assert_eq!(date_in_path("inside/2023/01/10/title"), day);
        assert_eq!(date_in_path("/2023/01/10/x.html"), day);
        for path in ["/2023/1/10/x", "/2023/02/30/x", "/2023/01/10", "x"] {
            assert_eq!(date_in_path(path), None, "{path}");
        }
    }

    #[test]
    fn the_last_component_names_the_post() {
        assert_eq!(last_component("/2023/a.html"), Some("a"));
        assert_eq!(last_component("/2023/a/index.html"), Some("a"));
        assert_eq!(last_component("/a/v1.2/"), Some("v1.2"));
        assert_eq!(last_component("/"), None);
    }
}
