//! Somebody with a browser: keeps cookies, fills in forms.

use std::{collections::BTreeMap, sync::Mutex};

use reqwest::Method;

use crate::{Answer, TestSite};

/// The password of every account that tests make.
pub const PASSWORD: &str = "correct horse battery";
/// Its hash, made by the program itself: hashing in every test would take most of their time.
pub(crate) const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$ULX0xK8Vh5BTXFlVKAYTpQ$JNAjJNM+3H/Bw/Mu3u5/YcZlFqGJ8jWQKL4iOQF83Qo";

/// A browser at a site.
#[derive(Debug)]
pub struct Visitor<'a> {
    site: &'a TestSite,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(site: &'a TestSite) -> Self {
        Self { site, cookies: Mutex::default() }
    }

    /// Asks for a path with GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    /// Sends a form, as browsers do: from a page of the site.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, &[("sec-fetch-site", "same-origin")], Some(fields)).await
    }

    /// Sends a form, or asks, with headers of the test's own.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        fields: Option<&[(&str, &str)]>,
    ) -> Answer {
        let cookies = self.cookies();
        let mut all = headers.to_vec();
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        let answer = self.site.send_form(method, path, &all, fields).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if cookie.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// The cookies, as they are sent.
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Plants a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// The session's cookie: its name and value.
    pub fn session(&self) -> Option<(String, String)> {
        self.cookies.lock().unwrap().iter().next().map(|(name, value)| (name.clone(), value.clone()))
    }

    /// Signs in, and gives the answer.
    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.post("/login", &[("name", name), ("password", password)]).await
    }

    /// Whether the site knows who this is.
    pub async fn is_known(&self) -> bool {
        self.get("/account").await.status == 200
    }
}
