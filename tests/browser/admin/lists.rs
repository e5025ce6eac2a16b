//! The dashboard and the lists.

use chrono::{TimeDelta, Utc};
use entity::{comment::CommentStatus, post_visit};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use thirtyfour::Key;

use super::{Desk, sign_in};
use crate::driver::{Browser, Screen};

/// The titles of a list's rows.
const TITLES: &str = ".rows tbody .is-first";

#[tokio::test]
async fn somebody_signs_in_sees_how_things_stand_and_signs_out() {
    let desk = Desk::open().await;
    let browser = Browser::open(&desk.site, Screen::Desktop).await;
    browser.visit("/admin/tags").await;
    browser.mentions("h1", "Sign in").await;
    browser.fill("Username or e-mail address", "root").await;
    browser.fill("Password", "not my password").await;
    browser.button("Sign in").await;
    browser.find(".complaints").await;
    assert_eq!(browser.filled("Username or e-mail address").await, "root", "what was typed is kept");
    assert_eq!(browser.filled("Password").await, "");
    browser.fill("Password", harness::visitor::PASSWORD).await;
    browser.button("Sign in").await;
    browser.is_at("/admin/tags").await;

    browser.click(".rail-site a").await;
    browser.is_at("/admin").await;
    let counts = browser.texts(".counts li").await;
    for count in ["36 Posts", "3 Users", "2 Tags", "1 Courses", "4 Students", "1 Redirects"] {
        assert!(counts.iter().any(|found| found == count), "{count} in {counts:?}");
    }
    browser.mentions(".panel li", "A third draft").await;
    browser.holds("document.querySelectorAll('.chart svg').length > 0").await;
    browser.click(".counts a[href='/admin/posts']").await;
    browser.is_at("/admin/posts").await;
    browser.holds("document.querySelector('.rail [aria-current]').textContent === 'Posts'").await;

    browser.show_on(Screen::Phone).await;
    browser.click(".rail-fold > summary").await;
    browser.follow("Students").await;
    browser.is_at("/admin/students").await;
    browser.click(".rail-fold > summary").await;
    browser.button("Sign out").await;
    browser.mentions(".colophon a", "Sign in").await;
    browser.visit("/admin/posts").await;
    browser.mentions("h1", "Sign in").await;
    sign_in(&browser, "root").await;
    browser.is_at("/admin").await;
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn a_list_is_searched_filtered_sorted_and_paged_and_its_address_says_so() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/posts").await;
    browser.mentions(".list-total", "of 36").await;

    browser.press('/').await;
    browser.holds("document.activeElement?.matches('[data-search]')").await;
    browser.write("draft").await;
    browser.press(Key::Enter).await;
    browser.is_at("/admin/posts?q=draft").await;
    browser.mentions(".list-total", "3 posts").await;
    browser.click(".active-clear").await;
    browser.is_at("/admin/posts").await;

    browser.unfold().await;
    browser.click("[aria-labelledby=filter-status] a[href*=published]").await;
    browser.mentions(".list-total", "of 33").await;
    browser.unfold().await;
    browser.reads("[aria-labelledby=filter-status] [aria-current]", "Published 33").await;
    browser.click("[aria-labelledby=filter-user_id] a[href*=user_id]:has(.number)").await;
    browser.mentions(".list-total", "of 30").await;
    assert_eq!(browser.texts(".active li").await.len(), 3, "two filters, and a link that clears both");

    browser.click("thead a[href*='sort=title']").await;
    browser.holds("document.querySelector('th[aria-sort=ascending] a')?.textContent.includes('Title')").await;
    browser.reads(TITLES, "Post 1").await;
    browser.click("thead [aria-sort] a").await;
    browser.holds("document.querySelector('th[aria-sort=descending]')").await;
    browser.reads(TITLES, "Post 9").await;
    browser.click(".sizes a").await;
    browser.mentions(".list-total", "1–10 of 30").await;
    browser.follow("Next").await;
    browser.mentions(".list-total", "11–20 of 30").await;
    let titles = browser.texts(TITLES).await;
    let bookmark = browser.path().await;
    for part in ["status=published", "user_id=", "sort=-title", "per_page=10", "page=2"] {
        assert!(bookmark.contains(part), "{part} in {bookmark}");
    }
    browser.visit("/admin").await;
    browser.visit(&bookmark).await;
    assert_eq!(browser.texts(TITLES).await, titles, "a bookmark keeps the list");

    // A filtered list is exported as it is.
    let csv = browser
        .script("return fetch(document.querySelector('a[download]').href).then((answer) => answer.text())")
        .await;
    let lines = csv.as_str().unwrap().trim_end().lines().count();
    assert_eq!(lines, 1 + 30, "a line of names and one for each row: {csv}");
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn rows_are_selected_with_shift_and_something_is_done_with_them_together() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/posts?q=draft&sort=title").await;
    browser.holds("document.querySelector('.action-bar.is-idle')").await;
    browser.click("tbody tr:nth-child(1) input[name=id]").await;
    browser.reads("[data-picked]", "1 selected").await;
    browser.click_holding(Key::Shift, "tbody tr:nth-child(3) input[name=id]").await;
    browser.reads("[data-picked]", "3 selected").await;
    browser.click("tbody tr:nth-child(2) input[name=id]").await;
    browser.reads("[data-picked]", "2 selected").await;
    browser.holds("document.querySelector('[data-pick-all] input').indeterminate").await;
    browser.choose("With the selected posts", "Publish").await;
    browser.button("Apply").await;
    browser.mentions("[role=status]", "Published 2 posts").await;
    browser.is_at("/admin/posts?q=draft&sort=title").await;
    let states = browser.texts("tbody .state").await;
    assert_eq!(states, ["Published", "Draft", "Published"]);
    assert_eq!(desk.site.get("/posts/a-first-draft").await.status, 200);
    assert_eq!(desk.site.get("/posts/a-second-draft").await.status, 404);

    browser.click("[data-pick-all] input").await;
    browser.reads("[data-picked]", "3 selected").await;
    browser.choose("With the selected posts", "Add a tag").await;
    browser.fill("Tag", "type").await;
    browser.button("Apply").await;
    browser.mentions("[role=status]", "Tagged 3 posts").await;
    browser.follow("A second draft").await;
    browser.mentions("h1", "A second draft").await;
    assert_eq!(browser.filled("Tags").await, "type");

    // Beyond the page: the whole result.
    browser.visit("/admin/posts?q=post&per_page=10").await;
    browser.click("tbody tr:nth-child(1) input[name=id]").await;
    browser.click("[data-all]").await;
    browser.reads("[data-picked]", "All selected").await;
    browser.choose("With the selected posts", "Turn into drafts").await;
    browser.button("Apply").await;
    browser.reads("h1", "Turn into drafts: 30 posts").await;
    browser.button("Turn into drafts").await;
    browser.mentions("[role=status]", "Turned into drafts 30 posts").await;

    // What cannot be undone asks first.
    browser.visit("/admin/posts?q=draft").await;
    browser.click("[data-pick-all] input").await;
    browser.choose("With the selected posts", "Delete").await;
    browser.button("Apply").await;
    browser.mentions("h1", "Delete 3 posts?").await;
    assert_eq!(browser.texts(".targets li").await.len(), 3);
    browser.follow("Cancel").await;
    browser.mentions(".list-total", "3 posts").await;
    browser.click("[data-pick-all] input").await;
    browser.choose("With the selected posts", "Delete").await;
    browser.button("Apply").await;
    browser.button("Delete 3 posts").await;
    browser.is_at("/admin/posts?q=draft").await;
    browser.find(".messages [role=status]").await;
    browser.mentions(".empty", "like that").await;
    assert_eq!(browser.log().await, [""; 0]);
    browser.quit().await;
    desk.site.end().await;
}

/// How far a list's table sticks out of its place, in pixels, for each of some widths of that place.
const BEYOND_ITS_PLACE: &str = "
    const place = document.querySelector('.list-rows');
    return [640, 672, 713, 768, 793, 880, 959].map((width) => {
        place.style.inlineSize = width + 'px';
        const table = place.querySelector('table');
        return Math.max(0, Math.round(table.getBoundingClientRect().right - place.getBoundingClientRect().right));
    });";

#[tokio::test]
async fn a_lists_table_stays_in_its_place_beside_the_filters() {
    let desk = Desk::open().await;
    let build = desk.site.build();
    let post = build.post(desk.author, "The longest word is: incomprehensibilities").save().await;
    build.comment(post, "Guest", "Words", CommentStatus::Approved, None).await;
    // Views are drawn, which takes more room than a dash.
    for days in 0..3 {
        let day = Utc::now().date_naive() - TimeDelta::days(days);
        let row = post_visit::ActiveModel { post_id: Set(post), day: Set(day), count: Set(1_234) };
        row.insert(desk.site.db.write()).await.unwrap();
    }
    let browser = desk.browser(Screen::Desktop).await;
    for list in ["posts", "comments", "users", "students", "courses", "tags", "redirects"] {
        browser.visit(&format!("/admin/{list}")).await;
        assert_eq!(browser.script(BEYOND_ITS_PLACE).await, json!([0, 0, 0, 0, 0, 0, 0]), "{list}");
    }
    browser.visit("/admin/posts?o=-changed").await;
    browser.mentions(".rows .spark", "3,702").await;
    browser.quit().await;
    desk.site.end().await;
}
