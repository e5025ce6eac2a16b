//! An answer of the site, with what tests ask of it.

use reqwest::{Response, StatusCode, header::HeaderMap};
use scraper::{Html, Selector};
use serde_json::Value;

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Reads a response to its end.
    pub(crate) async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, bytes: response.bytes().await.expect("a whole body").to_vec() }
    }

    /// Its body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("UTF-8")
    }

    /// A header's value; empty where it is not there.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// Its body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Asserts the status and gives the answer back.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// The texts of the elements that a CSS selector finds, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.each(selector, |element| element.text().collect::<String>())
    }

    /// The one text that a CSS selector finds.
    #[track_caller]
    pub fn one(&self, selector: &str) -> String {
        let texts = self.texts(selector);
        assert_eq!(texts.len(), 1, "{selector} finds {texts:?} in {}", self.text());
        texts.into_iter().next().unwrap()
    }

    /// As [`Self::one`], with its white space.
    #[track_caller]
    pub fn one_raw(&self, selector: &str) -> String {
        let html = Html::parse_document(&self.text());
        let found = Selector::parse(selector).unwrap();
        let mut elements = html.select(&found);
        let element = elements.next().unwrap_or_else(|| panic!("no {selector} in {}", self.text()));
        assert!(elements.next().is_none(), "{selector} is there more than once");
        element.text().collect()
    }

    /// An attribute of each element that a CSS selector finds and that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    fn each(&self, selector: &str, text: impl Fn(scraper::ElementRef<'_>) -> String) -> Vec<String> {
        let html = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).unwrap();
        let folded = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        html.select(&selector).map(|element| folded(text(element))).collect()
    }
}
