//! Every kind of page behind the login, and those before it: nothing for axe-core to find, nothing for the browser to
//! complain about, nothing that moves or sticks out of a phone.

use entity::{comment::CommentStatus, mail_token::Purpose, post, redirect, session, tag, user::Role};
use harness::TestSite;
use lectern::{accounts::queries, config::SignUp};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};

use super::Desk;
use crate::{
    accessibility::examine_page,
    driver::{Browser, Screen},
    loading::SHIFTS,
    looks::BEYOND,
};

/// Waits until the page has been drawn.
const SHOWN: &str = "return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))";

/// A browser that writes down what is wrong with pages.
struct Inspector {
    browser: Browser,
    found: Vec<String>,
}

impl Inspector {
    fn new(browser: Browser) -> Self {
        Self { browser, found: Vec::new() }
    }

    /// Looks at a page that an address leads to.
    async fn visit(&mut self, path: &str) {
        for screen in [Screen::Desktop, Screen::Phone] {
            self.browser.show_on(screen).await;
            self.browser.visit(path).await;
            let shifts = self.browser.script(SHIFTS).await;
            let moved: f64 = shifts.as_array().unwrap().iter().filter_map(|shift| shift["by"].as_f64()).sum();
            if moved > 0.01 {
                self.found.push(format!("{path}, {screen:?}: moves while it loads: {shifts}"));
            }
        }
        self.look(path).await;
    }

    /// Looks at the page that is open.
    async fn look(&mut self, what: &str) {
        // A screen that changes while one page turns into the next would break the turning off, which is logged.
        self.browser.script(SHOWN).await;
        self.browser.holds("!document.activeViewTransition").await;
        self.found.extend(examine_page(&self.browser, what).await);
        self.browser.show_on(Screen::Phone).await;
        let beyond = self.browser.script(BEYOND).await;
        if beyond != Value::Null {
            self.found.push(format!("{what} is wider than a phone: {beyond}"));
        }
        self.browser.show_on(Screen::Desktop).await;
        // Chromium logs the status of any answer that is an error, and advice.
        let expected = |entry: &String| {
            entry.contains("the server responded with a status of 4") || entry.starts_with("DEBUG: ")
        };
        let log = self.browser.log().await.into_iter().filter(|entry| !expected(entry));
        self.found.extend(log.map(|entry| format!("{what}: {entry}")));
    }

    async fn end(self, site: TestSite) {
        assert_eq!(self.found, [""; 0]);
        self.browser.quit().await;
        site.end().await;
    }
}

#[tokio::test]
async fn nothing_is_wrong_with_the_dashboard_and_the_lists() {
    let desk = Desk::open().await;
    let mut inspector = Inspector::new(desk.browser(Screen::Desktop).await);
    for path in [
        "/admin",
        "/admin/posts?per_page=10",
        "/admin/posts?q=draft&status=draft&sort=-title",
        "/admin/posts?q=xyzzy",
        "/admin/users",
        "/admin/tags",
        "/admin/courses",
        "/admin/students",
        "/admin/redirects",
        "/admin/pages",
        "/admin/comments",
        "/admin/comments?status=pending",
        "/admin/history",
        "/admin/nothing",
    ] {
        inspector.visit(path).await;
    }
    // With rows selected, and where a deletion of them asks.
    let browser = &inspector.browser;
    browser.visit("/admin/posts?q=draft").await;
    browser.click("[data-pick-all] input").await;
    inspector.look("a list with rows selected").await;
    let browser = &inspector.browser;
    browser.choose("With the selected posts", "Delete").await;
    browser.button("Apply").await;
    browser.mentions("h1", "Delete").await;
    inspector.look("a deletion that asks").await;
    // An action that must be told something, and was not.
    let browser = &inspector.browser;
    browser.visit("/admin/posts?q=draft").await;
    browser.click("[data-pick-all] input").await;
    browser.choose("With the selected posts", "Add a tag").await;
    browser.button("Apply").await;
    browser.mentions("h1", "Add a tag").await;
    inspector.look("an action that asks").await;
    inspector.end(desk.site).await;
}

#[tokio::test]
async fn nothing_is_wrong_with_the_forms() {
    let desk = Desk::open().await;
    let root = desk.root().await;
    let mut inspector = Inspector::new(desk.browser(Screen::Desktop).await);
    let draft = format!("/admin/posts/{}", desk.draft);
    root.post(&draft, &[("title", "Another title"), ("_save", "1")]).await.expect(303);
    let tag = tag::Entity::find().one(desk.site.db.read()).await.unwrap().unwrap().id;
    let build = desk.site.build();
    let comment = build.comment(desk.draft, "Ann", "A *word*.", CommentStatus::Pending, None).await;
    let page = build.page("About", "about", true).await;
    let redirect = redirect::Entity::find().one(desk.site.db.read()).await.unwrap().unwrap().id;
    for path in [
        "/admin/posts/new",
        draft.as_str(),
        &format!("{draft}/history"),
        &format!("{draft}/delete"),
        "/admin/users/new",
        &format!("/admin/users/{}", desk.author),
        &format!("/admin/users/{}/delete", desk.author),
        "/admin/courses/new",
        &format!("/admin/courses/{}", desk.course),
        &format!("/admin/students/{}", desk.student),
        "/admin/students/new",
        "/admin/redirects/new",
        &format!("/admin/redirects/{redirect}"),
        &format!("/admin/tags/{tag}"),
        "/admin/settings",
        "/admin/menu",
        "/admin/pages/new",
        &format!("/admin/pages/{page}"),
        &format!("/admin/pages/{page}/delete"),
        &format!("/admin/comments/{comment}"),
        &format!("/admin/comments/{comment}/delete"),
    ] {
        inspector.visit(path).await;
    }
    let browser = &inspector.browser;
    browser.visit(&draft).await;
    browser.fill("Title", "").await;
    browser.fill("Slug", "margins").await;
    browser.button("Save").await;
    browser.find(".complaints").await;
    inspector.look("a form with errors").await;

    let browser = &inspector.browser;
    browser.visit(&draft).await;
    browser.fill("Title", "Mine").await;
    let version = root.get(&draft).await.attributes("input[name=_version]", "value").remove(0);
    root.post(&draft, &[("_version", &version), ("title", "Theirs"), ("_save", "1")]).await.expect(303);
    browser.button("Save").await;
    browser.find(".conflict").await;
    inspector.look("a conflict").await;

    let browser = &inspector.browser;
    browser.visit("/admin/posts/new").await;
    browser.click("#field-user_id").await;
    browser.find("look-up [role=option]").await;
    inspector.look("a form with an open combobox").await;

    let browser = &inspector.browser;
    browser.visit("/admin/settings").await;
    browser.fill("Language", "not a language").await;
    browser.button("Save settings").await;
    browser.find(".complaints").await;
    inspector.look("settings with an error").await;

    // Whoever may look, and not change.
    desk.site.user("amy", Role::Author).await;
    inspector.browser.sign_in_as(&desk.site.sign_in("amy").await).await;
    inspector.visit(&format!("/admin/tags/{tag}")).await;
    inspector.browser.find(".notice").await;
    inspector.end(desk.site).await;
}

#[tokio::test]
async fn nothing_is_wrong_with_the_pages_of_accounts() {
    let site = TestSite::start_with(|serve| serve.signup = SignUp::Open).await;
    let member = site.user("mia", Role::Member).await;
    let token = queries::add_mail_token(site.db.write(), Purpose::Reset, Some(member), json!({})).await;
    let payload = json!({ "username": "nora", "email": "nora@example.org" });
    let invitation = queries::add_mail_token(site.db.write(), Purpose::SignUp, None, payload).await;
    let mut inspector = Inspector::new(Browser::open(&site, Screen::Desktop).await);
    for path in [
        "/login",
        "/signup",
        &format!("/signup?token={}", invitation.unwrap()),
        "/forgot",
        &format!("/reset/{}", token.unwrap()),
        "/reset/no-such-link",
        "/setup?token=no-such-link",
    ] {
        inspector.visit(path).await;
    }
    for (path, field, text, button) in [
        ("/login", "Username or e-mail address", "mia", "Sign in"),
        ("/signup", "Username", "mia\u{a0}", "Send me a mail"),
        ("/forgot", "E-mail address", "mia@example.org", "Send me a link"),
    ] {
        let browser = &inspector.browser;
        browser.visit(path).await;
        browser.fill(field, text).await;
        browser.button(button).await;
        browser.holds("performance.getEntriesByType('navigation')[0].responseStatus > 0 && document.readyState === 'complete'").await;
        inspector.look(&format!("{path}, sent")).await;
    }
    inspector.browser.sign_in_as(&site.sign_in("mia").await).await;
    inspector.visit("/account").await;
    inspector.visit("/admin").await;
    inspector.browser.visit("/account").await;
    inspector.browser.button("Change password").await;
    inspector.browser.find(".complaints").await;
    inspector.look("an account's form with errors").await;
    inspector.browser.visit("/account").await;
    inspector.browser.type_into("section[aria-labelledby=tokens] input[type=text]", "a program").await;
    inspector.browser.button("Make a token").await;
    inspector.browser.find(".account-secret").await;
    inspector.look("an account with a new token").await;
    inspector.end(site).await;
}

#[tokio::test]
async fn nothing_is_wrong_with_a_site_that_has_only_just_been_made() {
    let site = TestSite::start().await;
    let token = queries::offer_setup(&site.db).await.unwrap();
    let mut inspector = Inspector::new(Browser::open(&site, Screen::Desktop).await);
    inspector.visit(&format!("/setup?token={token}")).await;
    inspector.browser.button("Set up").await;
    inspector.browser.find(".complaints").await;
    inspector.look("a setup with errors").await;
    site.user("root", Role::Admin).await;
    inspector.browser.sign_in_as(&site.sign_in("root").await).await;
    for path in ["/admin", "/admin/posts", "/admin/courses", "/admin/history"] {
        inspector.visit(path).await;
    }
    inspector.end(site).await;
}

#[tokio::test]
async fn nothing_is_wrong_with_pages_that_keep_what_was_typed() {
    let desk = Desk::open().await;
    let mut inspector = Inspector::new(desk.browser(Screen::Desktop).await);
    let build = desk.site.build();
    let post = build.post(desk.author, "Talked about").slug("talked-about").save().await;
    let page = build.page("About", "about", true).await;
    // The row went while its form was open: it becomes a form for a new one.
    let browser = &inspector.browser;
    browser.visit(&format!("/admin/pages/{page}")).await;
    browser.fill("Title", "About us").await;
    desk.root().await.post(&format!("/admin/pages/{page}/delete"), &[("confirmed", "1")]).await.expect(303);
    browser.button("Save").await;
    browser.holds("document.querySelector('main').textContent.includes('About us') || [...document.querySelectorAll('input')].some((input) => input.value === 'About us')").await;
    inspector.look("a form whose row is gone").await;
    // Signed out meanwhile: the sign-in carries the form along.
    let browser = &inspector.browser;
    browser.visit("/admin/pages/new").await;
    browser.fill("Title", "Imprint").await;
    session::Entity::delete_many().exec(desk.site.db.write()).await.unwrap();
    browser.button("Save").await;
    browser.find("form[action^='/login'] input[type=password]").await;
    inspector.look("a sign-in that carries a form").await;
    // Comments were closed while one was written.
    let browser = &inspector.browser;
    browser.visit("/posts/talked-about/comments").await;
    browser.fill("Your comment", "Too late").await;
    browser.fill("Name", "Ann").await;
    browser.fill("E-mail address", "ann@guests.example").await;
    let closed = post::ActiveModel { id: Set(post), comments_open: Set(false), ..Default::default() };
    closed.update(desk.site.db.write()).await.unwrap();
    browser.button("Send the comment").await;
    browser.reads("h1", "Comments are closed").await;
    inspector.look("a comment that came too late").await;
    inspector.visit("/comments/moderate/no-such-link").await;
    inspector.visit("/courses/course").await;
    inspector.end(desk.site).await;
}

/// Where the parts of a form with rows stand.
const PLACES: &str = "return [...document.querySelectorAll('.inline-row, .inline-row > fieldset > :not(input), .inline-fields      .field, inline-rows > button, .save-bar')].map((element) => { const { x, y, width, height } = element.getBoundingClientRect();      return [x, y + scrollY, width, height].map(Math.round); })";

#[tokio::test]
async fn rows_of_a_form_stand_where_they_will_before_a_script_has_seen_them() {
    let desk = Desk::open().await;
    let browser = desk.browser(Screen::Desktop).await;
    let plain = desk.browser(Screen::Desktop).await;
    plain.turn_scripts_off().await;
    let course = format!("/admin/courses/{}", desk.course);
    for screen in [Screen::Desktop, Screen::Phone] {
        for path in ["/admin/menu", course.as_str()] {
            let mut places = Vec::new();
            for browser in [&plain, &browser] {
                browser.show_on(screen).await;
                browser.visit(path).await;
                places.push(browser.script(PLACES).await);
            }
            assert_eq!(places[0], places[1], "{path}, {screen:?}");
        }
    }
    browser.quit().await;
    plain.quit().await;
    desk.site.end().await;
}
