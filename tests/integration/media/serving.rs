//! Files to readers, from every kind of store.

use harness::{TestDatabase, TestSite, printed};
use lectern::media::name::{StoredName, Version, sha256};
use reqwest::Method;

use super::{jpeg, png, stored};

/// Puts bytes into the store as they are, as an older version of the program did.
async fn put(site: &TestSite, size: (u32, u32), extension: &str, content: &[u8]) -> StoredName {
    let original = StoredName::new(&sha256(content), Some(size), extension);
    let version = Version { original: original.clone(), width: None };
    site.app.media.put(&version, content.to_vec().into()).await.unwrap();
    original
}

#[tokio::test]
async fn every_store_serves_parts_validators_and_heads_alike() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    for url in [url.as_str(), "memory:///"] {
        let site = TestSite::start_with_media(url).await;
        let content = png(300, 200);
        let address = put(&site, (300, 200), "png", &content).await.url();
        let whole = site.get(&address).await.expect(200);
        assert_eq!(whole.bytes, content, "{url}");
        for (name, value) in [
            ("content-type", "image/png"),
            ("content-disposition", "inline"),
            ("accept-ranges", "bytes"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(whole.header(name), value, "{url}");
        }
        let etag = whole.header("etag");
        assert!(etag.starts_with('"'), "strong: {etag}");
        let length = content.len();
        let ask = async |method: Method, headers: &[(&str, &str)], status: u16| {
            site.send(method, &address, headers).await.expect(status)
        };

        let head = ask(Method::HEAD, &[], 200).await;
        assert_eq!((head.header("content-length"), head.bytes.len()), (length.to_string(), 0), "{url}");
        let known = ask(Method::GET, &[("if-none-match", &etag)], 304).await;
        assert_eq!((known.bytes.len(), known.header("etag")), (0, etag.clone()));
        ask(
            Method::GET,
            &[("if-none-match", "\"other\""), ("if-modified-since", "Sat, 01 Jan 2050 00:00:00 GMT")],
            200,
        )
        .await;
        ask(Method::GET, &[("if-modified-since", "Sat, 01 Jan 2050 00:00:00 GMT")], 304).await;
        for (range, part, told) in [
            ("bytes=0-9", 0..10, format!("bytes 0-9/{length}")),
            ("bytes=100-", 100..length, format!("bytes 100-{}/{length}", length - 1)),
            ("bytes=-5", length - 5..length, format!("bytes {}-{}/{length}", length - 5, length - 1)),
            ("bytes=10-999999999", 10..length, format!("bytes 10-{}/{length}", length - 1)),
        ] {
            let headers = [("range", range), ("accept-encoding", "gzip, br")];
            let answer = ask(Method::GET, &headers, 206).await;
            assert_eq!(
                (answer.header("content-range"), answer.bytes),
                (told, content[part].to_vec()),
                "{url}"
            );
        }
        let beyond = ask(Method::GET, &[("range", &format!("bytes={length}-"))], 416).await;
        assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));
        for (headers, status) in [
            ([("range", "bytes=0-9"), ("if-range", etag.as_str())], 206),
            ([("range", "bytes=0-9"), ("if-range", "\"other\"")], 200),
            ([("range", "bytes=0-1,5-6"), ("if-range", etag.as_str())], 200),
            ([("range", "lines=0-1"), ("if-range", etag.as_str())], 200),
        ] {
            ask(Method::GET, &headers, status).await;
        }
        let (_, statements) = site.count_statements(&address).await;
        assert_eq!(statements, 0, "a file asks no database");
        site.end().await;
    }
}

#[tokio::test]
async fn files_that_were_there_before_get_smaller_versions_when_they_are_first_asked_for() {
    let site = TestSite::start_with_media("memory:///").await;
    let name = put(&site, (1000, 500), "jpg", &jpeg(1000, 500)).await;
    let address = name.version(480).url();
    let asked = futures_util::future::join_all((0..12).map(|_| site.get(&address))).await;
    let first = asked[0].bytes.clone();
    for answer in asked {
        let answer = answer.expect(200);
        assert_eq!(answer.bytes, first);
        assert!(
            answer.header("etag").starts_with('"') && answer.header("cache-control").contains("immutable")
        );
    }
    assert_eq!(image::load_from_memory(&first).unwrap().width(), 480);
    assert_eq!(stored(&site).await.len(), 2);
    for none in ["w481", "w1", "w1440", "w0480", "w4800", "480", "w480/w480"] {
        site.get(&format!("/media/{none}/{}", name.as_str())).await.expect(404);
    }
    let gone = StoredName::new(&"f".repeat(64), Some((1000, 500)), "jpg");
    site.get(&gone.version(480).url()).await.expect(404);
    assert_eq!(stored(&site).await.len(), 2, "nobody makes work by asking for more");

    // What cannot be made smaller is shown as it is.
    for (size, content) in [((1000, 500), b"\xff\xd8\xff damaged".to_vec()), ((30_000, 500), jpeg(30, 20))] {
        let name = put(&site, size, "jpg", &content).await;
        for _ in 0..2 {
            let answer = site.get(&name.version(480).url()).await;
            if answer.status == 307 {
                assert_eq!(answer.header("location"), name.url());
            } else {
                answer.expect(200);
            }
        }
    }
    site.end().await;
}

#[tokio::test]
async fn a_bad_url_stops_the_start_with_a_line_that_names_the_setting() {
    let database = TestDatabase::create().await;
    let folder = tempfile::tempdir().unwrap();
    for url in ["ftp://files.example/x", "nonsense", "s3://", "memory://x:1/"] {
        let mut command =
            harness::command(folder.path(), &database.url(), &["serve", "--addr", "127.0.0.1:0"]);
        let output = command.env("LECTERN_MEDIA_URL", url).output().unwrap();
        let (_, error) = printed(&output);
        assert!(!output.status.success(), "{url}");
        let line = error.lines().find(|line| line.contains("LECTERN_MEDIA_URL"));
        assert!(line.is_some_and(|line| line.contains("s3://BUCKET")), "{url}: {error}");
    }
    database.drop().await;
}
