//! Nothing typed is lost: whatever ends, the text is there.

use entity::post;
use sea_orm::EntityTrait;

use super::{ASKS, HAS_COPY, end_sessions, is_kept, newest, type_on};
use crate::{
    admin::Desk,
    driver::{Browser, Screen},
};

#[tokio::test]
async fn a_killed_browser_takes_nothing_with_it() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/posts/new").await;
    browser.holds(&format!("document.querySelector('[name=_tab]') && !({ASKS})")).await;
    browser.fill("Title", "From the train").await;
    type_on(&browser, "Words that took an hour.").await;
    // Until the server has them, leaving asks.
    browser.holds(ASKS).await;
    is_kept(&browser).await;
    browser.holds(&format!("!({ASKS}) && !({HAS_COPY})")).await;
    assert_ne!(newest(&desk.site).await.title, "From the train");
    // Killed, not closed.
    drop(browser);

    let browser = desk.browser(Screen::Phone).await;
    browser.visit("/admin").await;
    browser.click(".messages a").await;
    browser.mentions(".unsaved", "From the train").await;
    browser.click(".unsaved a.button").await;
    browser.mentions(".recovered", "not saved yet").await;
    assert_eq!(browser.filled("Content").await, "Words that took an hour.");
    type_on(&browser, " And more.").await;
    browser.button("Save").await;
    browser.is_at("/admin/posts").await;
    let post = newest(&desk.site).await;
    assert_eq!(
        (post.title.as_str(), post.content.as_str()),
        ("From the train", "Words that took an hour. And more.")
    );
    assert_eq!(browser.texts(".messages p").await.len(), 1, "nothing is left unsaved");
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn while_the_server_is_away_a_copy_is_kept_and_reaches_it_when_it_is_back() {
    let mut desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    let form = format!("/admin/posts/{}", desk.draft);
    browser.visit(&form).await;
    browser.holds("document.querySelector('[name=_tab]')").await;
    desk.site.stop().await;
    type_on(&browser, " Typed in a tunnel.").await;
    browser.mentions("[data-status]", "the server is away; a copy is kept in this browser").await;
    browser.holds(HAS_COPY).await;
    // Saving now would lose the page: it stays.
    browser.button("Save").await;
    type_on(&browser, " Still there.").await;
    browser.holds(ASKS).await;
    browser.is_at(&form).await;
    desk.site.start_again().await;
    is_kept(&browser).await;
    browser.holds(&format!("!({HAS_COPY}) && !({ASKS})")).await;
    browser.button("Save").await;
    browser.is_at("/admin/posts").await;
    let stored = post::Entity::find_by_id(desk.draft).one(desk.site.db.write()).await.unwrap().unwrap();
    assert!(stored.content.ends_with(" Typed in a tunnel. Still there."), "{}", stored.content);
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn a_copy_that_never_reached_the_server_is_offered_on_return() {
    let mut desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    browser.visit("/admin/posts/new").await;
    browser.holds("document.querySelector('[name=_tab]')").await;
    desk.site.stop().await;
    browser.fill("Title", "Unsent").await;
    type_on(&browser, "Only here.").await;
    browser.mentions("[data-status]", "a copy is kept in this browser").await;
    browser.leave().await;
    desk.site.start_again().await;
    browser.visit("/admin/posts/new").await;
    browser.mentions("[data-found]", "Unsent").await;
    browser.holds(&format!("!({HAS_COPY})")).await;
    browser.click("[data-found] a.button").await;
    browser.mentions(".recovered", "not saved yet").await;
    assert_eq!(browser.filled("Content").await, "Only here.");
    // The dashboard sends and tells it too.
    desk.site.stop().await;
    type_on(&browser, " And here.").await;
    browser.mentions("[data-status]", "a copy is kept in this browser").await;
    browser.leave().await;
    desk.site.start_again().await;
    browser.visit("/admin").await;
    browser.mentions(".messages", "Found in this browser").await;
    browser.holds(&format!("!({HAS_COPY})")).await;
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn a_session_that_ends_meanwhile_costs_nothing() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    let form = format!("/admin/posts/{}", desk.draft);
    browser.visit(&form).await;
    browser.holds("document.querySelector('[name=_tab]')").await;
    end_sessions(&desk.site).await;
    type_on(&browser, " Typed on.").await;
    browser.mentions("[data-status]", "Signed out: sign in in another tab and go on").await;
    browser.holds(HAS_COPY).await;
    browser.button("Save").await;
    browser.is_at(&form).await;
    // As the login in another tab does.
    browser.sign_in_as(&desk.root().await).await;
    is_kept(&browser).await;
    browser.button("Save").await;
    browser.is_at("/admin/posts").await;
    let stored = post::Entity::find_by_id(desk.draft).one(desk.site.db.write()).await.unwrap().unwrap();
    assert!(stored.content.ends_with(" Typed on."), "{}", stored.content);
    browser.quit().await;
    desk.site.end().await;
}

#[tokio::test]
async fn of_two_pages_neither_overwrites_the_other() {
    let desk = Desk::open().await;
    let form = format!("/admin/posts/{}", desk.draft);
    let (first, second) = (desk.browser(Screen::Desktop).await, desk.browser(Screen::Desktop).await);
    for browser in [&first, &second] {
        browser.visit(&form).await;
        browser.holds("document.querySelector('[name=_tab]')").await;
    }
    let open = async |browser: &Browser, words: &str| {
        browser
            .fill(
                "Content",
                &format!("A beginning that both share, and quite a long one at that.\n\n{words}"),
            )
            .await;
        is_kept(browser).await;
    };
    open(&first, "Written at the desk.").await;
    open(&second, "Written on the phone.").await;
    second.button("Save and continue").await;
    second.mentions(".messages", "was saved").await;
    // What the other page holds is offered here, with what differs.
    second.find(".recovered .unsaved").await;
    second.click(".unsaved-more summary").await;
    second.mentions(".recovered .diff", "desk").await;
    first.button("Save").await;
    first.mentions(".conflict .diff", "phone").await;
    let stored = async || {
        post::Entity::find_by_id(desk.draft).one(desk.site.db.write()).await.unwrap().unwrap().content
    };
    assert!(stored().await.ends_with("Written on the phone."));
    assert!(first.filled("Content").await.ends_with("Written at the desk."));
    first.button("Save").await;
    first.is_at("/admin/posts").await;
    assert!(stored().await.ends_with("Written at the desk."));
    first.quit().await;
    second.quit().await;
    desk.site.end().await;
}
