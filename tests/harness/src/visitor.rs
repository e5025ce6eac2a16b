//! Somebody who visits a site: a browser with its cookie, or a program with a token.

use std::sync::Mutex;

use entity::{api_token::Scope, user::Role};
use lectern::auth::tokens;
use reqwest::{Method, header};
use serde_json::Value;

use crate::{Answer, TestSite};

/// The password of every user of [`TestSite::user`].
pub const PASSWORD: &str = "correct horse battery";
/// Its hash, made by the program itself: hashing in every test would take most of their time.
pub(crate) const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$ULX0xK8Vh5BTXFlVKAYTpQ$JNAjJNM+3H/Bw/Mu3u5/YcZlFqGJ8jWQKL4iOQF83Qo";

/// A visitor. What the site gives them as a cookie they send back.
#[derive(Debug)]
pub struct Visitor<'a> {
    site: &'a TestSite,
    cookie: Mutex<Option<String>>,
    token: Option<String>,
}

impl TestSite {
    /// Makes a user with [`PASSWORD`] and gives their id.
    pub async fn user(&self, username: &str, role: Role) -> i64 {
        self.build().user(username, role).await
    }

    /// Somebody whom the site does not know.
    pub fn visitor(&self) -> Visitor<'_> {
        Visitor { site: self, cookie: Mutex::new(None), token: None }
    }

    /// Signs a user of [`Self::user`] in.
    pub async fn sign_in(&self, username: &str) -> Visitor<'_> {
        let visitor = self.visitor();
        visitor.post("/login", &[("username", username), ("password", PASSWORD)]).await.expect(303);
        visitor
    }

    /// A program with a new token of a user.
    pub async fn program(&self, user_id: i64, scope: Scope) -> Visitor<'_> {
        let token = tokens::create(self.db.write(), user_id, "a test", scope).await.expect("a new token");
        Visitor { token: Some(token), ..self.visitor() }
    }
}

impl<'a> Visitor<'a> {
    /// The same visitor with another cookie.
    pub fn with_cookie(self, cookie: &str) -> Self {
        Self { cookie: Mutex::new(Some(cookie.to_owned())), ..self }
    }

    /// The same visitor with this token.
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// The cookie: `name=value`.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    /// Tries to sign in.
    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.post("/login", &[("username", name), ("password", password)]).await
    }

    /// Whether the site knows who this is.
    pub async fn is_known(&self) -> bool {
        self.get("/account").await.status == 200
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Does something with the whole result of a list of the admin: looks at the page that asks, and confirms it.
    pub async fn whole_result(&self, url: &str, query: &str, action: &str) -> Answer {
        let sent = [("query", query), ("action", action), ("all", "1")];
        let page = self.post(url, &sent).await.expect(200);
        let result = page.attributes("main input[name=result]", "value").remove(0);
        self.post(url, &[&sent[..], &[("confirmed", "1"), ("result", &result)]].concat()).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, &[]).await
    }

    /// As [`Self::post`], with more headers.
    pub async fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| lectern::web::links::encode(text);
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let body = (pairs.join("&"), "application/x-www-form-urlencoded");
        self.send_with(Method::POST, path, Some(body), headers).await
    }

    /// Sends JSON.
    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, Some((body.to_string(), "application/json"))).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends a body and its type with any method.
    pub async fn send(&self, method: Method, path: &str, body: Option<(String, &str)>) -> Answer {
        self.send_with(method, path, body, &[]).await
    }

    /// As [`Self::send`], with more headers.
    pub async fn send_with(
        &self,
        method: Method,
        path: &str,
        body: Option<(String, &str)>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = body.map(|(body, media_type)| (body.into_bytes(), media_type));
        self.send_bytes(method, path, body, headers).await
    }

    /// Uploads files, by their names and contents, as a script does: the answer is JSON.
    pub async fn upload(&self, files: &[(&str, &[u8])]) -> Answer {
        let (body, media_type) = multipart(files, "");
        let headers = [("accept", "application/json")];
        self.send_bytes(Method::POST, "/admin/media/upload", Some((body, &media_type)), &headers).await
    }

    /// Uploads files as a browser without scripts does.
    pub async fn upload_form(&self, files: &[(&str, &[u8])]) -> Answer {
        let (body, media_type) = multipart(files, "");
        self.send_bytes(Method::POST, "/admin/media/upload", Some((body, &media_type)), &[]).await
    }

    /// As [`Self::send_with`], for any bytes.
    pub async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        body: Option<(Vec<u8>, &str)>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.site.client().request(method, format!("{}{path}", self.site.origin));
        if let Some(cookie) = self.cookie() {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some((body, media_type)) = body {
            request = request.header(header::CONTENT_TYPE, media_type).body(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = Answer::read(request.send().await.expect("the site answers")).await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let pair = set.split(';').next().unwrap().to_owned();
            let is_over = set.to_lowercase().contains("max-age=0") || pair.ends_with('=');
            *self.cookie.lock().unwrap() = (!is_over).then_some(pair);
        }
        answer
    }
}

/// A form with files and an alternative text for them, and its media type. The names are sent as they are.
pub fn multipart(files: &[(&str, &[u8])], alt: &str) -> (Vec<u8>, String) {
    let boundary = "----a-boundary-that-is-in-no-file";
    let mut body = Vec::new();
    for (name, content) in files {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    let alt = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\n{alt}\r\n");
    body.extend(alt.as_bytes());
    body.extend(format!("--{boundary}--\r\n").as_bytes());
    (body, format!("multipart/form-data; boundary={boundary}"))
}
