//! Reading without a pointer.

use serde_json::{Value, json};
use thirtyfour::Key;

use crate::{
    driver::{Browser, Screen},
    library,
};

/// Marks what the Tab key should reach on the page, in the order of its markup, and counts it. In a toolbar, arrow keys go
/// from button to button: it is one stop.
const NUMBER_STOPS: &str = "
    const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0
        && !element.disabled && [null, element].includes(element.closest('markdown-toolbar')?.querySelector('button') ?? null);
    const every = 'a[href], button, input, select, textarea, summary, [tabindex]:not(markdown-toolbar)';
    const stops = [...document.querySelectorAll(every)].filter(shown);
    stops.forEach((element, number) => { element.dataset.stop = number; });
    return stops.length;";

/// Where the focus is and how it shows.
pub(crate) const FOCUS: &str = "
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    return {
        stop: Number(element.dataset.stop ?? -1),
        name: element.outerHTML.slice(0, 120),
        field: element.matches('input'),
        parts: element.matches('[type=date], [type=datetime-local]'),
        outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
        line: parseFloat(style.borderBlockEndWidth),
        seen: box.width > 1 && box.height > 1 && box.top >= -1 && box.bottom <= innerHeight + 1,
    };";

#[tokio::test]
async fn the_first_tab_stop_skips_to_the_text() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/").await;
    browser.tab().await;
    browser.holds("document.activeElement?.matches('a.skip')").await;
    let focus = browser.script(FOCUS).await;
    assert_eq!(focus["seen"], json!(true), "the skip link is seen while it has the focus: {focus}");
    browser.press(Key::Enter).await;
    browser.is_at("/#main").await;
    browser.holds("document.activeElement?.id === 'main'").await;
    browser.tab().await;
    browser.holds("document.activeElement?.matches('.post-item-title a')").await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn tab_reaches_everything_on_the_home_page_in_its_order_and_shows_where_it_is() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    for screen in [Screen::Desktop, Screen::Phone] {
        browser.show_on(screen).await;
        browser.visit("/").await;
        tab_through(&browser).await;
    }
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn tab_reaches_everything_in_an_article_and_shows_where_it_is() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/posts/anatomy").await;
    tab_through(&browser).await;
    browser.quit().await;
    site.end().await;
}

pub(crate) async fn tab_through(browser: &Browser) {
    let stops = browser.script(NUMBER_STOPS).await.as_i64().unwrap();
    assert!(stops > 10, "only {stops} places to go");
    for stop in 0..stops {
        browser.tab().await;
        let mut focus: Value = browser.script(FOCUS).await;
        // Day, month and year are stops of their own.
        while focus["parts"] == json!(true) && focus["stop"] == json!(stop - 1) {
            browser.tab().await;
            focus = browser.script(FOCUS).await;
        }
        assert_eq!(focus["stop"], json!(stop), "the order of the page is the order of the keyboard: {focus}");
        let outline = focus["outline"].as_f64().unwrap();
        // The search field has no outline: its line thickens and the caret stands in it.
        let thick_line = focus["field"] == json!(true) && focus["line"].as_f64().unwrap() >= 2.0;
        assert!(outline >= 2.0 || thick_line, "the focus does not show: {focus}");
        assert_eq!(focus["seen"], json!(true), "the focus is off the screen: {focus}");
    }
}
