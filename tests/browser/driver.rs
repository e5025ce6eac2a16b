//! A Chromium of a test's own, steered through `ChromeDriver`.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use harness::{TestSite, visitor::Visitor};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{
    By, ChromiumLikeCapabilities, DesiredCapabilities, Key, LoggingPrefsLogLevel, TypingData, WebDriver,
    WebElement, error::WebDriverResult,
};

/// How long a page may take to become what a test waits for. Long, for machines that do much else; nothing waits
/// for its end unless the test fails.
const PATIENCE: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(15);

const ARGUMENTS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// What the page is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// 390 × 844, touched.
    Phone,
    /// 1280 × 800, with a mouse.
    Desktop,
}

/// The reader's `prefers-color-scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// An open browser with one tab. Ends with [`Browser::quit`]; a test that panics ends it too.
#[derive(Debug)]
pub(crate) struct Browser {
    // Dropped in this order: the profile goes when nothing writes to it any more.
    tab: WebDriver,
    driver: ChromeDriver,
    _profile: TempDir,
    origin: String,
}

/// A running `chromedriver`; killed when dropped, with the Chromium that it started.
#[derive(Debug)]
struct ChromeDriver {
    process: Child,
    port: u16,
    chromium: Option<u64>,
    /// Held open: a write to a closed pipe would end the driver.
    _output: BufReader<ChildStdout>,
}

impl ChromeDriver {
    /// Starts it on a port that the system chooses, and waits until it listens. Blocks.
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts: `scripts/test` installs it");
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut printed = String::new();
        let port = loop {
            let mut line = String::new();
            let read = output.read_line(&mut line).expect("text");
            assert!(read > 0, "chromedriver ended: {printed}");
            if let Some((_, port)) = line.trim_end().split_once("started successfully on port ") {
                break port.trim_end_matches('.').parse().expect("a port's number");
            }
            printed.push_str(&line);
        };
        Self { process, port, chromium: None, _output: output }
    }
}

impl Drop for ChromeDriver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        // It outlives its driver where the session was not ended.
        if let Some(id) = self.chromium {
            Command::new("kill").arg("-KILL").arg(id.to_string()).stderr(Stdio::null()).status().ok();
        }
    }
}

impl Drop for Browser {
    /// For a test that panics. The session cannot be ended politely here: its connection belongs to the runtime that
    /// is waiting for this drop, so that it would hang until it times out. The driver's end is the browser's too.
    fn drop(&mut self) {
        self.tab.clone().leak().ok();
    }
}

impl Browser {
    /// Opens an empty browser for a site.
    pub(crate) async fn open(site: &TestSite, screen: Screen) -> Self {
        Self::open_at(&site.origin, screen).await
    }

    /// As [`Self::open`], for an origin.
    pub(crate) async fn open_at(origin: &str, screen: Screen) -> Self {
        lectern::media::store::provide_tls();
        let mut driver = tokio::task::spawn_blocking(ChromeDriver::start).await.expect("a driver");
        let profile = tempfile::tempdir().unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let address = format!("http://127.0.0.1:{}", driver.port);
        let tab = WebDriver::new(address, capabilities).await.expect("Chromium opens");
        driver.chromium = tab.capabilities().get("goog:processID").and_then(Value::as_u64);
        let browser = Self { tab, driver, _profile: profile, origin: origin.to_owned() };
        browser.show_on(screen).await;
        browser
    }

    /// Closes it.
    pub(crate) async fn quit(mut self) {
        self.tab.clone().quit().await.expect("Chromium closes");
        self.driver.chromium = None;
    }

    /// Sends a command of the Chrome `DevTools` Protocol.
    pub(crate) async fn command(&self, name: &str, parameters: Value) -> Value {
        self.tab.cdp().send_raw(name, parameters).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Changes the screen.
    pub(crate) async fn show_on(&self, screen: Screen) {
        let phone = screen == Screen::Phone;
        let (width, height) = if phone { (390, 844) } else { (1280, 800) };
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await;
        self.command("Emulation.setTouchEmulationEnabled", json!({ "enabled": phone })).await;
    }

    /// Changes the reader's preference.
    pub(crate) async fn prefer(&self, scheme: Scheme) {
        let value = if scheme == Scheme::Dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": value });
        self.command("Emulation.setEmulatedMedia", json!({ "media": "", "features": [feature] })).await;
    }

    /// Shows the page as it would be printed.
    pub(crate) async fn print(&self) {
        self.command("Emulation.setEmulatedMedia", json!({ "media": "print", "features": [] })).await;
    }

    /// Runs no script of any page from now on.
    pub(crate) async fn turn_scripts_off(&self) {
        self.command("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// Takes over a visitor's cookie.
    pub(crate) async fn sign_in_as(&self, visitor: &Visitor<'_>) {
        let cookie = visitor.cookie().expect("a cookie");
        let (name, value) = cookie.split_once('=').expect("a pair");
        let cookie = json!({ "name": name, "value": value, "url": self.origin, "httpOnly": true });
        self.command("Network.setCookie", cookie).await;
    }

    /// Becomes somebody whom no site knows.
    pub(crate) async fn forget_cookies(&self) {
        self.command("Network.clearBrowserCookies", json!({})).await;
    }

    /// Opens a path as if typed into the address bar, and waits until it is loaded.
    pub(crate) async fn visit(&self, path: &str) {
        self.tab
            .goto(format!("{}{path}", self.origin))
            .await
            .unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Goes to a page of nobody's.
    pub(crate) async fn leave(&self) {
        self.tab.goto("about:blank").await.expect("an empty page");
    }

    /// The button that goes back.
    pub(crate) async fn go_back(&self) {
        self.tab.back().await.expect("a page before");
    }

    /// The path with its query and fragment.
    pub(crate) async fn path(&self) -> String {
        let url = self.tab.current_url().await.expect("an address").to_string();
        url.strip_prefix(&self.origin).map(str::to_owned).unwrap_or(url)
    }

    /// Waits until the browser is at this path.
    pub(crate) async fn is_at(&self, path: &str) {
        self.eventually(&format!("the path {path}"), async || {
            let now = self.path().await;
            if now == path { Ok(()) } else { Err(now) }
        })
        .await;
    }

    /// Waits until the first element that a CSS selector finds says this.
    pub(crate) async fn reads(&self, selector: &str, text: &str) {
        self.eventually(&format!("{selector} to read {text:?}"), async || {
            let now = self.texts(selector).await;
            if now.first().is_some_and(|first| first == text) { Ok(()) } else { Err(format!("{now:?}")) }
        })
        .await;
    }

    /// Waits until one of the elements that a CSS selector finds says something with this in it.
    pub(crate) async fn mentions(&self, selector: &str, text: &str) {
        self.eventually(&format!("{selector} to mention {text:?}"), async || {
            let now = self.texts(selector).await;
            if now.iter().any(|line| line.contains(text)) { Ok(()) } else { Err(format!("{now:?}")) }
        })
        .await;
    }

    /// What the elements that a CSS selector finds show, white space folded; nothing for what is hidden.
    pub(crate) async fn texts(&self, selector: &str) -> Vec<String> {
        // A page that is being left can lose its elements between two commands: then all is read again.
        self.eventually(&format!("the texts of {selector}"), async || {
            let read: WebDriverResult<Vec<String>> = async {
                let mut texts = Vec::new();
                for element in self.tab.find_all(By::Css(selector)).await? {
                    let text = element.text().await?;
                    texts.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
                }
                Ok(texts)
            }
            .await;
            read.map_err(|error| error.to_string())
        })
        .await
    }

    /// Waits for the first element that a CSS selector finds.
    pub(crate) async fn find(&self, selector: &str) -> WebElement {
        self.find_by(By::Css(selector)).await
    }

    /// Clicks on the first element that a CSS selector finds.
    pub(crate) async fn click(&self, selector: &str) {
        self.click_by(By::Css(selector)).await;
    }

    /// Clicks on the first link with this text.
    pub(crate) async fn follow(&self, text: &str) {
        self.click_by(By::LinkText(text)).await;
    }

    /// Presses the button with this text.
    pub(crate) async fn button(&self, text: &str) {
        self.click_by(By::XPath(format!("//button[normalize-space()='{text}'][not(@aria-hidden)]"))).await;
    }

    /// Clicks on the label with this text: ticks a box, or puts the focus into a field.
    pub(crate) async fn label(&self, text: &str) {
        self.click_by(By::XPath(format!("//label[normalize-space()='{text}']"))).await;
    }

    /// Fills in the field with this label, in place of what is in it.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let field = self.find_by(labelled(label)).await;
        let filled: WebDriverResult<()> = async {
            field.clear().await?;
            field.send_keys(text).await
        }
        .await;
        filled.unwrap_or_else(|error| panic!("{label}: {error}"));
    }

    /// Chooses in the list with this label.
    pub(crate) async fn choose(&self, label: &str, option: &str) {
        let list = format!("//*[@id=//label[normalize-space()='{label}']/@for]");
        self.click_by(By::XPath(format!("{list}//option[normalize-space()='{option}']"))).await;
    }

    /// What is in the field with this label.
    pub(crate) async fn filled(&self, label: &str) -> String {
        let value = self.find_by(labelled(label)).await.value().await.expect("a field");
        value.unwrap_or_default()
    }

    /// Unfolds all that can be. What stands open beside a wide page folds up on a phone; `ChromeDriver` takes it for folded
    /// everywhere.
    pub(crate) async fn unfold(&self) {
        self.script("document.querySelectorAll('details').forEach((part) => { part.open = true; })").await;
    }

    /// Clicks on the first element that a CSS selector finds while a key is held.
    pub(crate) async fn click_holding(&self, key: Key, selector: &str) {
        let element = self.find(selector).await;
        let chain = self.tab.action_chain().key_down(key.clone()).click_element(&element).key_up(key);
        chain.perform().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses a key wherever the focus is while another one is held.
    pub(crate) async fn press_holding(&self, held: Key, key: impl Into<char>) {
        let chain = self.tab.action_chain().key_down(held.clone()).send_keys(key.into()).key_up(held);
        chain.perform().await.expect("keys pressed");
    }

    /// Types wherever the focus is.
    pub(crate) async fn write(&self, text: &str) {
        self.tab.action_chain().send_keys(text).perform().await.expect("keys pressed");
    }

    /// Types into the first element that a CSS selector finds.
    pub(crate) async fn type_into(&self, selector: &str, text: impl Into<TypingData>) {
        self.find(selector).await.send_keys(text).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses a key wherever the focus is.
    pub(crate) async fn press(&self, key: impl Into<char>) {
        self.tab.action_chain().send_keys(key.into()).perform().await.expect("a key pressed");
    }

    /// Presses Tab.
    pub(crate) async fn tab(&self) {
        self.press(Key::Tab).await;
    }

    /// Runs a function body in the page; gives what it returns, a promise's value included.
    pub(crate) async fn script(&self, body: &str) -> Value {
        let result = self.tab.execute(body, Vec::new()).await;
        result.unwrap_or_else(|error| panic!("{error} in {body:.400}")).json().clone()
    }

    /// Waits until an expression is true in the page.
    pub(crate) async fn holds(&self, expression: &str) {
        let body = format!("return Boolean({expression})");
        self.eventually(expression, async || match self.script(&body).await {
            Value::Bool(true) => Ok(()),
            _ => Err("false".to_owned()),
        })
        .await;
    }

    /// What the browser has logged since it was last asked: errors, warnings, refusals of the
    /// Content-Security-Policy, messages of scripts.
    pub(crate) async fn log(&self) -> Vec<String> {
        let entries = self.tab.get_log("browser").await.expect("a log");
        entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect()
    }

    async fn find_by(&self, by: By) -> WebElement {
        let what = format!("{by:?}");
        self.eventually(&what, async || self.tab.find(by.clone()).await.map_err(|error| error.to_string()))
            .await
    }

    async fn click_by(&self, by: By) {
        let what = format!("a click on {by:?}");
        self.eventually(&what, async || {
            let clicked: WebDriverResult<()> = async {
                let element = self.tab.find(by.clone()).await?;
                let clicked = element.click().await;
                if clicked.is_err() {
                    // Something that sticks to an edge of the screen can lie over it.
                    element.scroll_into_view().await?;
                }
                clicked
            }
            .await;
            clicked.map_err(|error| error.to_string())
        })
        .await;
    }

    /// Tries again until it works; fails with what stood in the way when patience ends.
    async fn eventually<T>(&self, what: &str, mut attempt: impl AsyncFnMut() -> Result<T, String>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            match attempt().await {
                Ok(value) => return value,
                Err(instead) => {
                    if Instant::now() > end {
                        panic!("waited for {what} on {}: {instead}", self.path().await);
                    }
                }
            }
            tokio::time::sleep(TICK).await;
        }
    }
}

/// The field of a label.
fn labelled(label: &str) -> By {
    By::XPath(format!("//*[@id=//label[normalize-space()='{label}']/@for]"))
}
