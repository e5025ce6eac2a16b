//! The forms: writing, choosing, ordering, and two people at once.

use entity::post;
use sea_orm::EntityTrait;
use serde_json::json;
use thirtyfour::Key;

use super::Desk;
use crate::driver::{Browser, Screen};

/// Whether the page would ask before it is left.
const ASKS: &str = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))";

/// Chooses the first of what a combobox finds, by the keyboard alone.
async fn choose_first(browser: &Browser, field: &str, typed: &str, found: &str) {
    let field = format!("{field}[role=combobox]");
    browser.find(&field).await;
    browser.script(&format!("document.querySelector(\"{field}\").focus()")).await;
    browser.write(typed).await;
    browser.holds("document.activeElement.getAttribute('aria-expanded') === 'true'").await;
    browser
        .holds(&format!(
            "document.activeElement.closest('look-up').querySelector('[role=option]')?.textContent.startsWith('{found}')"
        ))
        .await;
    browser.press(Key::Down).await;
    browser
        .holds("document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.ariaSelected === 'true'")
        .await;
    browser.press(Key::Enter).await;
}

#[tokio::test]
async fn a_post_is_written_corrected_saved_and_its_history_tells() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/posts/new").await;
    browser.holds(&format!("!({ASKS})")).await;
    browser.fill("Content", "Words that took an *hour*.").await;
    browser.holds(ASKS).await;
    choose_first(&browser, "#field-user_id", "gra", "grace").await;
    browser.button("Save").await;
    // Without a title: nothing else is lost.
    browser.find(".complaints").await;
    browser.is_at("/admin/posts/new").await;
    browser.holds("document.activeElement?.matches('.complaints')").await;
    browser.holds("document.querySelector('#field-title[aria-invalid=true]')").await;
    assert_eq!(browser.filled("Content").await, "Words that took an *hour*.");
    browser
        .holds(&format!("document.querySelector('[name=user_id]:checked').value === '{}'", desk.author))
        .await;
    browser.holds(ASKS).await;
    browser.click(".complaints a").await;
    browser.holds("document.activeElement?.id === 'field-title'").await;

    browser.fill("Title", "On white space").await;
    browser.fill("Slug", "margins").await;
    browser.button("Save").await;
    // Another post has this one.
    browser.find("#field-slug[aria-invalid=true]").await;
    assert_eq!(browser.filled("Title").await, "On white space");
    browser.fill("Slug", "").await;
    browser.type_into("#field-tags", "white, typo").await;
    browser.find("#field-tags ~ .lookup-popup [role=option]").await;
    browser.press(Key::Down).await;
    browser.press(Key::Enter).await;
    browser.holds("document.querySelector('#field-tags').value.startsWith('white, typography')").await;
    browser.button("Save and continue").await;
    browser.reads("h1", "On white space").await;
    browser.find(".messages [role=status]").await;
    assert_eq!(browser.filled("Slug").await, "on-white-space");
    browser.holds(&format!("!({ASKS})")).await;
    assert_eq!(browser.filled("Tags").await, "typography, white");

    browser.fill("Title", "On the white space").await;
    browser.choose("Status", "Published").await;
    browser.button("Save and add another").await;
    browser.is_at("/admin/posts/new").await;
    assert_eq!(browser.filled("Title").await, "");
    browser.click(".messages a").await;
    browser.reads("h1", "On the white space").await;
    browser.follow("History").await;
    browser.mentions(".changes tr", "Title On white space On the white space").await;
    browser.mentions(".log-entry strong", "Root").await;
    browser.visit("/posts/on-white-space").await;
    browser.mentions(".byline", "Grace").await;

    browser.visit("/admin/history").await;
    browser.mentions(".log-entry", "On the white space").await;
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn lessons_and_students_of_a_course_are_added_taken_off_and_put_in_order() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    let form = format!("/admin/courses/{}", desk.course);
    browser.visit(&form).await;
    assert_eq!(browser.texts(".inline-row .fold-value").await, ["Margins", "Measure", "Leading"]);
    browser.click(".inline-row:nth-child(3) .inline-order button").await;
    browser.reads(".inline-row:nth-child(2) .fold-value", "Leading").await;
    browser.click(".inline-row:nth-child(1) .inline-remove input").await;
    browser.button("Add a lesson").await;
    browser.holds("document.activeElement?.matches('.inline-row:nth-child(4) [role=combobox]')").await;
    browser.write("Post 7").await;
    browser.holds("document.querySelector('.inline-row:nth-child(4) [role=option]')").await;
    browser.press(Key::Down).await;
    browser.press(Key::Enter).await;
    browser.holds("document.querySelector('.inline-row:nth-child(4) input[type=radio]:checked')").await;

    choose_first(&browser, "#field-students", "ber", "Berta").await;
    choose_first(&browser, "#field-students", "car", "Carl").await;
    browser.label("Emil").await;
    browser.button("Save and continue").await;
    browser.find(".messages [role=status]").await;
    assert_eq!(browser.texts(".inline-row .fold-value").await, ["Leading", "Measure", "Post 7"]);
    let on_it = "[...document.querySelectorAll('[name=students]:checked')].map((box) => box.labels[0].textContent.trim()).sort()";
    assert_eq!(browser.script(&format!("return {on_it}")).await, json!(["Berta", "Carl"]));
    browser.visit("/courses/setting-type").await;
    browser.reads(".lesson-title", "Leading").await;
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn of_two_who_edit_one_post_the_second_sees_both_versions_and_nothing_is_overwritten_silently() {
    let desk = Desk::open().await;
    let form = format!("/admin/posts/{}", desk.draft);
    let (first, second) = (desk.browser(Screen::Desktop).await, desk.browser(Screen::Desktop).await);
    first.visit(&form).await;
    second.visit(&form).await;
    first.fill("Title", "The title of the first").await;
    first.button("Save").await;
    first.is_at("/admin/posts").await;
    second.fill("Title", "The title of the second").await;
    second.button("Save").await;
    second.find(".conflict").await;
    second.mentions(".conflict tr", "Title The title of the second The title of the first").await;
    assert_eq!(second.filled("Title").await, "The title of the second");
    let title = async || {
        let post = post::Entity::find_by_id(desk.draft).one(desk.site.db.write()).await.unwrap();
        post.unwrap().title
    };
    assert_eq!(title().await, "The title of the first");
    second.fill("Title", "The title of both").await;
    second.button("Save").await;
    second.is_at("/admin/posts").await;
    assert_eq!(title().await, "The title of both");
    first.quit().await;
    second.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn settings_take_effect_at_once_and_a_user_is_deleted_after_their_posts_found_another_author() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/settings").await;
    browser.fill("Title", "The Reading Room").await;
    browser.fill("Language", "not a language").await;
    browser.button("Save settings").await;
    browser.find("#field-language[aria-invalid=true]").await;
    assert_eq!(browser.filled("Title").await, "The Reading Room");
    browser.fill("Language", "en").await;
    browser.fill("Posts per page", "3").await;
    browser.button("Save settings").await;
    browser.find(".messages [role=status]").await;
    browser.reads(".rail-site", "The Reading Room").await;
    browser.visit("/").await;
    browser.reads(".site-title", "The Reading Room").await;
    assert_eq!(browser.texts(".post-item-title").await.len(), 3);

    browser.visit(&format!("/admin/users/{}", desk.author)).await;
    browser.follow("Delete this user").await;
    browser.mentions(".consequences li", "post").await;
    choose_first(&browser, ".confirm input", "ad", "ada").await;
    browser.click("button.danger").await;
    browser.is_at("/admin/users").await;
    browser.find(".messages [role=status]").await;
    browser.visit("/posts/margins").await;
    browser.mentions(".byline", "Ada").await;
    browser.quit().await;
    desk.site.end().await;
}
