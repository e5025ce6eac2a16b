//! Markup in every text of every row: it is shown as the text that it is, and no script runs.

use entity::{api_token::Scope, enrollment::EnrollmentStatus, user::Role};
use harness::{
    TestSite,
    visitor::{PASSWORD, Visitor},
};
use lectern::auth::tokens;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::driver::{Browser, Screen};

const MARKUP: &str = "\"><img src=x onerror=alert(1)><script>alert(2)</script>";
/// For columns of 40 and 50 characters.
const SHORT: &str = "\"><img src=x onerror=alert(1)>";

/// What the page has that only markup in a row can have made, and whether the markup is in it as text.
const SEEN: &str = "
    const made = [...document.querySelectorAll('[onerror], [src=x], script:not([src], [type$=json])')];
    return [made.map((element) => element.outerHTML), document.documentElement.outerHTML.includes('onerror=alert(1)')];";

/// Makes rows of which every text is [`MARKUP`], whatever forms would say to it. Gives the admin `root`, and the ids of
/// a post, its author, its course and a student.
async fn fill(site: &TestSite) -> (Visitor<'_>, [i64; 4]) {
    let (root, author) = (site.user("root", Role::Admin).await, site.build().author("author").await);
    let visitor = site.visitor();
    let login = [("username", "root"), ("password", PASSWORD)];
    visitor.post_with("/login", &login, &[("user-agent", MARKUP)]).await.expect(303);

    let build = site.build();
    let post = build.post(author, "Post").content(MARKUP).tags(&["tag"]).save().await;
    let course = build.course("Course", &[post]).await;
    let student = build.student("Student").await;
    build.enrol(student, course, EnrollmentStatus::Active).await;
    build.redirect("/old", "/new").await;
    for key in ["title", "description", "language"] {
        build.setting(key, json!(MARKUP)).await;
    }
    tokens::create(site.db.write(), root, MARKUP, Scope::Read).await.unwrap();
    for (table, column, text) in [
        ("users", "display_name", MARKUP),
        ("users", "bio", MARKUP),
        ("posts", "title", MARKUP),
        ("posts", "summary", MARKUP),
        ("posts", "excerpt", MARKUP),
        ("posts", "slug", MARKUP),
        ("tags", "name", SHORT),
        ("tags", "slug", SHORT),
        ("courses", "name", MARKUP),
        ("courses", "slug", MARKUP),
        ("courses", "summary", MARKUP),
        ("courses", "description", MARKUP),
        ("students", "name", MARKUP),
        ("students", "email", MARKUP),
        ("redirects", "old_path", MARKUP),
        ("redirects", "new_path", MARKUP),
    ] {
        let update = format!("UPDATE {table} SET {column} = '{text}'");
        site.db.write().execute_unprepared(&update).await.unwrap();
    }
    let names = format!("UPDATE users SET username = '{SHORT}', email = '{MARKUP}' WHERE id = {author}");
    site.db.write().execute_unprepared(&names).await.unwrap();
    // What the history shows.
    let new_title = format!("{MARKUP} again");
    let form = format!("/admin/posts/{post}");
    visitor.post(&form, &[("title", &new_title), ("_save", "1")]).await.expect(303);
    (visitor, [post, author, course, student])
}

#[tokio::test]
async fn markup_in_any_text_of_any_row_is_shown_as_text_in_the_admin_and_the_account() {
    let site = TestSite::start().await;
    let (root, [post, author, course, student]) = fill(&site).await;
    let browser = Browser::open(&site, Screen::Desktop).await;
    browser.sign_in_as(&root).await;
    // The content policy would stop what gets through: here it must not have to.
    browser.command("Page.setBypassCSP", json!({ "enabled": true })).await;
    for path in [
        "/admin".to_owned(),
        "/admin/history".to_owned(),
        "/admin/posts".to_owned(),
        format!("/admin/posts?user_id={author}&tags=1&q=onerror"),
        "/admin/posts?q=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E".to_owned(),
        "/admin/posts/new?title=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E".to_owned(),
        format!("/admin/posts/{post}"),
        format!("/admin/posts/{post}/history"),
        format!("/admin/posts/{post}/delete"),
        "/admin/users".to_owned(),
        format!("/admin/users/{author}"),
        format!("/admin/users/{author}/delete"),
        "/admin/tags".to_owned(),
        "/admin/tags/1".to_owned(),
        "/admin/courses".to_owned(),
        format!("/admin/courses/{course}"),
        format!("/admin/courses/{course}/delete"),
        "/admin/students".to_owned(),
        format!("/admin/students/{student}"),
        format!("/admin/students/{student}/delete"),
        "/admin/redirects".to_owned(),
        "/admin/redirects/1".to_owned(),
        "/admin/settings".to_owned(),
        "/account".to_owned(),
        "/login?next=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E".to_owned(),
        "/".to_owned(),
        "/authors".to_owned(),
        "/courses".to_owned(),
    ] {
        browser.visit(&path).await;
        assert_eq!(browser.script(SEEN).await, json!([[], true]), "{path}");
    }

    // What scripts build of it, and what comes back after it was typed.
    browser.visit("/admin/posts/new").await;
    browser.click("#field-user_id").await;
    browser
        .holds("document.querySelector('look-up [role=option]')?.textContent.includes('<img src=x')")
        .await;
    browser.click("look-up [role=option]").await;
    browser.fill("Slug", MARKUP).await;
    browser.fill("Content", &format!("</textarea>{MARKUP}")).await;
    browser.button("Save").await;
    browser.find(".complaints").await;
    assert_eq!(browser.script(SEEN).await, json!([[], true]));
    browser.fill("Title", MARKUP).await;
    browser.button("Save and continue").await;
    browser.mentions(".messages [role=status]", MARKUP).await;
    assert_eq!(browser.script(SEEN).await, json!([[], true]));
    browser.visit("/admin/posts").await;
    browser.click("[data-pick-all] input").await;
    browser.choose("With the selected posts", "Delete").await;
    browser.button("Apply").await;
    browser.mentions(".targets li", MARKUP).await;
    assert_eq!(browser.script(SEEN).await, json!([[], true]));
    // An alert would have stopped the test; a picture that is asked for would be in the log.
    let expected = |entry: &String| entry.starts_with("DEBUG: ") || entry.contains("status of 422");
    let log: Vec<String> = browser.log().await.into_iter().filter(|entry| !expected(entry)).collect();
    assert_eq!(log, [""; 0]);
    browser.quit().await;
    site.end().await;
}
