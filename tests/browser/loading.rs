//! How pages load: quietly, lightly, without moving, and from nobody else.

use serde_json::{Value, json};

use crate::{
    driver::{Browser, Screen},
    library::{self, PAGES},
};

/// What has moved since the page began to load, by the browser's own measure: how much, and which elements from where to
/// where.
pub(crate) const SHIFTS: &str = "
    return new Promise((resolve) => {
        const shifts = [];
        const place = (box) => `${box.x},${box.y} ${box.width}x${box.height}`;
        const name = (node) => node ? node.nodeName + (node.className ? '.' + node.className : '') : 'something gone';
        const source = (source) => `${name(source.node)} ${place(source.previousRect)} -> ${place(source.currentRect)}`;
        const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
            shifts.push({ by: entry.value, what: entry.sources.map(source).join('; ') });
        }));
        observer.observe({ type: 'layout-shift', buffered: true });
        const frames = (left) => left > 0 ? requestAnimationFrame(() => frames(left - 1)) : setTimeout(() => resolve(shifts), 0);
        frames(3);
    });";

#[tokio::test]
async fn no_page_makes_the_browser_complain() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    let mut complaints = Vec::new();
    for (name, path) in PAGES {
        browser.visit(path).await;
        // Chromium logs the status of any page that is an error; that it is one is what this page is for.
        let missing = format!(
            "SEVERE: {}{path} - Failed to load resource: the server responded with a status of 404 (Not Found)",
            site.origin
        );
        let is_page = |entry: &String| name == "a page that is not there" && *entry == missing;
        let log = browser.log().await.into_iter().filter(|entry| !is_page(entry));
        complaints.extend(log.map(|entry| format!("{name} ({path}): {entry}")));
    }
    assert_eq!(complaints, [""; 0]);
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn the_browser_refuses_what_is_not_ours_and_this_suite_would_see_it() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/").await;
    assert_eq!(browser.log().await, [""; 0]);
    browser
        .script("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\"><img src=\"https://example.org/x.png\" alt=\"\">')")
        .await;
    browser.script("console.error('a complaint')").await;
    let log = browser.log().await.join("\n");
    assert!(log.contains("style-src") && log.contains("img-src") && log.contains("a complaint"), "{log}");
    browser.quit().await;
    site.end().await;
}

/// Notes when the browser makes the screen another one while a page is on it: what pretends to be a phone may become one
/// only after the first lines are drawn, and then all of them are drawn anew. No page does that by itself.
const WATCH: &str = "
    window.__screens = 0;
    const changed = () => { window.__screens += 1; };
    for (const query of ['(pointer: coarse)', '(hover: hover)', '(width >= 500px)', '(width >= 1000px)', '(height >= 820px)'])
        matchMedia(query).addEventListener('change', changed);
    addEventListener('resize', changed);";

/// What has moved on a page that kept its screen from its first line to its last.
async fn shifts_of(browser: &Browser, path: &str) -> Vec<Value> {
    for _ in 0..20 {
        browser.visit(path).await;
        // Pictures load when they come near.
        browser.script("for (const image of document.images) image.scrollIntoView()").await;
        browser.holds("[...document.images].every((image) => image.complete)").await;
        let shifts = browser.script(SHIFTS).await.as_array().unwrap().clone();
        if shifts.is_empty() || browser.script("return window.__screens").await == json!(0) {
            return shifts;
        }
    }
    panic!("{path}: the browser never kept its screen")
}

#[tokio::test]
async fn nothing_moves_while_a_page_loads() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
    let mut moved = Vec::new();
    for screen in [Screen::Phone, Screen::Desktop] {
        browser.show_on(screen).await;
        for (name, path) in PAGES {
            // Now and then the browser measures a movement of no element. What a page does by itself it does again.
            let shifts = shifts_of(&browser, path).await;
            if !shifts.is_empty() && !shifts_of(&browser, path).await.is_empty() {
                moved.push(format!("{name} ({path}) on {screen:?}: {shifts:?}"));
            }
        }
    }
    assert_eq!(moved, [""; 0]);
    // The measure itself works.
    browser.visit("/archive").await;
    browser.script("const box = document.createElement('div'); box.style.height = '300px'; document.body.prepend(box)").await;
    assert_ne!(browser.script(SHIFTS).await, json!([]), "a page that moves is seen to move");
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn pages_weigh_less_than_40_kilobytes_on_the_wire() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.command("Network.enable", json!({})).await;
    browser.command("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    for path in ["/", "/posts/anatomy"] {
        browser.visit(path).await;
        let files = browser
            .script("return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .filter((entry) => entry.initiatorType !== 'img').map((entry) => [entry.name, entry.transferSize])")
            .await;
        let files = files.as_array().unwrap();
        assert!(files.len() > 5, "the page, its styles and its scripts: {files:?}");
        let sizes: Vec<i64> = files.iter().filter_map(|file| file[1].as_i64()).collect();
        assert!(sizes.iter().all(|size| *size > 0), "each was fetched: {files:?}");
        let sum: i64 = sizes.iter().sum();
        assert!(sum < 40_000, "{path} weighs {sum} bytes: {files:?}");
        let foreign: Vec<&Value> =
            files.iter().filter(|file| !file[0].as_str().unwrap().starts_with(&site.origin)).collect();
        assert_eq!(foreign, [&Value::Null; 0]);
    }
    browser.quit().await;
    site.end().await;
}
