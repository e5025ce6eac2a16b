//! A page in all its encodings, ready to be sent.

use std::io::Write as _;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Bytes,
};
use flate2::{Compression, write::GzEncoder};

/// What is not worth compressing, in bytes.
const SMALL: usize = 256;
/// Brotli's effort, of 11: each page is compressed once and read often.
const BROTLI_QUALITY: u32 = 5;
/// Brotli's window, as a power of two: a page's.
const BROTLI_WINDOW: u32 = 18;

/// The encodings that pages are kept in, the best ones first, and what is added to their tags.
const CODINGS: [(&str, &str); 3] = [("br", "-br"), ("gzip", "-gz"), ("identity", "")];
/// The place of what everybody takes.
const IDENTITY: usize = 2;

/// A page as it is kept.
#[derive(Debug)]
pub(super) struct Page {
    forms: [Form; 3],
    /// What a 304 says.
    unchanged: HeaderMap,
    last_modified: Option<header::HttpDate>,
    /// The post that it shows.
    pub(super) post: Option<i64>,
}

/// A page in one encoding, ready to be sent.
#[derive(Debug)]
struct Form {
    etag: HeaderValue,
    headers: HeaderMap,
    body: Bytes,
}

impl Page {
    /// Compresses a page and prepares its headers.
    pub(super) fn new(headers: &HeaderMap, body: Bytes, post: Option<i64>) -> Self {
        let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        let tag = tag.trim_start_matches("W/").trim_matches('"').to_owned();
        let mut common = headers.clone();
        common.remove(header::CONTENT_LENGTH);
        let vary = common.get_all(header::VARY).filter_map(|value| value.to_str().ok());
        let vary: Vec<&str> = vary.filter(|value| !value.eq_ignore_ascii_case("accept-encoding")).collect();
        let vary = [&vary[..], &["Accept-Encoding"]].concat().join(", ");
        common.insert(header::VARY, text(vary));
        let form = |(name, end): (&'static str, &str)| {
            let mut headers = common.clone();
            let etag = text(format!("\"{tag}{end}\""));
            headers.insert(header::ETAG, etag.clone());
            let compressed = match name {
                "br" => brotli(&body),
                "gzip" => gzip(&body),
                _ => None,
            };
            // What does not get smaller stays as it is.
            let compressed = compressed.filter(|compressed| compressed.len() < body.len());
            if compressed.is_some() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            }
            Form { etag, headers, body: compressed.map_or_else(|| body.clone(), Bytes::from) }
        };
        let forms = CODINGS.map(form);
        let mut unchanged = common;
        unchanged.remove(header::CONTENT_TYPE);
        let modified = unchanged.get(header::LAST_MODIFIED).and_then(|value| value.to_str().ok());
        Self { forms, last_modified: modified.and_then(|text| text.parse().ok()), unchanged, post }
    }

    /// What its bodies weigh, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.forms.iter().map(|form| form.body.len()).sum()
    }

    /// The answer to a request with these headers: the page in the encoding that is liked best, or 304.
    pub(super) fn respond(&self, asked: &HeaderMap) -> HttpResponse {
        if let Some(had) = self.had(asked) {
            let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
            *response.headers_mut() = self.unchanged.clone();
            response.headers_mut().insert(header::ETAG, self.forms[had].etag.clone());
            return response;
        }
        let form = &self.forms[coding(asked)];
        let mut response = HttpResponse::with_body(StatusCode::OK, form.body.clone());
        *response.headers_mut() = form.headers.clone();
        response.map_into_boxed_body()
    }

    /// The form in which the reader has the page already (RFC 9110, 13.1). By date only where it is this very one: what
    /// was taken back makes a page older than it was.
    fn had(&self, asked: &HeaderMap) -> Option<usize> {
        if asked.contains_key(header::IF_NONE_MATCH) {
            let place = |tag: &str| {
                let opaque = tag.trim().trim_start_matches("W/");
                match opaque {
                    "*" => Some(coding(asked)),
                    _ => self.forms.iter().position(|form| form.etag.as_bytes() == opaque.as_bytes()),
                }
            };
            let tags = asked.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
            return tags.flat_map(|tags| tags.split(',')).find_map(place);
        }
        let since = asked.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
        let since: Option<header::HttpDate> = since.and_then(|text| text.parse().ok());
        let is_same = self.last_modified.zip(since).is_some_and(|(modified, since)| modified == since);
        is_same.then(|| coding(asked))
    }
}

/// The place among [`CODINGS`] of what a reader likes best, and of several that they like alike, of ours (RFC 9110,
/// 12.5.3).
fn coding(asked: &HeaderMap) -> usize {
    let Some(accepted) = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
        return IDENTITY;
    };
    let mut wishes = [None; CODINGS.len()];
    let mut any = 0.0;
    for item in accepted.split(',') {
        let (coding, quality) =
            item.split_once(';').map_or((item, None), |(coding, rest)| (coding, Some(rest)));
        let coding = coding.trim();
        let quality: f32 = match quality {
            None => 1.0,
            Some(quality) => {
                quality.trim().strip_prefix("q=").and_then(|quality| quality.parse().ok()).unwrap_or_default()
            }
        };
        match CODINGS.iter().position(|(name, _)| coding.eq_ignore_ascii_case(name)) {
            Some(place) => wishes[place] = wishes[place].or(Some(quality)),
            None if coding == "*" => any = quality,
            None => {}
        }
    }
    let mut best = (IDENTITY, 0.0);
    for (place, wish) in wishes.into_iter().enumerate() {
        // Nobody wants it plain who does not say so.
        let quality = if place == IDENTITY { wish.unwrap_or_default() } else { wish.unwrap_or(any) };
        if quality > best.1 {
            best = (place, quality);
        }
    }
    best.0
}

fn text(value: String) -> HeaderValue {
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(""))
}

fn brotli(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < SMALL {
        return None;
    }
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), body.len(), BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(body).ok()?;
    Some(encoder.into_inner())
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < SMALL {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_encoding_that_they_like_best() {
        for (accepted, best) in [
            ("", "identity"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("GZIP;q=0.8, br;q=0.5", "gzip"),
            ("br;q=0, gzip;q=0", "identity"),
            ("*", "br"),
            ("*;q=0.5, br;q=0", "gzip"),
            ("identity", "identity"),
            ("identity;q=1, gzip;q=0.5", "identity"),
            ("br;q=x", "identity"),
            ("zstd", "identity"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(CODINGS[coding(&headers)].0, best, "{accepted}");
        }
        assert_eq!(coding(&HeaderMap::new()), IDENTITY);
    }

    #[test]
    fn what_is_kept_is_compressed_where_that_makes_it_smaller() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_static("W/\"abc\""));
        let page = Page::new(&headers, Bytes::from("word ".repeat(400)), None);
        let [br, gzip, identity] = &page.forms;
        assert!(br.body.len() < 100 && gzip.body.len() < 100 && identity.body.len() == 2000);
        assert_eq!([&br.etag, &gzip.etag, &identity.etag], ["\"abc-br\"", "\"abc-gz\"", "\"abc\""]);
        assert_eq!(br.headers.get("content-encoding").unwrap(), "br");
        assert!(!identity.headers.contains_key("content-encoding"));
        assert_eq!(identity.headers.get("vary").unwrap(), "Accept-Encoding");
        let page = Page::new(&headers, Bytes::from("few words"), None);
        assert!(page.forms.iter().all(|form| form.body == "few words"));
        assert!(!page.forms[0].headers.contains_key("content-encoding"));
    }

    #[test]
    fn who_has_it_in_any_encoding_has_it() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_static("W/\"abc\""));
        headers.insert(header::LAST_MODIFIED, HeaderValue::from_static("Tue, 24 Nov 2026 12:00:00 GMT"));
        let page = Page::new(&headers, Bytes::from("word ".repeat(400)), None);
        for (name, value, is_had) in [
            ("if-none-match", "\"abc\"", true),
            ("if-none-match", "W/\"abc\"", true),
            ("if-none-match", "\"x\", \"abc-br\"", true),
            ("if-none-match", "*", true),
            ("if-none-match", "\"abcd\"", false),
            ("if-none-match", "abc", false),
            ("if-modified-since", "Tue, 24 Nov 2026 12:00:00 GMT", true),
            ("if-modified-since", "Tue, 24 Nov 2026 11:59:59 GMT", false),
            ("if-modified-since", "yesterday", false),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(name.try_into().unwrap(), HeaderValue::from_static(value));
            assert_eq!(page.had(&asked).is_some(), is_had, "{name}: {value}");
            let status = page.respond(&asked).status();
            assert_eq!(status == StatusCode::NOT_MODIFIED, is_had);
        }
        // The tag of what they have, in whichever encoding they would get it now.
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"abc-gz\""));
        asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        assert_eq!(page.respond(&asked).headers().get(header::ETAG).unwrap(), "\"abc-gz\"");
    }
}
