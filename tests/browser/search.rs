//! Searching.

use crate::{
    driver::{Browser, Screen},
    library,
};
use thirtyfour::Key;

#[tokio::test]
async fn a_reader_searches_from_the_header_turns_the_results_and_opens_one() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/").await;
    browser.type_into("#site-search", "words" + Key::Enter).await;
    browser.is_at("/search?q=words").await;
    browser
        .holds("document.querySelector('.post-item-summary mark')?.textContent.toLowerCase() === 'words'")
        .await;
    browser.follow("Next").await;
    browser.is_at("/search?q=words&page=2").await;
    browser.holds("document.querySelector('#search').value === 'words'").await;
    browser.holds("document.querySelectorAll('.post-item-summary mark').length >= 10").await;
    let title = browser.texts(".post-item-title").await[0].clone();
    browser.click(".post-item-title a").await;
    browser.reads("h1", &title).await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_reader_on_a_phone_reaches_the_search_by_its_link_and_types_at_once() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/").await;
    browser.click(".search-link").await;
    browser.is_at("/search").await;
    browser.holds("document.activeElement?.id === 'search'").await;
    browser.type_into("#search", "anatomy" + Key::Enter).await;
    browser.is_at("/search?q=anatomy").await;
    browser.reads(".post-item-title", library::SHOWCASE).await;
    browser.holds("document.querySelector('.post-item-title mark')?.textContent === 'anatomy'").await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn the_slash_key_leads_to_the_search_but_is_a_letter_in_the_field() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/").await;
    browser.press('/').await;
    browser.holds("document.activeElement?.id === 'site-search'").await;
    browser.press('/').await;
    browser.holds("document.activeElement?.value === '/'").await;
    browser.show_on(Screen::Phone).await;
    browser.visit("/archive").await;
    browser.press('/').await;
    browser.is_at("/search").await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_search_that_finds_nothing_says_so_and_offers_ways_on() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/search").await;
    browser.type_into("#search", "xyzzy" + Key::Enter).await;
    browser.is_at("/search?q=xyzzy").await;
    browser.reads(".empty h2", "Nothing found for “xyzzy”").await;
    browser.holds("document.querySelector('#search').value === 'xyzzy'").await;
    browser.click(".empty a[href='/archive']").await;
    browser.is_at("/archive").await;
    browser.quit().await;
    site.end().await;
}
