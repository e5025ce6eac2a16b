//! The admin with JavaScript turned off.

use thirtyfour::Key;

use super::{Desk, sign_in};
use crate::driver::{Browser, Screen};

#[tokio::test]
async fn somebody_without_javascript_writes_teaches_and_deletes() {
    let desk = Desk::open().await;
    let browser = Browser::open(&desk.site, Screen::Desktop).await;
    browser.turn_scripts_off().await;
    sign_in(&browser, "root").await;
    browser.is_at("/admin").await;
    browser.follow("New post").await;
    assert_eq!(
        browser.texts("[role=combobox]").await,
        [""; 0],
        "what needs a script is not there, so scripts are off"
    );

    // An author by a search step; what was typed before stays.
    browser.fill("Title", "Plain paper").await;
    browser.type_into("[aria-label='Find: Author']", "gra").await;
    browser.click("button[name=_find][value=user_id]").await;
    browser.label("grace").await;
    assert_eq!(browser.filled("Title").await, "Plain paper");
    browser.fill("Content", "No script wrote this.").await;
    browser.choose("Status", "Published").await;
    browser.button("Save").await;
    browser.is_at("/admin/posts").await;
    browser.mentions("[role=status]", "Plain paper").await;
    browser.visit("/posts/plain-paper").await;
    browser.mentions(".byline", "Grace").await;

    // A lesson and a student.
    browser.visit(&format!("/admin/courses/{}", desk.course)).await;
    browser.button("Add a lesson").await;
    let row = ".inline-row:nth-child(4)";
    browser.type_into(&format!("{row} input[type=search]"), "plain").await;
    browser.click(&format!("{row} button[name=_find]")).await;
    browser.label("Plain paper").await;
    browser.type_into("[aria-label='Find: Students']", "ber").await;
    browser.click("button[name=_find][value=students]").await;
    browser.label("Berta").await;
    browser.click(".inline-row:nth-child(1) .inline-remove input").await;
    for (number, place) in [(2, "9"), (3, "8"), (4, "7")] {
        let order = browser.find(&format!(".inline-row:nth-child({number}) .inline-order input")).await;
        order.clear().await.unwrap();
        order.send_keys(place).await.unwrap();
    }
    browser.button("Save and continue").await;
    browser.find(".messages [role=status]").await;
    assert_eq!(browser.texts(".inline-row .fold-value").await, ["Plain paper", "Leading", "Measure"]);
    assert_eq!(browser.texts(".is-picker .choices label").await, ["Berta", "Emil"]);

    // The whole result of a search becomes drafts.
    browser.visit("/admin/posts").await;
    browser.type_into("[data-search]", "post" + Key::Enter).await;
    browser.is_at("/admin/posts?q=post").await;
    browser.click("[data-all]").await;
    browser.choose("With the selected posts", "Turn into drafts").await;
    browser.button("Apply").await;
    browser.mentions("[role=status]", "Turned into drafts 30 posts").await;

    // One is thrown away from its form, then deleted for good, and its history is still there.
    browser.follow("Post 30").await;
    browser.mentions("h1", "Post 30").await;
    browser.follow("Delete this post").await;
    browser.mentions("h1", "Delete").await;
    browser.click("button.danger").await;
    browser.is_at("/admin/posts").await;
    browser.click(".messages a").await;
    browser.mentions(".confirm-sentence", "This post is in the trash").await;
    browser.follow("Delete for good").await;
    browser.mentions("h1", "for good?").await;
    browser.click("button.danger").await;
    browser.is_at("/admin/posts").await;
    browser.click(".messages a").await;
    browser.mentions(".log-entry", "Post 30").await;

    browser.show_on(Screen::Phone).await;
    browser.click(".rail-fold > summary").await;
    browser.button("Sign out").await;
    browser.mentions(".colophon a", "Sign in").await;
    browser.quit().await;
    desk.site.end().await;
}
