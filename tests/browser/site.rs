//! What the owner makes of the site, seen by readers at once, on another node too.

use chrono::{TimeDelta, Utc};
use entity::user::Role;
use harness::TestSite;
use serde_json::{Value, json};

use crate::{
    accessibility::examine_page,
    driver::{Browser, Scheme, Screen},
    looks::BEYOND,
};

/// Whether the menu's first entry is shown: `ChromeDriver` takes what stands open beside a wide page for folded.
const FIRST: &str = "document.querySelector('.site-nav li').checkVisibility()";
/// The colour of the first link of a text, as numbers.
const LINK: &str = "return getComputedStyle(document.querySelector('.prose a')).color";

#[tokio::test]
async fn the_owner_changes_title_accent_and_menu_and_sees_it_at_once_on_two_nodes() {
    let site = TestSite::start().await;
    let other = site.another_node().await;
    let root = site.user("root", Role::Admin).await;
    site.build().post(root, "Hello").content("A [link](/archive) to follow.").save().await;
    let owner = Browser::open(&site, Screen::Desktop).await;
    let reader = Browser::open(&other, Screen::Desktop).await;
    reader.prefer(Scheme::Light).await;
    reader.visit("/posts/hello").await;
    reader.reads(".site-title", "Lectern").await;
    let before = reader.script(LINK).await;

    owner.sign_in_as(&site.sign_in("root").await).await;
    owner.visit("/admin/settings").await;
    owner.fill("Title", "The Reading Room").await;
    owner.fill("Accent colour", "#b3261e").await;
    owner.button("Save settings").await;
    owner.mentions("[role=status]", "The settings are saved.").await;
    // An entry is written and goes up.
    owner.visit("/admin/menu").await;
    owner.button("Add a link").await;
    owner.type_into("[name='menu.4.label']", "Everything").await;
    owner.type_into("[name='menu.4.url']", "/archive").await;
    owner.click("[aria-label='Up: New link']").await;
    owner.click(".inline-row:nth-child(5) [name$='._delete']").await;
    owner.button("Save menu").await;
    owner.mentions("[role=status]", "The menu is saved.").await;

    reader.visit("/posts/hello").await;
    reader.reads(".site-title", "The Reading Room").await;
    assert_eq!(reader.texts(".site-nav li").await, ["Courses", "Tags", "Authors", "Everything"]);
    assert_eq!(reader.script(LINK).await, json!("rgb(179, 38, 30)"), "before: {before}");
    // In the dark the same colour could not be read.
    reader.prefer(Scheme::Dark).await;
    let dark = reader.script(LINK).await;
    assert_ne!(dark, json!("rgb(179, 38, 30)"));
    reader.follow("Everything").await;
    reader.is_at("/archive").await;
    reader.reads(".site-nav a[aria-current=page]", "Everything").await;
    assert_eq!(reader.log().await, [""; 0]);
    owner.quit().await;
    reader.quit().await;
    other.end().await;
    site.end().await;
}

#[tokio::test]
async fn nothing_is_wrong_with_what_the_owner_made() {
    let site = TestSite::start().await;
    let root = site.user("root", Role::Admin).await;
    let text = "A [link](/archive).\n\n## Part\n\n```rust\nlet x = 1;\n```\n\nMore.";
    let post = site.build().post(root, "Hello").content(text).save().await;
    site.build().post(root, "Again").content(text).save().await;
    site.build().page("About", "about", true).await;
    let draft = site.build().page("Imprint", "imprint", false).await;
    for day in 0..20 {
        site.app.visits.add(post, Utc::now() - TimeDelta::days(day), day.unsigned_abs() + 1);
    }
    site.app.visits.write(&site.db).await.unwrap();
    // Fifteen entries of forty letters, a colour that can be read in neither scheme, a footer, whole posts.
    let label = "Donaudampfschifffahrtselektrizitäten";
    let menu: Vec<Value> =
        (10..25).map(|number| json!({ "label": format!("{label} {number}"), "url": "/archive" })).collect();
    for (key, value) in [
        ("menu", json!(menu)),
        ("accent", json!("#808000")),
        ("footer_html", json!("<p>© Ada, <a href=\"/imprint\">imprint</a></p>")),
        ("list_text", json!("full")),
    ] {
        site.build().setting(key, value).await;
    }
    let browser = Browser::open(&site, Screen::Desktop).await;
    let mut found = Vec::new();
    for path in ["/", "/about", "/posts/hello"] {
        browser.show_on(Screen::Desktop).await;
        browser.visit(path).await;
        found.extend(examine_page(&browser, path).await);
        browser.show_on(Screen::Phone).await;
        browser.visit(path).await;
        let beyond = browser.script(BEYOND).await;
        assert_eq!(beyond, Value::Null, "{path} is wider than a phone");
    }
    // The long menu is folded on a phone, and opens by the keyboard too.
    browser.holds(&format!("!{FIRST}")).await;
    browser.click(".nav-fold > summary").await;
    browser.holds(FIRST).await;
    browser.reads(".site-nav li", &format!("{label} 10")).await;
    assert_eq!(browser.script(BEYOND).await, Value::Null);
    browser.show_on(Screen::Desktop).await;
    browser.visit("/").await;
    browser.holds(FIRST).await;

    browser.sign_in_as(&site.sign_in("root").await).await;
    for path in [
        "/imprint",
        "/admin",
        "/admin/posts",
        "/admin/menu",
        "/admin/pages",
        &format!("/admin/pages/{draft}"),
    ] {
        browser.show_on(Screen::Desktop).await;
        browser.visit(path).await;
        found.extend(examine_page(&browser, path).await);
        browser.show_on(Screen::Phone).await;
        browser.visit(path).await;
        let beyond = browser.script(BEYOND).await;
        assert_eq!(beyond, Value::Null, "{path} is wider than a phone");
    }
    assert_eq!(found, [""; 0]);
    browser.quit().await;
    site.end().await;
}
