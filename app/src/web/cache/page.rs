//! A page in the encodings that it is asked for in, ready to be sent.

use std::{
    io::Write as _,
    sync::{Arc, OnceLock},
};

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Bytes,
};
use flate2::{Compression, write::GzEncoder};
use tokio::task::JoinError;

/// What is not worth compressing, in bytes.
const SMALL: usize = 256;
/// Brotli's effort, of 11: a page is compressed once and read often.
const BROTLI_QUALITY: u32 = 5;
/// Brotli's window, as a power of two: a page's.
const BROTLI_WINDOW: u32 = 18;

/// The encodings that pages are kept in, the best ones first, and what is added to their tags.
const CODINGS: [(&str, &str); 3] = [("br", "-br"), ("gzip", "-gz"), ("identity", "")];
/// The place of what everybody takes.
const IDENTITY: usize = 2;

/// A page as it is kept: whole, and in the encodings that somebody has asked for.
#[derive(Debug)]
pub(super) struct Page {
    forms: [OnceLock<Form>; 3],
    etags: [HeaderValue; 3],
    body: Bytes,
    /// What all forms say.
    headers: HeaderMap,
    /// What a 304 says.
    unchanged: HeaderMap,
    last_modified: Option<header::HttpDate>,
    /// The post that it shows.
    pub(super) post: Option<i64>,
    weight: usize,
}

/// A page in one encoding, ready to be sent.
#[derive(Debug)]
struct Form {
    headers: HeaderMap,
    body: Bytes,
}

impl Form {
    fn respond(&self) -> HttpResponse {
        let mut response = HttpResponse::with_body(StatusCode::OK, self.body.clone());
        *response.headers_mut() = self.headers.clone();
        response.map_into_boxed_body()
    }
}

impl Page {
    /// Prepares a page's headers, and the form that a request with these headers is answered with: the others are made when
    /// somebody wants them. Compresses, which keeps a core busy.
    pub(super) fn new(headers: &HeaderMap, body: Bytes, post: Option<i64>, asked: &HeaderMap) -> Self {
        let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        let tag = tag.trim_start_matches("W/").trim_matches('"').to_owned();
        let mut headers = headers.clone();
        headers.remove(header::CONTENT_LENGTH);
        let vary = headers.get_all(header::VARY).filter_map(|value| value.to_str().ok());
        let vary: Vec<&str> = vary.filter(|value| !value.eq_ignore_ascii_case("accept-encoding")).collect();
        let vary = [&vary[..], &["Accept-Encoding"]].concat().join(", ");
        headers.insert(header::VARY, text(vary));
        let etags = CODINGS.map(|(_, end)| text(format!("\"{tag}{end}\"")));
        let mut unchanged = headers.clone();
        unchanged.remove(header::CONTENT_TYPE);
        let modified = unchanged.get(header::LAST_MODIFIED).and_then(|value| value.to_str().ok());
        let last_modified = modified.and_then(|text| text.parse().ok());
        let (forms, weight) = Default::default();
        let mut page = Self { forms, etags, body, headers, unchanged, last_modified, post, weight };
        let wanted = page.make(coding(asked)).body.len();
        page.make(IDENTITY);
        // As if all were there, and those that are not were as large as the one that is.
        page.weight = page.body.len() + 2 * wanted;
        page
    }

    /// The page in one of the [`CODINGS`]. Compresses, which keeps a core busy.
    fn make(&self, place: usize) -> &Form {
        self.forms[place].get_or_init(|| {
            let name = CODINGS[place].0;
            let mut headers = self.headers.clone();
            headers.insert(header::ETAG, self.etags[place].clone());
            let compressed = match name {
                "br" => brotli(&self.body),
                "gzip" => gzip(&self.body),
                _ => None,
            };
            // What does not get smaller stays as it is.
            let compressed = compressed.filter(|compressed| compressed.len() < self.body.len());
            if compressed.is_some() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            }
            Form { headers, body: compressed.map_or_else(|| self.body.clone(), Bytes::from) }
        })
    }

    /// What its bodies weigh, in bytes, about: those that were not asked for yet too.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// The answer to a request with these headers: the page in the encoding that is liked best, or 304. None where nobody has asked
    /// for that encoding before.
    pub(super) fn respond(&self, asked: &HeaderMap) -> Option<HttpResponse> {
        if let Some(had) = self.had(asked) {
            let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
            *response.headers_mut() = self.unchanged.clone();
            response.headers_mut().insert(header::ETAG, self.etags[had].clone());
            return Some(response);
        }
        self.forms[coding(asked)].get().map(Form::respond)
    }

    /// As [`Self::respond`], of any encoding; one that is not there yet is made off the worker.
    ///
    /// # Errors
    /// When there is no thread to make it.
    pub(super) async fn respond_in_any(
        self: &Arc<Self>,
        asked: &HeaderMap,
    ) -> Result<HttpResponse, JoinError> {
        if let Some(response) = self.respond(asked) {
            return Ok(response);
        }
        let (page, place) = (self.clone(), coding(asked));
        let made = tokio::task::spawn_blocking(move || {
            page.make(place);
        });
        made.await?;
        Ok(self.make(place).respond())
    }

    /// The form in which the reader has the page already (RFC 9110, 13.1). By date only where it is this very one: what
    /// was taken back makes a page older than it was.
    fn had(&self, asked: &HeaderMap) -> Option<usize> {
        if asked.contains_key(header::IF_NONE_MATCH) {
            let place = |tag: &str| {
                let opaque = tag.trim().trim_start_matches("W/");
                match opaque {
                    "*" => Some(coding(asked)),
                    _ => self.etags.iter().position(|etag| etag.as_bytes() == opaque.as_bytes()),
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

    fn asking(accepted: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        headers
    }

    #[test]
    fn what_is_kept_is_compressed_where_that_makes_it_smaller() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_static("W/\"abc\""));
        let page = Page::new(&headers, Bytes::from("word ".repeat(400)), None, &asking("br"));
        let [br, gzip, identity] = [0, 1, 2].map(|place| page.make(place));
        assert!(br.body.len() < 100 && gzip.body.len() < 100 && identity.body.len() == 2000);
        let etags = [br, gzip, identity].map(|form| form.headers.get("etag").unwrap());
        assert_eq!(etags, ["\"abc-br\"", "\"abc-gz\"", "\"abc\""]);
        assert_eq!(br.headers.get("content-encoding").unwrap(), "br");
        assert!(!identity.headers.contains_key("content-encoding"));
        assert_eq!(identity.headers.get("vary").unwrap(), "Accept-Encoding");
        let page = Page::new(&headers, Bytes::from("few words"), None, &asking("br"));
        assert!([0, 1, 2].map(|place| page.make(place)).iter().all(|form| form.body == "few words"));
        assert!(!page.make(0).headers.contains_key("content-encoding"));
    }

    #[test]
    fn what_nobody_asked_for_is_made_when_somebody_does() {
        let page =
            Arc::new(Page::new(&HeaderMap::new(), Bytes::from("word ".repeat(400)), None, &asking("br")));
        assert!(page.respond(&asking("br")).is_some() && page.respond(&asking("identity")).is_some());
        assert!(page.respond(&asking("gzip")).is_none());
        let weight = page.weight();
        assert!((2000..2200).contains(&weight), "{weight}");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let made = runtime.block_on(page.respond_in_any(&asking("gzip"))).unwrap();
        assert_eq!(made.headers().get("content-encoding").unwrap(), "gzip");
        assert!(page.respond(&asking("gzip")).is_some());
        assert_eq!(page.weight(), weight, "what it was laid by with is what it is taken away with");
    }

    #[test]
    fn who_has_it_in_any_encoding_has_it() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, HeaderValue::from_static("W/\"abc\""));
        headers.insert(header::LAST_MODIFIED, HeaderValue::from_static("Tue, 24 Nov 2026 12:00:00 GMT"));
        let page = Page::new(&headers, Bytes::from("word ".repeat(400)), None, &asking("br"));
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
            let status = page.respond(&asked).unwrap().status();
            assert_eq!(status == StatusCode::NOT_MODIFIED, is_had);
        }
        // The tag of what they have, in whichever encoding they would get it now.
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"abc-gz\""));
        asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        assert_eq!(page.respond(&asked).unwrap().headers().get(header::ETAG).unwrap(), "\"abc-gz\"");
    }
}
