//! The editor with JavaScript turned off.

use harness::PASSWORD;

use super::{end_sessions, newest};
use crate::{
    admin::{Desk, sign_in},
    driver::{Browser, Screen},
};

#[tokio::test]
async fn a_post_goes_from_draft_to_published_and_through_the_end_of_a_session() {
    let desk = Desk::open().await;
    let browser = Browser::open(&desk.site, Screen::Desktop).await;
    browser.turn_scripts_off().await;
    sign_in(&browser, "root").await;
    browser.is_at("/admin").await;
    browser.visit("/admin/posts/new").await;
    assert_eq!(browser.texts(".editor-tools").await, [""], "what needs a script is not shown");
    browser.fill("Content", "Plain *words*.\n\n- one\n- two").await;
    browser.button("Save and continue").await;
    browser.mentions(".complaints", "Title").await;
    assert_eq!(browser.filled("Content").await, "Plain *words*.\n\n- one\n- two");
    browser.fill("Title", "Plain paper").await;
    browser.fill("Tags", "paper, plain").await;
    browser.fill("Summary", "Of paper.").await;
    browser.button("Save and continue").await;
    browser.mentions(".messages", "was added").await;
    assert_eq!(browser.filled("Slug").await, "plain-paper");
    assert_eq!(newest(&desk.site).await.published_at, None);

    end_sessions(&desk.site).await;
    browser.fill("Title", "Plainer paper").await;
    browser.button("Publish").await;
    browser.reads("h1", "Please sign in again").await;
    browser.fill("Username or e-mail address", "root").await;
    browser.fill("Password", "a wrong one").await;
    browser.button("Sign in").await;
    browser.mentions(".complaints", "Wrong name or password").await;
    browser.fill("Password", PASSWORD).await;
    browser.button("Sign in").await;
    browser.reads("h1", "You are signed in again").await;
    browser.mentions("main", "Plainer paper").await;
    browser.click("main form button").await;
    browser.is_at("/admin/posts").await;
    browser.visit("/posts/plain-paper").await;
    browser.reads("h1", "Plainer paper").await;
    browser.reads(".prose li", "one").await;
    browser.quit().await;
    desk.site.end().await;
}
