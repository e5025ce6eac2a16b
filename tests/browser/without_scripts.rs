//! The whole of reading, with JavaScript turned off.

use thirtyfour::Key;

use crate::{
    driver::{Browser, Screen},
    library::{self, SHOWCASE},
};

#[tokio::test]
async fn a_reader_without_javascript_reads_turns_pages_searches_and_takes_a_course() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.turn_scripts_off().await;
    browser.visit("/").await;
    browser.follow(SHOWCASE).await;
    browser.is_at("/posts/anatomy").await;
    browser.reads("h1", SHOWCASE).await;
    assert_eq!(browser.texts(".copy").await, [""; 0], "what needs a script is not there, so scripts are off");
    browser.click(".fold > summary").await;
    browser.click(".fold .toc a[href='#tables']").await;
    browser.is_at("/posts/anatomy#tables").await;
    browser.click(".site-title a").await;
    browser.is_at("/").await;
    browser.follow("Next").await;
    browser.is_at("/?page=2").await;
    browser.reads(".post-item-title", "Post 38").await;
    browser.click(".search-link").await;
    browser.is_at("/search").await;
    browser.type_into("#search", "words" + Key::Enter).await;
    browser.is_at("/search?q=words").await;
    browser.reads(".post-item-summary mark", "words").await;
    browser.type_into("#search", " footnote").await;
    browser.click(".search-large button").await;
    browser.is_at("/search?q=words+footnote").await;
    browser.reads(".empty h2", "Nothing found for “words footnote”").await;
    browser.follow("Courses").await;
    browser.follow("Setting type").await;
    browser.is_at("/courses/setting-type").await;
    browser.follow("Read the first lesson").await;
    browser.is_at("/courses/setting-type/long").await;
    browser.click("a[rel=next]").await;
    browser.is_at("/courses/setting-type/anatomy").await;
    browser.click(".fold > summary").await;
    browser.reads(".fold [aria-current]", &format!("2 {SHOWCASE}")).await;
    browser.quit().await;
    site.end().await;
}
