//! Which requests are no views: those of programs, and of browsers that only look ahead.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};

use aho_corasick::AhoCorasick;

use crate::auth::{Permission, Viewer};

/// Words in the User-Agent of what is no person with a browser, in lower case. Search engines, previews of links in
/// messengers, monitors, feed readers and the libraries that scripts are written with call themselves by them; whoever
/// wants to be taken for a browser is.
const WORDS: &[&str] = &[
    "apache-httpclient",
    "appinsights",
    "archive",
    "axios",
    "bot",
    "check",
    "crawl",
    "curl",
    "daum",
    "facebookexternalhit",
    "feed",
    "fetch",
    "go-http-client",
    "google-",
    "googleother",
    "grab",
    "headless",
    "http_",
    "httpclient",
    "httpunit",
    "httrack",
    "inspect",
    "java/",
    "libwww",
    "lighthouse",
    "lua-resty",
    "mediapartners",
    "monitor",
    "node",
    "okhttp",
    "pagespeed",
    "perl",
    "phantom",
    "ping",
    "postman",
    "preview",
    "probe",
    "python",
    "reader",
    "ruby",
    "rss",
    "scan",
    "scrapy",
    "selenium",
    "slurp",
    "spider",
    "transcoder",
    "uptime",
    "urllib",
    "validator",
    "wget",
    "whatsapp",
    "winhttp",
    "wordpress",
    "yandex",
];

/// Where browsers say that nobody has looked yet: Fetch, "Sec-Purpose"; the others are its elders.
static PURPOSES: [HeaderName; 4] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-purpose"),
    HeaderName::from_static("x-moz"),
];
/// What a browser asks for it for.
static DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Finds all words in one walk, in either case. They are plain and few: there is always such a machine.
static ROBOTS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS).ok());

/// Whether a request is a person's look at a page. Those who write here are not counted: they look after their own posts.
pub fn is_view(request: &HttpRequest) -> bool {
    let writes = Viewer::of(request).is_some_and(|viewer| viewer.may(Permission::EnterAdmin));
    *request.method() == Method::GET && is_person(request.headers()) && !writes
}

fn is_person(headers: &HeaderMap) -> bool {
    let bytes = |name: &HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let agent = bytes(&header::USER_AGENT).unwrap_or_default();
    let looks_ahead = PURPOSES.iter().filter_map(bytes).any(|purpose| {
        let purpose = purpose.to_ascii_lowercase();
        ["prefetch", "prerender", "preview"]
            .iter()
            .any(|word| purpose.windows(word.len()).any(|part| part == word.as_bytes()))
    });
    // A script of a page, or a frame, is no look at it.
    let is_document = bytes(&DESTINATION).is_none_or(|what| what.eq_ignore_ascii_case(b"document"));
    // All browsers begin with that, for reasons of 1995.
    let begins = |word: &[u8]| agent.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is_browser = begins(b"mozilla/") || begins(b"opera/");
    let is_robot = ROBOTS.as_ref().is_some_and(|robots| robots.is_match(agent));
    is_browser && !is_robot && !looks_ahead && is_document
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";

    fn is_counted(method: Method, headers: &[(&'static str, &str)]) -> bool {
        let mut request = TestRequest::default().method(method);
        for header in headers {
            request = request.insert_header(*header);
        }
        is_view(&request.to_http_request())
    }

    #[test]
    fn people_count() {
        for agent in [
            FIREFOX,
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Opera/9.80 (Android; Opera Mini/36.2) Presto/2.12 Version/12.16",
        ] {
            assert!(is_counted(Method::GET, &[("user-agent", agent)]), "{agent}");
        }
        assert!(is_counted(Method::GET, &[("user-agent", FIREFOX), ("sec-fetch-dest", "document")]));
    }

    #[test]
    fn robots_do_not() {
        for agent in [
            "",
            "curl/8.14.1",
            "Wget/1.25",
            "python-requests/2.32",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
            "Mozilla/5.0 (compatible; YandexRenderResourcesBot/1.0)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "WhatsApp/2.23.20.0",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
            "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
            "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)",
        ] {
            assert!(!is_counted(Method::GET, &[("user-agent", agent)]), "{agent}");
        }
        assert!(!is_counted(Method::GET, &[]));
        assert!(!is_counted(Method::HEAD, &[("user-agent", FIREFOX)]));
        for ahead in [
            ("sec-purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("purpose", "prefetch"),
            ("x-moz", "prefetch"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-dest", "iframe"),
        ] {
            assert!(!is_counted(Method::GET, &[("user-agent", FIREFOX), ahead]), "{ahead:?}");
        }
    }
}
