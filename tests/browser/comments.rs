//! Comments, by labels and buttons: a guest's, from the first word to its end; and the queue by keys.

use entity::{comment::CommentStatus, user::Role};
use harness::{Mailbox, TestSite};
use thirtyfour::Key;

use crate::{
    accessibility::examine_page,
    driver::{Browser, Screen},
};

#[tokio::test]
async fn a_guests_comment_is_held_approved_by_mail_answered_changed_and_deleted() {
    let mailbox = Mailbox::start();
    let url = mailbox.url.clone();
    let site = TestSite::start_with(|serve| serve.smtp_url = Some(url)).await;
    let ada = site.user("ada", Role::Author).await;
    site.build().post(ada, "Tulips").save().await;

    let guest = Browser::open(&site, Screen::Phone).await;
    guest.turn_scripts_off().await;
    guest.visit("/posts/tulips").await;
    guest.fill("Your comment", "They *are* red.").await;
    guest.button("Send the comment").await;
    guest.reads("h1", "Your comment is not sent yet").await;
    assert_eq!(guest.filled("Your comment").await, "They *are* red.");
    guest.fill("Name", "Ann").await;
    guest.fill("E-mail address", "ann@guests.example").await;
    guest.button("Send the comment").await;
    guest.reads(".comments-write .comment-note", "Only you see this until somebody has approved it.").await;
    guest.reads(".comments-write .comment-body em", "are").await;

    // The author, on another device, not signed in.
    let mail = mailbox.wait(1).await;
    let link = mail.link(&format!("{}/comments/moderate/", site.origin));
    let author = Browser::open(&site, Screen::Desktop).await;
    author.visit(link.trim_start_matches(&site.origin)).await;
    author.reads("h1", "Shall this comment be shown?").await;
    author.mentions(".comment-body", "They are red.").await;
    assert_eq!(examine_page(&author, "the moderation's page").await, [""; 0]);
    author.show_on(Screen::Desktop).await;
    author.button("Approve").await;
    author.reads("h1", "Approved").await;

    author.sign_in_as(&site.sign_in("ada").await).await;
    author.visit("/posts/tulips").await;
    author.reads("#comments-title", "1 comment").await;
    author.click(".comment-actions a").await;
    author.reads("h1", "Your answer to Ann").await;
    assert_eq!(examine_page(&author, "the answer's page").await, [""; 0]);
    author.show_on(Screen::Desktop).await;
    author.fill("Your comment", "And yellow.").await;
    author.button("Send the answer").await;
    author.reads("#comments-title", "2 comments").await;
    author.reads(".comment.is-answer .comment-author", "Author").await;
    assert_eq!(examine_page(&author, "a post with comments").await, [""; 0]);

    guest.visit("/posts/tulips").await;
    guest.reads("#comments-title", "2 comments").await;
    guest.click(".comment-actions a[href$='/edit']").await;
    guest.fill("Your comment", "They are **deep** red.").await;
    guest.button("Save it").await;
    guest.reads(".comment strong", "deep").await;
    guest.click(".comment-actions a[href$='/delete']").await;
    guest.reads("h1", "Delete your comment?").await;
    guest.button("Delete the comment").await;
    guest.reads("#comments-title", "1 comment").await;
    guest.reads(".comment-note", "In answer to a comment that is gone").await;
    guest.quit().await;
    author.quit().await;
    site.end().await;
}

#[tokio::test]
async fn the_queue_is_worked_through_by_keys() {
    let site = TestSite::start().await;
    let ada = site.user("ada", Role::Author).await;
    let build = site.build();
    let post = build.post(ada, "Tulips").save().await;
    for text in ["A good one", "Buy pills", "A mistake"] {
        build.comment(post, "Ann", text, CommentStatus::Pending, None).await;
    }
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.sign_in_as(&site.sign_in("ada").await).await;
    browser.visit("/admin").await;
    browser.mentions(".panel", "Buy pills").await;
    browser.visit("/admin/comments?status=pending").await;
    browser.find(".action-bar.is-live").await;
    let row = |title: &str| {
        format!(
            "document.evaluate(\"//tr[contains(., '{title}')]//input[@name='id']\", document, null, 9).singleNodeValue"
        )
    };
    // Without a selection a key does nothing.
    browser.press('a').await;
    for (title, key, done) in
        [("A good one", 'a', "Approved 1 comment."), ("Buy pills", 's', "Marked as spam: 1 comment.")]
    {
        browser.script(&format!("{}.click()", row(title))).await;
        browser.press(key).await;
        browser.mentions("[role=status]", done).await;
        browser.find(".action-bar.is-live").await;
    }
    // In a field keys are letters.
    browser.press('/').await;
    browser.write("das").await;
    browser.press(Key::Enter).await;
    browser.is_at("/admin/comments?status=pending&q=das").await;
    browser.visit("/admin/comments?status=pending").await;
    browser.find(".action-bar.is-live").await;
    browser.script(&format!("{}.click()", row("A mistake"))).await;
    browser.press('d').await;
    browser.reads("h1", "Delete “A mistake”?").await;
    browser.quit().await;
    site.end().await;
}
