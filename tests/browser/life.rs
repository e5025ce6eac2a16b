//! The whole life of a post, by labels and buttons: written with a picture, scheduled, out, taken back, thrown away, brought back, as it was before, shown
//! to a friend.

use chrono::{TimeDelta, Utc};
use entity::user::Role;
use harness::TestSite;

use crate::{
    accessibility::examine_page,
    driver::{Browser, Screen},
};

/// Pastes a picture of 1200 × 800 pixels into the text.
const PASTE: &str = "
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1200, 800];
    canvas.getContext('2d').fillRect(100, 100, 400, 300);
    return new Promise((resolve) => canvas.toBlob((blob) => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([blob], 'boat.png', { type: 'image/png' }));
        const text = document.querySelector('#field-content');
        text.focus();
        text.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        resolve(true);
    }, 'image/png'));";

#[tokio::test]
async fn a_post_is_scheduled_goes_out_is_thrown_away_brought_back_and_shown_to_a_friend() {
    let site = TestSite::start().await;
    site.user("ada", Role::Author).await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.sign_in_as(&site.sign_in("ada").await).await;

    // Scheduled.
    browser.visit("/admin/posts/new").await;
    browser.fill("Title", "Tulips").await;
    browser.fill("Content", "The quick brown fox jumps over the tulips.").await;
    browser.script(PASTE).await;
    browser
        .holds("/!\\[[^\\]]*\\]\\(\\/media\\//.test(document.querySelector('#field-content').value)")
        .await;
    browser.choose("Status", "Scheduled").await;
    // The control's own value: typing into its parts depends on the browser's language.
    let due = Utc::now() + TimeDelta::seconds(15);
    let value = due.format("%Y-%m-%dT%H:%M:%S");
    browser.script(&format!("document.querySelector('[name=published_at]').value = '{value}'")).await;
    browser.button("Save and continue").await;
    browser.mentions(".messages p", "was added").await;
    let path = browser.path().await;

    // Out, seen by somebody without an account.
    let reader = Browser::open(&site, Screen::Phone).await;
    let mut tries = 0;
    loop {
        reader.visit("/posts/tulips").await;
        if reader.texts("h1").await == ["Tulips"] {
            break;
        }
        tries += 1;
        assert!(tries < 600, "it never went out");
    }
    let picture = "document.querySelector('.prose img')";
    reader.holds(&format!("{picture}.complete && {picture}.naturalWidth > 0 && {picture}.currentSrc.includes('/media/w480/')")).await;
    reader.holds(&format!("{picture}.getAttribute('width') === '1200'")).await;
    browser.visit("/admin/posts?status=published").await;
    browser.mentions(".rows", "Tulips").await;

    // Another text, then taken back: gone for readers.
    browser.visit(&path).await;
    browser.fill("Content", "A slow brown fox lies under the tulips.").await;
    browser.choose("Status", "Draft").await;
    browser.button("Save and continue").await;
    browser.mentions(".messages p", "was saved").await;
    reader.visit("/posts/tulips").await;
    reader.reads("h1", "Page not found").await;

    // Thrown away.
    browser.follow("Delete this post").await;
    browser.reads(".confirm-sentence", "It can be brought back for 30 days.").await;
    browser.button("Delete this post").await;
    browser.mentions(".messages p", "was moved to the trash").await;
    browser.follow("Trash").await;
    browser.follow("Tulips").await;
    browser.mentions(".confirm-sentence", "This post is in the trash").await;
    let mut found = examine_page(&browser, "a post in the trash").await;

    // Brought back, and as it was before.
    browser.button("Bring it back").await;
    browser.mentions(".messages p", "was brought back").await;
    browser.follow("Revisions").await;
    browser.reads("h1", "Revisions of Tulips").await;
    found.extend(examine_page(&browser, "the revisions").await);
    browser.click(".log-entry:nth-child(2) a").await;
    browser.mentions(".diff del", "The quick").await;
    browser.mentions(".diff ins", "A slow").await;
    found.extend(examine_page(&browser, "a revision").await);
    browser.button("Make the post like this again").await;
    browser.mentions(".messages p", "The post is again as it was on").await;
    browser.visit(&path).await;
    let content = browser.filled("Content").await;
    assert!(content.contains("The quick brown fox jumps over the tulips."), "{content}");
    assert!(content.contains("](/media/"), "{content}");

    // Shown to a friend, until the link is revoked.
    browser.button("Make a preview link").await;
    browser.mentions(".messages p", "Whoever has the preview link").await;
    found.extend(examine_page(&browser, "a preview link").await);
    let link = browser.texts(".editor-link").await.remove(0);
    let preview = link.strip_prefix(&site.origin).expect("an address of the site");
    reader.visit(preview).await;
    reader.reads("h1", "Tulips").await;
    reader.mentions(".preview-note", "This is a preview.").await;
    reader.mentions(".prose", "The quick brown fox").await;
    found.extend(examine_page(&reader, "a preview").await);
    browser.button("Revoke the link").await;
    browser.mentions(".messages p", "leads nowhere any more").await;
    reader.visit(preview).await;
    reader.reads("h1", "Page not found").await;
    assert_eq!(found, [""; 0]);
    reader.quit().await;
    browser.quit().await;
    site.end().await;
}
