//! What an article offers: code to copy, footnotes, contents, pictures.

use serde_json::json;

use crate::{
    driver::{Browser, Screen},
    library::{self, CODE},
};

#[tokio::test]
async fn a_code_block_is_copied_by_its_button_which_says_so() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    // What a person grants by using the page; a headless browser has nobody to ask.
    let permissions = json!(["clipboardReadWrite", "clipboardSanitizedWrite"]);
    browser
        .command("Browser.grantPermissions", json!({ "origin": site.origin, "permissions": permissions }))
        .await;
    browser.visit("/posts/anatomy").await;
    browser.click(".prose .copy").await;
    browser.reads(".prose .copy[aria-live]", "Copied").await;
    assert_eq!(browser.script("return navigator.clipboard.readText()").await, json!(CODE));
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_footnote_leads_there_and_back() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/posts/anatomy").await;
    browser.click(".footnote-ref a").await;
    browser.is_at("/posts/anatomy#fn-1").await;
    browser.holds(&in_view("#fn-1")).await;
    // The driver presses where a link was before it scrolled to it: this one may stand at the screen's edge.
    browser
        .script("document.querySelector('#fn-1 .footnote-backref').scrollIntoView({ block: 'center' })")
        .await;
    browser.click("#fn-1 .footnote-backref").await;
    browser.is_at("/posts/anatomy#fnref-1").await;
    browser.holds(&in_view("#fnref-1")).await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn a_line_of_the_contents_leads_to_its_heading() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.visit("/posts/anatomy").await;
    assert_eq!(
        browser.texts(".shoulder .toc a").await,
        ["Margins", "Pictures", "Tables", "Lists", "Quotations"]
    );
    browser.click(".shoulder .toc a[href='#tables']").await;
    browser.is_at("/posts/anatomy#tables").await;
    browser.holds(&in_view("h2#tables")).await;
    browser.holds(&in_view(".shoulder .toc")).await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn the_contents_unfold_on_a_phone_and_lead_to_a_heading() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/posts/anatomy").await;
    browser.click(".fold > summary").await;
    browser.click(".fold .toc a[href='#lists']").await;
    browser.is_at("/posts/anatomy#lists").await;
    browser.holds(&in_view("h2#lists")).await;
    browser.quit().await;
    site.end().await;
}

#[tokio::test]
async fn pictures_say_their_size_before_they_arrive() {
    let site = library::open().await;
    let browser = Browser::open(&site, Screen::Phone).await;
    browser.visit("/posts/anatomy").await;
    browser.script("document.querySelector('.prose img').scrollIntoView()").await;
    browser
        .holds("[...document.images].length > 0 && [...document.images].every((image) => image.complete)")
        .await;
    let sizes = browser
        .script("return [...document.images].map((image) => [image.getAttribute('width'), image.getAttribute('height'), image.naturalWidth, image.naturalHeight])")
        .await;
    assert_eq!(sizes, json!([["800", "600", 800, 600]]));
    browser.quit().await;
    site.end().await;
}

/// True when the top of an element is on the screen.
fn in_view(selector: &str) -> String {
    format!(
        "(({{ top }}) => top >= 0 && top < innerHeight)(document.querySelector(\"{selector}\").getBoundingClientRect())"
    )
}
