//! How pages travel: without a body, unchanged, compressed.

use harness::{Answer, TestSite};
use reqwest::{Client, Method};

use super::{EVERY_PAGE, furnish};

/// The headers that tell one answer from another of its kind, those that depend on the moment left out.
fn lasting(answer: &Answer) -> Vec<(String, String)> {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    headers
}

#[tokio::test]
async fn a_head_request_gets_the_headers_and_no_body() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in EVERY_PAGE.into_iter().chain(["/none", "/healthz", "/api/posts", "/static/css/base.css"]) {
        let got = site.get(path).await;
        let head = site.send(Method::HEAD, path, &[]).await;
        assert_eq!(head.status, got.status, "{path}");
        assert_eq!(lasting(&head), lasting(&got), "{path}");
        let raw = site.raw(&format!("HEAD {path}"), "Host: x\r\n").await;
        assert!(raw.ends_with("\r\n\r\n") && raw.matches("\r\n\r\n").count() == 1, "{path}: {raw}");
    }
    site.end().await;
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in EVERY_PAGE {
        let page = site.get(path).await.expect(200);
        let etag = page.header("etag");
        assert!(!etag.is_empty(), "{path}");
        for known in [etag.clone(), format!("\"other\", {etag}"), "*".to_owned()] {
            let again = site.send(Method::GET, path, &[("if-none-match", &known)]).await.expect(304);
            assert_eq!(again.bytes.len(), 0, "{path}");
            assert_eq!(again.header("etag"), etag, "{path}");
            assert_eq!(again.header("cache-control"), page.header("cache-control"), "{path}");
        }
        site.send(Method::GET, path, &[("if-none-match", "\"other\"")]).await.expect(200);
        site.send(Method::GET, path, &[("if-none-match", "no tag at all")]).await.expect(200);
    }
    site.end().await;
}

#[tokio::test]
async fn an_edit_shows_at_the_next_request() {
    let site = TestSite::start().await;
    let ada = site.build().author("ada").await;
    let id = site.build().post(ada, "Draft one").slug("it").save().await;
    let paths = ["/", "/posts/it", "/archive", "/authors/ada", "/search?q=words"];
    let mut known = Vec::new();
    for path in paths {
        known.push(site.get(path).await.expect(200).header("etag"));
    }
    site.build().post(ada, "Better").slug("it").save_over(id).await;
    for (path, etag) in paths.into_iter().zip(known) {
        let page = site.send(Method::GET, path, &[("if-none-match", &etag)]).await.expect(200);
        assert_ne!(page.header("etag"), etag, "{path}");
        assert!(page.one("main").contains("Better"), "{path}");
        assert!(!page.text().contains("Draft one"), "{path}");
    }
    site.build().setting("title", "Renamed".into()).await;
    assert_eq!(site.get("/posts/it").await.one(".site-title"), "Renamed");
    site.end().await;
}

#[tokio::test]
async fn each_kind_of_answer_says_how_long_it_may_be_kept() {
    let site = TestSite::start().await;
    furnish(&site).await;
    site.build().redirect("/old", "/posts/post-1").await;
    for path in EVERY_PAGE {
        assert_eq!(site.get(path).await.header("cache-control"), "no-cache", "{path}");
    }
    for (path, policy) in [
        ("/none", "no-store"),
        ("/?page=x", "no-store"),
        ("/api/posts/0", "no-store"),
        ("/healthz", "no-store"),
        ("/readyz", "no-store"),
        ("/old", "public, max-age=3600"),
        ("/archive/", "public, max-age=3600"),
        ("/static/css/base.css", "no-cache"),
    ] {
        assert_eq!(site.get(path).await.header("cache-control"), policy, "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn pages_are_compressed_for_those_who_ask() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for path in ["/", "/posts/post-1", "/api/posts", "/api/posts.ndjson", "/none", "/static/css/base.css"] {
        let plain = site.get(path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        for coding in ["gzip", "br"] {
            let packed = site.send(Method::GET, path, &[("accept-encoding", coding)]).await;
            assert_eq!(packed.status, plain.status, "{path}");
            assert_eq!(packed.header("content-encoding"), coding, "{path}");
            assert!(packed.bytes.len() < plain.bytes.len(), "{path} as {coding}");
            assert!(packed.header("vary").to_lowercase().contains("accept-encoding"), "{path} as {coding}");
            assert_eq!(packed.header("content-type"), plain.header("content-type"), "{path}");
        }
        let both = site.send(Method::GET, path, &[("accept-encoding", "gzip, br")]).await;
        assert!(["gzip", "br"].contains(&both.header("content-encoding").as_str()), "{path}");
        let neither = site.send(Method::GET, path, &[("accept-encoding", "unheard-of")]).await;
        assert_eq!(
            (neither.header("content-encoding"), neither.bytes.len()),
            (String::new(), plain.bytes.len())
        );
    }
    let unpacking = Client::builder().gzip(true).build().unwrap();
    let unpacked = unpacking.get(format!("{}/posts/post-1", site.origin)).send().await.unwrap();
    assert_eq!(unpacked.text().await.unwrap(), site.get("/posts/post-1").await.text());
    site.end().await;
}

#[tokio::test]
async fn a_compressed_page_is_recognised_as_unchanged() {
    let site = TestSite::start().await;
    furnish(&site).await;
    for coding in ["gzip", "br"] {
        let page = site.send(Method::GET, "/", &[("accept-encoding", coding)]).await.expect(200);
        let known = page.header("etag");
        let headers = [("accept-encoding", coding), ("if-none-match", known.as_str())];
        let again = site.send(Method::GET, "/", &headers).await.expect(304);
        assert_eq!((again.bytes.len(), again.header("content-encoding")), (0, String::new()), "{coding}");
    }
    site.end().await;
}
