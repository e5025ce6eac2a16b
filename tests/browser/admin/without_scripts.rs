//! The admin with JavaScript turned off.

use entity::comment::CommentStatus;
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
    browser.reads("h1", "Turn into drafts: 30 posts").await;
    browser.button("Turn into drafts").await;
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

/// Fields of a form of the admin by their labels, and what is typed into them.
type Typed = &'static [(&'static str, &'static str)];

/// What has a form: its name in addresses, what is typed for a new row, and what is typed over it.
const FORMS: [(&str, Typed, Typed); 6] = [
    (
        "users",
        &[("Username", "nora"), ("E-mail", "nora@example.org"), ("Name", "Nora"), ("Bio", "A few words.")],
        &[("Username", "nora.changed"), ("Name", "Nora changed")],
    ),
    ("tags", &[("Name", "Fresh tag")], &[("Name", "Fresh tag changed"), ("Slug", "fresh")]),
    (
        "courses",
        &[("Name", "Fresh course"), ("Summary", "Short."), ("Description", "*Long.*")],
        &[("Name", "Fresh course changed"), ("Credits", "5")],
    ),
    (
        "students",
        &[("Name", "Fresh student"), ("E-mail", "fresh@example.org")],
        &[("Name", "Fresh student changed")],
    ),
    ("redirects", &[("From", "/from"), ("To", "/archive")], &[("From", "/from-changed")]),
    ("pages", &[("Title", "Fresh page"), ("Content", "*Own.*")], &[("Title", "Fresh page changed")]),
];

#[tokio::test]
async fn every_kind_of_row_is_made_changed_and_deleted_without_javascript() {
    let desk = Desk::open().await;
    let browser = Browser::open(&desk.site, Screen::Desktop).await;
    browser.turn_scripts_off().await;
    sign_in(&browser, "root").await;
    browser.is_at("/admin").await;
    for (resource, typed, changed) in FORMS {
        let list = format!("/admin/{resource}");
        browser.visit(&list).await;
        browser.click(&format!("a[href='{list}/new']")).await;
        browser.is_at(&format!("{list}/new")).await;
        // Nothing typed is a word beside a field.
        browser.button("Save and continue").await;
        browser.find(".complaints").await;
        for (label, text) in typed {
            browser.fill(label, text).await;
        }
        browser.button("Save and continue").await;
        browser.find(".messages [role=status]").await;
        let form = browser.path().await;
        for (label, text) in typed {
            assert_eq!(browser.filled(label).await, *text, "{form}");
        }
        for (label, text) in changed {
            browser.fill(label, text).await;
        }
        browser.button("Save").await;
        browser.is_at(&list).await;
        browser.mentions("tbody th a", changed[0].1).await;
        // Its row leads to it, and it to its deletion.
        browser.follow(changed[0].1).await;
        browser.is_at(&form).await;
        browser.click(&format!("a[href='{form}/delete']")).await;
        browser.is_at(&format!("{form}/delete")).await;
        browser.click("button.danger").await;
        browser.is_at(&list).await;
        browser.find(".messages [role=status]").await;
        assert!(!browser.texts("tbody th a").await.iter().any(|title| title == changed[0].1), "{resource}");
    }
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn settings_menu_and_comments_are_changed_without_javascript() {
    let desk = Desk::open().await;
    let build = desk.site.build();
    let post = build.post(desk.author, "Talked about").save().await;
    build.comment(post, "Ann", "Well said", CommentStatus::Pending, None).await;
    let browser = Browser::open(&desk.site, Screen::Desktop).await;
    browser.turn_scripts_off().await;
    sign_in(&browser, "root").await;
    browser.is_at("/admin").await;
    browser.visit("/admin/settings").await;
    browser.fill("Title", "Plainly").await;
    browser.fill("Accent colour", "#123456").await;
    browser.button("Save settings").await;
    browser.find(".messages [role=status]").await;
    assert_eq!(browser.filled("Accent colour").await, "#123456");
    browser.visit("/admin/menu").await;
    browser.button("Add a link").await;
    let added = ".inline-row:last-child input";
    browser.type_into(&format!("{added}[name$='.label']"), "Margins").await;
    browser.type_into(&format!("{added}[name$='.url']"), "/posts/margins").await;
    browser.button("Save menu").await;
    browser.find(".messages [role=status]").await;
    browser.visit("/admin/comments?status=pending").await;
    browser.click("tbody input[name=id]").await;
    browser.choose("With the selected comments", "Approve (a)").await;
    browser.button("Apply").await;
    browser.mentions("[role=status]", "Approved 1 comment").await;
    browser.visit("/admin/comments").await;
    browser.follow("Well said").await;
    browser.fill("Comment", "Well said indeed").await;
    browser.button("Save").await;
    browser.is_at("/admin/comments").await;
    browser.visit("/posts/talked-about").await;
    browser.reads(".site-title", "Plainly").await;
    browser.mentions("#comments", "Well said indeed").await;
    browser.follow("Margins").await;
    browser.is_at("/posts/margins").await;
    browser.quit().await;
    desk.site.end().await;
}
