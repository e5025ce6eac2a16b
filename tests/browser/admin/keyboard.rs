//! The admin without a pointer.

use serde_json::{Value, json};
use thirtyfour::Key;

use super::Desk;
use crate::{
    driver::{Browser, Screen},
    keyboard::{FOCUS, tab_through},
};

/// Presses Tab until the focus is on what a CSS selector finds.
async fn tab_to(browser: &Browser, selector: &str) {
    let here = format!("return document.activeElement.matches(\"{selector}\")");
    for _ in 0..120 {
        browser.tab().await;
        if browser.script(&here).await == json!(true) {
            let focus = browser.script(FOCUS).await;
            assert_eq!(focus["seen"], json!(true), "the focus is off the screen: {focus}");
            return;
        }
    }
    panic!("Tab does not reach {selector}");
}

#[tokio::test]
async fn somebody_without_a_mouse_signs_in_acts_on_rows_and_writes() {
    let desk = Desk::open().await;
    let browser = Browser::open(&desk.site, Screen::Desktop).await;
    browser.visit("/login").await;
    tab_to(&browser, "[name=username]").await;
    browser.write("root").await;
    browser.tab().await;
    browser.write(harness::visitor::PASSWORD).await;
    browser.press(Key::Enter).await;
    browser.is_at("/admin").await;

    browser.tab().await;
    browser.holds("document.activeElement?.matches('a.skip')").await;
    assert_eq!(
        browser.script(FOCUS).await["seen"],
        json!(true),
        "the skip link is seen while it has the focus"
    );
    browser.press(Key::Enter).await;
    browser.holds("document.activeElement?.id === 'main'").await;
    tab_to(&browser, ".counts a[href='/admin/posts']").await;
    browser.press(Key::Enter).await;
    browser.is_at("/admin/posts").await;

    browser.press('/').await;
    browser.write("draft").await;
    browser.press(Key::Enter).await;
    browser.is_at("/admin/posts?q=draft").await;
    tab_to(&browser, "tbody tr:nth-child(1) input").await;
    browser.press(' ').await;
    tab_to(&browser, "tbody tr:nth-child(2) input").await;
    browser.press(' ').await;
    browser.reads("[data-picked]", "2 selected").await;
    tab_to(&browser, "#action").await;
    browser.write("Pub").await;
    tab_to(&browser, ".action-bar button").await;
    browser.press(Key::Enter).await;
    browser.mentions("[role=status]", "Published 2").await;

    browser.visit(&format!("/admin/posts/{}", desk.draft)).await;
    tab_to(&browser, "#field-title").await;
    browser.press_holding(Key::Control, 'a').await;
    browser.press(Key::Delete).await;
    browser.press_holding(Key::Control, 's').await;
    browser.holds("document.activeElement?.matches('.complaints')").await;
    assert_eq!(browser.script(FOCUS).await["seen"], json!(true), "the summary of what is wrong is in view");
    browser.tab().await;
    browser.press(Key::Enter).await;
    browser.holds("document.activeElement?.id === 'field-title'").await;
    browser.write("Typed without a mouse").await;
    browser.press_holding(Key::Control, 's').await;
    browser.reads("h1", "Typed without a mouse").await;
    browser.find(".messages [role=status]").await;
    browser.is_at(&format!("/admin/posts/{}", desk.draft)).await;
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn tab_reaches_everything_in_the_admin_in_its_order_and_shows_where_it_is() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin").await;
    // Every place that the admin leads to, each form for a new row, and one of a course with its lessons.
    let places = "return [...document.querySelectorAll('.rail a[href^=\"/admin\"]')].map((a) => a.getAttribute('href'))";
    let places = browser.script(places).await;
    let places: Vec<&str> = places.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(places.len() > 10 && places.contains(&"/admin/settings"), "{places:?}");
    let mut forms = vec![format!("/admin/courses/{}", desk.course)];
    for path in places {
        browser.visit(path).await;
        tab_through(&browser).await;
        let form = format!("return document.querySelector('main a[href=\"{path}/new\"]') != null");
        if browser.script(&form).await == json!(true) {
            forms.push(format!("{path}/new"));
        }
    }
    assert!(forms.len() > 6, "{forms:?}");
    for path in forms {
        browser.visit(&path).await;
        tab_through(&browser).await;
    }
    browser.quit().await;
    desk.site.end().await;
}
