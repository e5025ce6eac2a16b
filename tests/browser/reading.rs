//! Finding one's way: home, pages of lists, authors, tags, archive.

use crate::{
    driver::{Browser, Screen},
    library::{self, SHOWCASE, TOTAL},
};

#[tokio::test]
async fn a_reader_opens_the_newest_post_from_the_home_page_and_comes_back() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/").await;
    browser.reads(".post-item-title", SHOWCASE).await;
    browser.follow(SHOWCASE).await;
    browser.is_at("/posts/anatomy").await;
    browser.reads("h1", SHOWCASE).await;
    browser.go_back().await;
    browser.is_at("/").await;
    browser.reads(".post-item-title", SHOWCASE).await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_reader_turns_the_pages_of_the_home_page_by_steps_and_by_numbers() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/").await;
    browser.reads(".pagination-total", &format!("Posts 1–10 of {TOTAL}")).await;
    browser.follow("Next").await;
    browser.is_at("/?page=2").await;
    browser.reads(".pagination-total", &format!("Posts 11–20 of {TOTAL}")).await;
    browser.reads(".post-item-title", "Post 38").await;
    browser.reads(".pagination [aria-current]", "2").await;
    browser.follow("Last").await;
    browser.is_at("/?page=5").await;
    browser.reads(".pagination-total", &format!("Posts 41–{TOTAL} of {TOTAL}")).await;
    assert_eq!(browser.texts(".post-item-title").await.last().unwrap(), "Post 1");
    assert_eq!(browser.texts(".pagination a[rel=next]").await, [""; 0], "nothing comes after the last page");
    browser.follow("Previous").await;
    browser.is_at("/?page=4").await;
    browser.follow("3").await;
    browser.is_at("/?page=3").await;
    browser.reads(".pagination [aria-current]", "3").await;
    browser.follow("First").await;
    browser.is_at("/").await;
    browser.reads(".post-item-title", SHOWCASE).await;
    assert_eq!(
        browser.texts(".pagination a[rel=prev]").await,
        [""; 0],
        "nothing comes before the first page"
    );
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_reader_turns_the_pages_on_a_phone_where_the_place_stands_between_the_steps() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/").await;
    browser.reads(".pagination-here", "Page 1 of 5").await;
    browser.follow("Next").await;
    browser.is_at("/?page=2").await;
    browser.reads(".pagination-here", "Page 2 of 5").await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_reader_goes_from_an_author_to_a_post_to_its_tag_and_to_another_post() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/").await;
    browser.follow("Authors").await;
    browser.is_at("/authors").await;
    browser.reads("h1", "Authors").await;
    browser.follow("Grace").await;
    browser.is_at("/authors/grace").await;
    browser.reads("h1", "Grace").await;
    browser.click(".post-item-title a[href='/posts/long']").await;
    browser.is_at("/posts/long").await;
    browser.click("a[rel=tag]").await;
    browser.is_at("/tags/typography").await;
    browser.reads("h1", "typography").await;
    assert_eq!(browser.texts(".post-item-title").await.len(), 3);
    browser.follow(SHOWCASE).await;
    browser.is_at("/posts/anatomy").await;
    browser.reads("h1", SHOWCASE).await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_reader_finds_an_old_post_in_the_archive() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/").await;
    browser.follow("Archive").await;
    browser.is_at("/archive").await;
    browser.reads(".year-mark", "2026").await;
    assert_eq!(browser.texts(".post-line a").await[0], SHOWCASE);
    browser.follow("Post 40").await;
    browser.is_at("/posts/post-40").await;
    browser.reads("h1", "Post 40").await;
    browser.click("a[rel=prev]").await;
    browser.is_at("/posts/post-39").await;
    browser.quit().await;
    site.end().await;
}
