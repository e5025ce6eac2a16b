//! What pages look like: colours, widths, paper.

use crate::{
    driver::{Browser, Scheme, Screen},
    library::{self, PAGES},
};
use serde_json::{Value, json};

/// The colours of paper and ink, and their contrast after WCAG 2.
const COLOURS: &str = "
    const context = document.createElement('canvas').getContext('2d');
    const bytes = (colour) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const linear = (byte) => byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const paper = bytes(getComputedStyle(document.documentElement).backgroundColor);
    return [...document.querySelectorAll('h1, .prose > p, .byline, .standfirst, .prose a, .site-nav a')].map((element) => {
        const ink = bytes(getComputedStyle(element).color);
        const [dark, light] = [luminance(paper), luminance(ink)].sort((a, b) => a - b);
        return { name: element.outerHTML.slice(0, 80), paper, ink, contrast: (light + 0.05) / (dark + 0.05) };
    });";

/// What sticks out of a phone's screen; null when nothing does.
pub(crate) const BEYOND: &str = "
    const width = document.scrollingElement.scrollWidth;
    if (width <= 390 && innerWidth === 390) return null;
    const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > 390);
    return [width, innerWidth, wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))];";

#[tokio::test]
async fn light_and_dark_are_both_legible_and_follow_the_reader() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.prefer(Scheme::Light).await;
    browser.visit("/posts/anatomy").await;
    let light = browser.script(COLOURS).await;
    browser.prefer(Scheme::Dark).await;
    let dark = browser.script(COLOURS).await;
    let paper = |colours: &Value| {
        colours[0]["paper"].as_array().unwrap().iter().filter_map(Value::as_i64).sum::<i64>()
    };
    assert!(paper(&light) > 3 * 230, "light paper is light: {}", light[0]);
    assert!(paper(&dark) < 3 * 60, "dark paper is dark: {}", dark[0]);
    for text in [light, dark].iter().flat_map(|colours| colours.as_array().unwrap()) {
        assert!(text["contrast"].as_f64().unwrap() >= 7.0, "text has a contrast of 7 to 1: {text}");
    }
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn no_page_scrolls_sideways_on_a_phone() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    let mut wide = Vec::new();
    for (name, path) in PAGES {
        browser.visit(path).await;
        browser.unfold().await;
        let beyond = browser.script(BEYOND).await;
        if beyond != Value::Null {
            wide.push(format!("{name} ({path}): {beyond}"));
        }
    }
    assert_eq!(wide, [""; 0]);
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_long_word_in_the_title_of_the_next_post_does_not_widen_this_one_on_a_phone() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    for path in ["/posts/hebrew", "/courses/setting-type/anatomy"] {
        browser.visit(path).await;
        assert_eq!(browser.script(BEYOND).await, Value::Null, "{path}");
    }
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn code_and_tables_scroll_in_boxes_of_their_own() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/posts/anatomy").await;
    let scroll = browser
        .script("return ['.prose pre', '.table-scroll'].map((name) => { const box = document.querySelector(name); return box.scrollWidth > box.clientWidth && box.clientWidth <= 390; })")
        .await;
    assert_eq!(scroll, json!([true, true]));
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn paper_shows_the_text_and_no_navigation() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.prefer(Scheme::Dark).await;
    browser.visit("/courses/setting-type/anatomy").await;
    browser.holds("document.querySelector('.copy') !== null").await;
    browser.print().await;
    let shown = browser
        .script("return [...document.querySelectorAll('nav, form, button, .skip, .fold, .search-link, .anchor')].filter((element) => element.checkVisibility()).map((element) => element.outerHTML.slice(0, 80))")
        .await;
    assert_eq!(shown, json!([]));
    let text = "h1, .byline time, .prose p, .prose pre, .prose table, .prose img, #fn-1";
    browser
        .holds(&format!(
            "[...document.querySelectorAll('{text}')].every((element) => element.checkVisibility())"
        ))
        .await;
    let paper = browser.script("return getComputedStyle(document.documentElement).backgroundColor").await;
    assert!(["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].contains(&paper.as_str().unwrap()), "{paper}");
    let ink = browser.script("return getComputedStyle(document.querySelector('.prose p')).color").await;
    assert_eq!(ink, json!("rgb(0, 0, 0)"));
    browser.quit().await;
    site.end().await;
}
