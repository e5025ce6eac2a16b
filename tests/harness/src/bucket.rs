//! A bucket: as much of S3 over HTTP as the site asks of one. What is not signed with its key it refuses.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use lectern::{media::name::sha256, web::links};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The bucket's name.
pub const NAME: &str = "pictures";
/// Where it is.
pub const REGION: &str = "eu-test-1";
/// The access key that it takes.
pub const KEY: &str = "AKIATESTTESTTEST";

/// A bucket that listens, and forgets everything when it is dropped.
#[derive(Debug)]
pub struct Bucket {
    /// Its address: `http://127.0.0.1:PORT`.
    pub endpoint: String,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    /// Methods, targets and ranges of what was asked and allowed.
    asked: Vec<String>,
    refused: usize,
    is_locked: bool,
}

struct Request {
    method: String,
    target: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Bucket {
    /// Opens an empty one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, shared.clone()));
            }
        });
        Self { endpoint, state, task }
    }

    /// The variables that lead a program to it.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT", self.endpoint.clone()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "a secret of the tests".to_owned()),
        ]
    }

    /// The keys of what is in it.
    pub fn keys(&self) -> Vec<String> {
        self.state.lock().unwrap().objects.keys().cloned().collect()
    }

    /// An object's content.
    pub fn object(&self, key: &str) -> Option<Vec<u8>> {
        self.state.lock().unwrap().objects.get(key).cloned()
    }

    /// What was asked of it since the last time: `PUT /pictures/key`, `GET /pictures/key bytes=0-9`.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// How often it refused.
    pub fn refused(&self) -> usize {
        self.state.lock().unwrap().refused
    }

    /// From now on its key is not good, or is again.
    pub fn lock(&self, is_locked: bool) {
        self.state.lock().unwrap().is_locked = is_locked;
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers what comes over a connection, until it ends.
async fn talk(stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = receive(&mut stream).await {
        let (status, headers, body) = state.lock().unwrap().answer(&request);
        // The answer to HEAD says how long the body would be.
        let length = if headers.contains("content-length") {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let head = format!("HTTP/1.1 {status}\r\n{headers}{length}\r\n");
        let sent = [head.as_bytes(), &body].concat();
        if stream.get_mut().write_all(&sent).await.is_err() {
            return;
        }
    }
}

/// A whole request; none where the connection ends before.
async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let pair = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_lowercase(), value.trim().to_owned()))
    };
    let headers: HashMap<String, String> = lines.filter_map(pair).collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { method, target, headers, body })
}

/// Whether a request is signed as AWS's Signature Version 4 asks: with this key, for this region, over the headers that
/// matter and over the body. The signature itself is not computed again.
fn is_signed(request: &Request) -> bool {
    let header = |name: &str| request.headers.get(name).map(String::as_str).unwrap_or_default();
    let (date, digest) = (header("x-amz-date"), header("x-amz-content-sha256"));
    let scope = format!("{KEY}/{}/{REGION}/s3/aws4_request", date.get(..8).unwrap_or_default());
    let parts = header("authorization").strip_prefix("AWS4-HMAC-SHA256 ").unwrap_or_default();
    let parts: HashMap<&str, &str> = parts.split(", ").filter_map(|part| part.split_once('=')).collect();
    let signed: Vec<&str> =
        parts.get("SignedHeaders").map(|names| names.split(';').collect()).unwrap_or_default();
    let signature = parts.get("Signature").copied().unwrap_or_default();
    parts.get("Credential") == Some(&scope.as_str())
        && ["host", "x-amz-content-sha256", "x-amz-date"].iter().all(|name| signed.contains(name))
        && signature.len() == 64
        && signature.bytes().all(|byte| byte.is_ascii_hexdigit())
        && digest == sha256(&request.body)
}

impl State {
    fn answer(&mut self, request: &Request) -> (&'static str, String, Vec<u8>) {
        let problem = |status, code: &str| {
            (status, String::new(), format!("<Error><Code>{code}</Code></Error>").into())
        };
        if self.is_locked || !is_signed(request) {
            self.refused += 1;
            return problem("403 Forbidden", "AccessDenied");
        }
        let range = request.headers.get("range");
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let told = range.map(|range| format!(" {range}")).unwrap_or_default();
        self.asked.push(format!("{} {}{told}", request.method, request.target));
        let path = links::decode(path).unwrap_or_default();
        let Some(key) = path.strip_prefix(&format!("/{NAME}")).map(|key| key.trim_start_matches('/')) else {
            return problem("404 Not Found", "NoSuchBucket");
        };
        match (request.method.as_str(), query) {
            ("PUT", "") => {
                self.objects.insert(key.to_owned(), request.body.clone());
                ("200 OK", format!("etag: \"{}\"\r\n", &sha256(&request.body)[..32]), Vec::new())
            }
            ("DELETE", "") => {
                self.objects.remove(key);
                ("204 No Content", String::new(), Vec::new())
            }
            ("POST", "delete") => {
                let text = String::from_utf8_lossy(&request.body).into_owned();
                let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
                let deleted = keys.map(|key| {
                    self.objects.remove(key);
                    format!("<Deleted><Key>{key}</Key></Deleted>")
                });
                let body = format!("<DeleteResult>{}</DeleteResult>", deleted.collect::<String>());
                ("200 OK", "content-type: application/xml\r\n".to_owned(), body.into())
            }
            ("GET" | "HEAD", "") => {
                let Some(object) = self.objects.get(key) else {
                    return problem("404 Not Found", "NoSuchKey");
                };
                let etag = &sha256(object)[..32];
                let headers = format!("etag: \"{etag}\"\r\nlast-modified: Tue, 24 Nov 2026 12:00:00 GMT\r\n");
                if request.method == "HEAD" {
                    return ("200 OK", format!("{headers}content-length: {}\r\n", object.len()), Vec::new());
                }
                let bounds = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
                let Some((first, last)) = bounds else { return ("200 OK", headers, object.clone()) };
                let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
                let last = last.min(object.len() - 1);
                let headers = format!("{headers}content-range: bytes {first}-{last}/{}\r\n", object.len());
                ("206 Partial Content", headers, object[first..=last].to_vec())
            }
            _ => problem("501 Not Implemented", "NotImplemented"),
        }
    }
}
