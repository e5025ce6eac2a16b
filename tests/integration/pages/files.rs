//! Static files and media.

use harness::TestSite;
use lectern::media::name::{StoredName, Version, sha256};
use reqwest::Method;

/// Stores some bytes as a file with this extension and gives its address.
async fn store(site: &TestSite, extension: &str, bytes: &[u8]) -> String {
    let original = StoredName::new(&sha256(bytes), None, extension);
    let version = Version { original, width: None };
    site.app.media.put(&version, bytes.to_vec().into()).await.unwrap();
    version.url()
}

#[tokio::test]
async fn static_files_are_kept_for_a_year_under_the_name_of_their_content() {
    let site = TestSite::start().await;
    let home = site.get("/").await.expect(200);
    let styles = home.attributes("link[rel=stylesheet]", "href");
    let scripts = home.attributes("script", "src");
    let icons = home.attributes("link[rel=icon]", "href");
    assert!(styles.len() > 1 && !scripts.is_empty() && !icons.is_empty());
    for (addresses, content_type) in
        [(&styles, "text/css"), (&scripts, "text/javascript"), (&icons, "image/svg+xml")]
    {
        for address in addresses {
            let file = site.get(address).await.expect(200);
            assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable", "{address}");
            assert!(file.header("content-type").starts_with(content_type), "{address}");
            assert!(!file.bytes.is_empty(), "{address}");
            let known = file.header("etag");
            let again = site.send(Method::GET, address, &[("if-none-match", &known)]).await.expect(304);
            assert_eq!(again.bytes.len(), 0, "{address}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn a_static_file_under_another_hash_is_not_promised_to_stay() {
    let site = TestSite::start().await;
    let plain = site.get("/static/css/base.css").await.expect(200);
    assert_eq!(plain.header("cache-control"), "no-cache");
    for path in [
        "/static/css/base.0000000000.css",
        "/static/css/none.css",
        "/static/none",
        "/static/",
        "/static/css",
        "/static/../Cargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/css/..%2f..%2f..%2fCargo.toml",
        "/static/%2fetc%2fpasswd",
    ] {
        let answer = site.get(path).await;
        assert!(!answer.header("cache-control").contains("immutable"), "{path}");
        assert!(!answer.status.is_success(), "{path}: {}", answer.status);
        let raw = site.raw(&format!("GET {path}"), "Host: x\r\n").await;
        assert!(!raw.starts_with("HTTP/1.1 2"), "{path}: {raw}");
    }
    site.end().await;
}

#[tokio::test]
async fn stored_pictures_are_shown_and_all_else_is_a_download() {
    let site = TestSite::start().await;
    for (extension, content_type, disposition) in [
        ("png", "image/png", "inline"),
        ("jpg", "image/jpeg", "inline"),
        ("gif", "image/gif", "inline"),
        ("webp", "image/webp", "inline"),
        ("avif", "image/avif", "inline"),
        ("svg", "image/svg+xml", "attachment"),
        ("pdf", "application/pdf", "attachment"),
        ("zip", "application/zip", "attachment"),
        ("html", "text/html", "attachment"),
    ] {
        let address = store(&site, extension, b"<svg xmlns='http://www.w3.org/2000/svg'/>").await;
        let file = site.get(&address).await.expect(200);
        assert!(file.header("content-type").starts_with(content_type), "{}", file.header("content-type"));
        assert_eq!(file.header("content-disposition"), disposition, "{extension}");
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{extension}");
        let policy = file.header("content-security-policy");
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{extension}: {policy}");
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable", "{extension}");
        assert_eq!(file.text(), "<svg xmlns='http://www.w3.org/2000/svg'/>");
    }
    site.end().await;
}

#[tokio::test]
async fn a_part_of_a_stored_file_can_be_asked_for() {
    let site = TestSite::start().await;
    let bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
    for extension in ["mp4", "pdf", "txt"] {
        let address = store(&site, extension, &bytes).await;
        let whole = site.get(&address).await.expect(200);
        assert_eq!(whole.bytes, bytes);
        assert_eq!(whole.header("accept-ranges"), "bytes", "{extension}");
        let range = [("range", "bytes=100-199"), ("accept-encoding", "gzip, br")];
        let part = site.send(Method::GET, &address, &range).await.expect(206);
        assert_eq!(part.header("content-range"), "bytes 100-199/5000", "{extension}");
        assert_eq!(part.bytes, bytes[100..200], "{extension}");
        let tail = site.send(Method::GET, &address, &[("range", "bytes=-10")]).await.expect(206);
        assert_eq!(tail.bytes, bytes[4990..], "{extension}");
        let beyond = site.send(Method::GET, &address, &[("range", "bytes=9000-")]).await.expect(416);
        assert_eq!(beyond.header("content-range"), "bytes */5000", "{extension}");
        let known = whole.header("etag");
        site.send(Method::GET, &address, &[("if-none-match", &known)]).await.expect(304);
    }
    site.end().await;
}

#[tokio::test]
async fn nothing_but_stored_files_is_served_as_media() {
    let site = TestSite::start().await;
    store(&site, "png", b"x").await;
    std::fs::write(site.folder().join("data/secret.key"), "secret").unwrap();
    for path in [
        "/media/",
        "/media/ab",
        "/media/secret.key",
        "/media/../secret.key",
        "/media/..%2fsecret.key",
        "/media/%2e%2e/secret.key",
        "/media/%2e%2e%2fsecret.key",
        "/media/ab/../../secret.key",
        "/media/ab/..%5c..%5csecret.key",
        "/media/ab/%00",
        "/media/ab/abcdef0123456789abcdef0123456789.PNG",
        "/media/ab/abcdef0123456789abcdef0123456789.png%00",
        "/media/ab/00000000000000000000000000000000.png",
        "/media//etc/passwd",
        "/media/%2fetc%2fpasswd",
    ] {
        let raw = site.raw(&format!("GET {path}"), "Host: x\r\n").await;
        let status = raw.split(' ').nth(1).unwrap_or_default();
        assert!(["404", "308"].contains(&status), "{path}: {raw}");
        assert!(!raw.contains("secret\n") && !raw.ends_with("secret"), "{path}: {raw}");
    }
    site.end().await;
}
