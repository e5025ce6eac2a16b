//! Writing with the toolbar, the keys, the preview and the slug.

use serde_json::json;
use thirtyfour::Key;

use super::{is_kept, newest, type_on};
use crate::{
    admin::Desk,
    driver::{Browser, Screen},
};

async fn text(browser: &Browser) -> String {
    browser.filled("Content").await
}

#[tokio::test]
async fn a_post_is_written_with_tools_and_keys_and_looks_as_the_preview_shows_it() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/posts/new").await;
    browser.holds("document.querySelector('[name=_tab]')").await;
    browser.fill("Title", "Привет, мир!").await;
    browser.holds("document.querySelector('#field-slug').value === 'привет-мир'").await;

    type_on(&browser, "bold").await;
    browser.press_holding(Key::Control, 'a').await;
    browser.press_holding(Key::Control, 'b').await;
    assert_eq!(text(&browser).await, "**bold**");
    browser.press_holding(Key::Control, 'z').await;
    assert_eq!(text(&browser).await, "bold", "undo takes it back");
    browser.press_holding(Key::Control, 'a').await;
    browser.click("[data-md-button=italic]").await;
    assert_eq!(text(&browser).await, "_bold_");
    type_on(&browser, "\n\na quote").await;
    browser.press(Key::Home).await;
    browser.click("[data-md-button=quote]").await;
    type_on(&browser, "\n\nA [link](https://example.org) and `code`.\n\n").await;
    browser.click("[data-md-button=task-list]").await;
    browser.write("done").await;
    assert!(
        text(&browser).await.contains("> a quote") && text(&browser).await.ends_with("- [ ] done"),
        "{}",
        text(&browser).await
    );
    assert!(
        browser.find("[data-md-button=bold]").await.attr("title").await.unwrap().unwrap().contains("Ctrl+B")
    );

    browser.click("[data-view=preview]").await;
    browser.reads("[data-preview] blockquote", "a quote").await;
    browser.reads("[data-preview] em", "bold").await;
    browser.mentions("[data-count]", "8 words").await;
    // What the preview shows is what is stored, but for ids, which would be the page's.
    let shown = browser.script("return document.querySelector('[data-preview]').innerHTML.trim()").await;

    browser.type_into("#field-tags", "white, typo").await;
    browser.find("#field-tags ~ .lookup-popup [role=option]").await;
    browser.press(Key::Down).await;
    browser.press(Key::Enter).await;
    browser.fill("Slug", "hello").await;
    browser.fill("Title", "Hello, world").await;
    browser.choose("Status", "Published").await;
    is_kept(&browser).await;
    assert_eq!(browser.filled("Slug").await, "hello", "what was chosen is not overwritten");
    browser.press_holding(Key::Control, 's').await;
    browser.mentions(".messages", "was added").await;
    let post = newest(&desk.site).await;
    assert_eq!((post.slug.as_str(), browser.path().await), ("hello", format!("/admin/posts/{}", post.id)));
    browser.visit("/posts/hello").await;
    let stored = browser.script("return document.querySelector('.prose').innerHTML.trim()").await;
    assert_eq!(shown, stored);
    browser.mentions(".tag-line", "typography").await;
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn a_public_slug_stays_and_a_way_to_write_is_remembered() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    let form = format!("/admin/posts/{}", newest(&desk.site).await.id);
    browser.visit(&form).await;
    let slug = browser.filled("Slug").await;
    browser.fill("Title", "Another title").await;
    is_kept(&browser).await;
    assert_eq!(browser.filled("Slug").await, slug);
    browser.click("[data-view=wide]").await;
    browser.holds("document.body.matches('.is-writing') && getComputedStyle(document.querySelector('.rail')).display === 'none'").await;
    browser.visit("/admin/posts/new").await;
    browser.holds("document.body.matches('.is-writing')").await;
    browser.click("[data-view=wide]").await;
    browser.visit("/admin/posts/new").await;
    browser.holds("document.querySelector('[name=_tab]') && !document.body.matches('.is-writing')").await;
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn everything_is_reached_by_the_keyboard() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/posts/new").await;
    browser.holds("document.querySelector('[name=_tab]')").await;
    browser.script("document.querySelector('#field-title').focus()").await;
    browser.write("By keys").await;
    // The toolbar is one stop; arrows lead through it.
    browser.tab().await;
    browser.holds("document.activeElement.matches('[data-md-button=header-2]')").await;
    browser.press(Key::Right).await;
    browser.holds("document.activeElement.matches('[data-md-button=bold]')").await;
    browser.press(Key::Enter).await;
    browser.holds("document.activeElement.id === 'field-content'").await;
    browser.write("strong").await;
    assert_eq!(text(&browser).await, "**strong**");
    browser.press_holding(Key::Control, Key::End).await;
    browser.write("\nTab").await;
    // Tab leaves the text: nobody is caught in it.
    browser.tab().await;
    browser.holds("document.activeElement.id !== 'field-content'").await;
    browser.script("document.querySelector('[data-pictures]').focus()").await;
    browser.press(Key::Enter).await;
    browser.holds("document.querySelector('dialog[open]')").await;
    browser.press(Key::Escape).await;
    browser
        .holds("!document.querySelector('dialog[open]') && document.activeElement.id === 'field-content'")
        .await;
    browser.press_holding(Key::Control, 's').await;
    browser.mentions(".messages", "was added").await;
    assert_eq!(newest(&desk.site).await.title, "By keys");
    let visited = json!(
        browser
            .log()
            .await
            .into_iter()
            .filter(|line| line.starts_with("SEVERE") && !line.contains("/admin/media/"))
            .collect::<Vec<_>>()
    );
    assert_eq!(visited, json!([]));
    browser.quit().await;
    desk.site.end().await;
}
