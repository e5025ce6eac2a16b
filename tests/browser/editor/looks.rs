//! What axe-core finds in the editor: nothing, on both screens, in both schemes.

use super::{end_sessions, is_kept, type_on};
use crate::{accessibility::examine_page, admin::Desk, driver::Screen};

#[tokio::test]
async fn axe_finds_nothing_in_the_editor() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    let form = format!("/admin/posts/{}", desk.draft);
    let mut found = Vec::new();
    browser.visit("/admin/posts/new").await;
    browser.holds("document.querySelector('[name=_tab]')").await;
    found.extend(examine_page(&browser, "a new post").await);
    browser.button("Save").await;
    browser.find(".complaints").await;
    found.extend(examine_page(&browser, "a new post without a title").await);

    browser.visit(&form).await;
    browser.holds("document.querySelector('[name=_tab]')").await;
    browser.click("[data-view=preview]").await;
    type_on(
        &browser,
        "\n\n## A heading\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n- [ ] task\n\nNote[^1]\n\n[^1]: Here.",
    )
    .await;
    browser.find("[data-preview] table").await;
    is_kept(&browser).await;
    found.extend(examine_page(&browser, "the preview").await);
    browser.click("[data-view=wide]").await;
    found.extend(examine_page(&browser, "the full width").await);
    browser.click("[data-view=wide]").await;
    browser.click("[data-pictures]").await;
    browser.holds("(document.querySelector('dialog[open] [data-note]')?.textContent ?? 'Looking …') !== 'Looking …'").await;
    found.extend(examine_page(&browser, "the pictures").await);

    browser.visit(&form).await;
    browser.find(".recovered").await;
    found.extend(examine_page(&browser, "what was not saved").await);
    browser.visit("/admin/posts/unsaved").await;
    found.extend(examine_page(&browser, "all that was not saved").await);
    browser.show_on(Screen::Desktop).await;
    browser.click(".unsaved a.button").await;
    browser.mentions(".recovered", "not saved yet").await;
    // Meanwhile somebody else saves it.
    desk.root()
        .await
        .post(&form, &[("content", "Theirs.\n\nAnother text."), ("title", "Theirs")])
        .await
        .expect(303);
    browser.button("Save").await;
    browser.find(".conflict .diff").await;
    found.extend(examine_page(&browser, "a conflict").await);

    browser.turn_scripts_off().await;
    browser.visit(&form).await;
    end_sessions(&desk.site).await;
    browser.show_on(Screen::Desktop).await;
    browser.button("Save").await;
    browser.reads("h1", "Please sign in again").await;
    assert_eq!(found, [""; 0]);
    browser.quit().await;
    desk.site.end().await;
}
