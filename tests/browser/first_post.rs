//! From a program that has just been started to the first post, as fast as somebody can who has never seen it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use harness::{TestDatabase, command};

use crate::driver::{Browser, Screen};

/// A running `lectern serve`; killed when dropped.
struct Program {
    process: Child,
    origin: String,
    /// The path of the link that it prints for a site without accounts.
    setup: String,
    /// Held open: a write to a closed pipe would end the program.
    _output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts it and reads its first lines. Blocks.
    fn start(mut serve: Command) -> Self {
        serve.env("LECTERN_ADDR", "127.0.0.1:0").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = serve.stderr(Stdio::null()).spawn().expect("the program starts");
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        let (origin, setup) = Self::link(&mut output);
        Self { process, origin, setup, _output: output }
    }

    /// The link that it prints: the origin, and the path with the token.
    fn link(output: &mut impl BufRead) -> (String, String) {
        let mut printed = String::new();
        loop {
            let read = output.read_line(&mut printed).expect("text");
            assert!(read > 0, "the program ended: {printed}");
            let link = printed.split_whitespace().find(|word| word.contains("/setup?token="));
            if let Some((origin, query)) = link.and_then(|link| link.split_once("/setup")) {
                return (origin.to_owned(), format!("/setup{query}"));
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Somebody who counts what they do: addresses opened, links followed, buttons pressed.
struct Owner {
    browser: Browser,
    actions: u32,
}

impl Owner {
    async fn visit(&mut self, path: &str) {
        self.actions += 1;
        self.browser.visit(path).await;
    }

    async fn follow(&mut self, text: &str) {
        self.actions += 1;
        self.browser.follow(text).await;
    }

    async fn button(&mut self, text: &str) {
        self.actions += 1;
        self.browser.button(text).await;
    }
}

#[tokio::test]
async fn a_new_site_has_its_first_post_after_fewer_than_ten_actions() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::create().await);
    let serve = command(folder.path(), &database.url(), &["serve"]);
    // Starting the program is the first thing that its owner does.
    let program = tokio::task::spawn_blocking(|| Program::start(serve)).await.unwrap();
    let mut owner = Owner { browser: Browser::open_at(&program.origin, Screen::Desktop).await, actions: 1 };

    owner.visit(&program.setup).await;
    for (field, text) in [
        ("Title of the site", "The Reading Room"),
        ("Username", "ada"),
        ("Name", "Ada Lovelace"),
        ("E-mail address", "ada@example.org"),
        ("Password", "a horse of another colour"),
    ] {
        owner.browser.fill(field, text).await;
    }
    owner.button("Set up").await;
    owner.browser.is_at("/admin").await;
    owner.browser.reads("h1", "Dashboard").await;

    owner.follow("New post").await;
    owner.browser.is_at("/admin/posts/new").await;
    owner.browser.fill("Title", "Hello, world").await;
    owner.browser.fill("Content", "The *first* words here.").await;
    owner.browser.choose("Status", "Published").await;
    owner.button("Save").await;
    owner.browser.is_at("/admin/posts").await;
    owner.browser.mentions("[role=status]", "Hello, world").await;
    assert!(owner.actions < 10, "{} actions", owner.actions);

    // The link is good for one account.
    let browser = owner.browser;
    browser.visit(&program.setup).await;
    assert_eq!(browser.texts("form button.primary").await, [""; 0]);

    browser.forget_cookies().await;
    browser.visit("/").await;
    browser.reads(".site-title", "The Reading Room").await;
    browser.follow("Hello, world").await;
    browser.reads("h1", "Hello, world").await;
    browser.reads(".prose em", "first").await;
    browser.mentions(".byline", "Ada Lovelace").await;
    browser.visit("/admin").await;
    browser.mentions("h1", "Sign in").await;
    browser.quit().await;
    drop(program);
    database.drop().await;
}
