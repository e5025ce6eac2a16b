//! What axe-core finds in the pages: nothing. Its rules are WCAG 2 and its authors' best practices, all of them.

use harness::TestSite;
use serde_json::{Value, json};

use crate::{
    driver::{Browser, Scheme, Screen},
    library::{self, PAGES},
};

/// See `tests/vendor/axe-core/VERSION`.
const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");

/// All rules.
const ALL: &str = "{ resultTypes: ['violations'] }";
/// The rules about colours.
const COLOURS: &str = "{ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }";

#[tokio::test]
async fn axe_finds_what_is_wrong() {
    let site = TestSite::start().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/").await;
    browser.script("document.querySelector('main').append(new Image())").await;
    let found = violations(&browser, ALL).await;
    assert!(found.len() == 1 && found[0].starts_with("image-alt: "), "{found:?}");
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn axe_finds_nothing_on_the_lists() {
    pass_axe(&["/", "/?page=2", "/archive", "/authors", "/authors/ada", "/tags", "/tags/typography"]).await;
}

#[tokio::test]
async fn axe_finds_nothing_in_the_articles() {
    pass_axe(&["/posts/anatomy", "/posts/hebrew", "/posts/long", "/posts/post-7"]).await;
}

#[tokio::test]
async fn axe_finds_nothing_in_comments_and_pages_of_the_sites_own() {
    pass_axe(&[
        "/posts/talked-about",
        "/posts/talked-about?comments=2",
        "/posts/talked-about/comments",
        "/about",
    ])
    .await;
}

#[tokio::test]
async fn axe_finds_nothing_in_the_courses() {
    pass_axe(&["/courses", "/courses/setting-type", "/courses/setting-type/anatomy"]).await;
}

#[tokio::test]
async fn axe_finds_nothing_in_the_search_nor_on_a_page_that_is_not_there() {
    pass_axe(&["/search", "/search?q=words", "/search?q=ada", "/search?q=xyzzy", "/posts/nobody-wrote-this"])
        .await;
}

#[tokio::test]
async fn axe_finds_nothing_on_a_site_without_content() {
    let site = TestSite::start().await;
    let found = examine(&site, &["/", "/archive", "/authors", "/tags", "/courses"]).await;
    assert_eq!(found, [""; 0]);
    site.end().await;
}

#[test]
fn axe_sees_every_kind_of_page() {
    let source = include_str!("accessibility.rs");
    for (name, path) in PAGES {
        assert!(source.contains(&format!("\"{path}\"")), "{name} ({path}) is not examined");
    }
}

async fn pass_axe(paths: &[&str]) {
    let site = library::open().await;
    assert_eq!(examine(&site, paths).await, [""; 0]);
    site.end().await;
}

/// What is wrong with pages.
async fn examine(site: &TestSite, paths: &[&str]) -> Vec<String> {
    let browser = Browser::open(site, Screen::Phone).await;
    let mut found = Vec::new();
    for path in paths {
        browser.visit(path).await;
        found.extend(examine_page(&browser, path).await);
    }
    browser.quit().await;
    found
}

/// What is wrong with the page that is open, on both screens and in both schemes, with all that unfolds unfolded.
/// Schemes differ in nothing but colours.
pub(crate) async fn examine_page(browser: &Browser, what: &str) -> Vec<String> {
    let mut found = Vec::new();
    let headings = browser.texts("h1").await;
    if headings.len() != 1 {
        found.push(format!("{what}: not one heading of the first level: {headings:?}"));
    }
    browser.unfold().await;
    for screen in [Screen::Phone, Screen::Desktop] {
        browser.show_on(screen).await;
        for (scheme, rules) in [(Scheme::Light, ALL), (Scheme::Dark, COLOURS)] {
            browser.prefer(scheme).await;
            let wrong = violations(browser, rules).await;
            found.extend(wrong.into_iter().map(|rule| format!("{what}, {screen:?}, {scheme:?}: {rule}")));
        }
    }
    found
}

/// One line for each element that breaks a rule: the rule, the element, what to do.
async fn violations(browser: &Browser, rules: &str) -> Vec<String> {
    if browser.script("return typeof axe").await != json!("object") {
        browser.script(AXE).await;
    }
    let run = format!(
        "return axe.run(document, {rules}).then(({{ violations }}) => violations.flatMap((rule) => rule.nodes.map((node) =>
            `${{rule.id}}: ${{node.target.join(' ')}}: ${{node.failureSummary.replace(/\\s+/g, ' ')}}`)));"
    );
    let found = browser.script(&run).await;
    found.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
