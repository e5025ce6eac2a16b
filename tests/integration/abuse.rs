//! Clients that send too much, or nothing, or drop by drop.
#![expect(clippy::unwrap_used, reason = "what breaks here must fail its test")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use harness::{TestSite, Visitor};
use reqwest::Method;

/// Connects, sends `first`, goes on with `drop` once a second, and says what came back until the site hung up, and
/// after how long.
async fn linger(site: &TestSite, first: &str, drop: &'static str, patience: u64) -> (String, Duration) {
    let (address, first) = (site.origin.trim_start_matches("http://").to_owned(), first.to_owned());
    let talk = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(first.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let (begun, mut said, mut buffer) = (Instant::now(), Vec::new(), [0; 4096]);
        while begun.elapsed() < Duration::from_secs(patience) {
            match stream.read(&mut buffer) {
                Ok(0) => return (said, begun.elapsed()),
                Ok(count) => said.extend_from_slice(&buffer[..count]),
                Err(error)
                    if [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut]
                        .contains(&error.kind()) =>
                {
                    if !drop.is_empty() && stream.write_all(drop.as_bytes()).is_err() {
                        return (said, begun.elapsed());
                    }
                }
                Err(_) => return (said, begun.elapsed()),
            }
        }
        (said, Duration::MAX)
    });
    let (said, took) = talk.await.unwrap();
    (String::from_utf8_lossy(&said).into_owned(), took)
}

#[tokio::test]
async fn who_says_nothing_or_too_slowly_is_let_go() {
    let site = TestSite::start().await;
    let form = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
        Content-Length: 1000\r\n\r\n";
    let chunked = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
        Transfer-Encoding: chunked\r\n\r\n";
    let asked = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost:";
    let (silent, half, dripping, body, chunks, again) = tokio::join!(
        linger(&site, "", "", 30),
        linger(&site, "GET / HTTP/1.1\r\nHost:", "", 30),
        linger(&site, "GET / HTTP/1.1\r\n", "X-A: b\r\n", 30),
        linger(&site, form, "a", 60),
        linger(&site, chunked, "1\r\na\r\n", 140),
        linger(&site, asked, "", 110),
    );
    for (what, (said, took), most) in [
        ("silent", silent, 20),
        ("half", half, 20),
        ("dripping", dripping, 20),
        ("body", body, 45),
        ("chunks", chunks, 130),
        ("again", again, 100),
    ] {
        assert!(took <= Duration::from_secs(most), "{what}: {took:?} {said}");
        assert!(!said.contains(" 500 "), "{what}: {said}");
    }
    site.get("/healthz").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let site = TestSite::start().await;
    let visitor: Visitor<'_> = site.visitor();
    let large = "x".repeat(5 * 1024 * 1024);
    let answer = visitor.post("/login", &[("username", &large), ("password", "x")]).await;
    assert_eq!(answer.status, 413);
    // Where nothing long is to be said, far less; and names without values cost more than their bytes.
    let form = async |visitor: &Visitor<'_>, path: &str, body: String| {
        let body = Some((body, "application/x-www-form-urlencoded"));
        visitor.send(Method::POST, path, body).await.status.as_u16()
    };
    // A login may carry a long text that was sent when a session was over.
    assert_eq!(form(&visitor, "/login", format!("email={}", "x".repeat(65_536))).await, 422);
    assert_eq!(form(&visitor, "/login", "a&".repeat(20_000)).await, 413);
    for path in ["/forgot", "/reset/x"] {
        assert_eq!(form(&visitor, path, format!("email={}", "x".repeat(65_536))).await, 413, "{path}");
        assert_eq!(form(&visitor, path, "a&".repeat(20_000)).await, 413, "{path}");
    }
    site.user("ada", entity::user::Role::Admin).await;
    let ada = site.sign_in("ada").await;
    assert_eq!(form(&ada, "/account/profile", format!("bio={}", "x".repeat(65_536))).await, 413);
    let long = format!("title=Long&status=draft&content={}", "word+".repeat(100_000));
    assert_eq!(form(&ada, "/admin/posts/new", long).await, 303);
    assert_eq!(form(&ada, "/admin/posts/new", "a&".repeat(20_000)).await, 413);
    assert_eq!(form(&ada, "/admin/posts/new", format!("content={}", "x".repeat(5 << 20))).await, 422);
    assert_eq!(form(&ada, "/admin/posts/new", format!("content={}", "x".repeat(17 << 20))).await, 413);
    let declared =
        "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999999\r\n";
    let raw = site.raw("POST /login", declared).await;
    assert!(raw.starts_with("HTTP/1.1 413"), "{raw}");
    for (what, line, headers) in [
        ("address", format!("GET /{}", "a".repeat(200_000)), "Host: x\r\n".to_owned()),
        ("header", "GET /".to_owned(), format!("Host: x\r\nX-A: {}\r\n", "a".repeat(200_000))),
        ("headers", "GET /".to_owned(), format!("Host: x\r\n{}", "X-A: b\r\n".repeat(200))),
    ] {
        let raw = site.raw(&line, &headers).await;
        let status = raw.split(' ').nth(1).unwrap_or_default();
        assert!(["400", "413", "414", "431"].contains(&status), "{what}: {}", raw.get(..100).unwrap_or(&raw));
    }
    visitor.get("/").await.expect(200);
    site.end().await;
}

#[tokio::test]
async fn what_is_no_form_is_refused_in_order() {
    let site = TestSite::start().await;
    for (kind, body, status) in [
        ("text/plain", "name=a", "415"),
        ("multipart/form-data; boundary=x", "--x--", "415"),
        ("application/json", "{}", "415"),
        ("application/x-www-form-urlencoded", "name=%00", "400"),
        ("application/x-www-form-urlencoded", "name=%ff", "400"),
        ("application/x-www-form-urlencoded", "&&&===&name", "422"),
        ("Application/X-WWW-Form-Urlencoded; charset=utf-8", "name=a", "422"),
    ] {
        let headers = format!("Host: x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        let raw = site.raw_with_body("POST /login", &headers, body).await;
        assert_eq!(raw.split(' ').nth(1), Some(status), "{kind} {body}: {raw}");
    }
    site.end().await;
}

#[tokio::test]
async fn trace_is_refused_everywhere() {
    let site = TestSite::start().await;
    for path in ["/", "/login", "/none", "/api/posts", "/static/none"] {
        let answer = site.send(Method::TRACE, path, &[("x-secret", "never-repeated")]).await.expect(405);
        assert!(!answer.text().contains("never-repeated"));
    }
    site.end().await;
}
